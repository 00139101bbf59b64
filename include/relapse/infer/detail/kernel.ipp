#pragma once

#include <relapse/infer/detail/kernel.hpp>
#include <relapse/infer/detail/lane_kernel.hpp>

#include <cstdlib>
#include <string_view>

namespace relapse::infer {

#ifdef RELAPSE_WIDER_KERNELS
// Defined in the files that are compiled for these instruction sets.
namespace avx2 {
extern const Kernel kernel_of_file;
}
namespace avx512 {
extern const Kernel kernel_of_file;
}
#endif

RELAPSE_INLINE const Kernel* find_kernel(const char* name) {
  const std::string_view wanted = name;
  if (wanted == RELAPSE_LANES::kernel_here.name) return &RELAPSE_LANES::kernel_here;
#ifdef RELAPSE_WIDER_KERNELS
  __builtin_cpu_init();
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (wanted == "avx2" && has_avx2) return &avx2::kernel_of_file;
  const bool has_avx512 = has_avx2 && __builtin_cpu_supports("avx512f") &&
                          __builtin_cpu_supports("avx512dq") &&
                          __builtin_cpu_supports("avx512bw") &&
                          __builtin_cpu_supports("avx512vl");
  if (wanted == "avx512" && has_avx512) return &avx512::kernel_of_file;
#endif
  return nullptr;
}

RELAPSE_INLINE const Kernel& kernel() {
  static const Kernel& chosen = [&]() -> const Kernel& {
    const char* asked = std::getenv("RELAPSE_INSTRUCTION_SET");
    const Kernel* found = asked == nullptr ? nullptr : find_kernel(asked);
    for (const char* name : {"avx512", "avx2"}) {
      if (found == nullptr && asked == nullptr) found = find_kernel(name);
    }
    return found == nullptr ? RELAPSE_LANES::kernel_here : *found;
  }();
  return chosen;
}

}  // namespace relapse::infer
