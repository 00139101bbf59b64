#include <relapse/core/detail/probability.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/risk/outlook.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(run_steps_test)

namespace {

constexpr double rounding = 1e-12;

/// A monitor after some check-ins of a model with these outcomes.
Monitor monitor_of(ModelDocument document, std::vector<OutcomeRule> outcomes) {
  document.outcomes = std::move(outcomes);
  const Model model(document);
  Monitor monitor(model);
  for (const auto& check_in : test::check_ins(model, 3, 20.0)) monitor.update(check_in);
  return monitor;
}

OutcomeRule answer(std::string item, std::vector<double> answers) {
  OutcomeRule rule;
  rule.id = "outcome";
  rule.item = std::move(item);
  rule.answers = std::move(answers);
  rule.after_days = 2.0;
  return rule;
}

OutcomeRule threshold(std::string item, double least) {
  auto rule = answer(std::move(item), {});
  rule.at_least = least;
  return rule;
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_answer_is_what_the_forecast_says) {
  for (const auto& model : test::models()) {
    const auto monitor = monitor_of(model.document(), {});
    const auto outlook = monitor.outlook();
    const auto levels = outlook.forecast(model.find_item("isolating"), Days{2.0});
    auto rule = answer("isolating", {1.0, 2.0});
    BOOST_TEST(std::abs(outlook.outcome(rule) - levels[1] - levels[2]) < rounding);
    BOOST_TEST(std::abs(outlook.outcome(threshold("isolating", 1.0)) - levels[1] -
                        levels[2]) < rounding);
    const bool may_miss = levels.size() > 3;
    rule.given = OutcomeGiven::observed;
    const double there = may_miss ? 1.0 - levels[3] : 1.0;
    BOOST_TEST(std::abs(outlook.outcome(rule) - (levels[1] + levels[2]) / there) <
               rounding);
    if (!may_miss) continue;
    rule.given = OutcomeGiven::all;
    rule.or_missing = true;
    BOOST_TEST(std::abs(outlook.outcome(rule) - 1.0 + levels[0]) < rounding);
  }
}

BOOST_AUTO_TEST_CASE(a_count_reaches_a_threshold_as_its_parts_say) {
  const auto monitor = monitor_of(test::lasting_answers(), {});
  const auto outlook = monitor.outlook();
  double below = 0.0;
  for (const double count : {0.0, 1.0, 2.0})
    below += outlook.outcome(answer("nights", {count}));
  BOOST_TEST(std::abs(outlook.outcome(threshold("nights", 3.0)) - 1.0 + below) <
             rounding);
}

BOOST_AUTO_TEST_CASE(a_measurement_is_above_its_mean_half_the_time) {
  // One law for every stage, so that the belief does not matter.
  auto document = test::small_document();
  Normal law;
  law.mean = {2.0, 2.0, 2.0};
  law.sd = {1.5, 1.5, 1.5};
  document.items.push_back(test::sign("mood", law));
  const auto monitor = monitor_of(document, {});
  const auto outlook = monitor.outlook();
  BOOST_TEST(std::abs(outlook.outcome(threshold("mood", 2.0)) - 0.5) < rounding);
  // The upper quarter of a standard normal law begins at 0.67448975019608171.
  const double quarter = 2.0 + 1.5 * normal_quantile(0.75);
  BOOST_TEST(std::abs(outlook.outcome(threshold("mood", quarter)) - 0.25) < rounding);
}

BOOST_AUTO_TEST_CASE(a_run_is_what_the_outlook_says) {
  const auto monitor = monitor_of(test::small_document(), {});
  const auto outlook = monitor.outlook();
  OutcomeRule rule;
  rule.item = "isolating";
  rule.answers = {2.0};
  rule.run = 2;
  rule.weeks = 5;
  const double run = outlook.run_probability({1, {2.0}, 0}, 2, 5);
  BOOST_TEST(run > 0.0);
  BOOST_TEST(outlook.outcome(rule) == run);
  rule.answers.clear();
  rule.at_least = 2.0;
  BOOST_TEST(outlook.outcome(rule) == run);
}

BOOST_AUTO_TEST_CASE(a_line_moves_the_log_odds) {
  const auto monitor = monitor_of(test::small_document(), {});
  const auto outlook = monitor.outlook();
  auto rule = answer("used", {1.0});
  const double plain = outlook.outcome(rule);
  rule.recalibration = Recalibration{0.4, 0.8, "test"};
  BOOST_TEST(std::abs(logit(outlook.outcome(rule)) - 0.4 - 0.8 * logit(plain)) < 1e-10);
}

BOOST_AUTO_TEST_CASE(an_assessment_has_the_outcomes_of_its_model) {
  const auto rule = answer("used", {1.0});
  for (const auto& model : test::models()) {
    const auto monitor = monitor_of(model.document(), {rule});
    const auto seen = monitor.at(*monitor.last());
    BOOST_REQUIRE(seen.outcomes.size() == 1U);
    BOOST_TEST(seen.outcomes[0].id == "outcome");
    BOOST_TEST(std::abs(seen.outcomes[0].probability - monitor.outlook().outcome(rule)) <
               rounding);
  }
}

BOOST_AUTO_TEST_CASE(later_it_is_foretold_from_there) {
  auto rule = answer("used", {1.0});
  const auto monitor = monitor_of(test::small_document(), {rule});
  const auto later = monitor.at(*monitor.last() + Days{3.0});
  rule.after_days = 5.0;
  BOOST_TEST(std::abs(later.outcomes[0].probability - monitor.outlook().outcome(rule)) <
             rounding);
}

BOOST_AUTO_TEST_SUITE_END()
