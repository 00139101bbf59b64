#pragma once

#include <relapse/ctmc/uniformised.hpp>

#include <array>
#include <cmath>
#include <cstddef>

/// The matrix exp(Q t) for any t, by scaling and squaring of non-negative matrices, with
/// the rows brought to sum 1 at each squaring, which keeps what is lost in one entry from
/// doubling. Never diagonalises. Moler & Van Loan 2003, method 3; Xue & Ye 2013.
namespace relapse::ctmc::detail {

/// Degree of the polynomial for c t < 1: a path of 7 jumps begins with degree 7, and the
/// 18 after it are enough for 1e-16 of it.
inline constexpr int taylor_degree = 25;

inline constexpr auto inverse_factorials = [] {
  std::array<double, taylor_degree + 1> values{};
  double factorial = 1.0;
  for (std::size_t n = 0; n < values.size(); ++n) {
    if (n > 0) factorial *= static_cast<double>(n);
    values[n] = 1.0 / factorial;
  }
  return values;
}();

/// exp(A) for entries below 1, by powers up to the fifth and Horner's rule in the fifth.
/// Paterson & Stockmeyer 1973.
template <int K>
Rows<K> taylor(const Rows<K>& a) {
  std::array<Rows<K>, 5> powers;
  powers[0] = a;
  for (std::size_t n = 1; n < 5; ++n) powers[n] = product<K>(powers[n - 1], a);
  Rows<K> sum = powers[4] * inverse_factorials[taylor_degree];
  for (std::size_t degree = taylor_degree; degree > 0;) {
    if (degree < taylor_degree) sum = product<K>(sum, powers[4]);
    degree -= 5;
    for (std::size_t n = 1; n < 5; ++n) sum += powers[n - 1] * inverse_factorials[degree + n];
    for (int i = 0; i < K; ++i) sum(i, i) += inverse_factorials[degree];
  }
  return sum;
}

template <int K>
void normalise(Rows<K>& matrix) {
  for (int i = 0; i < K; ++i) matrix.col(i) /= matrix.col(i).sum();
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
Rows<K> exponential(const Generator& generator, const Exits<K>& exits, double t) {
  const int squarings = halvings(exits.largest, t);
  Rows<K> matrix = taylor<K>(uniformised<K>(generator, exits, std::ldexp(t, -squarings)));
  normalise<K>(matrix);
  for (int n = 0; n < squarings; ++n) {
    matrix = product<K>(matrix, matrix);
    normalise<K>(matrix);
  }
  return matrix;
}

}  // namespace relapse::ctmc::detail
