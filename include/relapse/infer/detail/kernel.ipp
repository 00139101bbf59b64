#pragma once

#include <relapse/core/detail/instruction_set.hpp>
#include <relapse/infer/detail/kernel.hpp>
#include <relapse/infer/detail/lane_kernel.hpp>

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
  if (!runs(wanted)) return nullptr;
#ifdef RELAPSE_WIDER_KERNELS
  if (wanted == "avx512") return &avx512::kernel_of_file;
  if (wanted == "avx2") return &avx2::kernel_of_file;
#endif
  return &RELAPSE_LANES::kernel_here;
}

RELAPSE_INLINE const Kernel& kernel() {
#ifdef RELAPSE_WIDER_KERNELS
  static const Kernel& chosen = *find_kernel(chosen_set());
  return chosen;
#else
  // Known when linking, so that loops that nobody calls are left out.
  return RELAPSE_LANES::kernel_here;
#endif
}

}  // namespace relapse::infer
