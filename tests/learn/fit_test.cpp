#include <relapse/learn/detail/free_numbers.hpp>
#include <relapse/learn/detail/gradient.hpp>
#include <relapse/learn/detail/likelihood.hpp>
#include <relapse/learn/detail/maximise.hpp>
#include <relapse/learn/detail/objective.hpp>
#include <relapse/learn/detail/panel_fit.hpp>
#include <relapse/learn/detail/units.hpp>
#include <relapse/learn/fit.hpp>

#include "close.hpp"
#include "panels.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(fit_test)

namespace {

infer::Panel panel_of_first(std::uint64_t count) {
  const auto& model = test::models()[0];
  test::People people;
  for (std::uint64_t p = 0; p < count; ++p)
    people.push_back(test::check_ins(model, 300 + p, 60.0));
  return test::panel_of(model, people);
}

const infer::Panel& many() {
  static const infer::Panel panel = panel_of_first(70);
  return panel;
}

/// Enough where it does not matter what is found.
const infer::Panel& few() {
  static const infer::Panel panel = panel_of_first(15);
  return panel;
}

/// What one start from the truth finds.
const FitResult& usual() {
  static const FitResult result = learn::fit(many(), test::models()[0], {.starts = 1});
  return result;
}

double truth(const FitResult& result, std::size_t k) {
  const auto& document = test::models()[0].document();
  const learn::Parameters parameters(document);
  const auto values = parameters.read(document);
  for (std::size_t j = 0; j < values.size(); ++j) {
    if (parameters[j].name == result.names[k]) return values[j];
  }
  throw InvalidInput("test", result.names[k] + " is not there");
}

double estimate(const FitResult& result, const std::string& name) {
  const auto found = std::find(result.names.begin(), result.names.end(), name);
  BOOST_REQUIRE((found != result.names.end()));
  return result.estimates[static_cast<std::size_t>(found - result.names.begin())];
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_was_simulated_is_found_again) {
  const auto& model = test::models()[0];
  const auto& result = usual();
  BOOST_TEST((result.status == FitStatus::converged));
  BOOST_TEST(result.log_likelihood > learn::Likelihood(many(), 1).value(model));
  for (std::size_t k = 0; k < result.names.size(); ++k) {
    const double away = std::abs(result.estimates[k] - truth(result, k));
    BOOST_TEST(away < 4.0 * result.standard_errors[k], result.names[k]);
  }
}

BOOST_AUTO_TEST_CASE(the_slope_is_flat_at_the_maximum) {
  const auto& result = usual();
  const learn::Likelihood likelihood(many(), 1);
  const learn::Parameters parameters(result.model.document());
  const auto slopes =
      learn::gradient(parameters, likelihood.expect(result.model), many(), result.model);
  for (std::size_t k = 0; k < slopes.size(); ++k) {
    // What is left to gain along one number alone.
    BOOST_TEST(std::abs(slopes[k]) * result.standard_errors[k] < 1e-2);
  }
}

BOOST_AUTO_TEST_CASE(data_alone_lead_to_the_same_maximum) {
  const auto& model = test::models()[0];
  auto elsewhere = model.document();
  elsewhere.transitions[0].rate = 3.0;
  elsewhere.items[2].emission = Poisson{{9.0, 1.0, 5.0}};
  const auto from_data = learn::fit(
      many(), Model(elsewhere),
      {.start = FitStart::data, .starts = 3, .covariance = CovarianceKind::none});
  BOOST_TEST(from_data.log_likelihood > usual().log_likelihood - 1e-3);
  BOOST_TEST(from_data.start_log_likelihoods.size() == 3U);
}

BOOST_AUTO_TEST_CASE(fixed_equal_and_signed_numbers_are_kept) {
  const auto& model = test::models()[0];
  const auto result = learn::fit(
      many(), model,
      {.free = {"rate", "given:nights"},
       .constraints = {.fixed = {"given:nights:lapse"},
                       .equal = {{"rate:stable>warning", "rate:warning>lapse"}},
                       .not_negative = {"given:nights:stable:mean"},
                       .not_positive = {}},
       .starts = 1});
  const auto& document = result.model.document();
  BOOST_TEST(document.transitions[0].rate == document.transitions[2].rate);
  const auto& nights = std::get<Poisson>(*document.items[2].emission);
  BOOST_TEST(nights.mean[2] == 2.0);
  // The mean of 0.4 wants a negative log.
  BOOST_TEST(nights.mean[0] == 1.0);
  BOOST_TEST(estimate(result, "given:nights:stable:mean") == 0.0);
  BOOST_TEST(result.message.find("given:nights:stable:mean") != std::string::npos);
  BOOST_TEST((document.items[0] == model.document().items[0]));
}

namespace {

/// A determinant in large units that nearly foretells use.
Model with_strong_effects(double weight) {
  auto document = test::small_document();
  auto dose = test::asked("dose", {});
  document.items.push_back(dose);
  DeterminantRule rule;
  rule.id = "dose";
  rule.from = FromItem{"dose"};
  document.determinants.push_back(rule);
  for (const std::size_t m : {0U, 2U}) {
    document.transitions[m].effects = {{"dose", weight}};
  }
  return Model(document);
}

bool reports_use(const CheckIn& check_in) {
  return std::any_of(check_in.answers.begin(), check_in.answers.end(),
                     [](const Answer& answer) {
                       return answer.item == "used" && answer.value == AnswerValue(1.0);
                     });
}

/// Persons of such a model with small doses.
infer::Panel dosed(const Model& model) {
  test::People people;
  for (std::uint64_t p = 0; p < 30; ++p) {
    auto history = test::check_ins(test::models()[0], 700 + p, 60.0);
    // Before each report of use, where the movement to it begins.
    for (std::size_t k = 0; k < history.size(); ++k) {
      const bool before = k + 1 < history.size() && reports_use(history[k + 1]);
      history[k].answers.push_back({"dose", before ? 0.01 : 0.0});
    }
    people.push_back(std::move(history));
  }
  return test::panel_of(model, people);
}

FitConstraints tied() {
  FitConstraints constraints;
  constraints.equal = {{"effect"}};
  return constraints;
}

FitConstraints signed_effects(std::string name) {
  FitConstraints constraints;
  constraints.keep_sign = {std::move(name)};
  return constraints;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_number_as_far_as_the_search_looks_is_named_and_the_others_go_on) {
  const Model model = with_strong_effects(1.0);
  const auto panel = dosed(model);
  const auto result = learn::fit(
      panel, model,
      {.constraints = tied(), .starts = 1, .covariance = CovarianceKind::none});
  BOOST_TEST((result.status == FitStatus::end_of_range));
  const std::string both = "effect:stable>warning:dose = effect:warning>lapse:dose";
  // Doses are 0 and 0.01, and farther apart than that nothing is.
  BOOST_TEST(test::close(std::abs(estimate(result, both)), learn::farthest / 0.01, 1e-9));
  BOOST_TEST(result.message.find(both) != std::string::npos);
  const learn::Parameters parameters(result.model.document());
  const auto slopes = learn::gradient(
      parameters, learn::Likelihood(panel, 1).expect(result.model), panel, result.model);
  for (std::size_t j = 0; j < parameters.size(); ++j) {
    if (parameters[j].kind == learn::ParameterKind::effect) continue;
    BOOST_TEST(std::abs(slopes[j]) < 0.1, parameters[j].name);
  }
}

BOOST_AUTO_TEST_CASE(a_start_beyond_the_range_does_not_end_the_search) {
  auto document = test::models()[0].document();
  document.transitions[3].rate = 1e-14;
  const auto result = learn::fit(many(), Model(document),
                                 {.starts = 1, .covariance = CovarianceKind::none});
  BOOST_TEST((result.status == FitStatus::converged));
  BOOST_TEST(std::abs(result.log_likelihood - usual().log_likelihood) < 1e-3);
}

BOOST_AUTO_TEST_CASE(signs_of_the_document_are_kept) {
  auto document = with_strong_effects(1.0).document();
  document.transitions[2].effects[0].weight = -1.0;
  document.transitions[3].effects = {{"dose", 0.0}};
  const Model model(document);
  const auto result = learn::fit(dosed(model), model,
                                 {.constraints = signed_effects("effect"), .starts = 1});
  const auto& found = result.model.document();
  BOOST_TEST(found.transitions[0].effects[0].weight >= 0.0);
  BOOST_TEST(found.transitions[2].effects[0].weight <= 0.0);
  BOOST_TEST(found.transitions[3].effects[0].weight == 0.0);
  BOOST_TEST(std::none_of(result.names.begin(), result.names.end(), [](const auto& name) {
    return name == "effect:lapse>stable:dose";
  }));
  // What wants to be on the other side stands at 0, and the fit says so.
  const bool at_zero = found.transitions[0].effects[0].weight == 0.0 ||
                       found.transitions[2].effects[0].weight == 0.0;
  BOOST_TEST(at_zero);
}

BOOST_AUTO_TEST_CASE(a_strong_prior_holds_the_numbers) {
  const auto& model = test::models()[0];
  const auto held = learn::fit(many(), model, {.starts = 1, .prior_strength = 1e8});
  for (std::size_t k = 0; k < held.names.size(); ++k)
    BOOST_TEST(std::abs(held.estimates[k] - truth(held, k)) < 1e-3);
  const auto pulled = learn::fit(many(), model, {.starts = 1, .prior_strength = 1.0});
  const auto& loose = usual();
  BOOST_TEST(pulled.log_likelihood < loose.log_likelihood);
  BOOST_TEST(pulled.log_likelihood + pulled.log_prior >
             loose.log_likelihood + loose.log_prior - 20.0);
}

BOOST_AUTO_TEST_CASE(seed_and_threads_mean_the_same_numbers) {
  const auto& model = test::models()[0];
  const FitSettings one{.start = FitStart::data,
                        .starts = 2,
                        .seed = 4,
                        .max_iterations = 12,
                        .covariance = CovarianceKind::none,
                        .threads = 1};
  auto two = one;
  two.threads = 2;
  BOOST_TEST(learn::fit(few(), model, one).estimates ==
                 learn::fit(few(), model, two).estimates,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(more_starts_end_no_lower_than_one) {
  // One step of expectation tells little of where a start ends.
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    FitSettings settings{.starts = 1,
                         .seed = seed,
                         .expectation_steps = 1,
                         .covariance = CovarianceKind::none};
    const auto one = learn::fit(many(), test::models()[0], settings);
    settings.starts = 6;
    const auto more = learn::fit(many(), test::models()[0], settings);
    BOOST_TEST(more.log_likelihood >= one.log_likelihood);
  }
}

BOOST_AUTO_TEST_CASE(limits_and_the_callback_end_a_fit_with_what_was_found) {
  const auto& model = test::models()[0];
  const auto short_time = learn::fit(few(), model, {.max_seconds = 1e-9});
  BOOST_TEST((short_time.status == FitStatus::time_limit));
  // Nothing was seen: the model is as it was given, and no number is made up.
  BOOST_TEST(std::isnan(short_time.log_likelihood));
  BOOST_TEST(short_time.model.content_hash() == model.content_hash());
  BOOST_TEST(short_time.names.size() == short_time.estimates.size());
  int calls = 0;
  const auto stopped =
      learn::fit(few(), model, {.progress = [&](int, double) { return ++calls < 4; }});
  BOOST_TEST((stopped.status == FitStatus::stopped));
  BOOST_TEST(std::isfinite(stopped.log_likelihood));
}

BOOST_AUTO_TEST_CASE(standard_errors_hear_the_end_as_the_search_does) {
  const auto& model = test::models()[0];
  FitSettings settings{
      .starts = 1, .max_iterations = 4, .covariance = CovarianceKind::none};
  const auto found = learn::fit(few(), model, settings);
  settings.covariance = CovarianceKind::hessian;
  int asked = 0;
  settings.progress = [&](int evaluations, double) {
    asked = std::max(asked, evaluations);
    return evaluations <= found.evaluations + 1;
  };
  const auto hurried = learn::fit(few(), model, settings);
  BOOST_TEST(asked > found.evaluations);
  BOOST_TEST((hurried.status == found.status));
  BOOST_TEST(hurried.estimates == found.estimates, boost::test_tools::per_element());
  BOOST_TEST(hurried.standard_errors.empty());
  BOOST_TEST(hurried.covariance.empty());
  BOOST_TEST(hurried.message.find("no time for the standard errors") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_the_data_do_not_tell_is_named) {
  const auto& model = test::models()[0];
  // One person, seen once: nothing is known about rates.
  auto history = test::check_ins(model, 5);
  history.resize(1);
  const auto panel = test::panel_of(model, {history});
  const auto result = learn::fit(panel, model, {.starts = 1, .max_iterations = 30});
  BOOST_TEST(result.message.find("rate:stable>warning") != std::string::npos);
  BOOST_TEST(std::isfinite(result.log_likelihood));
  for (const double value : result.estimates) BOOST_TEST(std::isfinite(value));
}

BOOST_AUTO_TEST_CASE(an_outcome_is_foretold_better_than_by_the_likelihood) {
  const auto& model = test::models()[0];
  const int item = 0;
  BOOST_REQUIRE(model.item(item).id == "used");
  const auto result =
      learn::fit(many(), model, {.starts = 1, .prior_strength = 0.1, .outcome = "used"});
  const learn::Likelihood foretold(many(), 2, learn::Aim{item});
  BOOST_TEST((result.status == FitStatus::converged), result.message);
  BOOST_TEST(test::close(result.log_score, foretold.value(result.model), 1e-9));
  BOOST_TEST(result.log_score > foretold.value(usual().model) + 0.1);
  BOOST_TEST(result.log_likelihood < usual().log_likelihood);
}

BOOST_AUTO_TEST_CASE(a_weight_keeps_an_outcome_near_the_likelihood) {
  const auto& model = test::models()[0];
  const auto fitted = [&](double weight) {
    return learn::fit(many(), model,
                      {.starts = 1,
                       .prior_strength = 0.1,
                       .outcome = "used",
                       .likelihood_weight = weight,
                       .covariance = CovarianceKind::none});
  };
  const auto alone = fitted(0.0);
  const auto little = fitted(0.1);
  const auto much = fitted(10.0);
  BOOST_TEST(test::close(little.log_score,
                         learn::Likelihood(many(), 2, learn::Aim{0}).value(little.model),
                         1e-9));
  BOOST_TEST(alone.log_score > little.log_score);
  BOOST_TEST(little.log_score > much.log_score);
  BOOST_TEST(alone.log_likelihood < little.log_likelihood);
  BOOST_TEST(little.log_likelihood < much.log_likelihood);
}

BOOST_AUTO_TEST_CASE(an_outcome_that_ran_out_of_time_is_no_worse_than_the_likelihood) {
  const auto& model = test::models()[0];
  int calls = 0;
  const learn::Likelihood foretold(few(), 2, learn::Aim{0});
  for (const int most : {8, 25}) {
    calls = 0;
    const auto result =
        learn::fit(few(), model,
                   {.starts = 1,
                    .outcome = "used",
                    .covariance = CovarianceKind::none,
                    .progress = [&](int, double) { return ++calls < most; }});
    BOOST_TEST((result.status == FitStatus::stopped));
    BOOST_TEST(test::close(result.log_score, foretold.value(result.model), 1e-9));
    BOOST_TEST(std::isfinite(result.log_likelihood));
  }
}

BOOST_AUTO_TEST_CASE(an_outcome_must_be_a_sign_and_its_errors_hold) {
  const auto& model = test::models()[0];
  BOOST_CHECK_THROW(learn::fit(many(), model, {.outcome = "no_such"}), InvalidInput);
  BOOST_CHECK_THROW(
      learn::fit(many(), model,
                 {.outcome = "used", .covariance = CovarianceKind::hessian}),
      InvalidInput);
  BOOST_CHECK_THROW(learn::fit(many(), model, {.likelihood_weight = 0.1}), InvalidInput);
  BOOST_CHECK_THROW(
      learn::fit(many(), model, {.outcome = "used", .likelihood_weight = -0.1}),
      InvalidInput);
}

BOOST_AUTO_TEST_CASE(check_ins_that_cannot_be_are_a_status) {
  auto document = test::small_document();
  document.items[1].emission =
      Categorical{{{0.7, 0.3, 0.0}, {0.2, 0.4, 0.4}, {0.3, 0.4, 0.3}}};
  const Model model(document);
  auto history = test::check_ins(model, 3);
  for (auto& check_in : history) check_in.answers.clear();
  history[2].answers = {{"isolating", 2.0}};
  history[2].known_stage = KnownStage{{"stable"}, false};
  const auto panel = test::panel_of(model, {test::check_ins(model, 4), history});
  const auto result = learn::fit(panel, model, {.starts = 1});
  BOOST_TEST((result.status == FitStatus::impossible));
  BOOST_TEST(result.message.find("person 1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(settings_that_mean_nothing_are_refused) {
  const auto& model = test::models()[0];
  BOOST_CHECK_THROW(learn::fit(many(), model, {.free = {"no_such"}}), InvalidInput);
  BOOST_CHECK_THROW(learn::fit(many(), model, {.starts = 0}), InvalidInput);
  BOOST_CHECK_THROW(learn::fit(many(), model, {.prior_strength = -1.0}), InvalidInput);
  BOOST_CHECK_THROW(learn::fit(many(), model, {.max_iterations = 0}), InvalidInput);
  BOOST_CHECK_THROW(
      learn::fit(many(), model,
                 {.constraints = {.fixed = {},
                                  .equal = {{"rate"}, {"rate:stable>warning"}},
                                  .not_negative = {},
                                  .not_positive = {}}}),
      InvalidInput);
  BOOST_CHECK_THROW(learn::fit(many(), model, {.constraints = signed_effects("no_such")}),
                    InvalidInput);
  auto opposed = with_strong_effects(1.0).document();
  opposed.transitions[2].effects[0].weight = -1.0;
  auto constraints = signed_effects("effect");
  constraints.equal = {{"effect"}};
  BOOST_CHECK_THROW(
      learn::fit(dosed(Model(opposed)), Model(opposed), {.constraints = constraints}),
      InvalidInput);
  BOOST_CHECK_THROW(learn::fit(infer::Panel(model), model, {}), InvalidInput);
}

BOOST_AUTO_TEST_CASE(what_the_progress_throws_comes_through_the_search) {
  const auto& model = test::models()[0];
  int most = 0;
  learn::fit(few(), model, {.starts = 1, .progress = [&](int, double) {
                              ++most;
                              return true;
                            }});
  // In expectation-maximisation, in the middle of the search, and at its end.
  for (const int when : {1, most / 2, most - 1}) {
    int calls = 0;
    const auto refuse = [&](int, double) -> bool {
      if (++calls == when) throw InvalidInput("progress", "is refused");
      return true;
    };
    BOOST_CHECK_THROW(learn::fit(few(), model, {.starts = 1, .progress = refuse}),
                      InvalidInput);
    const auto fail = [&](int, double) -> bool {
      if (++calls == when) throw std::runtime_error("failed");
      return true;
    };
    calls = 0;
    BOOST_CHECK_THROW(learn::fit(few(), model, {.starts = 1, .progress = fail}),
                      std::runtime_error);
  }
}

BOOST_AUTO_TEST_CASE(a_step_of_expectation_never_lowers_the_likelihood) {
  for (const int which : {0, 3, 4}) {
    const auto& model = test::models()[static_cast<std::size_t>(which)];
    const auto panel = test::panel_of(model, test::people(model, 4));
    const learn::Likelihood likelihood(panel, 1);
    const learn::Units units(panel);
    const learn::Objective objective(likelihood, model.document(),
                                     learn::free_numbers(model.document(), {}, units));
    ModelDocument document = model.document();
    double last = likelihood.value(model);
    for (int step = 0; step < 6; ++step) {
      const Model now(document);
      document = learn::improved(objective, document, likelihood.expect(now), panel);
      const double value = likelihood.value(Model(document));
      BOOST_TEST(value >= last - 1e-9 * std::abs(last), model.document().id);
      last = value;
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
