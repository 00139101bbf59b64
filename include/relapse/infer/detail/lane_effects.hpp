#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/infer/detail/lane_rows.hpp>
#include <relapse/infer/detail/loops.hpp>

/// From the determinants to the rates of the moves, and back again.
#pragma GCC diagnostic push
// Sizes of arrays are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace relapse::infer::RELAPSE_LANES {

inline void exponentials(double* values, std::size_t count) {
  transform(values, count, [](Lanes x) RELAPSE_LAMBDA { return exp(x); });
}

inline bool logarithms(double* values, std::size_t count, double least) {
  Lanes wrong = Lanes{};
  std::size_t at = 0;
  for (; at + lanes <= count; at += lanes) {
    wrong = load(values + at) > least ? wrong : all(1.0);
  }
  bool fine = largest_lane(wrong) == 0.0;
  for (; at < count; ++at) fine = fine && values[at] > least;
  if (fine) transform(values, count, [](Lanes x) RELAPSE_LAMBDA { return log(x); });
  return fine;
}

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

/// exp of the effects on some moves, from `first` on; several at once, because each
/// addition waits for the one before it.
/// @param centred of the piece
template <int Moves>
RELAPSE_LANE void find_ratios(const MoveEffects& effects, const double* centred,
                              int first, double* ratios) {
  Lanes sum[Moves];
  repeat<Moves>([&](auto m) RELAPSE_LAMBDA { sum[m] = Lanes{}; });
  const double* weight = effects.weights + first;
  for (int d = 0; d < effects.determinants; ++d, weight += effects.padded_moves) {
    const Lanes deviation = load(centred + d * row_width);
    repeat<Moves>(
        [&](auto m) RELAPSE_LAMBDA { sum[m] = fma(deviation, all(weight[m]), sum[m]); });
  }
  for (int m = 0; m < Moves; ++m) store(exp(sum[m]), ratios + (first + m) * row_width);
}

inline void ratios_abreast(const MoveEffects& effects, const double* centred, int pieces,
                           double* ratios) {
  constexpr int together = 6;
  for (int piece = 0; piece < pieces; ++piece) {
    for (int block = 0; block < row_width; block += lanes) {
      for (int m = 0; m < effects.moves;) {
        if (effects.moves < together) {
          find_ratios<1>(effects, centred + block, m, ratios + block);
          ++m;
        } else {
          // The last of them may be found twice.
          const int first = m + together < effects.moves ? m : effects.moves - together;
          find_ratios<together>(effects, centred + block, first, ratios + block);
          m = first + together;
        }
      }
    }
    centred += effects.determinants * row_width;
    ratios += effects.moves * row_width;
  }
}

/// The one place where rates are made: of a move at a lane, capped smoothly.
RELAPSE_LANE Lanes rate_of(const MoveLaw& move, Lanes factor, Lanes ratio) {
  const Lanes rate = keep(factor * ratio * move.rate);
  if (!(move.max_rate > 0.0)) return rate;
  return rate * move.max_rate / (rate + (move.max_rate - move.rate));
}

/// Its mean over the points of a piece.
/// @param ratio_at of a point
template <class Points, class Ratio>
RELAPSE_LANE Lanes mean_rate(const MoveLaw& move, Lanes factor, const double* weights,
                             Points points, Ratio&& ratio_at) {
  Lanes mean = Lanes{};
  repeat(points, [&](auto point) RELAPSE_LAMBDA {
    const Lanes rate = rate_of(move, factor, ratio_at(point));
    mean = fma(rate, all(weights[point]), mean);
  });
  return mean;
}

template <class Points>
RELAPSE_LANE void rates_of_points(const RateTask& task, Points points) {
  const bool abreast = task.persons == row_width;
  const int step = task.moves * task.persons;  // from one point to the next
  double* rates = task.rates;
  for (int piece = 0; piece < task.pieces; ++piece) {
    const double* ratios = task.ratios + piece * points * step;
    const double* factor = task.factor;
    for (int m = 0; m < task.moves; ++m, ratios += task.persons) {
      const MoveLaw& move = task.move[m];
      const auto store_rates = [&](int l, auto&& ratio_at) RELAPSE_LAMBDA {
        store(mean_rate(move, load(factor + l), task.weights, points, ratio_at),
              rates + l);
      };
      if (task.persons == 1) {
        for (int l = 0; l < task.lanes; l += lanes) {
          store_rates(l, [&](int p) RELAPSE_LAMBDA { return all(ratios[p * step]); });
        }
      } else if (abreast) {
        for (int l = 0; l < task.lanes; l += lanes) {
          const double* of_lane = ratios + l % row_width;
          store_rates(l, [&](int p) RELAPSE_LAMBDA { return load(of_lane + p * step); });
        }
      } else {
        for (int l = 0; l < task.lanes; l += lanes) {
          store_rates(l, [&](int p) RELAPSE_LAMBDA {
            double of_lane[lanes];
            for (int k = 0; k < lanes; ++k) {
              of_lane[k] = ratios[p * step + (l + k) % task.persons];
            }
            return load(of_lane);
          });
        }
      }
      factor += task.lanes;
      rates += task.lanes;
    }
    for (int l = 0; l < task.lanes; l += lanes) store(Lanes{}, rates + l);
    rates += task.lanes;
  }
}

/// Rates of every move at every piece and lane.
inline void move_rates(const RateTask& task) {
  if (task.points == 1) {
    rates_of_points(task, Number<1>{});
  } else {
    rates_of_points(task, Number<3>{});
  }
}

template <class Points>
RELAPSE_LANE void gains_of_points(const GainTask& task, Points points) {
  const RateTask& of = task.rates;
  const double* ratios = of.ratios;
  double* gains = task.gains;
  const double* flow = task.flow;
  for (int piece = 0; piece < of.pieces; ++piece) {
    for (int m = 0; m < of.moves; ++m) {
      const MoveLaw& move = of.move[m];
      double sum[Points::value] = {};
      const double* factor = of.factor + m * of.lanes;
      const double* moved = flow + (move.from * task.stages + move.to) * of.lanes;
      const double* stayed = flow + (move.from * task.stages + move.from) * of.lanes;
      const bool left = (task.stopped >> move.from & 1U) == 0;
      for (int l = 0; left && l < of.lanes; l += lanes) {
        const Lanes worth = load(moved + l) - load(stayed + l);
        repeat(points, [&](auto p) RELAPSE_LAMBDA {
          const Lanes rate =
              rate_of(move, load(factor + l), all(ratios[p * of.moves + m]));
          Lanes slope = rate;
          if (move.max_rate > 0.0) slope = slope * (1.0 - keep(rate / move.max_rate));
          sum[p] += sum_of(keep(slope * worth));
        });
      }
      for (int p = 0; p < points; ++p)
        gains[p * task.gain_step + m] = of.weights[p] * sum[p];
    }
    ratios += points * of.moves;
    gains += points * task.gain_step;
    flow += task.stages * task.stages * of.lanes;
  }
}

inline void find_gains(const GainTask& task) {
  if (task.rates.points == 1) {
    gains_of_points(task, Number<1>{});
  } else {
    gains_of_points(task, Number<3>{});
  }
}

}  // namespace relapse::infer::RELAPSE_LANES

#pragma GCC diagnostic pop
