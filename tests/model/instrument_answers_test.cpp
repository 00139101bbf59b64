#include <relapse/engine/monitor.hpp>
#include <relapse/io/instrument_json.hpp>
#include <relapse/io/instruments.hpp>
#include <relapse/io/model_json.hpp>
#include <relapse/io/standard.hpp>
#include <relapse/model/instrument_answers.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(instrument_answers_test)

namespace {

using Change = void (*)(ModelDocument&);

Item& item_of(ModelDocument& document, std::string_view id) {
  const auto found = std::find_if(document.items.begin(), document.items.end(),
                                  [&](const auto& rule) { return rule.item.id == id; });
  BOOST_REQUIRE(found != document.items.end());
  return found->item;
}

/// The standard model with its craving fed by item 8 of the BAM, on the same scale 0-4.
Model referring(Change change = [](ModelDocument&) {}) {
  auto document = models::standard().document();
  item_of(document, "craving").instrument = InstrumentReference{"bam", "8", ""};
  change(document);
  return Model(document);
}

CheckIn added(const char* name, const std::vector<Answer>& answers, const Model& model) {
  const auto& instrument = *instruments::find(name);
  Response response(static_cast<std::size_t>(instrument.items()));
  for (const auto& [item, value] : answers)
    response[static_cast<std::size_t>(instrument.find_item(item))] =
        std::get<double>(value);
  CheckIn check_in;
  add_answers(instrument, response, model, check_in);
  return check_in;
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_item_takes_the_answer_that_it_refers_to) {
  const auto check_in = added("bam", {{"8", 3.0}, {"9", 4.0}}, referring());
  BOOST_TEST((check_in.answers == std::vector<Answer>{{"craving", 3.0}}));
  BOOST_TEST(check_in.missing.empty());
  // The same as answering it.
  CheckIn answered;
  answered.answers = {{"craving", 3.0}};
  Monitor one(referring());
  Monitor other(referring());
  BOOST_TEST(one.update(check_in).level_risk == other.update(answered).level_risk);
}

BOOST_AUTO_TEST_CASE(an_unanswered_one_is_unknown) {
  const auto check_in = added("bam", {{"9", 4.0}}, referring());
  BOOST_TEST(check_in.answers.empty());
  BOOST_TEST((check_in.missing ==
              std::vector<MissingAnswer>{{"craving", MissingReason::unknown}}));
}

BOOST_AUTO_TEST_CASE(an_item_may_take_a_subscale) {
  const auto model = referring([](ModelDocument& document) {
    auto& stress = item_of(document, "stress");
    stress.scale = Scale{0.0, 24.0};
    stress.instrument = InstrumentReference{"bam", "", "risk"};
  });
  const auto check_in = added(
      "bam", {{"1", 2.0}, {"2", 1.0}, {"3", 3.0}, {"8", 2.0}, {"11", 1.0}, {"15", 3.0}},
      model);
  BOOST_TEST(
      (check_in.answers == std::vector<Answer>{{"craving", 2.0}, {"stress", 12.0}}));
}

BOOST_AUTO_TEST_CASE(what_the_form_leaves_out_is_answered_by_it) {
  const auto model = referring([](ModelDocument& document) {
    item_of(document, "comorbidity").instrument = InstrumentReference{"bam", "5", ""};
  });
  const auto check_in = added("bam", {{"4", 0.0}, {"8", 1.0}}, model);
  BOOST_TEST(
      (check_in.answers == std::vector<Answer>{{"craving", 1.0}, {"comorbidity", 0.0}}));
}

BOOST_AUTO_TEST_CASE(safety_items_raise_the_flags_of_the_model) {
  const auto raised = added("phq9", {{"9", 1.0}}, models::standard());
  BOOST_TEST((raised.answers == std::vector<Answer>{{"self_harm", 1.0}}));
  Monitor monitor(models::standard());
  BOOST_TEST((monitor.update(raised).level == RiskLevel::critical));
  const auto calm = added("phq9", {{"9", 0.0}}, models::standard());
  BOOST_TEST((calm.answers == std::vector<Answer>{{"self_harm", 0.0}}));
  const auto silent = added("phq9", {{"1", 1.0}}, models::standard());
  BOOST_TEST(silent.answers.empty());
  BOOST_TEST((silent.missing ==
              std::vector<MissingAnswer>{{"self_harm", MissingReason::unknown}}));
}

BOOST_AUTO_TEST_CASE(a_safety_item_may_refer_to_the_item_itself) {
  const auto model = referring([](ModelDocument& document) {
    auto& self_harm = item_of(document, "self_harm");
    self_harm.instrument = InstrumentReference{"phq9", "9", ""};
  });
  const auto raised = added("phq9", {{"9", 2.0}}, model);
  BOOST_TEST((raised.answers == std::vector<Answer>{{"self_harm", 2.0}}));
  BOOST_CHECK_THROW(added("phq9", {{"9", 2.0}}, referring([](ModelDocument& document) {
                            auto& self_harm = item_of(document, "self_harm");
                            self_harm.instrument = InstrumentReference{"phq9", "9", ""};
                            self_harm.raise_at = 2.0;
                          })),
                    InvalidInput);
}

BOOST_AUTO_TEST_CASE(references_that_lead_nowhere_or_elsewhere_are_refused) {
  const auto& bam = *instruments::find("bam");
  BOOST_CHECK_NO_THROW(require_match(bam, referring()));
  BOOST_CHECK_THROW(require_match(bam, models::standard()), InvalidInput);
  BOOST_CHECK_THROW(require_match(bam, referring([](ModelDocument& document) {
                                    item_of(document, "craving").instrument->item = "18";
                                  })),
                    InvalidInput);
  BOOST_CHECK_THROW(
      require_match(
          bam, referring([](ModelDocument& document) {
            item_of(document, "stress").instrument = InstrumentReference{"bam", "8", ""};
          })),
      InvalidInput);
  CheckIn check_in;
  check_in.answers = {{"stress", 1.0}};
  const CheckIn before = check_in;
  BOOST_CHECK_THROW(add_answers(bam, Response(3), referring(), check_in), InvalidInput);
  BOOST_TEST((check_in == before));
}

BOOST_AUTO_TEST_CASE(a_flag_that_the_model_cannot_raise_is_refused) {
  auto document = instruments::find("halt")->document();
  document.items[0].flag = "hunger";
  BOOST_CHECK_THROW(require_match(Instrument(document), models::standard()),
                    InvalidInput);
}

BOOST_AUTO_TEST_CASE(references_are_checked_and_read_back_equal) {
  const auto refused = [](InstrumentReference reference) {
    auto document = models::standard().document();
    item_of(document, "craving").instrument = std::move(reference);
    try {
      Model{document};
    } catch (const ParseError& error) {
      return error.pointer();
    }
    return std::string("accepted");
  };
  const std::string at =
      "/items/" + std::to_string(models::standard().find_item("craving")) + "/instrument";
  BOOST_TEST(refused({"bam", "8", ""}) == "accepted");
  BOOST_TEST(refused({"bam", "", ""}) == at);
  BOOST_TEST(refused({"bam", "8", "risk"}) == at);
  BOOST_TEST(refused({"", "8", ""}) == at + "/id");
  const auto model = referring();
  BOOST_TEST((io::parse_model(io::to_json(model)).document() == model.document()));
  auto text = io::to_json(model);
  const auto found = text.find("\"item\": \"8\"");
  BOOST_REQUIRE(found != std::string::npos);
  text.replace(found, 11, "\"item\": 8");
  BOOST_TEST((io::parse_model(text).document() == model.document()));
}

BOOST_AUTO_TEST_SUITE_END()
