#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/ctmc/detail/adjoint.hpp>
#include <relapse/ctmc/detail/bundle.hpp>
#include <relapse/ctmc/detail/chain.hpp>
#include <relapse/ctmc/detail/matrix.hpp>

/// One chain that stands in every lane: a row or a column of it has its numbers in every
/// lane as well, its matrix a row a lane.
#pragma GCC diagnostic push
// Sizes of arrays are numbers of states, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace relapse::ctmc::RELAPSE_LANES {

/// @param rates as of a LoneChain
template <class Size>
void load_rates(const double* rates, Size size, Chain<Size, Size>& alone) {
  alone.rows = alone.size = size;
  alone.largest = all(least_jump_rate);
  repeat(size, [&](auto r) RELAPSE_LAMBDA {
    repeat(size, [&](auto s) RELAPSE_LAMBDA {
      alone.between.entry[r][s] = all(rates[r * lanes_together + s]);
    });
    take_row(alone, r);
  });
}

/// row <- row exp(Q days), up to a factor
template <class Size>
void go_ahead(const Chain<Size, Size>& alone, double days, double* row) {
  const Size size = alone.size;
  const int path = size - 1;
  Lanes masses[most<Size>];
  repeat(size, [&](auto s) RELAPSE_LAMBDA { masses[s] = all(row[s]); });
  Lanes weight[most_terms];
  Piece<Size, Size> piece;
  piece.weight = weight;
  prepare(alone, path, all(days), piece);
  if (lane(piece.beyond, 0) > 0.0) {
    RowsAbreast<Size> matrix;
    exponential(alone, path, days, matrix);
    carry(masses, matrix, size);
  } else {
    go_over(piece, masses, size);
  }
  repeat(size, [&](auto s) RELAPSE_LAMBDA { row[s] = lane(masses[s], 0); });
}

/// column <- exp(Q days) column
/// @param row, @param flow as of a BackTask, of one lane; null: the column alone
template <class Size>
void go_back(const Chain<Size, Size>& alone, double days, const double* row,
             double* column, double* flow) {
  const Size size = alone.size;
  const int path = size - 1;
  const bool flows = row != nullptr;
  Lanes weight[most_terms];
  Piece<Size, Size> piece;
  piece.weight = weight;
  prepare(alone, (flows ? 2 : 1) * path, all(days), piece);
  const bool beyond = lane(piece.beyond, 0) > 0.0;
  Lanes b[most<Size>];
  repeat(size, [&](auto s) RELAPSE_LAMBDA { b[s] = all(column[s]); });
  if (!flows) {
    if (beyond) {
      go_back_alone(alone, path, days, b);
    } else {
      go_back_over(piece, b, size, size);
    }
  } else {
    Lanes a[most<Size>];
    repeat(size, [&](auto s) RELAPSE_LAMBDA { a[s] = all(row[s]); });
    Square<Size, Size> found;
    if (beyond) {
      go_back_alone(alone, path, days, a, b, found);
    } else {
      go_back_over(piece, a, b, found, size, size);
    }
    repeat(size, [&](auto r) RELAPSE_LAMBDA {
      repeat(size, [&](auto s) RELAPSE_LAMBDA {
        flow[r * size + s] = lane(found.entry[r][s], 0);
      });
    });
  }
  repeat(size, [&](auto s) RELAPSE_LAMBDA { column[s] = lane(b[s], 0); });
}

/// exp(Q days)
template <class Size>
void find_matrix(const Chain<Size, Size>& alone, double days, double* to) {
  RowsAbreast<Size> matrix;
  exponential(alone, alone.size - 1, days, matrix);
  for (int r = 0; r < alone.size; ++r) {
    for (int s = 0; s < alone.size; ++s) *to++ = matrix.at(r, s);
  }
}

}  // namespace relapse::ctmc::RELAPSE_LANES

#pragma GCC diagnostic pop
