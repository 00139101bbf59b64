#pragma once

#include <relapse/core/detail/instruction_set.hpp>
#include <relapse/core/detail/lanes.hpp>

#include <cstdlib>

namespace relapse {

RELAPSE_INLINE bool runs(std::string_view set) {
  if (set == RELAPSE_LANES::name_of_lanes) return true;
#ifdef RELAPSE_WIDER_KERNELS
  __builtin_cpu_init();
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (set == "avx2") return has_avx2;
  if (set == "avx512") {
    return has_avx2 && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl");
  }
#endif
  return false;
}

RELAPSE_INLINE const char* chosen_set() {
  static const char* const chosen = [] {
    const char* asked = std::getenv("RELAPSE_INSTRUCTION_SET");
    for (const char* set : wider_sets) {
      if (asked == nullptr ? runs(set) : asked == std::string_view(set) && runs(set)) {
        return set;
      }
    }
    return RELAPSE_LANES::name_of_lanes;
  }();
  return chosen;
}

}  // namespace relapse
