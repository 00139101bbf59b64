#include <relapse/core/error.hpp>
#include <relapse/plan/detail/fields.hpp>
#include <relapse/plan/share.hpp>

#include "plans.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(share_test)

BOOST_AUTO_TEST_CASE(each_part_is_shared_with_consent_alone) {
  Plan plan = test::first_plan();
  plan.signs = {{"mental", "bargaining", "", {}}};
  plan.routine = {{"breakfast"}};
  plan.medication = {{"naltrexone"}};
  plan.meetings = {{"group"}};
  plan.copies = {{"Mira"}};
  plan.contacts.push_back({"Noor", "nurse", "ward 3", {"contact_rule"}, {}});
  plan.contact_rules.push_back({"Noor", RiskLevel::high, 1, 1, true, Days{1.0}, "", ""});
  plan.history = {plan};
  BOOST_CHECK_THROW(shareable(plan, "Mira"), InvalidInput);
  BOOST_CHECK_THROW(shareable(plan, "Noor"), InvalidInput);
  BOOST_CHECK_THROW(shareable(plan, "nobody"), InvalidInput);
  plan.contacts[0].consent.push_back("share_plan");
  for_each_field(plan_lists, [&](const auto& part) {
    plan.contacts[0].sees = {std::string(part.name)};
    const Plan shared = shareable(plan, "Mira");
    BOOST_TEST(shared.history.empty());
    for_each_field(plan_lists, [&](const auto& other) {
      const std::string name(other.name);
      if (name == "contacts") return;
      const bool seen = other.name == part.name;
      const std::size_t all = name == "contact_rules" ? 1U : (plan.*other.member).size();
      BOOST_TEST((shared.*other.member).size() == (seen ? all : 0U), name);
    });
    BOOST_TEST(shared.contacts.size() == (part.name == "contacts" ? 2U : 1U));
    if (shared.contacts.size() == 2U) BOOST_TEST(shared.contacts[1].channel.empty());
  });
}

BOOST_AUTO_TEST_SUITE_END()
