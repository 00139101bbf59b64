#include <relapse/engine/detail/column_loops.hpp>

// Compiled for avx512, and called on machines that have it alone.
namespace relapse::engine::RELAPSE_LANES {

extern const ColumnKernel column_kernel_of_file;
const ColumnKernel column_kernel_of_file = column_kernel_here;

}  // namespace relapse::engine::RELAPSE_LANES
