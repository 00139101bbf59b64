#pragma once

#include <relapse/ctmc/detail/one_chain.hpp>
#include <relapse/ctmc/transition.hpp>

namespace relapse::ctmc {

RELAPSE_INLINE Matrix transition_matrix(const Generator& generator, Days t) {
  const double days = detail::checked_days("transition_matrix", t);
  const int states = generator.states();
  Matrix matrix = Matrix::Identity(states, states);
  if (days == 0.0 || states == 1) return matrix;
  const detail::OneChain chain("transition_matrix", generator, days);
  if (chain.is_still()) return matrix;
  std::array<double, std::size_t{max_states} * max_states * lanes_together> found;
  chain_kernel().matrices({.bundle = chain.bundle(), .matrix = found.data()});
  const double* entry = found.data();
  for (int r = 0; r < states; ++r) {
    for (int s = 0; s < states; ++s, entry += lanes_together) matrix(r, s) = *entry;
  }
  return matrix;
}

RELAPSE_INLINE void advance(std::span<double> row, const Generator& generator, Days t) {
  const double days = detail::checked_days("advance", t);
  const double mass = detail::checked_mass("advance", row, generator.states());
  if (days == 0.0 || mass == 0.0 || generator.states() == 1) return;
  const detail::OneChain chain("advance", generator, days);
  if (chain.is_still()) return;
  // Shares of the whole, as the series would make large masses infinite.
  auto lanes = detail::in_first_lane(row);
  for (std::size_t s = 0; s < row.size(); ++s) lanes[s * lanes_together] /= mass;
  chain_kernel().ahead({.bundle = chain.bundle(), .row = lanes.data()});
  detail::from_first_lane(lanes, row);
  double sum = 0.0;
  for (const double share : row) sum += share;
  for (double& share : row) share *= mass / sum;
}

RELAPSE_INLINE void pull_back(std::span<double> column, const Generator& generator,
                              Days t) {
  const double days = detail::checked_days("pull_back", t);
  detail::check_entries("pull_back", column, generator.states());
  if (days == 0.0 || generator.states() == 1) return;
  const detail::OneChain chain("pull_back", generator, days);
  if (chain.is_still()) return;
  auto lanes = detail::in_first_lane(column);
  chain_kernel().back({.bundle = chain.bundle(), .column = lanes.data()});
  detail::from_first_lane(lanes, column);
}

}  // namespace relapse::ctmc
