#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/ctmc/detail/exponential.hpp>
#include <relapse/ctmc/detail/series.hpp>
#include <relapse/ctmc/transition.hpp>

#include <cmath>
#include <limits>
#include <type_traits>

namespace relapse::ctmc {
namespace detail {

template <int K>
void advance(std::span<double> row, double mass, const Generator& generator, double t) {
  const auto rates = load_rates<K>("advance", generator);
  const double c = rates.largest_exit;
  if (c == 0.0) return;
  Row<K> share = load<K>(row);
  divide(share, mass);
  if (takes_series(c, t)) {
    share = series(share, uniformised(rates, 1.0 / c), c * t, 1.0);
  } else {
    carry(share, exponential(rates, t));
  }
  scale(share, mass / sum_of(share));
  store(share, row);
}

template <int K>
void pull_back(std::span<double> column, const Generator& generator, double t) {
  const auto rates = load_rates<K>("pull_back", generator);
  const double c = rates.largest_exit;
  if (c == 0.0) return;
  Row<K> value = load<K>(column);
  if (takes_series(c, t)) {
    const double x = c * t;
    value =
        series(value, transposed(uniformised(rates, 1.0 / c)), x, elementary::exp(-x));
  } else {
    carry(value, transposed(exponential(rates, t)));
  }
  store(value, column);
}

}  // namespace detail

RELAPSE_INLINE Matrix transition_matrix(const Generator& generator, Days t) {
  const double days = detail::checked_days("transition_matrix", t);
  const int states = generator.states();
  Matrix matrix = Matrix::Identity(states, states);
  if (days == 0.0 || states == 1) return matrix;
  detail::with_states(states, [&]<int K>(std::integral_constant<int, K>) {
    const auto rows =
        detail::exponential(detail::load_rates<K>("transition_matrix", generator), days);
    for (int r = 0; r < K; ++r) {
      for (int s = 0; s < K; ++s) matrix(r, s) = rows[r][s];
    }
  });
  return matrix;
}

RELAPSE_INLINE void advance(std::span<double> row, const Generator& generator, Days t) {
  const double days = detail::checked_days("advance", t);
  const double mass = detail::checked_mass("advance", row, generator.states());
  if (days == 0.0 || mass == 0.0 || generator.states() == 1) return;
  detail::with_states(generator.states(), [&]<int K>(std::integral_constant<int, K>) {
    detail::advance<K>(row, mass, generator, days);
  });
}

RELAPSE_INLINE void pull_back(std::span<double> column, const Generator& generator,
                              Days t) {
  const double days = detail::checked_days("pull_back", t);
  detail::check_entries("pull_back", column, generator.states());
  if (days == 0.0 || generator.states() == 1) return;
  detail::with_states(generator.states(), [&]<int K>(std::integral_constant<int, K>) {
    detail::pull_back<K>(column, generator, days);
  });
}

}  // namespace relapse::ctmc
