#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/ctmc/detail/bundle.hpp>

/// Square matrices of states, one a lane. Numbers of states are a `Number` where the
/// compiler knows them, so that loops unroll, and an `int` elsewhere.
#pragma GCC diagnostic push
// Sizes of arrays are numbers of states, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace relapse::ctmc::RELAPSE_LANES {

using namespace relapse::RELAPSE_LANES;

/// The most states that a number of them can be.
template <class Size>
inline constexpr int most = most_of<Size, lanes_together>;

/// One number a pair of states and lane. Of the rows only the first ones, of states that
/// are left, are held: those of others have 1 on the diagonal.
template <class Rows, class Size>
struct Square {
  Lanes entry[most<Rows>][most<Size>];
};

template <class Size>
RELAPSE_LANE Lanes sum_of_row(const Lanes* row, Size size) {
  Lanes sum = row[0];
  repeat(before(size), [&](auto s) RELAPSE_LAMBDA { sum += row[s + 1]; });
  return sum;
}

/// row <- row matrix, in two sums because each addition waits for the one before it.
template <class Rows, class Size>
RELAPSE_LANE void carry(Lanes* row, const Square<Rows, Size>& matrix, Rows rows,
                        Size size) {
  Lanes next[most<Size>];
  repeat(size, [&](auto s) RELAPSE_LAMBDA {
    Lanes even = keep(row[0] * matrix.entry[0][s]);
    Lanes odd = int{s} < int{rows} ? Lanes{} : row[s];
    repeat(before(rows), [&](auto r) RELAPSE_LAMBDA {
      const int from = r + 1;
      Lanes& sum = from % 2 == 0 ? even : odd;
      sum = fma(row[from], matrix.entry[from][s], sum);
    });
    next[s] = even + odd;
  });
  repeat(size, [&](auto s) RELAPSE_LAMBDA { row[s] = next[s]; });
}

template <class Rows, class Size>
void multiply(const Square<Rows, Size>& left, const Square<Rows, Size>& right,
              Square<Rows, Size>& product, Rows rows, Size size) {
  for (int r = 0; r < rows; ++r) {
    Lanes row[most<Size>];
    // Without a loop, or it becomes a copy in pieces shorter than what is loaded next.
    repeat(size, [&](auto s) RELAPSE_LAMBDA { row[s] = left.entry[r][s]; });
    carry(row, right, rows, size);
    repeat(size, [&](auto s) RELAPSE_LAMBDA { product.entry[r][s] = row[s]; });
  }
}

/// column <- matrix column
template <class Size>
RELAPSE_LANE void carry_back(Lanes* column, const Square<Size, Size>& matrix, Size size) {
  Lanes next[most<Size>];
  repeat(size, [&](auto r) RELAPSE_LAMBDA {
    next[r] = keep(matrix.entry[r][0] * column[0]);
    repeat(before(size), [&](auto s) RELAPSE_LAMBDA {
      next[r] = fma(matrix.entry[r][s + 1], column[s + 1], next[r]);
    });
  });
  repeat(size, [&](auto r) RELAPSE_LAMBDA { column[r] = next[r]; });
}

template <class Size>
void normalise(Square<Size, Size>& matrix, Size size) {
  for (int r = 0; r < size; ++r) {
    const Lanes sum = sum_of_row(matrix.entry[r], size);
    for (int s = 0; s < size; ++s) matrix.entry[r][s] = matrix.entry[r][s] / sum;
  }
}

/// exp(A) for row sums below 1, by powers up to the fifth and Horner's rule in the fifth.
/// A path of 7 jumps begins with degree 7, and the 18 after it are enough for 1e-16 of
/// it. Paterson & Stockmeyer 1973.
template <class Size>
void taylor(const Square<Size, Size>& a, Square<Size, Size>& sum, Size size) {
  constexpr int degree = 25;
  double inverse_factorial[degree + 1] = {1.0};
  for (int n = 1; n <= degree; ++n) inverse_factorial[n] = inverse_factorial[n - 1] / n;
  Square<Size, Size> power[6];
  power[1] = a;
  for (int n = 2; n <= 5; ++n) multiply(power[n - 1], a, power[n], size, size);
  for (int r = 0; r < size; ++r) {
    for (int s = 0; s < size; ++s) {
      sum.entry[r][s] = power[5].entry[r][s] * inverse_factorial[degree];
    }
  }
  for (int n = degree - 5; n >= 0; n -= 5) {
    if (n < degree - 5) {
      Square<Size, Size> risen;
      multiply(sum, power[5], risen, size, size);
      sum = risen;
    }
    for (int r = 0; r < size; ++r) {
      for (int p = 4; p > 0; --p) {
        for (int s = 0; s < size; ++s) {
          sum.entry[r][s] =
              fma(power[p].entry[r][s], all(inverse_factorial[n + p]), sum.entry[r][s]);
        }
      }
      sum.entry[r][r] += inverse_factorial[n];
    }
  }
}

}  // namespace relapse::ctmc::RELAPSE_LANES

#pragma GCC diagnostic pop
