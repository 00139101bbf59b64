#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/ctmc/detail/bundle.hpp>
#include <relapse/ctmc/detail/chain.hpp>
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

/// A piece of time in equal parts, each so short that the series is taken.
template <class Rows, class Size>
struct PartedPiece {
  Square<Rows, Size> jumps;  ///< J
  Lanes largest;             ///< exit rate
  Lanes beyond;              ///< days, where the series is not for them; of others 0
  bool any_beyond = false;
  Course course;
  Lanes* weight = nullptr;  ///< by term
};

/// The first pieces of a path, kept on the way ahead for the way back.
template <class Rows, class Size>
struct KeptPieces {
  static constexpr int most_kept = 16;
  static constexpr int most_weights = 512;

  PartedPiece<Rows, Size> piece[most_kept + 1];  ///< behind those kept, the one at work
  Lanes weight[most_weights + most_terms + 1];
  int count = 0;
  int weights = 0;

  /// Where the next piece goes.
  PartedPiece<Rows, Size>& next() {
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
template <class Rows, class Size>
void take_parts(const Chain<Rows, Size>& chain, int longest_path, Lanes days,
                PartedPiece<Rows, Size>& piece) {
  const Lanes x = chain.largest * days;
  // Both what comes before the derivative and what comes after takes jumps.
  piece.course = plan_course(by_series(x), 2 * longest_path);
  piece.beyond = days_beyond(x, days);
  piece.any_beyond = any_beyond(x, series_limit * most_parts);
  const Course& course = piece.course;
  piece.weight[0] = exp(-course.x);
  Lanes weight = piece.weight[0];
  for (int n = 1; n <= course.last; ++n) {
    weight = weight * (course.x * reciprocals.of[n]);
    piece.weight[n] = course.last_of_lane < static_cast<double>(n) ? Lanes{} : weight;
  }
  piece.largest = chain.largest;
  uniformise(chain, 1.0 / piece.largest, piece.jumps);
}

/// The weights of a part; lanes that need fewer parts stand still in the others.
template <class Rows, class Size>
const Lanes* weights_of(const PartedPiece<Rows, Size>& piece, int part, Lanes* own) {
  if (part == 0) return piece.weight;
  const auto moves = piece.course.parts_of_lane > static_cast<double>(part);
  own[0] = moves ? piece.weight[0] : all(1.0);
  for (int n = 1; n <= piece.course.last; ++n) {
    own[n] = moves ? piece.weight[n] : Lanes{};
  }
  return own;
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

/// Carries the row over one part.
template <class Rows, class Size>
void go_over_part(const PartedPiece<Rows, Size>& piece, const Lanes* weight, Lanes* row,
                  Rows rows) {
  Lanes sum[most<Rows>];
  repeat(rows, [&](auto s) RELAPSE_LAMBDA { sum[s] = keep(weight[0] * row[s]); });
  for (int n = 1; n <= piece.course.last; ++n) {
    Lanes next[most<Rows>];
    jump_row(piece.jumps, row, next, rows);
    repeat(rows, [&](auto s) RELAPSE_LAMBDA {
      row[s] = next[s];
      sum[s] = fma(weight[n], next[s], sum[s]);
    });
  }
  repeat(rows, [&](auto s) RELAPSE_LAMBDA { row[s] = sum[s]; });
}

/// Pulls the column back through one part.
/// @param row at the beginning of the part; null: the column alone
/// @param moved raised by the sum over k of (row J^k)_r (b_k)_s
template <class Rows, class Size>
void go_back_over_part(const PartedPiece<Rows, Size>& piece, const Lanes* weight,
                       const Lanes* row, Lanes* column, Square<Rows, Size>& moved,
                       Rows rows, Size size) {
  Lanes powers[most_terms + 1][most<Rows>];
  const int last = piece.course.last;
  if (row != nullptr) {
    repeat(rows, [&](auto s) RELAPSE_LAMBDA { powers[0][s] = row[s]; });
    for (int n = 1; n < last; ++n) jump_row(piece.jumps, powers[n - 1], powers[n], rows);
  }
  Lanes b[most<Size>];
  repeat(size, [&](auto s) RELAPSE_LAMBDA { b[s] = Lanes{}; });
  for (int k = last; k > 0; --k) {
    jump_column(piece.jumps, weight[k], column, b, rows, size);
    if (row == nullptr) continue;
    repeat(rows, [&](auto r) RELAPSE_LAMBDA {
      repeat(size, [&](auto s) RELAPSE_LAMBDA {
        moved.entry[r][s] = fma(powers[k - 1][r], b[s], moved.entry[r][s]);
      });
    });
  }
  jump_column(piece.jumps, weight[0], column, b, rows, size);
  repeat(size, [&](auto s) RELAPSE_LAMBDA { column[s] = b[s]; });
}

template <class Rows, class Size>
RELAPSE_LANE void clear(Square<Rows, Size>& matrix, Rows rows, Size size) {
  repeat(rows, [&](auto r) RELAPSE_LAMBDA {
    repeat(size, [&](auto s) RELAPSE_LAMBDA { matrix.entry[r][s] = Lanes{}; });
  });
}

/// Pulls the column back through the parts of a piece, and sets the flow.
/// @param row at the beginning of the piece; null: the column alone
template <class Rows, class Size>
void go_back_over_piece(const PartedPiece<Rows, Size>& piece, const Lanes* row,
                        Lanes* column, Square<Rows, Size>& flow, Rows rows, Size size) {
  Lanes at[most_parts][most<Rows>];
  Lanes own[most_terms + 1];
  if (row != nullptr) {
    for (int p = 0; p < piece.course.parts; ++p) {
      for (int s = 0; s < rows; ++s) at[p][s] = p == 0 ? row[s] : at[p - 1][s];
      if (p > 0) go_over_part(piece, weights_of(piece, p - 1, own), at[p], rows);
    }
    clear(flow, rows, size);
  }
  for (int p = piece.course.parts - 1; p >= 0; --p) {
    go_back_over_part(piece, weights_of(piece, p, own), row == nullptr ? nullptr : at[p],
                      column, flow, rows, size);
  }
  if (row == nullptr) return;
  const Lanes per_jump = 1.0 / piece.largest;
  repeat(rows, [&](auto r) RELAPSE_LAMBDA {
    repeat(size, [&](auto s) RELAPSE_LAMBDA {
      flow.entry[r][s] = keep(flow.entry[r][s] * per_jump);
    });
  });
}

/// The same by doubling, in the lanes beyond the series: over twice the time, the flow is
/// the matrix times the flow plus the flow times the matrix.
/// @param chain with the rates of the piece
/// @param days zero where a lane is not beyond
template <class Rows, class Size>
void go_back_far(const Chain<Rows, Size>& chain, int longest_path, Lanes days,
                 const Lanes* row, Lanes* column, Square<Rows, Size>& flow) {
  const Rows rows = chain.rows;
  const Size size = chain.size;
  const Halvings halvings = halve(chain, days);
  Square<Size, Size> matrix;
  exponential_of_step(chain, halvings.step, matrix);
  Square<Size, Size> integral;  // transposed
  clear(integral, size, size);
  if (row != nullptr) {
    Lanes weight[most_terms + 1];
    PartedPiece<Rows, Size> step;
    step.weight = weight;
    take_parts(chain, longest_path, halvings.step, step);
    Lanes there[most<Size>];
    for (int s = 0; s < size; ++s) there[s] = column[s];
    Square<Rows, Size> begun;
    go_back_over_piece(step, row, there, begun, rows, size);
    for (int r = 0; r < rows; ++r) {
      for (int s = 0; s < size; ++s) integral.entry[s][r] = begun.entry[r][s];
    }
  }
  for (int n = 0; n < halvings.most; ++n) {
    if (row != nullptr) {
      Square<Size, Size> later;
      Square<Size, Size> earlier;
      multiply(matrix, integral, later, size, size);
      multiply(integral, matrix, earlier, size, size);
      for (int s = 0; s < size; ++s) {
        for (int r = 0; r < size; ++r) {
          take_doubled(halvings, n, later.entry[s][r] + earlier.entry[s][r],
                       integral.entry[s][r]);
        }
      }
    }
    square(halvings, n, matrix, size);
  }
  Lanes there[most<Size>];
  for (int s = 0; s < size; ++s) there[s] = column[s];
  carry_back(there, matrix, size);
  for (int s = 0; s < size; ++s) column[s] = days > 0.0 ? there[s] : column[s];
  if (row == nullptr) return;
  for (int r = 0; r < rows; ++r) {
    for (int s = 0; s < size; ++s) {
      flow.entry[r][s] = days > 0.0 ? integral.entry[s][r] : flow.entry[r][s];
    }
  }
}

/// Loads the rates of a piece and takes it in parts. Returns 0, or NaN where rates are
/// not finite.
template <class Rows, class Size>
Lanes prepare_piece(const Bundle& bundle, int piece, int block, Chain<Rows, Size>& chain,
                    PartedPiece<Rows, Size>& parted) {
  load_rates(bundle.map, bundle.rates_of(piece) + block, chain);
  take_parts(chain, bundle.map.longest_path,
             load(bundle.days + piece * bundle.lanes + block), parted);
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
    PartedPiece<Rows, Size>& parted = kept.next();
    check += prepare_piece(bundle, piece, block, chain, parted);
    if (kept.count == piece) kept.keep_next();
    Lanes from[most<Size>];
    repeat(rows, [&](auto s) RELAPSE_LAMBDA {
      store(row[s], at + s * bundle.lanes);
      from[s] = row[s];
    });
    at += bundle.map.states * bundle.lanes;
    if (piece + 1 == bundle.pieces) break;
    Lanes own[most_terms + 1];
    for (int p = 0; p < parted.course.parts; ++p) {
      go_over_part(parted, weights_of(parted, p, own), row, rows);
    }
    if (!parted.any_beyond) continue;
    const int last = chain.size - 1;
    if (chain.stops()) from[last] = row[last] = Lanes{};
    carry_far(chain, parted.beyond, from, row);
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
    PartedPiece<Rows, Size>& parted = known ? kept.piece[piece] : kept.next();
    if (!known) check += prepare_piece(bundle, piece, block, chain, parted);
    Lanes row[most<Rows>];
    if (flows) {
      const double* at = task.rows + piece * bundle.map.states * bundle.lanes + block;
      repeat(rows, [&](auto s) RELAPSE_LAMBDA { row[s] = load(at + s * bundle.lanes); });
    }
    Lanes after[most<Size>];
    repeat(size, [&](auto s) RELAPSE_LAMBDA { after[s] = column[s]; });
    Square<Rows, Size> flow;
    go_back_over_piece(parted, flows ? row : nullptr, column, flow, rows, size);
    if (parted.any_beyond) {
      load_rates(bundle.map, bundle.rates_of(piece) + block, chain);
      go_back_far(chain, bundle.map.longest_path, parted.beyond, flows ? row : nullptr,
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
