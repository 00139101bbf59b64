#pragma once

#include <relapse/core/detail/instruction_set.hpp>
#include <relapse/engine/detail/column_kernel.hpp>
#include <relapse/engine/detail/column_loops.hpp>

#include <string_view>

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
  const std::string_view wanted = set;
  if (!runs(wanted)) return nullptr;
#ifdef RELAPSE_WIDER_KERNELS
  if (wanted == "avx512") return &avx512::column_kernel_of_file;
  if (wanted == "avx2") return &avx2::column_kernel_of_file;
#endif
  return &RELAPSE_LANES::column_kernel_here;
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
