#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/ctmc/detail/ahead.hpp>
#include <relapse/ctmc/detail/bundle.hpp>
#include <relapse/ctmc/detail/chain.hpp>
#include <relapse/ctmc/detail/matrix.hpp>
#include <relapse/ctmc/detail/series.hpp>
#include <relapse/ctmc/detail/square.hpp>

/// The way back: columns of values carried by exp(Q t), and the end-conditioned integrals
/// that are the derivative in the rates. Hobolth & Jensen 2011; Van Loan 1978.
///
/// With J = I + Q / c and w_n the Poisson weights of x = c t, exp(Q t) v is the sum of
/// w_n J^n v. Its derivative in J, seen from a row a, is the sum over k of (a J^k) times
/// b_k, with b_k the sum over n > k of w_n J^(n-1-k) v; so b_(k-1) = w_k v + J b_k, one
/// way down the series.
#pragma GCC diagnostic push
// Sizes of arrays are numbers of states, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace relapse::ctmc::RELAPSE_LANES {

/// A piece of time, and the series over it.
template <class Rows, class Size>
struct Piece {
  Square<Rows, Size> jumps;  ///< J
  Lanes largest;             ///< exit rate
  Lanes beyond;              ///< days, where the series is not for them; of others 0
  Course course;
  Lanes* weight = nullptr;  ///< by term
};

/// The first pieces of a path, kept on the way ahead for the way back.
template <class Rows, class Size>
struct KeptPieces {
  static constexpr int most_kept = 16;
  static constexpr int most_weights = 512;

  Piece<Rows, Size> piece[most_kept + 1];  ///< behind those kept, the one at work
  Lanes weight[most_weights + most_terms];
  int count = 0;
  int weights = 0;

  /// Where the next piece goes.
  Piece<Rows, Size>& next() {
    piece[count].weight = weight + weights;
    return piece[count];
  }
  /// Keeps the piece that stands there, if there is room.
  void keep_next() {
    const int end = weights + piece[count].course.last + 1;
    if (count == most_kept || end > most_weights) return;
    ++count;
    weights = end;
  }
};

/// @param chain with the rates of the piece
/// @param jumps of one path that the series is to follow, at most
template <class Rows, class Size>
void prepare(const Chain<Rows, Size>& chain, int jumps, Lanes days,
             Piece<Rows, Size>& piece) {
  const Lanes x = chain.largest * days;
  piece.course = plan_course(by_series(x), jumps);
  piece.beyond = days_beyond(x, days);
  const Course& course = piece.course;
  Lanes weight = exp(-course.x);
  piece.weight[0] = weight;
  for (int n = 1; n <= course.last; ++n) {
    weight = course.weigh(weight * (course.x * reciprocals.of[n]), n);
    piece.weight[n] = weight;
  }
  piece.largest = chain.largest;
  uniformise(chain, piece.jumps);
}

/// next <- row J, the states that are left alone
template <class Rows, class Size>
RELAPSE_LANE void jump_row(const Square<Rows, Size>& jumps, const Lanes* row, Lanes* next,
                           Rows rows) {
  repeat(rows, [&](auto s) RELAPSE_LAMBDA {
    Lanes sum = keep(row[0] * jumps.entry[0][s]);
    repeat(before(rows), [&](auto r) RELAPSE_LAMBDA {
      sum = fma(row[r + 1], jumps.entry[r + 1][s], sum);
    });
    next[s] = sum;
  });
}

/// column <- weight v + J column; the stopped states lead to themselves
template <class Rows, class Size>
RELAPSE_LANE void jump_column(const Square<Rows, Size>& jumps, Lanes weight,
                              const Lanes* v, Lanes* column, Rows rows, Size size) {
  Lanes sum[most<Size>];
  repeat(rows, [&](auto r) RELAPSE_LAMBDA {
    sum[r] = keep(weight * v[r]);
    repeat(size, [&](auto s) RELAPSE_LAMBDA {
      sum[r] = fma(jumps.entry[r][s], column[s], sum[r]);
    });
  });
  if (int{rows} != int{size}) sum[rows] = fma(weight, v[rows], column[rows]);
  repeat(size, [&](auto s) RELAPSE_LAMBDA { column[s] = sum[s]; });
}

/// Carries the row over the piece.
template <class Rows, class Size>
void go_over(const Piece<Rows, Size>& piece, Lanes* row, Rows rows) {
  Lanes sum[most<Rows>];
  repeat(rows, [&](auto s) RELAPSE_LAMBDA { sum[s] = keep(piece.weight[0] * row[s]); });
  for (int n = 1; n <= piece.course.last; ++n) {
    Lanes next[most<Rows>];
    jump_row(piece.jumps, row, next, rows);
    repeat(rows, [&](auto s) RELAPSE_LAMBDA {
      row[s] = next[s];
      sum[s] = fma(piece.weight[n], next[s], sum[s]);
    });
  }
  repeat(rows, [&](auto s) RELAPSE_LAMBDA { row[s] = sum[s]; });
}

/// Pulls the column back over the piece. Calls use(k, b_(k+1)) on the way.
template <class Rows, class Size, class Use>
RELAPSE_LANE void pull_over(const Piece<Rows, Size>& piece, Lanes* column, Rows rows,
                            Size size, Use&& use) {
  const int last = piece.course.last;
  Lanes b[most<Size>];
  repeat(size,
         [&](auto s) RELAPSE_LAMBDA { b[s] = keep(piece.weight[last] * column[s]); });
  for (int k = last - 1; k >= 0; --k) {
    use(k, b);
    jump_column(piece.jumps, piece.weight[k], column, b, rows, size);
  }
  repeat(size, [&](auto s) RELAPSE_LAMBDA { column[s] = b[s]; });
}

template <class Rows, class Size>
void go_back_over(const Piece<Rows, Size>& piece, Lanes* column, Rows rows, Size size) {
  pull_over(piece, column, rows, size, [](int, const Lanes*) RELAPSE_LAMBDA {});
}

/// The same, and sets the flow: the sum over k of (row J^k)_r (b_(k+1))_s, per jump.
/// @param row at the beginning of the piece
template <class Rows, class Size>
void go_back_over(const Piece<Rows, Size>& piece, const Lanes* row, Lanes* column,
                  Square<Rows, Size>& flow, Rows rows, Size size) {
  Lanes powers[most_terms][most<Rows>];
  Lanes after[most_terms][most<Size>];
  const int last = piece.course.last;
  repeat(rows, [&](auto s) RELAPSE_LAMBDA { powers[0][s] = row[s]; });
  for (int k = 1; k < last; ++k) jump_row(piece.jumps, powers[k - 1], powers[k], rows);
  pull_over(piece, column, rows, size, [&](int k, const Lanes* b) RELAPSE_LAMBDA {
    repeat(size, [&](auto s) RELAPSE_LAMBDA { after[k][s] = b[s]; });
  });
  const Lanes per_jump = 1.0 / piece.largest;
  for (int r = 0; r < rows; ++r) {
    Lanes sum[most<Size>];
    repeat(size, [&](auto s) RELAPSE_LAMBDA { sum[s] = Lanes{}; });
    for (int k = 0; k < last; ++k) {
      const Lanes power = powers[k][r];
      repeat(size,
             [&](auto s) RELAPSE_LAMBDA { sum[s] = fma(power, after[k][s], sum[s]); });
    }
    repeat(size,
           [&](auto s) RELAPSE_LAMBDA { flow.entry[r][s] = keep(sum[s] * per_jump); });
  }
}

/// Pulls the column of one chain that stands in every lane back by the matrix.
template <class Size>
void go_back_alone(const Chain<Size, Size>& alone, int longest_path, double days,
                   Lanes* column) {
  RowsAbreast<Size> matrix;
  exponential(alone, longest_path, days, matrix);
  carry_back(matrix, column, alone.size);
}

/// The same, and sets the flow, by doubling: over twice the time it is the matrix times
/// the flow plus the flow times the matrix.
template <class Size>
void go_back_alone(const Chain<Size, Size>& alone, int longest_path, double days,
                   const Lanes* row, Lanes* column, Square<Size, Size>& flow) {
  const Size size = alone.size;
  const int halvings = count_halvings(alone, days);
  const double step = halved(days, halvings);
  RowsAbreast<Size> matrix;
  begin_matrix(alone, longest_path, step, matrix);
  Lanes weight[most_terms];
  Piece<Size, Size> piece;
  piece.weight = weight;
  prepare(alone, 2 * longest_path, all(step), piece);
  Lanes there[most<Size>];
  for (int s = 0; s < size; ++s) there[s] = column[s];
  go_back_over(piece, row, there, flow, size, size);
  RowsAbreast<Size> integral;  // transposed: to, from
  each_block_of_rows(size, [&](int block) {
    for (int s = 0; s < size; ++s) integral.entry[block][s] = Lanes{};
  });
  for (int s = 0; s < size; ++s) {
    for (int r = 0; r < size; ++r) integral.set(s, r, lane(flow.entry[r][s], 0));
  }
  for (int n = 0; n < halvings; ++n) {
    Square<Size, Size> same;
    spread(matrix, same, size);
    Square<Size, Size> same_integral;
    spread(integral, same_integral, size);
    each_block_of_rows(size, [&](int block) RELAPSE_LAMBDA {
      Lanes later[most<Size>];
      repeat(size, [&](auto s) RELAPSE_LAMBDA { later[s] = matrix.entry[block][s]; });
      carry(later, same_integral, size, size);
      Lanes* earlier = integral.entry[block];
      carry(earlier, same, size, size);
      repeat(size, [&](auto s) RELAPSE_LAMBDA { earlier[s] = earlier[s] + later[s]; });
    });
    square_rows(same, matrix, size);
  }
  carry_back(matrix, column, size);
  for (int r = 0; r < size; ++r) {
    for (int s = 0; s < size; ++s) flow.entry[r][s] = all(integral.at(s, r));
  }
}

/// The same in the lanes whose days are above zero.
/// @param chain with the rates of the piece
/// @param row null: the column alone
template <class Rows, class Size>
void go_back_far(const Chain<Rows, Size>& chain, int longest_path, Lanes days,
                 const Lanes* row, Lanes* column, Square<Rows, Size>& flow) {
  for (int l = 0; l < lanes; ++l) {
    if (!(lane(days, l) > 0.0)) continue;
    Chain<Size, Size> alone;
    spread_chain(chain, l, alone);
    Lanes of_column[most<Size>];
    for (int s = 0; s < chain.size; ++s) of_column[s] = all(lane(column[s], l));
    if (row == nullptr) {
      go_back_alone(alone, longest_path, lane(days, l), of_column);
    } else {
      Lanes of_row[most<Size>];
      for (int s = 0; s < chain.size; ++s) {
        of_row[s] = s < chain.rows ? all(lane(row[s], l)) : Lanes{};
      }
      Square<Size, Size> of_flow;
      go_back_alone(alone, longest_path, lane(days, l), of_row, of_column, of_flow);
      for (int r = 0; r < chain.rows; ++r) {
        for (int s = 0; s < chain.size; ++s) {
          flow.entry[r][s][l] = lane(of_flow.entry[r][s], l);
        }
      }
    }
    for (int s = 0; s < chain.size; ++s) column[s][l] = lane(of_column[s], l);
  }
}

/// Loads the rates of a piece and prepares it. Returns 0, or NaN where rates are not
/// finite.
template <class Rows, class Size>
Lanes prepare_piece(const BackTask& task, int piece, int block, Chain<Rows, Size>& chain,
                    Piece<Rows, Size>& prepared) {
  const Bundle& bundle = task.bundle;
  load_rates(bundle.map, bundle.rates_of(piece) + block, chain);
  // Both what comes before the derivative and what comes after takes jumps.
  const int ways = task.row == nullptr ? 1 : 2;
  prepare(chain, ways * bundle.map.longest_path,
          load(bundle.days + piece * bundle.lanes + block), prepared);
  return check_rates(chain);
}

/// The row at the beginning of each piece, as the way back needs it.
template <class Rows, class Size>
Lanes keep_rows(const BackTask& task, int block, Chain<Rows, Size>& chain,
                KeptPieces<Rows, Size>& kept) {
  const Bundle& bundle = task.bundle;
  const Rows rows = chain.rows;
  Lanes row[most<Size>];
  repeat(rows, [&](auto s) RELAPSE_LAMBDA {
    row[s] = load(task.row + chain.state[s] * bundle.lanes + block);
  });
  Lanes check = Lanes{};
  double* at = task.rows + block;
  for (int piece = 0; piece < bundle.pieces; ++piece) {
    Piece<Rows, Size>& prepared = kept.next();
    check += prepare_piece(task, piece, block, chain, prepared);
    if (kept.count == piece) kept.keep_next();
    repeat(rows, [&](auto s) RELAPSE_LAMBDA { store(row[s], at + s * bundle.lanes); });
    at += bundle.map.states * bundle.lanes;
    if (piece + 1 == bundle.pieces) break;
    go_over(prepared, row, rows);
    if (!(largest_lane(prepared.beyond) > 0.0)) continue;
    if (chain.stops()) row[before(chain.size)] = Lanes{};
    carry_far(chain, bundle.map.longest_path, prepared.beyond, row);
  }
  return check;
}

template <class Rows, class Size>
RELAPSE_LANE void store_flow(const BackTask& task, int piece, int block,
                             const Chain<Rows, Size>& chain,
                             const Square<Rows, Size>& flow) {
  const Bundle& bundle = task.bundle;
  const int states = bundle.map.states;
  double* to = task.flow + piece * states * states * bundle.lanes + block;
  repeat(chain.rows, [&](auto r) RELAPSE_LAMBDA {
    double* of_row = to + chain.state[r] * states * bundle.lanes;
    repeat(chain.size, [&](auto s) RELAPSE_LAMBDA {
      store(flow.entry[r][s], of_row + chain.state[s] * bundle.lanes);
    });
    for (int s = chain.size; s < lanes_together; ++s) {
      if (s >= states) break;
      store(flow.entry[r][before(chain.size)], of_row + chain.state[s] * bundle.lanes);
    }
  });
}

/// Carries columns back through the pieces at one block of lanes. Returns 0, or NaN where
/// rates are not finite.
template <class Rows, class Size>
Lanes go_back(const BackTask& task, int block, Chain<Rows, Size>& chain) {
  const Bundle& bundle = task.bundle;
  const Rows rows = chain.rows;
  const Size size = chain.size;
  KeptPieces<Rows, Size> kept;
  const bool flows = task.row != nullptr;
  Lanes check = flows ? keep_rows(task, block, chain, kept) : Lanes{};
  Lanes column[most<Size>];
  repeat(size, [&](auto s) RELAPSE_LAMBDA {
    column[s] = load(task.column + chain.state[s] * bundle.lanes + block);
  });
  for (int piece = bundle.pieces - 1; piece >= 0; --piece) {
    const bool known = piece < kept.count;
    Piece<Rows, Size>& prepared = known ? kept.piece[piece] : kept.next();
    if (!known) check += prepare_piece(task, piece, block, chain, prepared);
    Lanes row[most<Rows>];
    Square<Rows, Size> flow;
    if (flows) {
      const double* at = task.rows + piece * bundle.map.states * bundle.lanes + block;
      repeat(rows, [&](auto s) RELAPSE_LAMBDA { row[s] = load(at + s * bundle.lanes); });
      go_back_over(prepared, row, column, flow, rows, size);
    } else {
      go_back_over(prepared, column, rows, size);
    }
    if (largest_lane(prepared.beyond) > 0.0) {
      load_rates(bundle.map, bundle.rates_of(piece) + block, chain);
      go_back_far(chain, bundle.map.longest_path, prepared.beyond, flows ? row : nullptr,
                  column, flow);
    }
    if (flows) store_flow(task, piece, block, chain, flow);
  }
  repeat(size, [&](auto s) RELAPSE_LAMBDA {
    store(column[s], task.column + chain.state[s] * bundle.lanes + block);
  });
  return check;
}

}  // namespace relapse::ctmc::RELAPSE_LANES

#pragma GCC diagnostic pop
