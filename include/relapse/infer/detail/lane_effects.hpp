#pragma once

#include <relapse/infer/detail/lane_rows.hpp>
#include <relapse/infer/detail/lanes.hpp>
#include <relapse/infer/detail/loops.hpp>

/// From the determinants to the rates of the moves, and back again.
#pragma GCC diagnostic push
// Sizes of arrays are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace relapse::infer::RELAPSE_LANES {

/// Several pieces at once, because each addition waits for the one before it.
template <int Pieces>
RELAPSE_LANE void effects_on_pieces(const MoveEffects& effects, const double* centred,
                                    int block, double* sums) {
  Lanes sum[Pieces];
  repeat<Pieces>([&](auto p) RELAPSE_LAMBDA { sum[p] = Lanes{}; });
  const double* weights = effects.weights + block;
  for (int d = 0; d < effects.determinants; ++d, weights += effects.padded_moves) {
    const Lanes weight = load(weights);
    repeat<Pieces>([&](auto p) RELAPSE_LAMBDA {
      sum[p] = fma(all(centred[p * effects.determinants + d]), weight, sum[p]);
    });
  }
  const int left = effects.moves - block;
  repeat<Pieces>([&](auto p) RELAPSE_LAMBDA {
    double* to = sums + p * effects.moves + block;
    if (left >= lanes) {
      store(sum[p], to);
    } else {
      double found[lanes];
      store(sum[p], found);
      for (int l = 0; l < left; ++l) to[l] = found[l];
    }
  });
}

inline void move_effects(const MoveEffects& effects, const double* centred, int pieces,
                         double* sums) {
  constexpr int most = 8;
  while (pieces > 0) {
    const int together = pieces < most ? pieces : most;
    for (int block = 0; block < effects.moves; block += lanes) {
      repeat<most>([&](auto p) RELAPSE_LAMBDA {
        constexpr int count = decltype(p)::value + 1;
        if (together == count) effects_on_pieces<count>(effects, centred, block, sums);
      });
    }
    centred += together * effects.determinants;
    sums += together * effects.moves;
    pieces -= together;
  }
}

inline void pull_effects(const MoveEffects& effects, const double* shift,
                         const double* gains, int pieces, double* slopes) {
  const double* weights = effects.weights;
  for (int d = 0; d < effects.determinants; ++d, weights += effects.padded_moves) {
    Lanes sum = Lanes{};
    for (int p = 0; p < pieces; ++p) {
      const double moved = shift[p * effects.determinants + d];
      if (moved == 0.0) continue;
      const double* gain = gains + p * effects.padded_moves;
      for (int block = 0; block < effects.moves; block += lanes) {
        sum = fma(keep(load(weights + block) * moved), load(gain + block), sum);
      }
    }
    slopes[d] += sum_of(sum);
  }
}

/// Rates of every move at every piece and node.
inline void move_rates(const RateTask& task) {
  const double* ratios = task.ratios;
  double* rates = task.rates;
  for (int piece = 0; piece < task.pieces; ++piece) {
    const double* factor = task.factor;
    for (int m = 0; m < task.moves; ++m, ++ratios) {
      const MoveLaw& move = task.move[m];
      for (int i = 0; i < task.nodes; i += lanes, factor += lanes, rates += lanes) {
        Lanes rate = keep(load(factor) * *ratios * move.rate);
        if (move.max_rate > 0.0) {
          rate = rate * move.max_rate / (rate + (move.max_rate - move.rate));
        }
        store(rate, rates);
      }
    }
    for (int i = 0; i < task.nodes; i += lanes, rates += lanes) store(Lanes{}, rates);
  }
}

}  // namespace relapse::infer::RELAPSE_LANES

#pragma GCC diagnostic pop
