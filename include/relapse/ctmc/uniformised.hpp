#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/ctmc/generator.hpp>

#include <Eigen/Core>

#include <cassert>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>

/// The generator made non-negative: A = (Q + cI) scale with c the largest exit rate, in
/// arrays whose size the compiler knows. Sums of products of such numbers never cancel, so
/// every entry of exp(Q t) = exp(-c t) exp(Q t + c t I), however small, keeps its digits.
/// Jensen 1953; Grassmann 1977.
namespace relapse::ctmc::detail {

/// Number of states rounded up to pairs, so that a row is a number of whole vectors.
template <int K>
inline constexpr int padded = (K + 1) / 2 * 2;

/// One number a state, zero in the padding.
template <int K>
using Row = Eigen::Array<double, padded<K>, 1>;

/// A matrix: column i holds row i, zero in the padding.
template <int K>
using Rows = Eigen::Array<double, padded<K>, K>;

/// Calls `use` with a number of states from 2 to 8 as a constant of the compiler.
template <class Use>
decltype(auto) with_states(int states, Use&& use) {
  assert(2 <= states && states <= max_states);
  switch (states) {
  case 2: return use(std::integral_constant<int, 2>{});
  case 3: return use(std::integral_constant<int, 3>{});
  case 4: return use(std::integral_constant<int, 4>{});
  case 5: return use(std::integral_constant<int, 5>{});
  case 6: return use(std::integral_constant<int, 6>{});
  case 7: return use(std::integral_constant<int, 7>{});
  default: return use(std::integral_constant<int, 8>{});
  }
}

/// Length of time in days; refuses one that is negative or not finite. The refusals bear
/// the name of the function that was called.
double checked_days(std::string_view where, Days days);
/// Sum of a row of masses; refuses a wrong length, negative entries, a sum not finite.
double checked_mass(std::string_view where, std::span<const double> row, int states);
/// Refuses a wrong length and entries that are not finite.
void check_entries(std::string_view where, std::span<const double> values, int states);
[[noreturn]] void refuse_rates(std::string_view where);

template <int K>
Row<K> load(std::span<const double> values) {
  Row<K> row = Row<K>::Zero();
  for (int i = 0; i < K; ++i) row[i] = values[static_cast<std::size_t>(i)];
  return row;
}

template <int K>
void store(const Row<K>& row, std::span<double> values) {
  for (int i = 0; i < K; ++i) values[static_cast<std::size_t>(i)] = row[i];
}

/// row <- row matrix, in two sums because each addition waits for the one before it.
template <int K>
void carry(Row<K>& row, const Rows<K>& matrix) {
  Row<K> even = row[0] * matrix.col(0);
  Row<K> odd = row[1] * matrix.col(1);
  for (int i = 2; i + 1 < K; i += 2) {
    even += row[i] * matrix.col(i);
    odd += row[i + 1] * matrix.col(i + 1);
  }
  if constexpr (K % 2 == 1) even += row[K - 1] * matrix.col(K - 1);
  row = even + odd;
}

template <int K>
Rows<K> product(const Rows<K>& left, const Rows<K>& right) {
  Rows<K> out;
  out.matrix() = right.matrix().lazyProduct(left.template topRows<K>().matrix());
  return out;
}

template <int K>
Rows<K> transposed(const Rows<K>& matrix) {
  Rows<K> out = Rows<K>::Zero();
  out.template topRows<K>() = matrix.template topRows<K>().transpose();
  return out;
}

/// How fast the states are left, in 1/day.
template <int K>
struct Exits {
  Row<K> rate = Row<K>::Zero();
  double largest = 0.0;
};

/// Refuses rates that are not finite.
template <int K>
Exits<K> exits(std::string_view where, const Generator& generator) {
  Exits<K> out;
  for (int i = 0; i < K; ++i) {
    out.rate[i] = Eigen::Map<const Row<K>>(generator.rates_from(i).data()).sum();
  }
  if (!(out.rate.sum() <= std::numeric_limits<double>::max())) refuse_rates(where);
  out.largest = out.rate.maxCoeff();
  return out;
}

/// (Q + cI) scale.
template <int K>
Rows<K> uniformised(const Generator& generator, const Exits<K>& exits, double scale) {
  Rows<K> matrix;
  for (int i = 0; i < K; ++i) {
    matrix.col(i) = Eigen::Map<const Row<K>>(generator.rates_from(i).data()) * scale;
    matrix(i, i) = (exits.largest - exits.rate[i]) * scale;
  }
  return matrix;
}

}  // namespace relapse::ctmc::detail

#ifndef RELAPSE_COMPILED
#include <relapse/ctmc/uniformised.ipp>
#endif
