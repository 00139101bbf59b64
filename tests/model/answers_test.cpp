#include <relapse/core/error.hpp>
#include <relapse/model/answers.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <optional>
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
  return Model(document);
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
          BOOST_TEST(answers.value(item) == *expected);
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

BOOST_AUTO_TEST_CASE(a_flag_is_raised_from_its_stated_answer_on) {
  const auto model = labelled();
  Answers answers(model);
  for (const double value : {0.0, 1.0, 2.0, 3.0}) {
    answers.clear(Time{0.0});
    answers.answer(model.find_item("thoughts"), value, model);
    BOOST_TEST((answers.raised != 0) == (value >= 2.0));
  }
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
