#pragma once

#include <relapse/core/detail/instruction_set.hpp>
#include <relapse/infer/detail/kernel.hpp>
#include <relapse/infer/detail/lane_kernel.hpp>

namespace relapse::infer {

#ifdef RELAPSE_WIDER_KERNELS
// Defined in the files that are compiled for these instruction sets.
namespace avx2 {
extern const Kernel kernel_of_file;
}
namespace avx512 {
extern const Kernel kernel_of_file;
}
inline constexpr KernelSets<Kernel> kernel_sets{
    &RELAPSE_LANES::kernel_here, &avx2::kernel_of_file, &avx512::kernel_of_file};
#else
inline constexpr KernelSets<Kernel> kernel_sets{&RELAPSE_LANES::kernel_here};
#endif

RELAPSE_INLINE const Kernel* find_kernel(const char* name) {
  return kernel_sets.find(name);
}

RELAPSE_INLINE const Kernel& kernel() {
#ifdef RELAPSE_WIDER_KERNELS
  static const Kernel& chosen = *kernel_sets.find(chosen_set());
  return chosen;
#else
  // Known when linking, so that loops that nobody calls are left out.
  return RELAPSE_LANES::kernel_here;
#endif
}

}  // namespace relapse::infer
