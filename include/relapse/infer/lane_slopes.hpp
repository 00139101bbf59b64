#pragma once

#include <relapse/infer/lane_path.hpp>
#include <relapse/infer/lane_rows.hpp>
#include <relapse/infer/lanes.hpp>
#include <relapse/infer/loops.hpp>

/// Passage into the stopped stages along a path, and its derivatives in the rates: the
/// end-conditioned integrals of Hobolth & Jensen 2011, by the double series of
/// uniformisation on parts of the path so short that it is short.

#ifdef __GNUC__
#pragma GCC diagnostic push
// Sizes of arrays are numbers of stages, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"
#endif

namespace relapse::infer::RELAPSE_LANES {

/// 1 / n!
struct Factorials {
  static constexpr int count = 64;
  double inverse[count] = {};

  constexpr Factorials() {
    double factorial = 1.0;
    for (int n = 0; n < count; ++n) {
      if (n > 0) factorial *= n;
      inverse[n] = 1.0 / factorial;
    }
  }
};
inline constexpr Factorials factorials;

/// Largest (exit rate) x time of a part.
inline constexpr double part_limit = 4.0;
inline constexpr int most_parts = 64;

/// A piece of the path in equal parts, with A = (Q + cI) t of one part.
template <int K>
struct PartedPiece {
  LaneRates<K> rates;  ///< of the generator; `between` is A
  Lanes x;             ///< c t of one part
  double days = 0.0;   ///< t
  int parts = 0;       ///< 0: too many
  int last = 0;        ///< of the series, for all lanes
};

RELAPSE_LANE double largest_lane(Lanes values) {
  double largest = 0.0;
  for (int l = 0; l < lanes; ++l) {
    largest = lane(values, l) > largest ? lane(values, l) : largest;
  }
  return largest;
}

template <int K>
RELAPSE_LANE void part(const PathTask& task, int piece, int block, PartedPiece<K>& to) {
  fill_rates(task, task.ratios + piece * task.moves, task.factor + block, to.rates);
  const double most = largest_lane(to.rates.largest * task.days[piece]);
  to.parts = 0;
  if (!(most <= part_limit * most_parts)) return;
  to.parts = 1 + static_cast<int>(most / part_limit);
  to.days = task.days[piece] / to.parts;
  uniformise(to.rates, all(to.days));
  to.x = to.rates.largest * to.days;
  series_ends(task, all(largest_lane(to.x)), 2 * task.longest_path, to.last);
  if (to.last > Factorials::count - 2) to.parts = 0;
}

/// column <- matrix column; stopped stages lead to themselves alone
template <int K>
RELAPSE_LANE void pull_lanes(Lanes* column, const LaneSquare<K>& matrix,
                             unsigned stopped) {
  Lanes sum[K];
  repeat<K>([&](auto r) RELAPSE_LAMBDA {
    sum[r] = keep(matrix.entry[r][r] * column[r]);
    if ((stopped >> r & 1U) != 0) return;
    repeat<K>([&](auto s) RELAPSE_LAMBDA {
      const bool leaves = int{s} != int{r};
      if (leaves) sum[r] = fma(matrix.entry[r][s], column[s], sum[r]);
    });
  });
  repeat<K>([&](auto r) RELAPSE_LAMBDA { column[r] = sum[r]; });
}

/// The row at the beginning of each part, from the first one on.
template <int K>
bool go_forward(const PathTask& task, int block, Lanes (*rows)[K]) {
  Lanes row[K];
  repeat<K>([&](auto s)
                RELAPSE_LAMBDA { row[s] = load(task.row + s * task.nodes + block); });
  int at = 0;
  for (int piece = 0; piece < task.pieces; ++piece) {
    PartedPiece<K> parted;
    part(task, piece, block, parted);
    if (parted.parts == 0 || at + parted.parts > most_parts) return false;
    const Lanes left = exp(-parted.x);
    for (int p = 0; p < parted.parts; ++p, ++at) {
      repeat<K>([&](auto s) RELAPSE_LAMBDA { rows[at][s] = row[s]; });
      Lanes sum[K];
      repeat<K>([&](auto s) RELAPSE_LAMBDA { sum[s] = row[s]; });
      for (int n = 1; n <= parted.last; ++n) {
        carry_lanes(row, parted.rates.between, task.stopped);
        const Lanes weight = all(factorials.inverse[n]);
        repeat<K>([&](auto s) RELAPSE_LAMBDA { sum[s] = fma(weight, row[s], sum[s]); });
      }
      repeat<K>([&](auto s) RELAPSE_LAMBDA { row[s] = keep(sum[s] * left); });
    }
  }
  return true;
}

/// Adds to `occupied` the integral over one part of (row exp(Q u))_r (exp(Q (t - u))
/// column)_s, and pulls the column back through it.
/// @param row at the beginning of the part; null: the column alone
template <int K>
void go_back(const PartedPiece<K>& parted, unsigned stopped, const Lanes* row,
             Lanes* column, LaneSquare<K>& occupied) {
  const int last = parted.last;
  Lanes powers[Factorials::count][K];
  if (row != nullptr) {
    repeat<K>([&](auto s) RELAPSE_LAMBDA { powers[0][s] = row[s]; });
    for (int m = 1; m <= last; ++m) {
      repeat<K>([&](auto s) RELAPSE_LAMBDA { powers[m][s] = powers[m - 1][s]; });
      carry_lanes(powers[m], parted.rates.between, stopped);
    }
  }
  const Lanes left = exp(-parted.x);
  const Lanes weight = left * parted.days;
  Lanes sum[K];
  repeat<K>([&](auto s) RELAPSE_LAMBDA { sum[s] = Lanes{}; });
  for (int n = 0; n <= last; ++n) {
    if (row != nullptr) {
      Lanes share[K];
      repeat<K>([&](auto r) RELAPSE_LAMBDA { share[r] = Lanes{}; });
      for (int m = 0; m <= last - n; ++m) {
        const Lanes factor = all(factorials.inverse[m + n + 1]);
        repeat<K>([&](auto r)
                      RELAPSE_LAMBDA { share[r] = fma(factor, powers[m][r], share[r]); });
      }
      repeat<K>([&](auto r) RELAPSE_LAMBDA {
        if ((stopped >> r & 1U) != 0) return;
        const Lanes weighted = keep(share[r] * weight);
        repeat<K>([&](auto s) RELAPSE_LAMBDA {
          occupied.entry[r][s] = fma(weighted, column[s], occupied.entry[r][s]);
        });
      });
    }
    const Lanes factor = all(factorials.inverse[n]);
    repeat<K>([&](auto s) RELAPSE_LAMBDA { sum[s] = fma(factor, column[s], sum[s]); });
    pull_lanes(column, parted.rates.between, stopped);
  }
  repeat<K>([&](auto s) RELAPSE_LAMBDA { column[s] = keep(sum[s] * left); });
}

/// Adds the derivatives in the effects of each move, summed over the nodes of the block.
template <int K>
void add_gains(const PathTask& task, int piece, int block, const LaneSquare<K>& occupied,
               double* gains) {
  LaneRates<K> rates;
  fill_rates(task, task.ratios + piece * task.moves, task.factor + block, rates);
  for (int m = 0; m < task.moves; ++m) {
    const MoveLaw& move = task.move[m];
    if ((task.stopped >> move.from & 1U) != 0) continue;
    const Lanes rate = rates.between.entry[move.from][move.to];
    Lanes slope = rate;
    if (move.max_rate > 0.0) slope = rate * (1.0 - keep(rate / move.max_rate));
    const Lanes moved =
        occupied.entry[move.from][move.to] - occupied.entry[move.from][move.from];
    gains[piece * task.moves + m] += sum_of(keep(slope * moved));
  }
}

template <int K>
bool find_passage(const PassageTask& task) {
  const PathTask& path = task.path;
  for (int block = 0; block < path.nodes; block += lanes) {
    Lanes rows[most_parts][K];
    if (task.gains != nullptr && !go_forward<K>(path, block, rows)) return false;
    Lanes column[K];
    for (int s = 0; s < K; ++s) {
      column[s] = all((path.stopped >> s & 1U) != 0 ? 1.0 : 0.0);
    }
    int at = 0;
    if (task.gains != nullptr) {
      for (int piece = 0; piece < path.pieces; ++piece) {
        PartedPiece<K> parted;
        part(path, piece, block, parted);
        at += parted.parts;
      }
    }
    for (int piece = path.pieces - 1; piece >= 0; --piece) {
      PartedPiece<K> parted;
      part(path, piece, block, parted);
      if (parted.parts == 0) return false;
      LaneSquare<K> occupied{};
      for (int p = 0; p < parted.parts; ++p) {
        const Lanes* row = task.gains == nullptr ? nullptr : rows[--at];
        go_back(parted, path.stopped, row, column, occupied);
      }
      if (task.gains != nullptr) add_gains(path, piece, block, occupied, task.gains);
    }
    repeat<K>([&](auto s) RELAPSE_LAMBDA {
      store(column[s], task.passage + s * path.nodes + block);
    });
  }
  return true;
}

}  // namespace relapse::infer::RELAPSE_LANES

#ifdef __GNUC__
#pragma GCC diagnostic pop
#endif
