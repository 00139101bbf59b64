#pragma once

#include <relapse/core/detail/instruction_set.hpp>
#include <relapse/ctmc/detail/bundle.hpp>
#include <relapse/ctmc/detail/chain_loops.hpp>

#include <string_view>

namespace relapse::ctmc {

#ifdef RELAPSE_WIDER_KERNELS
// Defined in the files that are compiled for these instruction sets.
namespace avx2 {
extern const ChainKernel chain_kernel_of_file;
}
namespace avx512 {
extern const ChainKernel chain_kernel_of_file;
}
#endif

RELAPSE_INLINE const ChainKernel* find_chain_kernel(const char* set) {
  const std::string_view wanted = set;
  if (!runs(wanted)) return nullptr;
#ifdef RELAPSE_WIDER_KERNELS
  if (wanted == "avx512") return &avx512::chain_kernel_of_file;
  if (wanted == "avx2") return &avx2::chain_kernel_of_file;
#endif
  return &RELAPSE_LANES::chain_kernel_here;
}

RELAPSE_INLINE const ChainKernel& chain_kernel() {
#ifdef RELAPSE_WIDER_KERNELS
  static const ChainKernel& chosen = *find_chain_kernel(chosen_set());
  return chosen;
#else
  // Known when linking, so that loops that nobody calls are left out.
  return RELAPSE_LANES::chain_kernel_here;
#endif
}

}  // namespace relapse::ctmc
