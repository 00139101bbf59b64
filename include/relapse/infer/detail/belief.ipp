#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/infer/detail/belief.hpp>
#include <relapse/infer/detail/loops.hpp>

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
  const std::size_t width = log_weight.size();
  std::vector<double> logs(joint.size(), nothing);
  double largest = nothing;
  for (std::size_t j = 0; j < joint.size(); ++j) {
    if (!(joint[j] > 0.0)) continue;
    logs[j] = elementary::log(joint[j]) + log_weight[j % width];
    largest = std::max(largest, logs[j]);
  }
  if (!(largest > nothing)) return nothing;
  double sum = 0.0;
  for (std::size_t j = 0; j < joint.size(); ++j) {
    joint[j] = logs[j] > nothing
                   ? std::max(vanishing_mass, elementary::exp(logs[j] - largest))
                   : 0.0;
    sum += joint[j];
  }
  scale(1.0 / sum);
  return largest + elementary::log(sum);
}

RELAPSE_INLINE void Belief::sum_over_ways(int ways, Belief& summed) const {
  summed.nodes = nodes / ways;
  summed.stages = stages;
  summed.joint.assign(joint.size() / static_cast<std::size_t>(ways), 0.0);
  for (int i = 0; i < nodes; ++i) {
    const auto from = node(i);
    const auto to = summed.node(i / ways);
    for (std::size_t s = 0; s < from.size(); ++s) to[s] += from[s];
  }
}

}  // namespace relapse::infer
