#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/infer/detail/lane_check_in.hpp>
#include <relapse/infer/detail/lane_rows.hpp>
#include <relapse/infer/detail/loops.hpp>

/// Persons side by side in lanes. Each lane takes the steps, in their order of
/// arithmetic, that the rows of a person take who goes alone.
#pragma GCC diagnostic push
// Sizes of arrays are numbers of stages, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace relapse::infer::RELAPSE_LANES {

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
/// @param given [way][stage], set
template <int K>
RELAPSE_LANE void likelihoods_by_stage(const AbreastTask& task, int block, Lanes* given) {
  constexpr int together = lanes < 4 ? lanes : 4;
  const CheckInTask& of = task.check_ins;
  const std::size_t* at = task.at + block;
  StageRow<K> common[lanes];
  const model::Said* said[lanes];
  for (int p = 0; p < lanes; p += together)
    common_likelihoods<K, together>(of, at + p, common + p);
  for (int p = 0; p < lanes; ++p) said[p] = said_at(of, at[p]);
  for (int way = 0; way < of.evidence.ways; ++way) {
    StageRow<K> of_person[lanes];
    for (int p = 0; p < lanes; ++p) of_person[p] = common[p];
    for (int p = 0; p < lanes; p += together)
      take_personal<K, together>(of.evidence, said + p, way, of_person + p);
    by_stage<K>(of_person, given + way * K);
  }
}

/// Takes in the check-ins of a block of persons.
template <int K>
RELAPSE_LANE void settle_lanes(const AbreastTask& task, int block) {
  Lanes given[most_nodes * K];
  likelihoods_by_stage<K>(task, block, given);
  const int ways = task.check_ins.evidence.ways;
  Lanes folds[lanes] = {};
  Lanes row[K];
  const int stage_step = task.nodes * row_width;
  for (int i = 0, way = 0; i < task.nodes; ++i, way = next_way(way, ways)) {
    double* row_of_node = task.row + i * row_width + block;
    const Lanes* of_way = given + way * K;
    repeat<K>([&](auto s) RELAPSE_LAMBDA {
      const Lanes mass = load(row_of_node + s * stage_step);
      row[s] = held_above(keep(mass * of_way[s]), mass, of_way[s], least_normal);
      store(row[s], row_of_node + s * stage_step);
    });
    fold_stages<K>(row, folds);
  }
  const Lanes total = sum_folds(folds);
  const Lanes scale = 1.0 / total;
  Lanes stages[K] = {};
  for (int i = 0; i < task.nodes; ++i) {
    double* row_of_node = task.row + i * row_width + block;
    repeat<K>([&](auto s) RELAPSE_LAMBDA {
      row[s] = held(load(row_of_node + s * stage_step), scale);
      store(row[s], row_of_node + s * stage_step);
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
void take_in_abreast(const AbreastTask& task) {
  for (int block = 0; block < row_width; block += lanes) settle_lanes<K>(task, block);
}

}  // namespace relapse::infer::RELAPSE_LANES

#pragma GCC diagnostic pop
