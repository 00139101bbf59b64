#include <relapse/infer/detail/filter.hpp>
#include <relapse/infer/detail/foretell.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include "close.hpp"
#include "panels.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(foretell_test)

namespace {

/// Two ways of summing the same numbers.
constexpr double rounding = 1e-11;

/// Probability of being answered at all, where missing is a level.
double answered(const Model& model, int item, int stage) {
  if (!model.item(item).missing_is_a_level) return 1.0;
  const auto* sign = model.sign(item);
  double sum = 0.0;
  for (int level = 0; level + 1 < sign->levels(); ++level)
    sum += sign->probability(level, stage);
  return sum;
}

/// The log score by the filter, check-in by check-in.
double log_score(const Model& model, const std::vector<CheckIn>& history, int item) {
  infer::Workspace workspace(model);
  infer::PersonState state;
  Answers answers(model);
  double sum = 0.0;
  for (std::size_t k = 0; k < history.size(); ++k) {
    answers.read(history[k], model);
    auto carried = state.belief;
    if (k > 0) {
      const auto told =
          infer::told_in_order(answers, state.last(), state.covariates, model);
      infer::carry(carried, state.covariates, state.time, answers.time,
                   infer::rules_out_use(answers, told) ? model.use() : ctmc::StateSet{},
                   model, workspace);
    }
    model::Repeat repeat;
    if (k > 0) {
      repeat = infer::last_given(item, state.given, model)
                   .repeat_at(answers.time, *model.sign(item));
    }
    infer::step(state, answers, {}, model, workspace);
    if (k == 0 || !answers.is_answered(item)) continue;
    double given = 0.0;
    double found = 0.0;
    for (int i = 0; i < model.nodes(); ++i) {
      for (int s = 0; s < model.stages(); ++s) {
        const double mass = carried.node(i)[static_cast<std::size_t>(s)];
        given += mass * answered(model, item, s);
        found += mass * model.sign(item)->likelihood(answers.value(item), repeat, s,
                                                     i % model.answer_ways());
      }
    }
    sum += std::log(found) - std::log(given);
  }
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_score_is_that_of_the_carried_belief) {
  for (const auto& model : test::models()) {
    const auto people = test::people(model, 3);
    const auto panel = test::panel_of(model, people);
    const infer::PanelLaw law(panel, model);
    for (int item = 0; item < model.items(); ++item) {
      if (model.sign(item) == nullptr) continue;
      infer::Foretelling foretelling(law, item);
      double expected = 0.0;
      for (std::size_t p = 0; p < people.size(); ++p) {
        BOOST_TEST(foretelling.add(panel.persons()[p]));
        expected += log_score(model, people[p], item);
      }
      BOOST_TEST(test::close(foretelling.take().log_likelihood, expected, rounding));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_was_taken_is_not_counted_again) {
  const auto& model = test::models()[0];
  const auto panel = test::panel_of(model, test::people(model, 1));
  const infer::PanelLaw law(panel, model);
  int item = 0;
  while (model.sign(item) == nullptr) ++item;
  infer::Foretelling foretelling(law, item);
  foretelling.add(panel.persons()[0]);
  const double first = foretelling.take().log_likelihood;
  BOOST_TEST(first < 0.0);
  BOOST_TEST(foretelling.take().log_likelihood == 0.0);
  foretelling.add(panel.persons()[0]);
  BOOST_TEST(foretelling.take().log_likelihood == first);
}

BOOST_AUTO_TEST_SUITE_END()
