#pragma once

#include <relapse/ctmc/detail/refusals.hpp>
#include <relapse/ctmc/transition.hpp>

#include <array>

namespace relapse::ctmc {

RELAPSE_INLINE Matrix transition_matrix(const Generator& generator, Days t) {
  const double days = detail::checked_days("transition_matrix", t);
  const int states = generator.states();
  Matrix matrix = Matrix::Identity(states, states);
  if (days == 0.0 || states == 1) return matrix;
  if (!chain_kernel().lone_matrix(detail::lone_chain(generator, days), matrix.data())) {
    detail::refuse_rates("transition_matrix");
  }
  return matrix;
}

RELAPSE_INLINE void advance(std::span<double> row, const Generator& generator, Days t) {
  const double days = detail::checked_days("advance", t);
  const double mass = detail::checked_mass("advance", row, generator.states());
  if (days == 0.0 || mass == 0.0 || generator.max_exit_rate() == 0.0) return;
  // Shares of the whole, as the series would make large masses infinite.
  std::array<double, max_states> shares{};
  for (std::size_t s = 0; s < row.size(); ++s) shares[s] = row[s] / mass;
  if (!chain_kernel().lone_ahead(detail::lone_chain(generator, days), shares.data())) {
    detail::refuse_rates("advance");
  }
  double sum = 0.0;
  for (const double share : shares) sum += share;
  for (std::size_t s = 0; s < row.size(); ++s) row[s] = shares[s] * (mass / sum);
}

RELAPSE_INLINE void pull_back(std::span<double> column, const Generator& generator,
                              Days t) {
  const double days = detail::checked_days("pull_back", t);
  detail::check_entries("pull_back", column, generator.states());
  if (days == 0.0 || generator.states() == 1) return;
  const auto chain = detail::lone_chain(generator, days);
  if (!chain_kernel().lone_back(chain, nullptr, column.data(), nullptr)) {
    detail::refuse_rates("pull_back");
  }
}

}  // namespace relapse::ctmc
