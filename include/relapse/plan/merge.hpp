#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/plan/changes.hpp>
#include <relapse/plan/plan.hpp>

#include <string>
#include <vector>

/// A plan that was edited on two devices, brought together.
namespace relapse {

/// Two edits that cannot both hold.
struct PlanConflict {
  std::string part;
  std::string entry;
  std::string field;     ///< empty when one side removed the entry, or for an order
  PlanValue base = {};   ///< before both edits
  PlanValue kept = {};   ///< stands in the merged plan
  PlanValue other = {};  ///< the other edit; nothing when it removed

  bool operator==(const PlanConflict&) const = default;
};

/// Two edits brought together.
struct MergedPlan {
  Plan plan;
  std::vector<PlanConflict> conflicts;  ///< for the person to decide
};

/// Brings together what was edited on two devices since the last version that both know.
/// Edits of different fields are both taken; consents and other sets are united, and what
/// either side took out stays out. Where both changed the same thing, the later version
/// stands and the conflict is reported; an entry that one side changed and the other
/// removed stays, a contact without its consents. Without a version that both know nobody
/// knows what was taken out: of a contact that both have the consents stand that both
/// have, and of two versions that say to have the same edits, a contact that only one has
/// stays without consents; that is reported. Does not depend on the order of the two. The
/// histories are united. Throws InvalidInput for plans of two persons.
MergedPlan merge(const Plan& one, const Plan& other);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/plan/detail/merge.ipp>
#endif
