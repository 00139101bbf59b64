#pragma once

#include <relapse/core/names.hpp>

#include <string>

namespace relapse {

/// What a proposal does to the plan.
enum class ProposalKind { add, change, retire };

template <>
struct Names<ProposalKind> {
  static constexpr std::string_view all[] = {"add", "change", "retire"};
};

/// A change of the plan for the person to accept or not, with its evidence.
struct Proposal {
  ProposalKind kind = ProposalKind::add;
  std::string part;      ///< of the plan, e.g. "triggers"
  std::string entry;     ///< what it is about: a code, an item, a key of an entry
  std::string words;     ///< one sentence for the person
  std::string evidence;  ///< what it rests on

  bool operator==(const Proposal&) const = default;
};

}  // namespace relapse
