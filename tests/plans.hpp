#pragma once

#include <relapse/plan/plan.hpp>
#include <relapse/plan/versions.hpp>

/// Plans that the tests of several rooms use.
namespace test {

using namespace relapse;

inline Plan first_plan() {
  Plan plan;
  plan.person = "P1";
  plan.created = Time{100.0};
  plan.triggers = {{"II-B", "the bar", true, "t1"}, {"I-A", "pay day", false, "t2"}};
  plan.strategies = {{"urge_surfing", "", {}, true, {}}, {"", "cycle", {}, true, "s2"}};
  plan.contacts = {{"Mira", "friend", "telephone", {"support", "contact_rule"}, {}}};
  plan.contact_rules = {{"Mira", RiskLevel::high, 1, 1, true, Days{1.0}, "", ""}};
  plan.reasons = {"my daughter"};
  plan.crisis_steps = {"go to my sister", "call the number on the card"};
  return plan;
}

/// A version made from another one on a device, by a change of the content.
template <class Change>
Plan edited(const Plan& plan, const char* device, double at, Change change) {
  Plan next = plan;
  change(next);
  return revise(plan, next, {device, Time{at}});
}

}  // namespace test
