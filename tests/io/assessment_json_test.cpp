#include <relapse/engine/monitor.hpp>
#include <relapse/io/assessment_json.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/model_json.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(assessment_json_test)

using nlohmann::json;

namespace {

const Model& complete() {
  static const Model model = io::load_model(RELAPSE_TEST_DATA "/io/complete_model.json");
  return model;
}

CheckIn answered() {
  CheckIn check_in;
  check_in.time = Time{20513.25};
  check_in.answers = {
      {"craving", 3.0}, {"isolating", std::string("often")}, {"voices", 1.0}};
  check_in.missing = {{"mood", MissingReason::declined}};
  return check_in;
}

}  // namespace

BOOST_AUTO_TEST_CASE(everything_in_an_assessment_is_written_with_its_basis) {
  Monitor monitor(complete());
  const Assessment& assessment = monitor.update(answered());
  const json document = io::read_json(io::to_json(assessment));
  BOOST_TEST(document["schema"] == "relapse/assessment/1");
  BOOST_TEST(document["model"]["id"] == "complete");
  BOOST_TEST(document["model"]["version"] == "2.1.0");
  BOOST_TEST(document["model"]["content_hash"] == complete().content_hash());
  BOOST_TEST(document["model"]["calibration_status"] == "expert default");
  BOOST_TEST(document["model"]["kernel"] == instruction_set());
  BOOST_TEST(document["time"] == "2026-03-01T06:00:00Z");
  BOOST_TEST(document["stages"]["mental"] == assessment.stages[1]);
  BOOST_TEST(document["stage"] == assessment.stage_id());
  BOOST_TEST(document["level"] == std::string(name_of(assessment.level)));
  BOOST_TEST(document["numeric_level"] == std::string(name_of(assessment.numeric_level)));
  BOOST_TEST(document["level_risk"] == assessment.level_risk);
  BOOST_TEST(document["level_horizon_days"] == 7.0);
  BOOST_TEST(document["propensity"] == assessment.propensity);
  BOOST_TEST(document["log_likelihood"] == assessment.log_likelihood);
  BOOST_TEST(document["flags"] == json({"psychosis"}));
  BOOST_TEST(document["lost_tolerance_notice"] == false);
  BOOST_TEST(document["inputs"]["missing"]["mood"] == "declined");
  BOOST_TEST(document["inputs"]["missing"]["stress"] == "not_asked");
  BOOST_TEST(document["inputs"]["used"].size() + document["inputs"]["missing"].size() ==
             complete().document().items.size());
}

BOOST_AUTO_TEST_CASE(risks_and_drivers_keep_their_doubles) {
  Monitor monitor(complete());
  const Assessment& assessment = monitor.update(answered());
  const json document = io::read_json(io::to_json(assessment));
  BOOST_REQUIRE(document["risks"].size() == 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& risk = assessment.risks[i];
    BOOST_TEST(document["risks"][i]["within_days"] == risk.within.count);
    BOOST_TEST(document["risks"][i]["probability"] == risk.probability);
    BOOST_TEST(document["risks"][i]["low"] == risk.low);
    BOOST_TEST(document["risks"][i]["high"] == risk.high);
    BOOST_TEST(document["risks"][i]["new_use"] == risk.new_use.value());
    BOOST_TEST(document["risks"][i]["relapse"] == risk.relapse.value());
  }
  BOOST_REQUIRE(document["drivers"].size() == assessment.drivers.size());
  for (std::size_t i = 0; i < assessment.drivers.size(); ++i) {
    const auto& driver = assessment.drivers[i];
    BOOST_TEST(document["drivers"][i]["kind"] == std::string(name_of(driver.kind)));
    BOOST_TEST(document["drivers"][i]["id"] == driver.id);
    BOOST_TEST(document["drivers"][i]["contribution"] == driver.contribution);
  }
}

BOOST_AUTO_TEST_CASE(outcomes_have_their_drivers_where_they_were_asked_for) {
  auto rules = complete().document();
  OutcomeRule rule;
  rule.id = "isolating_in_a_week";
  rule.item = "isolating";
  rule.answers = {1.0};
  rule.after_days = 7.0;
  rules.outcomes = {rule};
  const Model model(rules);
  Monitor usual(model);
  const auto plain = io::read_json(io::to_json(usual.update(answered())));
  BOOST_TEST(!plain["outcomes"][0].contains("drivers"));
  Monitor asked(model, {.outcome_drivers = true});
  const Assessment& assessment = asked.update(answered());
  const json document = io::read_json(io::to_json(assessment));
  const auto& drivers = assessment.outcomes[0].drivers;
  const auto& written = document["outcomes"][0]["drivers"];
  BOOST_REQUIRE(drivers.size() > 1U);
  BOOST_REQUIRE(written.size() == drivers.size());
  for (std::size_t i = 0; i < drivers.size(); ++i) {
    BOOST_TEST(written[i]["kind"] == std::string(name_of(drivers[i].kind)));
    BOOST_TEST(written[i]["id"] == drivers[i].id);
    BOOST_TEST(written[i]["contribution"] == drivers[i].contribution);
  }
}

BOOST_AUTO_TEST_CASE(a_risk_that_there_is_not_is_null) {
  Monitor monitor(complete());
  CheckIn check_in = answered();
  check_in.known_stage = KnownStage{{"lapse", "relapse"}, false};
  const json document = io::read_json(io::to_json(monitor.update(check_in)));
  BOOST_TEST(document["risks"][0]["new_use"].is_null());
}

BOOST_AUTO_TEST_CASE(what_a_model_says_of_recovery_is_written_where_it_says_it) {
  Monitor monitor{Model(test::two_propensities())};
  CheckIn check_in;
  check_in.time = Time{20513.25};
  const Assessment assessment = monitor.update(check_in);
  const json document = io::read_json(io::to_json(assessment));
  BOOST_TEST(document["recovery_propensity"] == assessment.recovery_propensity);
  Monitor other(complete());
  BOOST_TEST(!io::read_json(io::to_json(other.update(answered())))
                  .contains("recovery_propensity"));
}

BOOST_AUTO_TEST_SUITE_END()
