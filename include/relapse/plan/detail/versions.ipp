#pragma once

#include <relapse/core/error.hpp>
#include <relapse/plan/changes.hpp>
#include <relapse/plan/versions.hpp>

#include <utility>

namespace relapse {
RELAPSE_INLINE Plan without_history(Plan plan) {
  plan.history.clear();
  return plan;
}

RELAPSE_INLINE int count_edits(const EditCounts& edits) {
  int count = 0;
  for (const auto& [device, made] : edits) count += made;
  return count;
}

RELAPSE_INLINE EditCounts edits_of(const Plan& plan) {
  return plan.edits.empty() ? EditCounts{{"", plan.version}} : plan.edits;
}

RELAPSE_INLINE Plan revise(const Plan& current, Plan next, const Revision& revision) {
  if (next.person != current.person) {
    throw InvalidInput("revise", "the next version is of another person");
  }
  if (revision.device.empty())
    throw InvalidInput("revise", "the device must have a name");
  if (!(revision.at.days >= (current.created ? current.created->days : -1e300))) {
    throw InvalidInput("revise", "the time is before that of the present version");
  }
  if (diff(current, next).empty()) throw InvalidInput("revise", "nothing was changed");
  next.history = current.history;
  next.history.push_back(without_history(current));
  next.edits = edits_of(current);
  ++next.edits[revision.device];
  next.version = count_edits(next.edits);
  next.device = revision.device;
  next.created = revision.at;
  return next;
}

RELAPSE_INLINE std::vector<Plan> find_versions(const Plan& plan, int version) {
  std::vector<Plan> found;
  for (const auto& earlier : plan.history) {
    if (earlier.version == version) found.push_back(earlier);
  }
  if (plan.version == version) found.push_back(without_history(plan));
  return found;
}

}  // namespace relapse
