#pragma once

#include <relapse/core/detail/instruction_set.hpp>
#include <relapse/ctmc/detail/bundle.hpp>
#include <relapse/ctmc/detail/chain_loops.hpp>

namespace relapse::ctmc {

#ifdef RELAPSE_WIDER_KERNELS
// Defined in the files that are compiled for these instruction sets.
namespace avx2 {
extern const ChainKernel chain_kernel_of_file;
}
namespace avx512 {
extern const ChainKernel chain_kernel_of_file;
}
inline constexpr KernelSets<ChainKernel> chain_kernel_sets{
    &RELAPSE_LANES::chain_kernel_here, &avx2::chain_kernel_of_file,
    &avx512::chain_kernel_of_file};
#else
inline constexpr KernelSets<ChainKernel> chain_kernel_sets{
    &RELAPSE_LANES::chain_kernel_here};
#endif

RELAPSE_INLINE const ChainKernel* find_chain_kernel(const char* set) {
  return chain_kernel_sets.find(set);
}

RELAPSE_INLINE const ChainKernel& chain_kernel() {
#ifdef RELAPSE_WIDER_KERNELS
  static const ChainKernel& chosen = *chain_kernel_sets.find(chosen_set());
  return chosen;
#else
  // Known when linking, so that loops that nobody calls are left out.
  return RELAPSE_LANES::chain_kernel_here;
#endif
}

}  // namespace relapse::ctmc
