#pragma once

#include <relapse/core/names.hpp>

namespace relapse {

/// How far a number or a statement was checked against its source: in the full text, in
/// the abstract, in a secondary source, from memory and not checked, computed from other
/// numbers given beside it, or no published value at all.
enum class Mark { verified, abstract, secondary, recalled, derived, expert_default };

template <>
struct Names<Mark> {
  static constexpr std::string_view all[] = {"verified", "abstract", "secondary",
                                             "recalled", "derived",  "expert_default"};
};

}  // namespace relapse
