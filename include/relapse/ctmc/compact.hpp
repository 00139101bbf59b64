#pragma once

#include <Eigen/Core>

#include <cassert>
#include <cstddef>
#include <span>
#include <type_traits>

/// Rows and square matrices whose size the compiler knows, so that loops over them unroll
/// and stay in registers. With K odd there is one entry of padding, which is always zero.
namespace relapse::ctmc::detail {

/// Two numbers side by side: one vector on every instruction set.
#ifdef __GNUC__
typedef double Pair __attribute__((vector_size(16)));
#else
using Pair = Eigen::Array2d;
#endif

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
  case 2: return use(std::integral_constant<int, 2>{});
  case 3: return use(std::integral_constant<int, 3>{});
  case 4: return use(std::integral_constant<int, 4>{});
  case 5: return use(std::integral_constant<int, 5>{});
  case 6: return use(std::integral_constant<int, 6>{});
  case 7: return use(std::integral_constant<int, 7>{});
  default: return use(std::integral_constant<int, 8>{});
  }
}

template <int K>
Row<K> load(std::span<const double> values) {
  Row<K> row;
  row.set(2 * Row<K>::pairs - 1, 0.0);
  for (int i = 0; i < K; ++i) row.set(i, values[static_cast<std::size_t>(i)]);
  return row;
}

template <int K>
void store(const Row<K>& row, std::span<double> values) {
  for (int i = 0; i < K; ++i) values[static_cast<std::size_t>(i)] = row[i];
}

/// out <- factor row
template <int K>
void set_multiple(Row<K>& out, double factor, const Row<K>& row) {
  out.pair[0] = factor * row.pair[0];
  if constexpr (K > 2) out.pair[1] = factor * row.pair[1];
  if constexpr (K > 4) out.pair[2] = factor * row.pair[2];
  if constexpr (K > 6) out.pair[3] = factor * row.pair[3];
}

/// sum <- sum + factor row
template <int K>
void add_multiple(Row<K>& sum, double factor, const Row<K>& row) {
  sum.pair[0] += factor * row.pair[0];
  if constexpr (K > 2) sum.pair[1] += factor * row.pair[1];
  if constexpr (K > 4) sum.pair[2] += factor * row.pair[2];
  if constexpr (K > 6) sum.pair[3] += factor * row.pair[3];
}

template <int K>
double sum_of(const Row<K>& row) {
  double sum = row[0];
  for (int i = 1; i < K; ++i) sum += row[i];
  return sum;
}

/// row <- row matrix, in two sums because each addition waits for the one before it.
template <int K>
void carry(Row<K>& row, const Square<K>& matrix) {
  Row<K> even;
  Row<K> odd;
  set_multiple(even, row[0], matrix[0]);
  set_multiple(odd, row[1], matrix[1]);
  for (int i = 2; i + 1 < K; i += 2) {
    add_multiple(even, row[i], matrix[i]);
    add_multiple(odd, row[i + 1], matrix[i + 1]);
  }
  if constexpr (K % 2 == 1) add_multiple(even, row[K - 1], matrix[K - 1]);
  row = even;
  add_multiple(row, 1.0, odd);
}

/// sum <- sum + left right
template <int K>
void add_product(Square<K>& sum, const Square<K>& left, const Square<K>& right) {
  for (int i = 0; i < K; ++i) {
    Row<K> row = sum[i];
    for (int j = 0; j < K; ++j) add_multiple(row, left[i][j], right[j]);
    sum[i] = row;
  }
}

/// left right
template <int K>
Square<K> product(const Square<K>& left, const Square<K>& right) {
  Square<K> out;
  for (int i = 0; i < K; ++i) {
    Row<K> row;
    set_multiple(row, left[i][0], right[0]);
    for (int j = 1; j < K; ++j) add_multiple(row, left[i][j], right[j]);
    out[i] = row;
  }
  return out;
}

template <int K>
Square<K> transposed(const Square<K>& matrix) {
  Square<K> out;
  for (int i = 0; i < K; ++i) {
    out[i].set(2 * Row<K>::pairs - 1, 0.0);
    for (int j = 0; j < K; ++j) out[i].set(j, matrix[j][i]);
  }
  return out;
}

}  // namespace relapse::ctmc::detail
