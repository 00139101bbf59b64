#pragma once

#include <relapse/ctmc/exponential.hpp>
#include <relapse/ctmc/path.hpp>
#include <relapse/ctmc/series.hpp>

#include <cmath>
#include <cstddef>

namespace relapse::ctmc {
namespace detail {

/// Largest (exit rate) x t of the series alone, where it costs as much as doubling.
inline constexpr double occupation_series_limit = 4.0;

/// The integral of exp(Q (t - u)) column row exp(Q u) over u in [0, t], that is S
/// transposed, as exp(-x) t times the sum over n of W_n / (n + 1)! with A = (Q + cI) t,
/// W_0 = column row and W_n+1 = A W_n + column (row A^n+1).
template <int K>
Rows<K> occupation_series(Row<K> row, const Row<K>& column, const Rows<K>& a, double x,
                          double t) {
  double weight = t * std::exp(-x);
  Rows<K> power = row.matrix() * column.template head<K>().matrix().transpose();
  Rows<K> sum = weight * power;
  // From the row to r and from s to the column, at most K - 1 jumps each.
  const int last = series_length(x, 2 * (K - 1));
  for (int n = 1; n <= last; ++n) {
    weight /= n + 1;
    carry<K>(row, a);
    power = product<K>(a, power);
    for (int s = 0; s < K; ++s) power.col(s) += column[s] * row;
    sum += weight * power;
  }
  return sum;
}

template <int K>
Rows<K> occupation(const Row<K>& row, const Row<K>& column, const Generator& generator,
                   double t) {
  const auto leaving = exits<K>("occupation_integral", generator);
  const double c = leaving.largest;
  int doublings = 0;
  if (!(c * t <= occupation_series_limit)) doublings = halvings(c, t);
  const double step = std::ldexp(t, -doublings);
  const auto a = uniformised<K>(generator, leaving, step);
  Rows<K> integral = occupation_series<K>(row, column, a, c * step, step);
  if (doublings == 0) return integral;
  Rows<K> matrix = taylor<K>(a);
  normalise<K>(matrix);
  for (int n = 0; n < doublings; ++n) {
    integral = product<K>(matrix, integral) + product<K>(integral, matrix);
    matrix = product<K>(matrix, matrix);
    normalise<K>(matrix);
  }
  return integral;
}

}  // namespace detail

RELAPSE_INLINE Matrix occupation_integral(std::span<const double> row,
                                          std::span<const double> column,
                                          const Generator& generator, Days t) {
  const int states = generator.states();
  const double days = detail::checked_days("occupation_integral", t);
  detail::check_entries("occupation_integral", row, states);
  detail::check_entries("occupation_integral", column, states);
  Matrix integral(states, states);
  if (states == 1) {
    integral(0, 0) = days * row[0] * column[0];
    return integral;
  }
  detail::with_states(states, [&](auto count) {
    constexpr int K = count;
    integral = detail::occupation<K>(detail::load<K>(row), detail::load<K>(column), generator, days)
                   .template topRows<K>()
                   .matrix();
  });
  return integral;
}

}  // namespace relapse::ctmc
