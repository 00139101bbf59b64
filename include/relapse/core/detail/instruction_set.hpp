#pragma once

#include <relapse/core/inline.hpp>

#include <cstddef>
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

/// The loops of a set by name; null where there are none here.
/// @param kernels of which there are any, each with its name
template <class Kernel, std::size_t Count>
const Kernel* find_loops(const Kernel* const (&kernels)[Count], std::string_view set) {
  for (const Kernel* kernel : kernels) {
    if (set == kernel->name && runs(set)) return kernel;
  }
  return nullptr;
}

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/core/detail/instruction_set.ipp>
#endif
