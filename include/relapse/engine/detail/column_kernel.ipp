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
#endif

RELAPSE_INLINE const ColumnKernel* find_column_kernel(const char* set) {
  static constexpr const ColumnKernel* all[] = {
#ifdef RELAPSE_WIDER_KERNELS
      &avx512::column_kernel_of_file, &avx2::column_kernel_of_file,
#endif
      &RELAPSE_LANES::column_kernel_here};
  return find_loops(all, set);
}

RELAPSE_INLINE const ColumnKernel& column_kernel() {
#ifdef RELAPSE_WIDER_KERNELS
  static const ColumnKernel& chosen = *find_column_kernel(chosen_set());
  return chosen;
#else
  // Known when linking, so that loops that nobody calls are left out.
  return RELAPSE_LANES::column_kernel_here;
#endif
}

}  // namespace relapse::engine
