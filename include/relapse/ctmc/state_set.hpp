#pragma once

#include <bitset>

namespace relapse::ctmc {

/// Most states that a chain may have.
inline constexpr int max_states = 8;

/// States of a chain, by index.
using StateSet = std::bitset<max_states>;

}  // namespace relapse::ctmc
