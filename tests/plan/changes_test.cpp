#include <relapse/plan/changes.hpp>

#include "plans.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(changes_test)

using test::first_plan;

BOOST_AUTO_TEST_CASE(a_comparison_names_part_entry_and_field) {
  const Plan before = first_plan();
  Plan after = before;
  after.triggers[0].words = "the bar on the corner";
  after.strategies.erase(after.strategies.begin());
  after.reasons.push_back("sleep");
  std::swap(after.crisis_steps[0], after.crisis_steps[1]);
  after.review = Time{130.0};
  after.use_definition.days_a_week = 3;
  const auto changes = diff(before, after);
  BOOST_REQUIRE(changes.size() == 6U);
  BOOST_TEST((changes[0] == PlanChange{ChangeKind::changed, "triggers", "t1", "words",
                                       std::string("the bar"),
                                       std::string("the bar on the corner")}));
  BOOST_TEST((changes[1].kind == ChangeKind::removed));
  BOOST_TEST(changes[1].entry == "urge_surfing");
  BOOST_TEST((changes[2].kind == ChangeKind::added));
  BOOST_TEST(changes[2].entry == "sleep");
  BOOST_TEST((changes[3].kind == ChangeKind::moved));
  BOOST_TEST(changes[3].part == "crisis_steps");
  BOOST_TEST((changes[4].after == PlanValue(Time{130.0})));
  BOOST_TEST(changes[5].field == "days_a_week");
  BOOST_TEST(diff(before, before).empty());
}

BOOST_AUTO_TEST_SUITE_END()
