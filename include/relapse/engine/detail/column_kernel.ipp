#pragma once

#include <relapse/core/detail/instruction_set.hpp>
#include <relapse/engine/detail/column_kernel.hpp>
#include <relapse/engine/detail/column_loops.hpp>

namespace relapse::engine {

#ifdef RELAPSE_WIDER_KERNELS
// Defined in the files that are compiled for these instruction sets.
namespace avx2 {
extern const ColumnKernel column_kernel_of_file;
}
namespace avx512 {
extern const ColumnKernel column_kernel_of_file;
}
inline constexpr KernelSets<ColumnKernel> column_kernel_sets{
    &RELAPSE_LANES::column_kernel_here, &avx2::column_kernel_of_file,
    &avx512::column_kernel_of_file};
#else
inline constexpr KernelSets<ColumnKernel> column_kernel_sets{
    &RELAPSE_LANES::column_kernel_here};
#endif

RELAPSE_INLINE const ColumnKernel* find_column_kernel(const char* set) {
  return column_kernel_sets.find(set);
}

RELAPSE_INLINE const ColumnKernel& column_kernel() {
#ifdef RELAPSE_WIDER_KERNELS
  static const ColumnKernel& chosen = *column_kernel_sets.find(chosen_set());
  return chosen;
#else
  // Known when linking, so that loops that nobody calls are left out.
  return RELAPSE_LANES::column_kernel_here;
#endif
}

}  // namespace relapse::engine
