#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>
#include <relapse/plan/plan.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What differs between two versions of a plan.
namespace relapse {

/// What a field holds; nothing when it, or the entry, is not there.
using PlanValue = std::variant<std::monostate, bool, int, double, std::string,
                               std::vector<std::string>, Time>;

/// What happened to an entry of a plan.
enum class ChangeKind { added, removed, changed, moved };

template <>
struct Names<ChangeKind> {
  static constexpr std::string_view all[] = {"added", "removed", "changed", "moved"};
};

/// One difference between two versions.
struct PlanChange {
  ChangeKind kind = ChangeKind::changed;
  std::string part;   ///< e.g. "strategies"
  std::string entry;  ///< what the entry is known by; empty for what stands once
  std::string field;  ///< of a changed entry
  PlanValue before = {};
  PlanValue after = {};

  bool operator==(const PlanChange&) const = default;
};

/// What leads from one version to another, part by part in the order of the document. An
/// entry is found again by its id, or else by its content. `moved` says that the order of
/// a part is another one. Version numbers, times and histories are not compared.
std::vector<PlanChange> diff(const Plan& before, const Plan& after);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/plan/detail/changes.ipp>
#endif
