#pragma once

#include <relapse/infer/detail/lane_check_in.hpp>
#include <relapse/infer/detail/lane_path.hpp>
#include <relapse/infer/detail/lane_rows.hpp>
#include <relapse/infer/detail/lanes.hpp>
#include <relapse/infer/detail/loops.hpp>

/// Persons side by side in lanes. Each lane takes the steps, in their order of
/// arithmetic, that the nodes of a person take who goes alone.
#pragma GCC diagnostic push
// Sizes of arrays are numbers of stages, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace relapse::infer::RELAPSE_LANES {

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

/// The rates of one piece, at every node.
inline void find_rates(const Ways& ways, int piece, int block) {
  const MoveEffects& effects = ways.effects;
  const double* centred = ways.centred + piece * effects.determinants * row_width + block;
  constexpr int together = 6;
  for (int m = 0; m < effects.moves;) {
    if (effects.moves < together) {
      find_ratios<1>(effects, centred, m, ways.rates + block);
      ++m;
    } else {
      // The last of them may be found twice.
      const int first = m + together < effects.moves ? m : effects.moves - together;
      find_ratios<together>(effects, centred, first, ways.rates + block);
      m += together;
    }
  }
  const int node_width = (effects.moves + 1) * row_width;
  // From the last node on, because the ratios stand where the rates of the first will.
  for (int i = ways.nodes - 1; i >= 0; --i) {
    const double* factor = ways.factor + i * effects.moves;
    const double* ratios = ways.rates + block;
    double* to = ways.rates + i * node_width + block;
    for (int m = 0; m < effects.moves; ++m, ratios += row_width, to += row_width) {
      const MoveLaw& move = ways.move[m];
      Lanes rate = keep(load(ratios) * factor[m] * move.rate);
      if (move.max_rate > 0.0) {
        rate = rate * move.max_rate / (rate + (move.max_rate - move.rate));
      }
      store(rate, to);
    }
    store(Lanes{}, to);
  }
}

/// Some nodes through one piece.
/// @param joint [node][stage][8] of the block
template <int K, bool Stops>
RELAPSE_LANE Lanes go_nodes(const Ways& ways, const PathTask& path, int block, Lanes days,
                            int first, int end, double* joint) {
  const auto rates_at = [&](int node) RELAPSE_LAMBDA {
    return ways.rates + node * (path.moves + 1) * row_width + block;
  };
  LiveChain<K, Stops> chain;
  find_live(path, chain);
  Lanes check = Lanes{};
  Lanes most = Lanes{};
  for (int i = first; i < end; ++i) {
    load_rates(path, rates_at(i), chain);
    check += check_rates(chain.rates);
    const Lanes x = course_part(path, chain.rates.largest * days);
    most = most < x ? x : most;
  }
  const Course course = plan_courses(path, most);
  for (int i = first; i < end; ++i) {
    if (end > first + 1) load_rates(path, rates_at(i), chain);
    double* of_node = joint + i * path.stages * row_width;
    Lanes row[K];
    repeat<K>([&](auto s) RELAPSE_LAMBDA {
      row[s] = load(of_node + chain.stage[s] * row_width);
    });
    carry_rows<K, LiveChain<K, Stops>::held>(path, chain.rates, days, course, row);
    repeat<K>([&](auto s) RELAPSE_LAMBDA {
      store(row[s], of_node + chain.stage[s] * row_width);
    });
  }
  return check;
}

/// A block of beliefs through one piece whose rates are known. Returns 0, or NaN where a
/// rate is not finite.
template <int K, bool Stops>
Lanes go_piece(const Ways& ways, const PathTask& path, int block, Lanes days,
               double* joint) {
  Lanes check = Lanes{};
  // Nodes that lie side by side when a person goes alone take the series of the one among
  // them that needs most.
  for (int first = 0; first < ways.nodes; first += lanes) {
    const int end = first + lanes < ways.nodes ? first + lanes : ways.nodes;
    check += go_nodes<K, Stops>(ways, path, block, days, first, end, joint);
  }
  return check;
}

/// The lanes in which a rate is not finite, a bit each.
RELAPSE_LANE unsigned lost_lanes(Lanes check, int block) {
  unsigned lost = 0;
  for (int l = 0; l < lanes; ++l) {
    if (!(lane(check, l) == 0.0)) lost |= 1U << (block + l);
  }
  return lost;
}

/// Rows of stages, a person each, become numbers by person, a stage each.
template <int K>
RELAPSE_LANE void by_stage(const StageRow<K>* of_person, Lanes* stage) {
  repeat<StageRow<K>::parts>([&](auto part) RELAPSE_LAMBDA {
    constexpr int first = decltype(part)::value * lanes;
    Lanes square[lanes];
    repeat<lanes>([&](auto p) RELAPSE_LAMBDA { square[p] = of_person[p].part[part]; });
    transpose(square);
    repeat<lanes>([&](auto s) RELAPSE_LAMBDA {
      if constexpr (first + s < K) stage[first + s] = square[s];
    });
  });
}

template <int K>
RELAPSE_LANE void by_person(const Lanes* stage, StageRow<K>* of_person) {
  repeat<StageRow<K>::parts>([&](auto part) RELAPSE_LAMBDA {
    constexpr int first = decltype(part)::value * lanes;
    Lanes square[lanes] = {};
    repeat<lanes>([&](auto s) RELAPSE_LAMBDA {
      if constexpr (first + s < K) square[s] = stage[first + s];
    });
    transpose(square);
    repeat<lanes>([&](auto p) RELAPSE_LAMBDA { of_person[p].part[part] = square[p]; });
  });
}

/// The stages that stand in one lane when a person goes alone are added there.
template <int K>
RELAPSE_LANE void fold_stages(const Lanes* stage, Lanes* folds) {
  repeat<lanes>([&](auto j) RELAPSE_LAMBDA {
    if constexpr (j < K) {
      Lanes sum = stage[j];
      repeat<StageRow<K>::parts - 1>([&](auto part) RELAPSE_LAMBDA {
        constexpr int s = (decltype(part)::value + 1) * lanes + decltype(j)::value;
        if constexpr (s < K) sum += stage[s];
      });
      folds[j] += sum;
    }
  });
}

/// As `sum_of` adds the lanes.
RELAPSE_LANE Lanes sum_folds(Lanes* folds) {
  constexpr int halved = lanes >= 4 ? lanes / 2 : 0;
  for (int half = halved; half > 1; half /= 2) {
    for (int j = 0; j < half; ++j) folds[j] += folds[j + half];
  }
  Lanes sum = folds[0];
  for (int j = 1; j < (lanes >= 4 ? 2 : lanes); ++j) sum += folds[j];
  return sum;
}

/// What the check-ins of a block of persons say, a stage each.
template <int K>
RELAPSE_LANE void likelihood_by_stage(const AbreastTask& task, int block, Lanes* given) {
  constexpr int together = lanes < 4 ? lanes : 4;
  StageRow<K> of_person[lanes];
  for (int p = 0; p < lanes; p += together) {
    likelihoods<K, together>(task.check_ins, task.at + block + p, of_person + p);
  }
  by_stage<K>(of_person, given);
}

/// Takes in the check-ins of a block of persons.
template <int K>
RELAPSE_LANE void settle_lanes(const AbreastTask& task, int block) {
  Lanes given[K];
  likelihood_by_stage<K>(task, block, given);
  Lanes folds[lanes] = {};
  Lanes row[K];
  for (int i = 0; i < task.ways.nodes; ++i) {
    double* joint = task.joint + i * K * row_width + block;
    repeat<K>([&](auto s) RELAPSE_LAMBDA {
      row[s] = keep(load(joint + s * row_width) * given[s]);
      store(row[s], joint + s * row_width);
    });
    fold_stages<K>(row, folds);
  }
  const Lanes total = sum_folds(folds);
  const Lanes scale = 1.0 / total;
  Lanes stages[K] = {};
  for (int i = 0; i < task.ways.nodes; ++i) {
    double* joint = task.joint + i * K * row_width + block;
    repeat<K>([&](auto s) RELAPSE_LAMBDA {
      row[s] = keep(load(joint + s * row_width) * scale);
      row[s] = row[s] < vanishing_mass ? Lanes{} : row[s];
      store(row[s], joint + s * row_width);
      stages[s] = stages[s] + row[s];
    });
  }
  const unsigned here = task.here >> block;
  const std::size_t* at = task.at + block;
  repeat<lanes>([&](auto p) RELAPSE_LAMBDA {
    if ((here >> p & 1U) != 0) task.check_ins.totals[at[p]] = lane(total, p);
  });
  if (task.check_ins.probabilities == nullptr) return;
  StageRow<K> of_person[lanes];
  by_person<K>(stages, of_person);
  repeat<lanes>([&](auto p) RELAPSE_LAMBDA {
    if ((here >> p & 1U) == 0) return;
    store_stages(of_person[p], task.check_ins.probabilities + at[p] * K);
  });
}

template <int K>
unsigned go_abreast(const AbreastTask& task) {
  const Ways& ways = task.ways;
  unsigned lost = 0;
  for (int block = 0; block < row_width; block += lanes) {
    Lanes check = Lanes{};
    for (int piece = 0; piece < ways.pieces; ++piece) {
      const Lanes days = load(ways.days + piece * row_width + block);
      if (!(largest_lane(days) > 0.0)) continue;
      find_rates(ways, piece, block);
      check += go_piece<K, false>(ways, task.path, block, days, task.joint + block);
    }
    lost |= lost_lanes(check, block);
    settle_lanes<K>(task, block);
  }
  return lost;
}

/// One piece of the time ahead, towards one target.
template <int K>
RELAPSE_LANE Lanes approach(const Ways& ways, const AheadTask::Target& target, int piece,
                            int block, Lanes days) {
  double* joint = target.joint + block;
  const Lanes check = go_piece<K, true>(ways, target.path, block, days, joint);
  LiveChain<K, true> chain;
  find_live(target.path, chain);
  double* entered = target.entered + piece * ways.nodes * row_width + block;
  for (int i = 0; i < ways.nodes; ++i) {
    const int place = i * target.path.stages + chain.stage[K - 1];
    store(load(joint + place * row_width), entered + i * row_width);
  }
  return check;
}

}  // namespace relapse::infer::RELAPSE_LANES

#pragma GCC diagnostic pop
