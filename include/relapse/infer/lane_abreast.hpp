#pragma once

#include <relapse/infer/lane_check_in.hpp>
#include <relapse/infer/lane_path.hpp>
#include <relapse/infer/lane_rows.hpp>
#include <relapse/infer/lanes.hpp>
#include <relapse/infer/loops.hpp>

/// Persons side by side in lanes. Each lane takes the steps, in their order of
/// arithmetic, that the nodes of a person take who goes alone.
#ifdef __GNUC__
#pragma GCC diagnostic push
// Sizes of arrays are numbers of stages, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"
#endif

namespace relapse::infer::RELAPSE_LANES {

/// The rates of one piece, at every node.
inline void find_rates(const AbreastTask& task, int piece, int block) {
  const MoveEffects& effects = task.effects;
  const double* centred = task.centred + piece * effects.determinants * row_width + block;
  double* rates = task.rates + block;
  for (int m = 0; m < effects.moves; ++m, rates += row_width) {
    Lanes sum = Lanes{};
    const double* weight = effects.weights + m;
    for (int d = 0; d < effects.determinants; ++d, weight += effects.padded_moves) {
      sum = fma(load(centred + d * row_width), all(*weight), sum);
    }
    store(exp(sum), rates);
  }
  const int node_width = (effects.moves + 1) * row_width;
  // From the last node on, because the ratios stand where the rates of the first will.
  for (int i = task.nodes - 1; i >= 0; --i) {
    const double* factor = task.factor + i * effects.moves;
    const double* ratios = task.rates + block;
    double* to = task.rates + i * node_width + block;
    for (int m = 0; m < effects.moves; ++m, ratios += row_width, to += row_width) {
      const MoveLaw& move = task.path.move[m];
      Lanes rate = keep(load(ratios) * factor[m] * move.rate);
      if (move.max_rate > 0.0) {
        rate = rate * move.max_rate / (rate + (move.max_rate - move.rate));
      }
      store(rate, to);
    }
    store(Lanes{}, to);
  }
}

/// Some nodes of a block of persons through one piece. Returns 0, or NaN where a rate is
/// not finite.
template <int K>
RELAPSE_LANE Lanes go_nodes(const AbreastTask& task, int block, Lanes days, int first,
                            int end) {
  const PathTask& path = task.path;
  const auto rates_at = [&](int node) RELAPSE_LAMBDA {
    return task.rates + node * (path.moves + 1) * row_width + block;
  };
  LiveChain<K, false> chain;
  find_live(path, chain);
  Lanes check = Lanes{};
  Lanes most = Lanes{};
  for (int i = first; i < end; ++i) {
    load_rates(path, rates_at(i), chain);
    check += check_rates(chain.rates);
    const Lanes x = course_part(path, chain.rates.largest * days);
    most = most < x ? x : most;
  }
  const Course course = plan_course(path, most);
  for (int i = first; i < end; ++i) {
    if (end > first + 1) load_rates(path, rates_at(i), chain);
    double* joint = task.joint + i * K * row_width + block;
    Lanes row[K];
    repeat<K>([&](auto s) RELAPSE_LAMBDA { row[s] = load(joint + s * row_width); });
    carry_rows<K>(path, chain.rates, days, course, row);
    repeat<K>([&](auto s) RELAPSE_LAMBDA { store(row[s], joint + s * row_width); });
  }
  return check;
}

/// One piece of the way of a block of persons.
template <int K>
RELAPSE_LANE Lanes go_piece(const AbreastTask& task, int piece, int block) {
  const Lanes days = load(task.days + piece * row_width + block);
  Lanes check = Lanes{};
  if (!(largest_lane(days) > 0.0)) return check;
  find_rates(task, piece, block);
  // Nodes that lie side by side when a person goes alone take the series of the one among
  // them that needs most.
  for (int first = 0; first < task.nodes; first += lanes) {
    const int end = first + lanes < task.nodes ? first + lanes : task.nodes;
    check += go_nodes<K>(task, block, days, first, end);
  }
  return check;
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
  for (int i = 0; i < task.nodes; ++i) {
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
  for (int i = 0; i < task.nodes; ++i) {
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
  unsigned lost = 0;
  for (int block = 0; block < row_width; block += lanes) {
    Lanes check = Lanes{};
    for (int piece = 0; piece < task.pieces; ++piece) {
      check += go_piece<K>(task, piece, block);
    }
    for (int l = 0; l < lanes; ++l) {
      if (!(lane(check, l) == 0.0)) lost |= 1U << (block + l);
    }
    settle_lanes<K>(task, block);
  }
  return lost;
}

}  // namespace relapse::infer::RELAPSE_LANES

#ifdef __GNUC__
#pragma GCC diagnostic pop
#endif
