#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/infer/detail/lane_rows.hpp>
#include <relapse/infer/detail/loops.hpp>
#include <relapse/model/detail/raw_rate.hpp>

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

inline void add_scaled(double* sum, const double* part, std::size_t count,
                       double factor) {
  std::size_t at = 0;
  for (; at + lanes <= count; at += lanes)
    store(fma(all(factor), load(part + at), load(sum + at)), sum + at);
  for (; at < count; ++at)
    sum[at] = lane(fma(all(factor), all(part[at]), all(sum[at])), 0);
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

/// Whether some determinants move at all on the pieces.
template <int Determinants>
RELAPSE_LANE bool any_moves(const MoveEffects& effects, const double* shift, int pieces) {
  for (int p = 0; p < pieces; ++p, shift += effects.determinants) {
    for (int d = 0; d < Determinants; ++d)
      if (shift[d] != 0.0) return true;
  }
  return false;
}

/// Of several determinants at once, because each addition waits for the one before it.
/// @param shift of the first of them
template <int Determinants>
RELAPSE_LANE void pull_some(const MoveEffects& effects, const double* shift,
                            const double* weights, const double* gains, int pieces,
                            double* slopes) {
  if (!any_moves<Determinants>(effects, shift, pieces)) return;
  Lanes slope[Determinants];
  repeat<Determinants>([&](auto d) RELAPSE_LAMBDA { slope[d] = Lanes{}; });
  for (int block = 0; block < effects.moves; block += lanes) {
    Lanes sum[Determinants];
    repeat<Determinants>([&](auto d) RELAPSE_LAMBDA { sum[d] = Lanes{}; });
    for (int p = 0; p < pieces; ++p) {
      const Lanes gain = load(gains + p * effects.padded_moves + block);
      const double* moved = shift + p * effects.determinants;
      repeat<Determinants>(
          [&](auto d) RELAPSE_LAMBDA { sum[d] = fma(all(moved[d]), gain, sum[d]); });
    }
    repeat<Determinants>([&](auto d) RELAPSE_LAMBDA {
      slope[d] = fma(load(weights + d * effects.padded_moves + block), sum[d], slope[d]);
    });
  }
  repeat<Determinants>([&](auto d) RELAPSE_LAMBDA { slopes[d] += sum_of(slope[d]); });
}

inline void pull_effects(const MoveEffects& effects, const double* shift,
                         const double* gains, int pieces, double* slopes) {
  constexpr int most = 4;
  for (int d = 0; d < effects.determinants;) {
    const double* weights = effects.weights + d * effects.padded_moves;
    if (d + most <= effects.determinants) {
      pull_some<most>(effects, shift + d, weights, gains, pieces, slopes + d);
      d += most;
    } else {
      pull_some<1>(effects, shift + d, weights, gains, pieces, slopes + d);
      ++d;
    }
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
  const Lanes raw = keep(factor * ratio * move.rate);
  if (!(move.max_rate > 0.0)) return raw;
  const Lanes rate = raw > model::most_raw_rate ? all(model::most_raw_rate) : raw;
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
      // Under a cap of next to nothing nothing moves.
      const double per_cap = move.max_rate > 1e-300 ? 1.0 / move.max_rate : 0.0;
      Lanes sum[Points::value];
      repeat(points, [&](auto p) RELAPSE_LAMBDA { sum[p] = Lanes{}; });
      const double* factor = of.factor + m * of.lanes;
      const double* moved = flow + (move.from * task.stages + move.to) * of.lanes;
      const double* stayed = flow + (move.from * task.stages + move.from) * of.lanes;
      const bool left = (task.stopped >> move.from & 1U) == 0;
      for (int l = 0; left && l < of.lanes; l += lanes) {
        const Lanes worth = load(moved + l) - load(stayed + l);
        repeat(points, [&](auto p) RELAPSE_LAMBDA {
          const Lanes rate =
              rate_of(move, load(factor + l), all(ratios[p * of.moves + m]));
          const Lanes slope = keep(rate * (1.0 - keep(rate * per_cap)));
          sum[p] = fma(slope, worth, sum[p]);
        });
      }
      repeat(points, [&](auto p) RELAPSE_LAMBDA {
        gains[p * task.gain_step + m] = of.weights[p] * sum_of(sum[p]);
      });
    }
    for (int p = 0; p < points; ++p) {
      for (int m = of.moves; m < task.gain_step; ++m) gains[p * task.gain_step + m] = 0.0;
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
