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

}  // namespace relapse::ctmc::RELAPSE_LANES

#pragma GCC diagnostic pop
