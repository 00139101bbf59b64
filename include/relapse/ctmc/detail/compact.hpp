#pragma once

#include <Eigen/Core>

#include <cassert>
#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>

/// Rows and square matrices whose size the compiler knows, so that loops over them unroll
/// and stay in registers. With K odd there is one entry of padding, which is always zero.
namespace relapse::ctmc::detail {

/// Two numbers side by side: one vector on every instruction set.
using Pair [[gnu::vector_size(16)]] = double;

/// One number a state.
template <int K>
struct Row {
  static constexpr int pairs = (K + 1) / 2;

  double operator[](int i) const { return pair[i >> 1][i & 1]; }
  void set(int i, double value) { pair[i >> 1][i & 1] = value; }

  Pair pair[static_cast<std::size_t>(pairs)];
};

/// One number a pair of states, row by row.
template <int K>
struct Square {
  Row<K>& operator[](int i) { return row[i]; }
  const Row<K>& operator[](int i) const { return row[i]; }

  Row<K> row[static_cast<std::size_t>(K)];
};

/// Calls `use` with the number of states, 2 to 8, as a constant of the compiler.
template <class Use>
void with_states(int states, Use&& use) {
  assert(2 <= states && states <= 8);
  switch (states) {
  case 2:
    return use(std::integral_constant<int, 2>{});
  case 3:
    return use(std::integral_constant<int, 3>{});
  case 4:
    return use(std::integral_constant<int, 4>{});
  case 5:
    return use(std::integral_constant<int, 5>{});
  case 6:
    return use(std::integral_constant<int, 6>{});
  case 7:
    return use(std::integral_constant<int, 7>{});
  default:
    return use(std::integral_constant<int, 8>{});
  }
}

template <int K>
inline Row<K> load(std::span<const double> values) {
  Row<K> row{};
  std::memcpy(row.pair, values.data(), K * sizeof(double));
  return row;
}

template <int K>
inline void store(const Row<K>& row, std::span<double> values) {
  std::memcpy(values.data(), row.pair, K * sizeof(double));
}

template <int K>
inline void scale(Row<K>& row, double factor) {
  row.pair[0] *= factor;
  if constexpr (K > 2) row.pair[1] *= factor;
  if constexpr (K > 4) row.pair[2] *= factor;
  if constexpr (K > 6) row.pair[3] *= factor;
}

template <int K>
inline void divide(Row<K>& row, double divisor) {
  row.pair[0] /= divisor;
  if constexpr (K > 2) row.pair[1] /= divisor;
  if constexpr (K > 4) row.pair[2] /= divisor;
  if constexpr (K > 6) row.pair[3] /= divisor;
}

template <int K>
inline void add(Row<K>& sum, const Row<K>& row) {
  sum.pair[0] += row.pair[0];
  if constexpr (K > 2) sum.pair[1] += row.pair[1];
  if constexpr (K > 4) sum.pair[2] += row.pair[2];
  if constexpr (K > 6) sum.pair[3] += row.pair[3];
}

/// sum <- sum + factor row
template <int K>
inline void add_multiple(Row<K>& sum, double factor, const Row<K>& row) {
  sum.pair[0] += factor * row.pair[0];
  if constexpr (K > 2) sum.pair[1] += factor * row.pair[1];
  if constexpr (K > 4) sum.pair[2] += factor * row.pair[2];
  if constexpr (K > 6) sum.pair[3] += factor * row.pair[3];
}

template <int K>
inline double sum_of(const Row<K>& row) {
  Pair sum = row.pair[0];
  if constexpr (K > 2) sum += row.pair[1];
  if constexpr (K > 4) sum += row.pair[2];
  if constexpr (K > 6) sum += row.pair[3];
  return sum[0] + sum[1];
}

/// sum <- sum + factors[j] rows[j] over each second j from First on.
template <int First, int K>
inline void add_every_second(Row<K>& sum, const Row<K>& factors, const Square<K>& rows) {
  if constexpr (First < K) {
    add_multiple(sum, factors[First], rows[First]);
    add_every_second<First + 2>(sum, factors, rows);
  }
}

/// row <- row matrix, in two sums because each addition waits for the one before it.
template <int K>
[[gnu::always_inline]] inline void carry(Row<K>& row, const Square<K>& matrix) {
  Row<K> even = matrix[0];
  Row<K> odd = matrix[1];
  scale(even, row[0]);
  scale(odd, row[1]);
  add_every_second<2>(even, row, matrix);
  add_every_second<3>(odd, row, matrix);
  add(even, odd);
  row = even;
}

/// left right
template <int K>
Square<K> product(Square<K> left, const Square<K>& right) {
  for (Row<K>& row : left.row) carry(row, right);
  return left;
}

template <int K>
Square<K> transposed(Square<K> matrix) {
  for (int i = 0; i < K; ++i) {
    for (int j = 0; j < i; ++j) {
      const double below = matrix[i][j];
      matrix[i].set(j, matrix[j][i]);
      matrix[j].set(i, below);
    }
  }
  return matrix;
}

}  // namespace relapse::ctmc::detail
