#include <relapse/core/error.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/infer/detail/trellis.hpp>
#include <relapse/infer/detail/use_told.hpp>

#include "close.hpp"
#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(use_told_test)

namespace {

/// Smallest difference that counts: a few hundred roundings.
constexpr double rounding = 1e-12;

/// Reports of use that are facts: impossible outside the stages of use.
Model factual_model() {
  auto document = test::rich_document();
  document.items[0].emission = Bernoulli{{0.0, 0.0, 0.0, 0.9, 0.95}};
  return Model(document);
}

using test::at;

CheckIn used_ago(double time, double ago, std::vector<Answer> answers = {}) {
  auto check_in = at(time, std::move(answers));
  check_in.used_days_ago = Days{ago};
  return check_in;
}

infer::UseTold told(const CheckIn& check_in, std::optional<double> last,
                    const Model& model) {
  Answers answers(model);
  answers.read(check_in, model);
  return infer::use_told(answers, last ? std::optional<Time>(Time{*last}) : std::nullopt,
                         model);
}

std::string refused(const CheckIn& check_in, std::optional<double> last,
                    const Model& model) {
  try {
    told(check_in, last, model);
  } catch (const CheckInError& error) {
    return error.place().item;
  }
  return "";
}

struct Run {
  infer::PersonState state;
  double log_likelihood = 0.0;
};

Run run(const Model& model, const std::vector<CheckIn>& check_ins) {
  Run result;
  infer::Workspace workspace(model);
  Answers answers(model);
  for (const auto& check_in : check_ins) {
    answers.read(check_in, model);
    result.log_likelihood += infer::step(result.state, answers, {}, model, workspace);
  }
  return result;
}

double panel_likelihood(const Model& model, const std::vector<CheckIn>& check_ins) {
  infer::Panel panel(model);
  panel.add_person();
  Answers answers(model);
  for (const auto& check_in : check_ins) {
    answers.read(check_in, model);
    panel.add(answers);
  }
  BOOST_TEST(panel.visits() == check_ins.size());
  const infer::PanelLaw law(panel, model);
  infer::Trellis trellis(law);
  return trellis.forward(panel.persons().front());
}

double in_use(const infer::Belief& belief, const Model& model) {
  double mass = 0.0;
  for (int s = 0; s < model.stages(); ++s) {
    if (model.use()[static_cast<std::size_t>(s)]) mass += belief.stage_mass(s);
  }
  return mass;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_reported_use_outweighs_any_other_answer) {
  const auto model = factual_model();
  const auto after =
      run(model, {at(0.0), at(1.0, {{"used", 1.0}, {"isolating", 0.0}})}).state;
  BOOST_TEST(std::abs(in_use(after.belief, model) - 1.0) <= rounding);
}

BOOST_AUTO_TEST_CASE(the_time_alone_is_a_fact_in_any_model) {
  const Model model(test::rich_document());
  const auto after = run(model, {at(0.0), used_ago(1.0, 0.0)}).state;
  BOOST_TEST(std::abs(in_use(after.belief, model) - 1.0) <= rounding);
}

BOOST_AUTO_TEST_CASE(use_since_the_last_check_in_counts_at_its_own_time) {
  // The same as a check-in of its own then, but for what a check-in changes itself.
  auto document = test::small_document();
  document.items[0].emission = Bernoulli{{0.0, 0.0, 0.9}};
  const Model model(document);
  const auto late =
      run(model, {at(0.0), used_ago(5.0, 3.0, {{"used", 1.0}, {"isolating", 1.0}})});
  const auto exact =
      run(model, {at(0.0), at(2.0, {{"used", 1.0}}), at(5.0, {{"isolating", 1.0}})});
  for (int s = 0; s < model.stages(); ++s) {
    BOOST_TEST(std::abs(late.state.belief.stage_mass(s) -
                        exact.state.belief.stage_mass(s)) <= rounding);
  }
  BOOST_TEST(std::abs(late.log_likelihood - exact.log_likelihood) <= rounding);
  BOOST_TEST(in_use(late.state.belief, model) < 1.0);
}

BOOST_AUTO_TEST_CASE(a_panel_sees_the_same_use_as_the_filter) {
  const auto model = factual_model();
  const std::vector<CheckIn> check_ins{
      at(0.0, {{"isolating", 0.0}}), used_ago(4.0, 1.5, {{"used", 1.0}}),
      used_ago(9.0, 2.0, {{"isolating", 1.0}}), used_ago(10.0, 30.0, {{"used", 1.0}}),
      used_ago(11.0, 0.0)};
  BOOST_TEST(std::abs(panel_likelihood(model, check_ins) -
                      run(model, check_ins).log_likelihood) <= rounding);
}

BOOST_AUTO_TEST_CASE(use_that_was_told_may_be_over_right_after_it) {
  const auto model = factual_model();
  auto without = at(1.0, {{"isolating", 1.0}});
  without.abstinent_since_last = true;
  const std::vector<CheckIn> check_ins{at(0.0, {{"used", 1.0}}), without};
  const auto after = run(model, check_ins);
  BOOST_TEST(in_use(after.state.belief, model) == 0.0);
  // The same as knowing that there is no use now.
  auto now = at(1.0, {{"isolating", 1.0}});
  now.known_stage = KnownStage{{"stable", "emotional", "mental"}, false};
  const auto known = run(model, {check_ins[0], now});
  BOOST_TEST((after.state.belief == known.state.belief));
  BOOST_TEST(after.log_likelihood == known.log_likelihood);
  BOOST_TEST(std::abs(panel_likelihood(model, check_ins) - after.log_likelihood) <=
             rounding);
  // Use that was not told is ruled out all the way.
  const auto calm = run(model, {at(0.0, {{"used", 0.0}}), without});
  const auto calm_now = run(model, {at(0.0, {{"used", 0.0}}), now});
  BOOST_TEST(calm.log_likelihood < calm_now.log_likelihood);
}

BOOST_AUTO_TEST_CASE(earlier_use_moves_the_clock_and_not_the_belief) {
  const auto model = factual_model();
  const auto untold = run(model, {at(0.0), at(3.0, {{"isolating", 0.0}})}).state;
  const auto late =
      run(model, {at(0.0), used_ago(3.0, 10.0, {{"isolating", 0.0}, {"used", 1.0}})})
          .state;
  BOOST_TEST(std::abs(in_use(late.belief, model) - in_use(untold.belief, model)) <=
             rounding);
  BOOST_TEST(late.covariates.use_clock == -7.0);
  BOOST_TEST(late.covariates.use_known);
}

BOOST_AUTO_TEST_CASE(a_stage_of_use_known_from_elsewhere_moves_the_clock) {
  const auto model = factual_model();
  auto tested = at(3.0);
  tested.known_stage = KnownStage{{"lapse", "relapse"}, false};
  const auto after = run(model, {at(0.0), tested}).state;
  BOOST_TEST(after.covariates.use_clock == 3.0);
  BOOST_TEST(after.covariates.lapses == 1.0);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_true_together_is_refused_by_name) {
  const auto model = factual_model();
  auto abstinent = at(2.0, {{"used", 1.0}});
  abstinent.abstinent_since_last = true;
  BOOST_TEST(refused(abstinent, 1.0, model) == "abstinent_since_last");
  abstinent.answers.clear();
  abstinent.used_days_ago = Days{0.5};
  BOOST_TEST(refused(abstinent, 1.0, model) == "abstinent_since_last");
  abstinent.used_days_ago = Days{3.0};
  BOOST_TEST(refused(abstinent, 1.0, model) == "");
  auto elsewhere = at(2.0, {{"used", 1.0}});
  elsewhere.known_stage = KnownStage{{"stable", "mental"}, false};
  BOOST_TEST(refused(elsewhere, 1.0, model) == "stage");
  elsewhere.used_days_ago = Days{0.5};
  BOOST_TEST(refused(elsewhere, 1.0, model) == "");
  BOOST_TEST(refused(used_ago(2.0, 0.0, {{"used", 0.0}}), 1.0, model) == "used_days_ago");
  BOOST_TEST(refused(used_ago(9.0, 0.5, {{"used", 0.0}}), 1.0, model) == "used_days_ago");
  BOOST_TEST(refused(used_ago(9.0, 3.0, {{"used", 0.0}}), 1.0, model) == "used_days_ago");
  // Told in whole days, and no use since the last check-in.
  BOOST_TEST(refused(used_ago(2.1, 1.0, {{"used", 0.0}}), 1.0, model) == "");
  BOOST_TEST(refused(used_ago(2.0, 5.0, {{"used", 0.0}}), 1.0, model) == "");
}

BOOST_AUTO_TEST_CASE(use_entered_at_this_very_moment_goes_with_abstinence_before) {
  const auto model = factual_model();
  auto entered = at(2.0);
  entered.abstinent_since_last = true;
  entered.known_stage = KnownStage{{"lapse"}, true};
  BOOST_TEST(refused(entered, 1.0, model) == "");
  BOOST_CHECK_NO_THROW(run(model, {at(0.0), entered}));
}

BOOST_AUTO_TEST_CASE(a_contradiction_changes_nothing) {
  const auto model = factual_model();
  auto wrong = at(2.0, {{"used", 1.0}});
  wrong.abstinent_since_last = true;
  infer::Workspace workspace(model);
  Answers answers(model);
  infer::PersonState state;
  answers.read(at(0.0), model);
  infer::step(state, answers, {}, model, workspace);
  const auto before = state;
  answers.read(wrong, model);
  BOOST_CHECK_THROW(infer::step(state, answers, {}, model, workspace), CheckInError);
  BOOST_TEST((state == before));
}

BOOST_AUTO_TEST_SUITE_END()
