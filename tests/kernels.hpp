#pragma once

#include <relapse/core/random.hpp>

#include <cstddef>
#include <vector>

namespace test {

/// The kernels that this machine runs; `plain` is among them unless the whole build is
/// for a wider instruction set.
/// @param find a kernel by the name of its instruction set; null where there is none
template <class Kernel>
std::vector<const Kernel*> kernels_here(const Kernel* (*find)(const char*)) {
  std::vector<const Kernel*> all;
  for (const char* name : {"plain", "avx2", "avx512"}) {
    if (const auto* found = find(name)) all.push_back(found);
  }
  return all;
}

inline std::vector<double> draw(std::size_t count, double low, double high) {
  auto random = relapse::random_stream(7, count);
  std::vector<double> values(count);
  for (double& value : values) {
    value = low + (high - low) * relapse::sample_uniform(random);
  }
  return values;
}

}  // namespace test
