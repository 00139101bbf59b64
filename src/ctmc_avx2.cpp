#include <relapse/ctmc/detail/chain_loops.hpp>

// Compiled for avx2, and called on machines that have it alone.
namespace relapse::ctmc::RELAPSE_LANES {

extern const ChainKernel chain_kernel_of_file;
const ChainKernel chain_kernel_of_file = chain_kernel_here;

}  // namespace relapse::ctmc::RELAPSE_LANES
