#include <relapse/engine/simulate.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/model/detail/prepared_model.hpp>
#include <relapse/risk/detail/horizon.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(simulate_test)

BOOST_AUTO_TEST_CASE(
    a_seed_means_the_same_data_and_a_person_does_not_depend_on_the_others) {
  const auto& model = test::models()[1];
  const auto few = relapse::simulate(model, {.persons = 3, .answered = 0.6, .seed = 9});
  const auto again = relapse::simulate(model, {.persons = 5, .answered = 0.6, .seed = 9});
  const auto other =
      relapse::simulate(model, {.persons = 3, .answered = 0.6, .seed = 10});
  BOOST_TEST(few.time.size() < again.time.size());
  bool same = true;
  bool differs = false;
  for (std::size_t row = 0; row < few.time.size(); ++row) {
    same &= few.stage[row] == again.stage[row] && few.time[row] == again.time[row];
    differs |= few.stage[row] != other.stage[row];
  }
  BOOST_TEST(same);
  BOOST_TEST(differs);
}

BOOST_AUTO_TEST_CASE(stages_follow_the_chain) {
  const auto& model = test::models()[0];
  const int persons = 20'000;
  const auto data = relapse::simulate(
      model, {.persons = persons, .length = Days{10.0}, .every = Days{10.0}, .seed = 2});
  infer::Belief belief(1, 3);
  belief.joint = model.start().initial;
  infer::Workspace workspace(model);
  infer::Covariates covariates;
  infer::carry(belief, covariates, Time{0.0}, Time{10.0}, {}, model, workspace);
  std::vector<double> count(3, 0.0);
  for (std::size_t row = 1; row < data.stage.size(); row += 2) {
    count[static_cast<std::size_t>(data.stage[row])] += 1.0;
  }
  for (std::size_t s = 0; s < 3; ++s) {
    const double p = belief.joint[s];
    BOOST_TEST(std::abs(count[s] / persons - p) <
               4.0 * std::sqrt(p * (1.0 - p) / persons));
  }
}

BOOST_AUTO_TEST_CASE(the_risk_of_the_model_comes_true) {
  // Calibration of the law 10: first use within 7 days against the predicted probability.
  for (const auto& model : test::models()) {
    const int persons = 4000;
    const auto data = relapse::simulate(model, {.persons = persons,
                                                .length = Days{7.0},
                                                .every = Days{100.0},
                                                .from = StartFrom::without_use,
                                                .seed = 13});
    double expected = 0.0;
    double variance = 0.0;
    double seen = 0.0;
    const auto longer = relapse::simulate(model, {.persons = persons,
                                                  .length = Days{7.0},
                                                  .every = Days{7.0},
                                                  .from = StartFrom::without_use,
                                                  .seed = 13});
    std::vector<std::string> free;
    for (std::size_t s = 0; s < model.document().stages.size(); ++s) {
      if (!model.use()[s]) free.push_back(model.document().stages[s].id);
    }
    Answers answers(model);
    infer::Workspace workspace(model);
    risk::HorizonWorkspace horizon;
    std::vector<RiskEstimate> estimates;
    for (int person = 0; person < persons; ++person) {
      CheckIn first;
      const auto row = static_cast<std::size_t>(person);
      for (std::size_t item = 0; item < data.answers.size(); ++item) {
        const double value = data.answers[item][row];
        const auto& rule = model.document().items[item].item;
        // A report of use by mistake contradicts what is known here.
        if (std::isnan(value) || rule.role == Role::use) continue;
        first.answers.push_back({rule.id, value});
      }
      first.known_stage = KnownStage{free, false};
      answers.read(first, model);
      infer::PersonState state;
      infer::step(state, answers, {}, model, workspace);
      const double seven = 7.0;
      risk::estimate(state.belief, {state.covariates, state.age()}, {&seven, 1}, model,
                     horizon, estimates);
      expected += estimates[0].probability;
      variance += estimates[0].probability * (1.0 - estimates[0].probability);
      seen += std::isnan(longer.first_use[row]) ? 0.0 : 1.0;
    }
    BOOST_TEST(std::abs(seen - expected) < 4.0 * std::sqrt(variance));
  }
}

BOOST_AUTO_TEST_CASE(answers_stay_on_their_scales_and_can_be_read_back) {
  const auto& model = test::models()[1];
  for (const auto& check_in : test::check_ins(model, 77, 200.0)) {
    Answers answers(model);
    BOOST_CHECK_NO_THROW(answers.read(check_in, model));
  }
}

BOOST_AUTO_TEST_CASE(a_schedule_is_kept) {
  const auto& model = test::models()[0];
  const std::vector<std::vector<double>> schedules{{0.0, 1.5, 9.0}, {0.0}, {0.0, 30.0}};
  const auto data = relapse::simulate(model, {.persons = 3, .schedules = schedules});
  const std::vector<double> times{0.0, 1.5, 9.0, 0.0, 0.0, 30.0};
  const std::vector<std::int32_t> persons{0, 0, 0, 1, 2, 2};
  BOOST_TEST(data.time == times, boost::test_tools::per_element());
  BOOST_TEST(data.person == persons, boost::test_tools::per_element());
  const auto shared = relapse::simulate(model, {.persons = 2, .schedules = {{0.0, 2.0}}});
  BOOST_TEST(shared.time.size() == 4U);
}

BOOST_AUTO_TEST_CASE(persons_are_lost_at_the_rate_that_is_stated) {
  const auto& model = test::models()[0];
  const int persons = 4000;
  const auto data = relapse::simulate(
      model,
      {.persons = persons, .length = Days{10.0}, .every = Days{10.0}, .drop_out = 0.05});
  const double kept =
      static_cast<double>(data.time.size() - static_cast<std::size_t>(persons)) / persons;
  const double expected = std::exp(-0.5);
  const double error = std::sqrt(expected * (1.0 - expected) / persons);
  BOOST_TEST(std::abs(kept - expected) < 4.0 * error);
}

BOOST_AUTO_TEST_CASE(persons_in_use_are_lost_and_missed_more_often) {
  const auto& model = test::models()[0];
  const auto usual = relapse::simulate(model, {.persons = 400, .seed = 5});
  const auto lost =
      relapse::simulate(model, {.persons = 400, .drop_out_in_use = 0.3, .seed = 5});
  const auto share_in_use = [](const Simulated& data) {
    return static_cast<double>(std::count(data.stage.begin(), data.stage.end(), 2)) /
           static_cast<double>(data.stage.size());
  };
  BOOST_TEST(lost.time.size() < usual.time.size());
  BOOST_TEST(share_in_use(lost) < 0.8 * share_in_use(usual));
  const auto missed =
      relapse::simulate(model, {.persons = 400, .missed_in_use = 1.0, .seed = 5});
  for (std::size_t row = 0; row < missed.time.size(); ++row) {
    const bool in_use = missed.stage[row] == 2 && missed.time[row] > 0.0;
    BOOST_TEST(std::isnan(missed.answers[0][row]) == in_use);
  }
}

BOOST_AUTO_TEST_CASE(settings_out_of_range_are_refused) {
  const auto& model = test::models()[0];
  BOOST_CHECK_THROW(relapse::simulate(model, {.persons = 0}), InvalidInput);
  BOOST_CHECK_THROW(relapse::simulate(model, {.length = Days{-1.0}}), InvalidInput);
  BOOST_CHECK_THROW(relapse::simulate(model, {.length = Days{36526.0}}), InvalidInput);
  BOOST_CHECK_THROW(relapse::simulate(model, {.every = Days{0.0}}), InvalidInput);
  BOOST_CHECK_THROW(relapse::simulate(model, {.jitter = 1.0}), InvalidInput);
  BOOST_CHECK_THROW(relapse::simulate(model, {.answered = 1.5}), InvalidInput);
  BOOST_CHECK_THROW(relapse::simulate(model, {.missed_in_use = -0.1}), InvalidInput);
  BOOST_CHECK_THROW(relapse::simulate(model, {.drop_out = -1.0}), InvalidInput);
  for (const auto& times : {std::vector<double>{}, {1.0, 2.0}, {0.0, 0.0}}) {
    BOOST_CHECK_THROW(relapse::simulate(model, {.schedules = {times}}), InvalidInput);
  }
  BOOST_CHECK_THROW(relapse::simulate(model, {.schedules = {{0.0}, {0.0}}}),
                    InvalidInput);
}

BOOST_AUTO_TEST_SUITE_END()
