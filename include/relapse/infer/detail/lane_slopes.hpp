#pragma once

#include <relapse/infer/detail/lane_path.hpp>
#include <relapse/infer/detail/lane_rows.hpp>
#include <relapse/infer/detail/lanes.hpp>
#include <relapse/infer/detail/loops.hpp>

/// Passage into the stopped stages along a path, and its derivatives in the rates: the
/// end-conditioned integrals of Hobolth & Jensen 2011.
///
/// With J = I + Q / c and w_n the Poisson weights of x = c t, exp(Q t) v is the sum of
/// w_n J^n v. Its derivative in J, seen from a row a, is the sum over k of (a J^k) times
/// b_k, with b_k the sum over n > k of w_n J^(n-1-k) v; so b_(k-1) = w_k v + J b_k, one
/// way down the series.

#pragma GCC diagnostic push
// Sizes of arrays are numbers of stages, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace relapse::infer::RELAPSE_LANES {

inline constexpr int most_terms = Reciprocals::count - 1;
inline constexpr int most_parts = 64;

/// A piece of the path in equal parts, each so short that the series is taken.
template <int K>
struct PartedPiece {
  LaneSquare<K, K - 1> jumps;  ///< J
  Lanes largest;               ///< exit rate
  Lanes* weight = nullptr;     ///< by term
  int parts = 0;               ///< 0: too many
  int last = 0;                ///< of the series, for all lanes
};

/// The first pieces of a path, kept on the way there for the way back.
template <int K>
struct KeptPieces {
  static constexpr int most = 16;
  static constexpr int most_weights = 512;

  PartedPiece<K> piece[most + 1];  ///< behind those that are kept, the one at work
  Lanes weight[most_weights + most_terms + 1];
  int count = 0;
  int weights = 0;

  /// Where the next piece goes.
  PartedPiece<K>& next() {
    piece[count].weight = weight + weights;
    return piece[count];
  }
  /// Keeps the piece that stands there, if there is room.
  void keep_next() {
    const int end = weights + piece[count].last + 1;
    if (count == most || end > most_weights) return;
    ++count;
    weights = end;
  }
};

template <int K>
void part(const PathTask& task, int piece, int block, LiveChain<K, true>& chain,
          PartedPiece<K>& to) {
  load_rates(task, rates_of(task, piece, block), chain);
  to.parts = 0;
  if (!(sum_of(check_rates(chain.rates)) == 0.0)) return;
  const double most = largest_lane(chain.rates.largest) * task.days[piece];
  if (!(most <= task.series_limit * most_parts)) return;
  to.parts = 1 + static_cast<int>(most / task.series_limit);
  const double days = task.days[piece] / to.parts;
  const Lanes x = chain.rates.largest * days;
  // Both what comes before the derivative and what comes after takes jumps.
  to.last = series_end(task, largest_lane(x), 2 * task.longest_path);
  if (to.last > most_terms) {
    to.parts = 0;
    return;
  }
  to.weight[0] = exp(-x);
  for (int n = 1; n <= to.last; ++n) {
    to.weight[n] = to.weight[n - 1] * (x * reciprocals.of[n]);
  }
  to.largest = chain.rates.largest;
  uniformise(chain.rates, 1.0 / to.largest, to.jumps);
}

/// next <- row J, the live stages alone
template <int K, int Live>
RELAPSE_LANE void jump_rows(const LaneSquare<K, Live>& jumps, const Lanes* row,
                            Lanes* next) {
  repeat<Live>([&](auto s) RELAPSE_LAMBDA {
    Lanes sum = keep(row[0] * jumps.entry[0][s]);
    repeat<Live - 1>([&](auto r) RELAPSE_LAMBDA {
      sum = fma(row[r + 1], jumps.entry[r + 1][s], sum);
    });
    next[s] = sum;
  });
}

/// column <- weight v + J column; the stopped stages lead to themselves
template <int K>
RELAPSE_LANE void pull_down(const LaneSquare<K, K - 1>& jumps, Lanes weight,
                            const Lanes* v, Lanes* column) {
  constexpr int live = K - 1;
  Lanes sum[K];
  repeat<live>([&](auto r) RELAPSE_LAMBDA {
    sum[r] = keep(weight * v[r]);
    repeat<K>([&](auto s)
                  RELAPSE_LAMBDA { sum[r] = fma(jumps.entry[r][s], column[s], sum[r]); });
  });
  sum[live] = fma(weight, v[live], column[live]);
  repeat<K>([&](auto s) RELAPSE_LAMBDA { column[s] = sum[s]; });
}

/// The row at the beginning of each part, from the first one on. Returns how many parts
/// there are; -1: too many.
template <int K>
int go_forward(const PathTask& task, int block, LiveChain<K, true>& chain,
               KeptPieces<K>& kept, Lanes (*rows)[K - 1]) {
  constexpr int live = K - 1;
  Lanes row[live];
  repeat<live>([&](auto s) RELAPSE_LAMBDA {
    row[s] = load(task.row + chain.stage[s] * task.nodes + block);
  });
  int at = 0;
  for (int piece = 0; piece < task.pieces; ++piece) {
    PartedPiece<K>& parted = kept.next();
    part(task, piece, block, chain, parted);
    if (parted.parts == 0 || at + parted.parts > most_parts) return -1;
    if (kept.count == piece) kept.keep_next();
    for (int p = 0; p < parted.parts; ++p, ++at) {
      Lanes sum[live];
      repeat<live>([&](auto s) RELAPSE_LAMBDA {
        rows[at][s] = row[s];
        sum[s] = keep(parted.weight[0] * row[s]);
      });
      for (int n = 1; n <= parted.last; ++n) {
        Lanes next[live];
        jump_rows(parted.jumps, row, next);
        repeat<live>([&](auto s) RELAPSE_LAMBDA {
          row[s] = next[s];
          sum[s] = fma(parted.weight[n], next[s], sum[s]);
        });
      }
      repeat<live>([&](auto s) RELAPSE_LAMBDA { row[s] = sum[s]; });
    }
  }
  return at;
}

/// Pulls the column back through one part.
/// @param row at the beginning of the part; null: the column alone
/// @param moved raised by the sum over k of (row J^k)_r (b_k)_s
template <int K>
void go_back(const PartedPiece<K>& parted, const Lanes* row, Lanes* column,
             LaneSquare<K, K - 1>& moved) {
  constexpr int live = K - 1;
  Lanes powers[most_terms + 1][live];
  if (row != nullptr) {
    repeat<live>([&](auto s) RELAPSE_LAMBDA { powers[0][s] = row[s]; });
    for (int n = 1; n < parted.last; ++n) {
      jump_rows(parted.jumps, powers[n - 1], powers[n]);
    }
  }
  Lanes b[K];
  repeat<K>([&](auto s) RELAPSE_LAMBDA { b[s] = Lanes{}; });
  for (int k = parted.last; k > 0; --k) {
    pull_down<K>(parted.jumps, parted.weight[k], column, b);
    if (row == nullptr) continue;
    repeat<live>([&](auto r) RELAPSE_LAMBDA {
      repeat<K>([&](auto s) RELAPSE_LAMBDA {
        moved.entry[r][s] = fma(powers[k - 1][r], b[s], moved.entry[r][s]);
      });
    });
  }
  pull_down<K>(parted.jumps, parted.weight[0], column, b);
  repeat<K>([&](auto s) RELAPSE_LAMBDA { column[s] = b[s]; });
}

/// Sets the derivatives in the effects of each move, summed over the nodes so far.
template <int K>
void add_gains(const PassageTask& passage, int piece, int block, const int* stages,
               Lanes largest, const LaneSquare<K, K - 1>& moved) {
  const PathTask& task = passage.path;
  double* gains = passage.gains + piece * passage.gain_step;
  int place[8];
  for (int& at : place) at = K - 1;
  for (int s = 0; s < K - 1; ++s) place[stages[s]] = s;
  const double* rates = rates_of(task, piece, block);
  const Lanes per_jump = 1.0 / largest;
  for (int m = 0; m < task.moves; ++m) {
    const MoveLaw& move = task.move[m];
    if ((task.stopped >> move.from & 1U) != 0) continue;
    const Lanes rate = load(rates + m * task.nodes);
    Lanes slope = keep(rate * per_jump);
    if (move.max_rate > 0.0) slope = slope * (1.0 - keep(rate / move.max_rate));
    const int from = place[move.from];
    const Lanes gained = moved.entry[from][place[move.to]] - moved.entry[from][from];
    gains[m] += sum_of(keep(slope * gained));
  }
}

template <int K>
bool find_passage(const PassageTask& task) {
  constexpr int live = K - 1;
  const PathTask& path = task.path;
  LiveChain<K, true> chain;
  find_live(path, chain);
  for (int block = 0; block < path.nodes; block += lanes) {
    KeptPieces<K> kept;
    Lanes rows[most_parts][live];
    const bool slopes = task.gains != nullptr;
    int at = slopes ? go_forward<K>(path, block, chain, kept, rows) : 0;
    if (at < 0) return false;
    Lanes column[K];
    repeat<K>([&](auto s)
                  RELAPSE_LAMBDA { column[s] = all(int{s} == live ? 1.0 : 0.0); });
    for (int piece = path.pieces - 1; piece >= 0; --piece) {
      const bool known = piece < kept.count;
      PartedPiece<K>& parted = known ? kept.piece[piece] : kept.next();
      if (!known) part(path, piece, block, chain, parted);
      if (parted.parts == 0) return false;
      LaneSquare<K, K - 1> moved;
      clear(moved);
      for (int p = 0; p < parted.parts; ++p) {
        go_back<K>(parted, slopes ? rows[--at] : nullptr, column, moved);
      }
      if (slopes) {
        add_gains(task, piece, block, chain.stage, parted.largest, moved);
      }
    }
    repeat<live>([&](auto s) RELAPSE_LAMBDA {
      store(column[s], task.passage + chain.stage[s] * path.nodes + block);
    });
  }
  return true;
}

}  // namespace relapse::infer::RELAPSE_LANES

#pragma GCC diagnostic pop
