#include <relapse/core/error.hpp>
#include <relapse/model/detail/answers.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(answers_test)

namespace {

Model labelled() {
  auto document = test::small_document();
  document.items[0].item.labels = {"no", "yes"};
  document.items[1].item.scale = Scale{5.0, 3.0};
  document.items.push_back(test::asked("stress", Scale{1.0, 5.0}));
  document.items.push_back(test::asked("confidence", Scale{10.0, 0.0}));
  ItemRule safety;
  safety.item.id = "thoughts";
  safety.item.role = Role::safety;
  safety.item.flag = "self_harm";
  safety.item.raise_at = 2.0;
  document.items.push_back(safety);
  safety.item.id = "voices";
  safety.item.flag = "psychosis";
  document.items.push_back(safety);
  document.safety = {{"psychosis", RiskLevel::high, "contact", "test"}};
  return Model(document);
}

std::uint64_t bit_of(std::string_view flag, const Model& model) {
  return std::uint64_t{1} << model.find_flag(flag);
}

/// Nothing for a value that the item has not.
std::optional<double> encoded(int item, double value, const Model& model) {
  try {
    return encode_answer(item, value, model);
  } catch (const InvalidInput&) {
    return std::nullopt;
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_scale_maps_to_the_unit_interval_and_may_be_reversed) {
  const auto model = labelled();
  const int stress = model.find_item("stress");
  const int confidence = model.find_item("confidence");
  BOOST_TEST(encode_answer(stress, 1.0, model) == 0.0);
  BOOST_TEST(encode_answer(stress, 2.0, model) == 0.25);
  BOOST_TEST(encode_answer(confidence, 10.0, model) == 0.0);
  BOOST_TEST(encode_answer(confidence, 0.0, model) == 1.0);
  BOOST_CHECK_THROW(encode_answer(stress, 0.99, model), InvalidInput);
  BOOST_CHECK_THROW(encode_answer(confidence, 10.01, model), InvalidInput);
}

BOOST_AUTO_TEST_CASE(ordinal_levels_count_from_the_first_end_of_the_scale) {
  const auto model = labelled();
  const int isolating = model.find_item("isolating");
  BOOST_TEST(encode_answer(isolating, 5.0, model) == 0.0);
  BOOST_TEST(encode_answer(isolating, 3.0, model) == 2.0);
  BOOST_CHECK_THROW(encode_answer(isolating, 2.0, model), InvalidInput);
  BOOST_CHECK_THROW(encode_answer(isolating, 4.5, model), InvalidInput);
}

BOOST_AUTO_TEST_CASE(levels_may_be_named) {
  const auto model = labelled();
  BOOST_TEST(encode_answer(model.find_item("used"), "yes", model) == 1.0);
  BOOST_CHECK_THROW(encode_answer(model.find_item("used"), "maybe", model), InvalidInput);
  BOOST_CHECK_THROW(encode_answer(model.find_item("stress"), "much", model),
                    InvalidInput);
}

BOOST_AUTO_TEST_CASE(names_follow_the_scale_from_its_first_end) {
  auto document = test::small_document();
  document.items.push_back(test::asked("stress", Scale{1.0, 3.0}));
  document.items.back().item.labels = {"calm", "some", "much"};
  document.items.push_back(test::asked("support", Scale{3.0, 1.0}));
  document.items.back().item.labels = {"much", "some", "none"};
  const Model model(document);
  for (const auto& item : {model.find_item("stress"), model.find_item("support")}) {
    for (int step = 0; step < 3; ++step) {
      const auto& name = model.item(item).labels[static_cast<std::size_t>(step)];
      BOOST_TEST(encode_answer(item, name, model) == step / 2.0);
    }
  }
  BOOST_TEST(decode_answer(model.find_item("support"), 0.0, model) == 3.0);
}

BOOST_AUTO_TEST_CASE(decoding_is_the_way_back) {
  const auto model = labelled();
  for (const auto& [item, value] :
       std::vector<std::pair<const char*, double>>{{"used", 1.0},
                                                   {"isolating", 4.0},
                                                   {"nights", 3.0},
                                                   {"stress", 4.0},
                                                   {"confidence", 7.0}}) {
    const int index = model.find_item(item);
    BOOST_TEST(decode_answer(index, encode_answer(index, value, model), model) == value,
               boost::test_tools::tolerance(1e-15));
  }
}

BOOST_AUTO_TEST_CASE(a_check_in_takes_and_refuses_what_an_item_alone_does) {
  std::vector<double> values = {-1.0 / 3.0,
                                1e-320,
                                1e300,
                                -1e300,
                                HUGE_VAL,
                                -HUGE_VAL,
                                std::numeric_limits<double>::quiet_NaN()};
  for (int quarter = -20; quarter <= 440; ++quarter) values.push_back(quarter * 0.25);
  auto scaled = test::rich_document();
  scaled.items[2].item.scale = Scale{0.0, 7.0};
  scaled.items[4].item.scale = Scale{1.0, 10.0};
  int taken = 0;
  int refused = 0;
  for (const auto& model : {labelled(), Model(test::small_document()),
                            Model(test::rich_document()), Model(scaled)}) {
    Answers answers(model);
    for (int item = 0; item < model.items(); ++item) {
      for (const double value : values) {
        answers.clear(Time{0.0});
        const auto expected = encoded(item, value, model);
        if (expected) {
          answers.answer(item, value, model);
          const bool code = model.item(item).role == Role::safety && value < 0.0;
          BOOST_TEST(answers.is_answered(item) == !code);
          if (!code) BOOST_TEST(answers.value(item) == *expected);
        } else {
          BOOST_CHECK_THROW(answers.answer(item, value, model), InvalidInput);
        }
        ++(expected ? taken : refused);
      }
    }
  }
  BOOST_TEST(taken > 1000);
  BOOST_TEST(refused > 1000);
}

BOOST_AUTO_TEST_CASE(an_added_flag_is_raised_from_its_stated_answer_on) {
  const auto model = labelled();
  Answers answers(model);
  for (const double value : {0.0, 1.0, 2.0, 3.0}) {
    answers.clear(Time{0.0});
    answers.answer(model.find_item("voices"), value, model);
    BOOST_TEST((answers.raised != 0) == (value >= 2.0));
  }
}

BOOST_AUTO_TEST_CASE(no_document_softens_a_built_in_flag) {
  const auto model = labelled();
  const std::uint64_t self_harm = bit_of("self_harm", model);
  Answers answers(model);
  for (const double value : {0.0, 1e-9, 0.5, 1.0, 2.0, 1e300}) {
    answers.clear(Time{0.0});
    answers.answer(model.find_item("thoughts"), value, model);
    BOOST_TEST(answers.raised == (value > 0.0 ? self_harm : 0U));
  }
}

BOOST_AUTO_TEST_CASE(a_negative_code_about_safety_is_unknown_and_never_no) {
  const auto model = labelled();
  const int thoughts = model.find_item("thoughts");
  Answers answers(model);
  for (const double code : {-1.0, -9.0, -99.0, -0.5}) {
    CheckIn check_in;
    check_in.answers = {{"thoughts", code}, {"overdose", code}};
    answers.read(check_in, model);
    BOOST_TEST(answers.raised == 0U);
    BOOST_TEST(!answers.is_answered(thoughts));
    BOOST_TEST((answers.missing_reason(thoughts) == MissingReason::unknown));
    BOOST_TEST(!answers.any_answer());
    BOOST_TEST(answers.unknown_flags(model) ==
               (bit_of("self_harm", model) | bit_of("overdose", model)));
    check_in.answers.push_back({"thoughts", 0.0});
    BOOST_CHECK_THROW(answers.read(check_in, model), CheckInError);
  }
}

BOOST_AUTO_TEST_CASE(a_flag_is_unknown_when_it_was_asked_about_and_not_answered) {
  const auto model = labelled();
  Answers answers(model);
  CheckIn check_in;
  answers.read(check_in, model);
  BOOST_TEST(answers.unknown_flags(model) == 0U);
  check_in.missing = {{"thoughts", MissingReason::declined},
                      {"overdose", MissingReason::unknown},
                      {"voices", MissingReason::not_asked}};
  answers.read(check_in, model);
  BOOST_TEST(answers.unknown_flags(model) ==
             (bit_of("self_harm", model) | bit_of("overdose", model)));
}

BOOST_AUTO_TEST_CASE(a_safety_name_in_another_spelling_names_the_right_one) {
  const auto model = labelled();
  Answers answers(model);
  for (const auto& [name, right] : std::vector<std::pair<std::string, std::string>>{
           {"Over_Dose", "overdose"},
           {"OVERDOSE ", "overdose"},
           {"self-harm", "self_harm"},
           {"Self harm", "self_harm"},
           {"selfharm", "self_harm"},
           {"severeWithdrawal", "severe_withdrawal"},
           {"Thoughts", "thoughts"},
           {"psychosis", "voices"}}) {
    BOOST_TEST(model.safety_name(name) == right);
    CheckIn wrong;
    wrong.answers = {{name, 0.0}};
    const auto names_it = [&, expected = "'" + right + "'"](const CheckInError& error) {
      return error.problem().find(expected) != std::string::npos;
    };
    BOOST_CHECK_EXCEPTION(answers.read(wrong, model), CheckInError, names_it);
    wrong.answers.clear();
    wrong.missing = {{name, MissingReason::declined}};
    BOOST_CHECK_EXCEPTION(answers.read(wrong, model), CheckInError, names_it);
  }
  for (const auto* name : {"harm", "", "_", "used", "unheard", "self_harm_2"}) {
    BOOST_TEST(model.safety_name(name).empty());
  }
}

BOOST_AUTO_TEST_CASE(the_answers_about_safety_are_read_whatever_else_is_wrong) {
  const auto model = labelled();
  Answers answers(model);
  CheckIn check_in;
  check_in.time = Time{HUGE_VAL};
  check_in.answers = {{"unheard", 1.0},
                      {"used", std::string("canary")},
                      {"thoughts", 0.0},
                      {"thoughts", 1.0},
                      {"voices", -9.0},
                      {"Over-dose", std::string("yes")},
                      {"severe_withdrawal", std::nan("")}};
  check_in.missing = {{"thoughts", MissingReason::declined}};
  const FlagBits bits = answers.read_safety(check_in, model);
  const auto unreadable = bit_of("overdose", model) | bit_of("severe_withdrawal", model);
  BOOST_TEST(bits.unreadable == unreadable);
  BOOST_TEST(bits.up == (unreadable | bit_of("self_harm", model)));
}

BOOST_AUTO_TEST_CASE(a_cleared_check_in_has_forgotten_everything) {
  const auto model = labelled();
  Answers answers(model);
  CheckIn check_in;
  check_in.answers = {{"used", 1.0}, {"overdose", 1.0}};
  check_in.known_stage = KnownStage{{"lapse"}, false};
  check_in.used_days_ago = Days{1.0};
  answers.read(check_in, model);
  BOOST_TEST(answers.any_answer());
  BOOST_TEST((answers.use_reported() == std::optional<bool>(true)));
  answers.read(CheckIn{}, model);
  BOOST_TEST(!answers.any_answer());
  BOOST_TEST(!answers.use_reported().has_value());
  BOOST_TEST(answers.raised == 0U);
  BOOST_TEST(!answers.known.has_value());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_names_person_and_item) {
  const auto model = labelled();
  Answers answers(model);
  const auto refused = [&](CheckIn check_in, const char* item) {
    check_in.person = "P07";
    BOOST_CHECK_EXCEPTION(
        answers.read(check_in, model), CheckInError, [&](const auto& error) {
          return error.place().person == "P07" && error.place().item == item;
        });
  };
  const auto with = [](std::vector<Answer> given) {
    CheckIn check_in;
    check_in.answers = std::move(given);
    return check_in;
  };
  refused(with({{"unheard", 1.0}}), "unheard");
  refused(with({{"overdose", std::string("yes")}}), "overdose");
  refused(with({{"nights", HUGE_VAL}}), "nights");
  auto both = with({{"nights", 1.0}});
  both.missing = {{"nights", MissingReason::declined}};
  refused(both, "nights");
  CheckIn stage;
  stage.known_stage = KnownStage{{"nowhere"}, false};
  refused(stage, "stage");
  stage.known_stage = KnownStage{{}, false};
  refused(stage, "stage");
  CheckIn ago;
  ago.used_days_ago = Days{-1.0};
  refused(ago, "used_days_ago");
  CheckIn acknowledged;
  acknowledged.acknowledge = {"no_such_flag"};
  refused(acknowledged, "acknowledge");
}

BOOST_AUTO_TEST_SUITE_END()
