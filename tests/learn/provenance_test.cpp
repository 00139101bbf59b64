#include <relapse/learn/detail/provenance.hpp>
#include <relapse/learn/fit.hpp>

#include "panels.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <string>
#include <utility>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(provenance_test)

namespace {

FitResult fitted(FitSettings settings) {
  const auto& model = test::models()[0];
  settings.starts = 1;
  settings.covariance = CovarianceKind::none;
  settings.max_iterations = 5;
  return learn::fit(test::panel_of(model, test::people(model, 30)), model, settings);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_fitted_document_says_what_was_fitted) {
  const auto result = fitted({.free = {"rate:stable>warning", "given:used"},
                              .prior_strength = 0.5,
                              .data = "sha256 abc"});
  const auto& document = result.model.document();
  BOOST_TEST(document.id == "small_fitted");
  BOOST_TEST(document.version.starts_with("1.0.0+fit."));
  const std::string whom =
      "fitted to 30 persons, " + std::to_string(result.check_ins) + " check-ins";
  BOOST_TEST(document.calibration.status.starts_with(whom));
  BOOST_TEST(document.calibration.source.find("a prior of strength 0.5 around small") !=
             std::string::npos);
  BOOST_TEST(document.calibration.source.find("sha256 abc") != std::string::npos);
  BOOST_TEST(document.transitions[0].source.starts_with(whom));
  BOOST_TEST(document.items[0].item.source.starts_with(whom));
  // What was not free keeps its source.
  BOOST_TEST(document.transitions[1].source == "test");
  BOOST_TEST(document.items[1].item.source == "");
}

BOOST_AUTO_TEST_CASE(a_fit_of_a_fit_takes_no_second_name) {
  const auto first = fitted({.free = {"rate"}});
  const auto& model = first.model;
  const auto second = learn::fit(test::panel_of(model, test::people(model, 20)), model,
                                 {.starts = 1, .covariance = CovarianceKind::none});
  BOOST_TEST(second.model.document().id == "small_fitted");
  BOOST_TEST(second.model.document().version != model.document().version);
  BOOST_TEST(second.model.document().version.find("+fit.") ==
             second.model.document().version.rfind("+fit."));
}

BOOST_AUTO_TEST_CASE(a_prior_holds_many_numbers_of_few_people) {
  const auto& model = test::models()[1];
  const auto few = test::panel_of(model, test::people(model, 3));
  const auto result = learn::fit(few, model,
                                 {.starts = 1,
                                  .prior_where_few = true,
                                  .max_iterations = 3,
                                  .covariance = CovarianceKind::none});
  BOOST_TEST(result.prior_strength == 1.0);
  BOOST_TEST(!result.likelihood_alone);
  BOOST_TEST(result.message.find("prior of strength 1") != std::string::npos);
  BOOST_TEST(fitted({.free = {"rate"}, .prior_where_few = true}).prior_strength == 0.0);
}

BOOST_AUTO_TEST_CASE(a_strength_by_name_holds_that_name_alone) {
  const auto loose = fitted({.free = {"rate"}});
  const auto held =
      fitted({.free = {"rate"}, .prior_strengths = {{"rate:stable>warning", 1e9}}});
  const auto& before = test::models()[0].document().transitions;
  const auto& after = held.model.document().transitions;
  BOOST_TEST(std::abs(after[0].rate / before[0].rate - 1.0) < 1e-3);
  BOOST_TEST(std::abs(loose.model.document().transitions[0].rate / before[0].rate - 1.0) >
             1e-2);
  BOOST_TEST(std::abs(after[2].rate / before[2].rate - 1.0) > 1e-2);
  BOOST_CHECK_THROW(fitted({.prior_strengths = {{"no_such", 1.0}}}), InvalidInput);
  BOOST_CHECK_THROW(fitted({.prior_strengths = {{"rate", -1.0}}}), InvalidInput);
}

BOOST_AUTO_TEST_CASE(stages_that_swap_are_named) {
  const auto before = test::small_document();
  BOOST_TEST(learn::other_meaning(before, before) == "");
  auto after = before;
  auto& rows = std::get<Categorical>(*after.items[1].emission).probability;
  std::swap(rows[0], rows[1]);
  auto& nights = std::get<Poisson>(*after.items[2].emission);
  std::swap(nights.mean[0], nights.mean[1]);
  const auto text = learn::other_meaning(before, after);
  BOOST_TEST(text.find("'stable' and 'warning' have swapped") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(a_stage_without_use_that_explains_use_is_named) {
  const auto before = test::small_document();
  auto after = before;
  std::get<Bernoulli>(*after.items[0].emission).probability[1] = 0.7;
  const auto text = learn::other_meaning(before, after);
  BOOST_TEST(text.find("stage 'warning'") != std::string::npos, text);
  BOOST_TEST(text.find("explains use") != std::string::npos, text);
}

BOOST_AUTO_TEST_SUITE_END()
