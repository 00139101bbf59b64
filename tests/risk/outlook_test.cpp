#include <relapse/core/error.hpp>
#include <relapse/core/random.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/model/detail/answers.hpp>
#include <relapse/risk/counterfactuals.hpp>
#include <relapse/risk/detail/horizon.hpp>
#include <relapse/risk/outlook.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(outlook_test)

namespace {

/// Smallest difference that counts: a few hundred roundings.
constexpr double rounding = 1e-12;

infer::PersonState state_after(const Model& model, std::uint64_t seed) {
  infer::PersonState state;
  infer::Workspace workspace(model);
  Answers answers(model);
  for (const auto& check_in : test::check_ins(model, seed, 20.0)) {
    answers.read(check_in, model);
    infer::step(state, answers, {}, model, workspace);
  }
  return state;
}

int determinant(const Model& model, const char* id) {
  const auto& rules = model.document().determinants;
  for (std::size_t d = 0; d < rules.size(); ++d) {
    if (rules[d].id == id) return static_cast<int>(d);
  }
  return -1;
}

}  // namespace

BOOST_AUTO_TEST_CASE(risk_lies_in_the_unit_interval_and_never_falls_with_the_horizon) {
  for (const auto& model : test::models()) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const auto state = state_after(model, seed);
      const risk::Outlook outlook(state, state.time, model);
      double last = 0.0;
      for (const double days :
           {1e-6, 0.1, 0.3, 0.5, 0.9, 1.0, 2.5, 7.0, 30.0, 100.0, 1e4}) {
        const auto estimate = outlook.risk_within(Days{days});
        BOOST_TEST(estimate.probability >= last);
        BOOST_TEST(estimate.probability <= 1.0);
        BOOST_TEST(estimate.low <= estimate.probability);
        BOOST_TEST(estimate.high >= estimate.probability);
        if (estimate.relapse)
          BOOST_TEST(*estimate.relapse <= estimate.probability + rounding);
        last = estimate.probability;
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_risk_does_not_depend_on_the_list_of_horizons) {
  const auto& model = test::models()[1];
  const auto state = state_after(model, 3);
  risk::HorizonWorkspace workspace;
  std::vector<RiskEstimate> one, many;
  const risk::Ahead ahead{state.covariates, state.age()};
  const std::vector<double> seven{7.0}, list{0.2, 1.0, 3.3, 6.9, 7.0, 30.0};
  risk::estimate(state.belief, ahead, seven, model, workspace, one);
  risk::estimate(state.belief, ahead, list, model, workspace, many);
  BOOST_TEST(std::abs(one[0].probability - many[4].probability) < rounding);
}

BOOST_AUTO_TEST_CASE(risk_is_what_the_filter_predicts_with_no_more_answers) {
  auto document = test::rich_document();
  for (auto& rule : document.determinants) rule.outlook = {};
  const Model model(document);
  const auto state = state_after(model, 8);
  const risk::Outlook now(state, state.time, model);
  const auto belief = [&](double days) {
    const risk::Outlook later(state, state.time + Days{days}, model);
    return later.stages();
  };
  // Without a way out of use, being in use by then is having entered it.
  auto trapped = document;
  std::erase_if(trapped.transitions, [](const auto& rule) {
    return rule.from == "lapse" || rule.from == "relapse";
  });
  const Model one_way(trapped);
  const risk::Outlook outlook(state, state.time, one_way);
  const risk::Outlook later(state, state.time + Days{9.3}, one_way);
  const auto masses = later.stages();
  BOOST_TEST(std::abs(outlook.risk_within(Days{9.3}).probability - masses[3] -
                      masses[4]) < rounding);
  BOOST_TEST(now.risk_within(Days{9.3}).probability > belief(9.3)[3] + belief(9.3)[4]);
}

BOOST_AUTO_TEST_CASE(small_risks_keep_their_digits) {
  auto document = test::small_document();
  document.initial = {1.0, 0.0, 0.0};
  const Model model(document);
  infer::PersonState state;
  infer::Workspace workspace(model);
  Answers answers(model);
  answers.clear(Time{0.0});
  infer::step(state, answers, {}, model, workspace);
  const double t = 1e-7;
  // stable -> warning -> lapse in a very short time: rate product times t^2 / 2.
  const double expected = 0.05 * 0.04 * t * t / 2.0;
  const auto risk = risk::Outlook(state, Time{0.0}, model).risk_within(Days{t});
  BOOST_TEST(std::abs(risk.probability / expected - 1.0) < 1e-7);
}

BOOST_AUTO_TEST_CASE(helping_a_determinant_lowers_the_risk_while_it_lasts) {
  const auto& model = test::models()[1];
  infer::PersonState state;
  infer::Workspace workspace(model);
  Answers answers(model);
  CheckIn check_in;
  check_in.answers = {{"craving", 4.0}, {"stress", 9.0}};
  answers.read(check_in, model);
  infer::step(state, answers, {}, model, workspace);
  const risk::Outlook outlook(state, state.time, model);
  const int craving = determinant(model, "craving");
  const auto with = [&](double factor, double days) {
    const risk::Intervention doing{craving, factor, Days{days}};
    return outlook.risk_within(Days{7.0}, {&doing, 1}).probability;
  };
  const double as_it_stands = outlook.risk_within(Days{7.0}).probability;
  BOOST_TEST(with(1.0, 1.0) == as_it_stands, boost::test_tools::tolerance(rounding));
  BOOST_TEST(with(0.5, 0.25) < as_it_stands);
  BOOST_TEST(with(0.5, 1.0) < with(0.5, 0.25));
  BOOST_TEST(with(0.2, 1.0) < with(0.5, 1.0));
}

BOOST_AUTO_TEST_CASE(counterfactuals_are_the_looks_of_the_outlook_to_the_last_bit) {
  Random random = random_stream(22, 1);
  const auto drawn = [&](int count) {
    return static_cast<int>(sample_uniform(random) * count);
  };
  for (const auto& model : test::models()) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      const auto state = state_after(model, seed);
      const risk::Outlook outlook(state, state.time + Days{0.3}, model);
      risk::Counterfactuals looks(outlook);
      const int count = static_cast<int>(model.document().determinants.size());
      for (int k = 0; k < 60; ++k) {
        std::vector<risk::Intervention> done;
        for (int more = count == 0 ? 0 : drawn(4); more > 0; --more)
          done.push_back({drawn(count), 0.5 * drawn(3), Days{0.5 + drawn(3)}});
        const Days horizon{std::vector<double>{0.125, 1.0, 7.0,
                                               30.0}[static_cast<std::size_t>(drawn(4))]};
        BOOST_TEST(looks.risk_within(horizon, done) ==
                   outlook.risk_within(horizon, done).probability);
        BOOST_TEST(looks.use_ahead(horizon, done) == outlook.use_ahead(horizon, done));
        // Looks of others in between change nothing.
        BOOST_TEST(looks.use_ahead(horizon, done) == outlook.use_ahead(horizon, done));
      }
      BOOST_CHECK_THROW(looks.risk_within(Days{0.0}), InvalidInput);
    }
  }
}

BOOST_AUTO_TEST_CASE(without_an_answer_the_use_ahead_is_that_of_one_not_given) {
  const auto& model = test::models()[1];
  const std::vector<Answer> rest{{"used", 0.0}, {"stress", 4.0}, {"severity", 5.0}};
  const auto first = [&](std::vector<Answer> answers) {
    CheckIn check_in;
    check_in.time = Time{3.0};
    check_in.answers = std::move(answers);
    infer::PersonState state;
    infer::Workspace workspace(model);
    Answers given(model);
    given.read(check_in, model);
    infer::step(state, given, {}, model, workspace);
    return risk::Outlook(state, state.time, model);
  };
  const auto silent = first(rest);
  for (const Answer& more : {Answer{"craving", 4.0}, Answer{"isolating", 2.0}}) {
    auto answers = rest;
    answers.push_back(more);
    const auto told = first(answers);
    const int item = model.find_item(more.item);
    const double encoded = encode_answer(item, std::get<double>(more.value), model);
    for (const double days : {0.25, 1.0, 7.0}) {
      const double without = told.use_ahead_without(item, encoded, Days{days});
      BOOST_TEST(std::abs(without - silent.use_ahead(Days{days})) < rounding);
      BOOST_TEST(told.use_ahead(Days{days}) > without);
      BOOST_TEST(told.use_ahead(Days{days}) == told.risk_within(Days{days}).probability);
    }
  }
  BOOST_CHECK_THROW(
      silent.use_ahead_without(model.find_item("hearing_voices"), 1.0, Days{1.0}),
      InvalidInput);
  BOOST_CHECK_THROW(silent.use_ahead(Days{0.0}), InvalidInput);
}

BOOST_AUTO_TEST_CASE(in_a_stage_of_use_the_use_ahead_is_being_in_it_at_the_end) {
  const auto& model = test::models()[1];
  infer::PersonState state;
  infer::Workspace workspace(model);
  Answers answers(model);
  for (int day = 0; day < 3; ++day) {
    CheckIn check_in;
    check_in.time = Time{1.0 * day};
    check_in.answers = {{"used", day == 1 ? 1.0 : 0.0}};
    if (day == 1) check_in.known_stage = KnownStage{{"relapse"}, false};
    answers.read(check_in, model);
    infer::step(state, answers, {}, model, workspace);
    const risk::Outlook outlook(state, state.time, model);
    BOOST_TEST(outlook.since_use_told().has_value() == (day > 0));
    if (day != 1) continue;
    BOOST_TEST(outlook.since_use_told()->count == 0.0);
    BOOST_TEST(outlook.since_use()->count == 0.0);
    double in_use = 0.0;
    const risk::Outlook later(state, state.time + Days{5.0}, model);
    for (const int stage : {3, 4}) {
      in_use += later.stages()[static_cast<std::size_t>(stage)];
    }
    BOOST_TEST(std::abs(outlook.use_ahead(Days{5.0}) - in_use) < 1e-9);
    BOOST_TEST(in_use < 1.0);
  }
  const risk::Outlook outlook(state, Time{4.0}, model);
  BOOST_TEST(outlook.since_use_told()->count == 3.0);
}

BOOST_AUTO_TEST_CASE(a_forecast_is_a_distribution) {
  for (const auto& model : test::models()) {
    const auto state = state_after(model, 2);
    const risk::Outlook outlook(state, state.time, model);
    for (const double days : {0.0, 1.0, 30.0}) {
      for (const char* item : {"used", "isolating"}) {
        const auto answers = outlook.forecast(model.find_item(item), Days{days});
        BOOST_TEST(std::abs(std::accumulate(answers.begin(), answers.end(), 0.0) - 1.0) <
                   rounding);
      }
    }
    BOOST_CHECK_THROW(outlook.forecast(-1, Days{1.0}), InvalidInput);
    BOOST_CHECK_THROW(outlook.forecast(0, Days{-1.0}), InvalidInput);
  }
}

BOOST_AUTO_TEST_CASE(a_run_of_one_in_one_week_is_a_forecast) {
  for (const auto& model : test::models()) {
    const auto state = state_after(model, 5);
    const risk::Outlook outlook(state, state.time, model);
    const int used = model.find_item("used");
    BOOST_TEST(std::abs(outlook.run_probability({used, {1.0}, 0}, 1, 1) -
                        outlook.forecast(used, Days{7.0})[1]) < rounding);
    BOOST_TEST(outlook.run_probability({used, {1.0}, 2}, 2, 5) == 1.0);
    BOOST_TEST(outlook.run_probability({used, {1.0}, 0}, 3, 2) == 0.0);
    BOOST_TEST(std::abs(outlook.run_probability({used, {0.0, 1.0}, 0}, 4, 9) - 1.0) <
               rounding);
  }
}

BOOST_AUTO_TEST_CASE(what_lies_beyond_a_century_or_stands_twice_is_refused) {
  const auto& model = test::models()[1];
  const auto state = state_after(model, 5);
  const risk::Outlook outlook(state, state.time, model);
  const int used = model.find_item("used");
  BOOST_TEST(outlook.risk_within(Days{36525.0}).probability > 0.0);
  for (const double days : {0.0, -1.0, 36525.5, 1e308, std::nan("")}) {
    BOOST_CHECK_THROW(outlook.risk_within(Days{days}), InvalidInput);
  }
  BOOST_CHECK_THROW(outlook.run_probability({used, {1.0}, 0}, 2, 2'000'000'000),
                    InvalidInput);
  BOOST_CHECK_THROW(outlook.run_probability({used, {1.0, 1.0}, 0}, 2, 3), InvalidInput);
  BOOST_TEST(outlook.run_probability({used, {1.0}, 0}, 2'000'000'000, 5) == 0.0);
}

BOOST_AUTO_TEST_CASE(runs_agree_with_simulated_endpoints) {
  const auto& model = test::models()[0];
  infer::PersonState state;
  infer::Workspace workspace(model);
  Answers answers(model);
  answers.clear(Time{0.0});
  infer::step(state, answers, {}, model, workspace);
  const risk::Outlook outlook(state, Time{0.0}, model);
  const int used = model.find_item("used");
  const double expected = outlook.run_probability({used, {1.0}, 0}, 2, 9);
  const int persons = 20'000;
  const auto data = simulate(
      model, {.persons = persons, .length = Days{63.0}, .every = Days{7.0}, .seed = 11});
  int reached = 0, run = 0;
  bool done = false;
  for (std::size_t row = 0; row < data.time.size(); ++row) {
    const bool first = data.time[row] == 0.0;
    if (first) run = 0, done = false;
    if (first) continue;
    run = data.answers[static_cast<std::size_t>(used)][row] == 1.0 ? run + 1 : 0;
    if (run == 2 && !done) ++reached, done = true;
  }
  const double share = static_cast<double>(reached) / persons;
  BOOST_TEST(std::abs(share - expected) <
             4.0 * std::sqrt(expected * (1.0 - expected) / persons));
}

BOOST_AUTO_TEST_SUITE_END()
