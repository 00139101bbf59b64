#include <relapse/core/error.hpp>
#include <relapse/plan/versions.hpp>

#include "plans.hpp"

#include <boost/test/unit_test.hpp>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(versions_test)

using test::edited;
using test::first_plan;

BOOST_AUTO_TEST_CASE(an_edit_makes_a_version_and_every_version_can_be_read_back) {
  const Plan one = first_plan();
  const Plan two = edited(one, "phone", 101.0, [](Plan& p) { p.reasons = {"sleep"}; });
  const Plan three = edited(two, "laptop", 102.0, [](Plan& p) {
    p.signs = {};
    p.review = Time{200.0};
  });
  BOOST_TEST(two.version == 2);
  BOOST_TEST(three.version == 3);
  BOOST_TEST(three.device == "laptop");
  BOOST_TEST((three.edits == EditCounts{{"", 1}, {"laptop", 1}, {"phone", 1}}));
  BOOST_TEST((find_versions(three, 1).at(0) == one));
  BOOST_TEST((find_versions(three, 2).at(0) == without_history(two)));
  BOOST_TEST((find_versions(three, 3).at(0) == without_history(three)));
  BOOST_TEST(find_versions(three, 4).empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_edit_of_this_plan_is_refused) {
  const Plan plan = first_plan();
  Plan next = plan;
  BOOST_CHECK_THROW(revise(plan, next, {"phone", Time{101.0}}), InvalidInput);
  next.reasons.push_back("sleep");
  BOOST_CHECK_THROW(revise(plan, next, {"", Time{101.0}}), InvalidInput);
  BOOST_CHECK_THROW(revise(plan, next, {"phone", Time{99.0}}), InvalidInput);
  next.person = "P2";
  BOOST_CHECK_THROW(revise(plan, next, {"phone", Time{101.0}}), InvalidInput);
}

BOOST_AUTO_TEST_SUITE_END()
