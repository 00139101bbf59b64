#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/ctmc/detail/exponential.hpp>
#include <relapse/ctmc/detail/series.hpp>
#include <relapse/ctmc/path.hpp>
#include <relapse/ctmc/transition.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <type_traits>

namespace relapse::ctmc {
namespace detail {

/// Largest (exit rate) x t of the series alone, where it costs as much as doubling.
inline constexpr double occupation_series_limit = 4.0;

inline constexpr std::size_t occupation_terms =
    series_length(occupation_series_limit, 2 * (max_states - 1)) + 1;
static_assert(occupation_terms < inverse_factorials.size());

/// The integral of exp(Q (t - u)) column row exp(Q u) over u in [0, t], that is S
/// transposed, as exp(-x) t times the sum over m and n of A^n column row A^m / (m + n +
/// 1)! with A = (Q + cI) t.
template <int K>
Square<K> occupation_series(Row<K> row, Row<K> column, const Square<K>& a, double x,
                            double t) {
  // From the row to r and from s to the column, at most K - 1 jumps each.
  const auto last = static_cast<std::size_t>(series_length(x, 2 * (K - 1)));
  std::array<Row<K>, occupation_terms> powers{};
  for (std::size_t m = 0; m <= last; ++m) {
    powers[m] = row;
    carry(row, a);
  }
  const Square<K> back = transposed(a);
  Square<K> sum{};
  for (std::size_t n = 0; n <= last; ++n) {
    Row<K> part{};
    for (std::size_t m = 0; m <= last - n; ++m) {
      add_multiple(part, inverse_factorials[m + n + 1], powers[m]);
    }
    for (int s = 0; s < K; ++s) add_multiple(sum[s], column[s], part);
    carry(column, back);
  }
  for (Row<K>& part : sum.row) scale(part, t * elementary::exp(-x));
  return sum;
}

template <int K>
Square<K> occupation(const Row<K>& row, const Row<K>& column, const Generator& generator,
                     double t) {
  const auto rates = load_rates<K>("occupation_integral", generator);
  const double c = rates.largest_exit;
  const int doublings = c * t <= occupation_series_limit ? 0 : halvings(c, t);
  const double step = std::ldexp(t, -doublings);
  const Square<K> a = uniformised(rates, step);
  Square<K> integral = occupation_series(row, column, a, c * step, step);
  if (doublings == 0) return integral;
  Square<K> matrix = taylor(a);
  normalise(matrix);
  for (int n = 0; n < doublings; ++n) {
    const Square<K> later = product(matrix, integral);
    integral = product(integral, matrix);
    for (int s = 0; s < K; ++s) add(integral[s], later[s]);
    matrix = product(matrix, matrix);
    normalise(matrix);
  }
  return integral;
}

/// Most terms of the series below: as long as that of `advance`, with paths twice as
/// long.
inline constexpr std::size_t flow_terms =
    series_length(series_limit, 2 * (max_states - 1)) + 2;

/// S = 1/c times the sum over n of (row J^n) and g_n, where g_n is the sum over m of w_{n
/// + m + 1} J^m column, w the Poisson weights of x = c t and J = I + Q / c. Backwards,
/// g_n = w_{n + 1} column + J g_{n + 1}, and exp(Q t) column = w_0 column + J g_0: one
/// product a term, as for the masses.
template <int K>
Square<K> flow_series(Row<K> row, Row<K>& column, const Square<K>& jumps, double c,
                      double x) {
  const auto last = static_cast<std::size_t>(series_length(x, 2 * (K - 1))) + 1;
  std::array<double, flow_terms> weight;
  weight[0] = elementary::exp(-x);
  for (std::size_t n = 1; n <= last; ++n)
    weight[n] = weight[n - 1] * (x / static_cast<double>(n));
  const Square<K> back = transposed(jumps);
  std::array<Row<K>, flow_terms> later;
  Row<K> sum{};
  for (std::size_t n = last; n-- > 0;) {
    if (n + 1 < last) carry(sum, back);
    add_multiple(sum, weight[n + 1], column);
    later[n] = sum;
  }
  carry(sum, back);
  add_multiple(sum, weight[0], column);
  column = sum;
  Square<K> flow{};
  for (std::size_t n = 0; n < last; ++n) {
    if (n > 0) carry(row, jumps);
    for (int r = 0; r < K; ++r) add_multiple(flow[r], row[r], later[n]);
  }
  for (Row<K>& part : flow.row) scale(part, 1.0 / c);
  return flow;
}

template <int K>
void pull_back_with_occupation(std::span<const double> row, std::span<double> column,
                               const Generator& generator, double t, Matrix& integral) {
  const auto rates = load_rates<K>("pull_back_with_occupation", generator);
  const double c = rates.largest_exit;
  if (!takes_series(c, t)) {
    integral = ctmc::occupation_integral(row, column, generator, Days{t});
    ctmc::pull_back(column, generator, Days{t});
    return;
  }
  Row<K> value = load<K>(column);
  const auto flow =
      flow_series(load<K>(row), value, uniformised(rates, 1.0 / c), c, c * t);
  store(value, column);
  for (int r = 0; r < K; ++r) {
    for (int s = 0; s < K; ++s) integral(r, s) = flow[r][s];
  }
}

}  // namespace detail

RELAPSE_INLINE Matrix pull_back_with_occupation(std::span<const double> row,
                                                std::span<double> column,
                                                const Generator& generator, Days t) {
  const int states = generator.states();
  const double days = detail::checked_days("pull_back_with_occupation", t);
  detail::check_entries("pull_back_with_occupation", row, states);
  detail::check_entries("pull_back_with_occupation", column, states);
  Matrix integral(states, states);
  if (states == 1) {
    integral(0, 0) = days * row[0] * column[0];
    return integral;
  }
  detail::with_states(states, [&]<int K>(std::integral_constant<int, K>) {
    detail::pull_back_with_occupation<K>(row, column, generator, days, integral);
  });
  return integral;
}

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
  detail::with_states(states, [&]<int K>(std::integral_constant<int, K>) {
    const auto transposed = detail::occupation(detail::load<K>(row),
                                               detail::load<K>(column), generator, days);
    for (int r = 0; r < K; ++r) {
      for (int s = 0; s < K; ++s) integral(r, s) = transposed[s][r];
    }
  });
  return integral;
}

}  // namespace relapse::ctmc
