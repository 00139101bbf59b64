#pragma once

#include <relapse/infer/detail/lane_rows.hpp>
#include <relapse/infer/detail/lanes.hpp>

/// Square matrices of stages, one a lane.
#pragma GCC diagnostic push
// Sizes of arrays are numbers of stages, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace relapse::infer::RELAPSE_LANES {

/// One number a pair of stages and lane. Of the stages only the first `Live` are left by
/// who is there: the rows of others, with 1 on the diagonal, are not held.
template <int K, int Live = K>
struct LaneSquare {
  Lanes entry[Live][K];
};

template <int K, int Live>
RELAPSE_LANE void clear(LaneSquare<K, Live>& matrix) {
  repeat<Live>([&](auto r) RELAPSE_LAMBDA {
    repeat<K>([&](auto s) RELAPSE_LAMBDA { matrix.entry[r][s] = Lanes{}; });
  });
}

template <int K>
RELAPSE_LANE Lanes sum_lanes(const Lanes* row) {
  Lanes sum = row[0];
  repeat<K - 1>([&](auto s) RELAPSE_LAMBDA { sum += row[s + 1]; });
  return sum;
}

/// row <- row matrix, in two sums because each addition waits for the one before it.
template <int K, int Live>
RELAPSE_LANE void carry_lanes(Lanes* row, const LaneSquare<K, Live>& matrix) {
  Lanes next[K];
  repeat<K>([&](auto s) RELAPSE_LAMBDA {
    Lanes even = keep(row[0] * matrix.entry[0][s]);
    Lanes odd = s < Live ? Lanes{} : row[s];
    repeat<Live - 1>([&](auto r) RELAPSE_LAMBDA {
      constexpr int from = decltype(r)::value + 1;
      Lanes& sum = from % 2 == 0 ? even : odd;
      sum = fma(row[from], matrix.entry[from][s], sum);
    });
    next[s] = even + odd;
  });
  repeat<K>([&](auto s) RELAPSE_LAMBDA { row[s] = next[s]; });
}

template <int K, int Live>
void multiply(const LaneSquare<K, Live>& left, const LaneSquare<K, Live>& right,
              LaneSquare<K, Live>& product) {
  for (int r = 0; r < Live; ++r) {
    Lanes row[K];
    // Without a loop, or it becomes a copy in pieces shorter than what is loaded next.
    repeat<K>([&](auto s) RELAPSE_LAMBDA { row[s] = left.entry[r][s]; });
    carry_lanes(row, right);
    repeat<K>([&](auto s) RELAPSE_LAMBDA { product.entry[r][s] = row[s]; });
  }
}

template <int K>
void normalise(LaneSquare<K>& matrix) {
  for (auto& row : matrix.entry) {
    Lanes sum = row[0];
    for (int s = 1; s < K; ++s) sum += row[s];
    for (Lanes& entry : row) entry = entry / sum;
  }
}

/// exp(A) for row sums below 1, to degree 25, by powers up to the fifth. Paterson &
/// Stockmeyer 1973.
template <int K>
void taylor(const LaneSquare<K>& a, LaneSquare<K>& sum) {
  constexpr int degree = 25;
  double inverse_factorial[degree + 1] = {1.0};
  for (int n = 1; n <= degree; ++n) inverse_factorial[n] = inverse_factorial[n - 1] / n;
  LaneSquare<K> power[6];
  power[1] = a;
  for (int n = 2; n <= 5; ++n) multiply(power[n - 1], a, power[n]);
  for (int r = 0; r < K; ++r) {
    for (int s = 0; s < K; ++s) {
      sum.entry[r][s] = power[5].entry[r][s] * inverse_factorial[degree];
    }
  }
  for (int n = degree - 5; n >= 0; n -= 5) {
    if (n < degree - 5) {
      LaneSquare<K> risen;
      multiply(sum, power[5], risen);
      sum = risen;
    }
    for (int r = 0; r < K; ++r) {
      for (int p = 4; p > 0; --p) {
        for (int s = 0; s < K; ++s) {
          sum.entry[r][s] =
              fma(power[p].entry[r][s], all(inverse_factorial[n + p]), sum.entry[r][s]);
        }
      }
      sum.entry[r][r] += inverse_factorial[n];
    }
  }
}

}  // namespace relapse::infer::RELAPSE_LANES

#pragma GCC diagnostic pop
