#pragma once

#include <relapse/core/inline.hpp>

#include <string_view>

namespace relapse {

/// The instruction sets that the inner loops may be compiled for besides the one of
/// everything else, the widest first.
inline constexpr const char* wider_sets[] = {"avx512", "avx2"};

/// Whether this build has the loops of a set and this machine runs them.
bool runs(std::string_view set);

/// The set whose loops are used, chosen once: the widest that runs. The environment
/// variable RELAPSE_INSTRUCTION_SET (plain, avx2, avx512) asks for a narrower one.
const char* chosen_set();

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/core/detail/instruction_set.ipp>
#endif
