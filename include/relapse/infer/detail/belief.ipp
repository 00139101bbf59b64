#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/infer/detail/belief.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace relapse::infer {

RELAPSE_INLINE void Belief::keep_only(ctmc::StateSet stages_left) {
  const auto width = static_cast<std::size_t>(stages);
  for (std::size_t j = 0; j < joint.size(); ++j) {
    if (!stages_left[j % width]) joint[j] = 0.0;
  }
}

RELAPSE_INLINE double Belief::weigh_in_logs(std::span<const double> log_weight) {
  constexpr double nothing = -std::numeric_limits<double>::infinity();
  const auto width = static_cast<std::size_t>(stages);
  double largest = nothing;
  for (std::size_t j = 0; j < joint.size(); ++j) {
    if (joint[j] > 0.0) {
      largest = std::max(largest, elementary::log(joint[j]) + log_weight[j % width]);
    }
  }
  if (!(largest > nothing)) return nothing;
  double sum = 0.0;
  for (std::size_t j = 0; j < joint.size(); ++j) {
    double& mass = joint[j];
    if (mass <= 0.0) continue;
    mass = elementary::exp(elementary::log(mass) + log_weight[j % width] - largest);
    sum += mass;
  }
  scale(1.0 / sum);
  return largest + elementary::log(sum);
}

}  // namespace relapse::infer
