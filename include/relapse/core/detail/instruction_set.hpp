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

/// What there is once for each instruction set: here as for everything else.
template <class K>
struct KernelSets {
  const K* here;
  const K* avx2 = nullptr;
  const K* avx512 = nullptr;

  /// Null where this machine does not run the set of this name.
  const K* find(std::string_view set) const {
    if (!runs(set)) return nullptr;
    if (set == "avx512" && avx512 != nullptr) return avx512;
    if (set == "avx2" && avx2 != nullptr) return avx2;
    return here;
  }
};

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/core/detail/instruction_set.ipp>
#endif
