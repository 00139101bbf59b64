#include <relapse/risk/premise.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(premise_test)

namespace {

/// Stable, warning and lapse, with effects of one determinant.
Model with_effects(double onward, double back, double into_use) {
  auto document = test::small_document();
  document.items.push_back(test::asked("stress", Scale{0.0, 10.0}));
  DeterminantRule stress;
  stress.id = "stress";
  stress.from = FromItem{"stress"};
  document.determinants.push_back(stress);
  document.transitions[0].effects = {{"stress", onward}};
  document.transitions[1].effects = {{"stress", back}};
  document.transitions[2].effects = {{"stress", into_use}};
  return Model(document);
}

}  // namespace

BOOST_AUTO_TEST_CASE(effects_with_the_direction_of_their_movement_keep_it) {
  BOOST_TEST(risk::premise_breaches(with_effects(0.5, -0.5, 1.0)).empty());
  BOOST_TEST(risk::premise_breaches(with_effects(0.0, 0.0, 1.0)).empty());
  BOOST_TEST(risk::premise_breaches(test::models()[0]).empty());
}

BOOST_AUTO_TEST_CASE(an_effect_against_its_movement_is_named_once) {
  const auto found = risk::premise_breaches(with_effects(0.5, 0.5, 1.0));
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].determinant == "stress");
  BOOST_TEST(found[0].from == "warning");
  BOOST_TEST(found[0].to == "stable");
}

BOOST_AUTO_TEST_CASE(a_determinant_that_lowers_the_risk_everywhere_is_against_it) {
  BOOST_TEST(risk::premise_breaches(with_effects(-0.5, 0.5, -1.0)).size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_clock_may_lower_the_risk) {
  auto document = with_effects(-0.5, 0.5, -1.0).document();
  document.determinants[0].from = BuiltinKind::log_days_since_use;
  BOOST_TEST(risk::premise_breaches(Model(document)).empty());
}

BOOST_AUTO_TEST_CASE(an_indicator_has_no_direction) {
  auto document = with_effects(-0.5, -0.5, 1.0).document();
  BOOST_TEST(!risk::premise_breaches(Model(document)).empty());
  document.determinants[0].indicator = true;
  BOOST_TEST(risk::premise_breaches(Model(document)).empty());
}

BOOST_AUTO_TEST_CASE(effects_out_of_use_do_not_matter) {
  auto document = with_effects(0.5, -0.5, 1.0).document();
  document.transitions[3].effects = {{"stress", 3.0}};
  BOOST_TEST(risk::premise_breaches(Model(document)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
