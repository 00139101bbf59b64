#include <relapse/infer/detail/lane_kernel.hpp>

// Compiled for avx512, and called on machines that have it alone.
namespace relapse::infer::RELAPSE_LANES {

extern const Kernel kernel_of_file;
const Kernel kernel_of_file = kernel_here;

}  // namespace relapse::infer::RELAPSE_LANES
