#pragma once

#include <relapse/core/detail/texts.hpp>
#include <relapse/core/error.hpp>
#include <relapse/plan/detail/fields.hpp>
#include <relapse/plan/share.hpp>

#include <algorithm>
#include <string>

namespace relapse {

RELAPSE_INLINE Plan shareable(const Plan& plan, std::string_view contact) {
  const auto holder =
      std::find_if(plan.contacts.begin(), plan.contacts.end(),
                   [&](const auto& each) { return each.name == contact; });
  if (holder == plan.contacts.end()) {
    throw InvalidInput("shareable", "the plan has no contact of this name");
  }
  if (!holder->allows(ConsentPurpose::share_plan)) {
    throw InvalidInput("shareable", "the contact has no consent for 'share_plan'");
  }
  const auto may_see = [&](std::string_view part) {
    return contains(holder->sees, part);
  };
  Plan shared;
  shared.person = plan.person;
  shared.version = plan.version;
  shared.created = plan.created;
  shared.review = plan.review;
  for_each_field(plan_lists, [&](const auto& list) {
    if (may_see(list.name)) shared.*list.member = plan.*list.member;
  });
  shared.contacts.clear();
  for (const auto& each : plan.contacts) {
    if (each.name == contact) {
      shared.contacts.push_back(each);
    } else if (may_see("contacts")) {
      shared.contacts.push_back({each.name, each.role, {}, {}, {}});
    }
  }
  auto& rules = shared.contact_rules;
  rules.erase(std::remove_if(rules.begin(), rules.end(),
                             [&](const auto& rule) { return rule.contact != contact; }),
              rules.end());
  return shared;
}

}  // namespace relapse
