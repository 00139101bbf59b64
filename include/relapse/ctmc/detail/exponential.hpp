#pragma once

#include <relapse/ctmc/detail/uniformised.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

/// The matrix exp(Q t) for any t, by scaling and squaring of non-negative matrices, with
/// the rows brought to sum 1 at each squaring, which keeps what is lost in one entry from
/// doubling. Never diagonalises. Moler & Van Loan 2003, method 3; Xue & Ye 2013.
namespace relapse::ctmc::detail {

/// Degree of the polynomial for c t < 1: a path of 7 jumps begins with degree 7, and the
/// 18 after it are enough for 1e-16 of it.
inline constexpr std::size_t taylor_degree = 25;

/// 1 / n!
inline constexpr auto inverse_factorials = [] {
  std::array<double, 64> values{};
  double factorial = 1.0;
  for (std::size_t n = 0; n < values.size(); ++n) {
    if (n > 0) factorial *= static_cast<double>(n);
    values[n] = 1.0 / factorial;
  }
  return values;
}();

/// exp(A) for row sums below 1, by powers up to the fifth and Horner's rule in the fifth.
/// Paterson & Stockmeyer 1973.
template <int K>
Square<K> taylor(const Square<K>& a) {
  const Square<K> a2 = product(a, a);
  const Square<K> a3 = product(a2, a);
  const Square<K> a4 = product(a3, a);
  const Square<K> a5 = product(a4, a);
  // The terms of degree n to n + 4, in A^0 to A^4.
  const auto add_five = [&](Square<K>& sum, std::size_t n) {
    for (int i = 0; i < K; ++i) {
      add_multiple(sum[i], inverse_factorials[n + 4], a4[i]);
      add_multiple(sum[i], inverse_factorials[n + 3], a3[i]);
      add_multiple(sum[i], inverse_factorials[n + 2], a2[i]);
      add_multiple(sum[i], inverse_factorials[n + 1], a[i]);
      sum[i].set(i, sum[i][i] + inverse_factorials[n]);
    }
  };
  Square<K> sum = a5;
  for (Row<K>& row : sum.row) scale(row, inverse_factorials[taylor_degree]);
  add_five(sum, taylor_degree - 5);
  for (std::size_t n = taylor_degree - 5; n > 0; n -= 5) {
    sum = product(sum, a5);
    add_five(sum, n - 5);
  }
  return sum;
}

template <int K>
void normalise(Square<K>& matrix) {
  for (Row<K>& row : matrix.row) divide(row, sum_of(row));
}

/// Halvings of t that bring c t below 1, by the exponents, because c t may overflow.
inline int halvings(double largest_exit, double t) {
  int of_rate = 0;
  int of_time = 0;
  std::frexp(largest_exit, &of_rate);
  std::frexp(t, &of_time);
  return largest_exit > 0.0 && t > 0.0 ? std::max(0, of_rate + of_time) : 0;
}

template <int K>
Square<K> exponential(const Rates<K>& rates, double t) {
  const int squarings = halvings(rates.largest_exit, t);
  Square<K> matrix = taylor(uniformised(rates, std::ldexp(t, -squarings)));
  normalise(matrix);
  for (int n = 0; n < squarings; ++n) {
    matrix = product(matrix, matrix);
    normalise(matrix);
  }
  return matrix;
}

}  // namespace relapse::ctmc::detail
