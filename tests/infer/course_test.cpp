#include <relapse/engine/monitor.hpp>
#include <relapse/engine/score.hpp>
#include <relapse/infer/detail/course.hpp>
#include <relapse/infer/detail/filter.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(course_test)

namespace {

using test::at;

std::vector<Answers> read(const std::vector<CheckIn>& told, const Model& model) {
  std::vector<Answers> answers(told.size(), Answers(model));
  for (std::size_t k = 0; k < told.size(); ++k) answers[k].read(told[k], model);
  return answers;
}

infer::PersonState after(const std::vector<CheckIn>& check_ins, const Model& model) {
  infer::PersonState state;
  infer::Workspace workspace(model);
  Answers answers(model);
  for (const auto& check_in : check_ins) {
    answers.read(check_in, model);
    infer::step(state, answers, {}, model, workspace);
  }
  return state;
}

/// The rich model whose determinants go on as the filter has them.
Model remembering() {
  auto document = test::rich_document();
  for (auto& rule : document.determinants) rule.outlook = {};
  return Model(document);
}

Monitor follow(const Model& model, std::uint64_t seed) {
  Monitor monitor(model);
  for (const auto& check_in : test::check_ins(model, seed, 12.0))
    monitor.update(check_in);
  return monitor;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_told_counts_as_if_it_had_been_answered) {
  const Model model = remembering();
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    auto state = after(test::check_ins(model, seed, 12.0), model);
    const Time now = state.time;
    const std::vector<CheckIn> plan = {
        at(now + Days{2.0}, {{"stress", 4.0}}), at(now + Days{5.5}, {{"craving", 1.0}}),
        at(now + Days{9.0}, {{"stress", 0.0}}), at(now + Days{30.0}, {})};
    const risk::Outlook outlook(state, now, model, read(plan, model));
    infer::Workspace workspace(model);
    for (const auto& told : plan) {
      const Time to = std::min(told.time, now + Days{12.0});
      infer::carry(state.belief, state.covariates, state.time, to, {}, model, workspace);
      state.time = to;
      Answers answers(model);
      answers.read(told, model);
      if (infer::take_answers(state.covariates, answers, to, model))
        state.covariates.updated = to.days;
    }
    const risk::Outlook then(state, state.time, model);
    for (int item = 0; item < model.items(); ++item) {
      if (model.sign(item) == nullptr || model.sign(item)->persists()) continue;
      const auto said = outlook.forecast(item, Days{12.0});
      const auto by_hand = then.forecast(item, Days{0.0});
      for (std::size_t k = 0; k < said.size(); ++k)
        BOOST_TEST(std::abs(said[k] - by_hand[k]) < 1e-12);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_plan_without_news_changes_nothing) {
  for (const auto& model : test::models()) {
    const Monitor monitor = follow(model, 3);
    const Time now = *monitor.last();
    const std::vector<CheckIn> plan = {at(now + Days{3.0}, {}), at(now + Days{40.0}, {})};
    const auto told = monitor.outlook(plan);
    for (const double days : {1.0, 3.0, 20.0}) {
      const auto said = told.risk_within(Days{days});
      const auto before = monitor.outlook().risk_within(Days{days});
      BOOST_TEST(std::abs(said.probability - before.probability) < 1e-12);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_told_from_before_now_on_holds_at_once) {
  const Model model = remembering();
  const Monitor monitor = follow(model, 4);
  const Time now = *monitor.last();
  const CheckIn end = at(now + Days{20.0}, {});
  const auto seen = [&](Time from, double stress) {
    const std::vector<CheckIn> plan = {at(from, {{"stress", stress}}), end};
    return monitor.outlook(plan).risk_within(Days{7.0}).probability;
  };
  BOOST_TEST(seen(now, 4.0) == seen(now - Days{5.0}, 4.0));
  BOOST_TEST(seen(now, 4.0) > seen(now, 0.0));
  const double untold = monitor.outlook().risk_within(Days{7.0}).probability;
  BOOST_TEST(std::abs(seen(now + Days{8.0}, 4.0) - untold) < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_run_a_forecast_and_an_outcome_go_by_the_plan) {
  auto document = test::rich_document();
  OutcomeRule rule;
  rule.id = "used_later";
  rule.item = "used";
  rule.answers = {1.0};
  rule.after_days = 6.0;
  document.outcomes = {rule};
  const Model model(document);
  const Monitor monitor = follow(model, 5);
  const Time now = *monitor.last();
  const auto plan = [&](double stress) {
    return std::vector<CheckIn>{at(now, {{"stress", stress}}), at(now + Days{70.0}, {})};
  };
  const int used = model.find_item("used");
  const auto calm = monitor.outlook(plan(0.0));
  const auto tense = monitor.outlook(plan(4.0));
  BOOST_TEST(calm.forecast(used, Days{6.0})[1] < tense.forecast(used, Days{6.0})[1]);
  BOOST_TEST(calm.run_probability({used, {1.0}, 0}, 2, 10) <
             tense.run_probability({used, {1.0}, 0}, 2, 10));
  BOOST_TEST(calm.outcome(rule) < tense.outcome(rule));
  BOOST_TEST(monitor.forecast("used", Days{6.0}, plan(4.0))[1] ==
             tense.forecast(used, Days{6.0})[1]);
}

BOOST_AUTO_TEST_CASE(a_plan_that_ends_early_or_tells_more_is_refused) {
  const Model& model = test::models()[1];
  const Monitor monitor = follow(model, 6);
  const Time now = *monitor.last();
  const std::vector<CheckIn> brief = {at(now, {{"stress", 1.0}}),
                                      at(now + Days{5.0}, {})};
  BOOST_CHECK_EXCEPTION(monitor.outlook(brief).risk_within(Days{7.0}), InvalidInput,
                        [](const InvalidInput& error) {
                          const std::string words = error.what();
                          return words.find("plan") != std::string::npos &&
                                 words.find("5") != std::string::npos &&
                                 words.find("7") != std::string::npos;
                        });
  BOOST_CHECK_NO_THROW(monitor.outlook(brief).risk_within(Days{5.0}));
  const std::vector<CheckIn> sign = {at(now, {{"used", 1.0}}), at(now + Days{9.0}, {})};
  BOOST_CHECK_EXCEPTION(
      monitor.outlook(sign), CheckInError,
      [](const CheckInError& error) { return error.place().item == "used"; });
  const std::vector<CheckIn> back = {at(now + Days{9.0}, {}), at(now + Days{8.0}, {})};
  BOOST_CHECK_THROW(monitor.outlook(back), InvalidInput);
  auto stage = brief;
  stage[0].known_stage = KnownStage{{model.document().stages[0].id}, false};
  BOOST_CHECK_THROW(monitor.outlook(stage), InvalidInput);
}

BOOST_AUTO_TEST_SUITE_END()
