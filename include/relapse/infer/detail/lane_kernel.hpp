#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/infer/detail/lane_abreast.hpp>
#include <relapse/infer/detail/lane_check_in.hpp>
#include <relapse/infer/detail/lane_effects.hpp>
#include <relapse/infer/detail/lane_rows.hpp>
#include <relapse/infer/detail/loops.hpp>

/// The kernel of the instruction set that this file is compiled for. What is the same for
/// all of them, the order of arithmetic, stands here; nothing of the standard library
/// that could be shared with code for another one.
#pragma GCC diagnostic push
// Sizes of arrays are numbers of stages, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace relapse::infer::RELAPSE_LANES {

/// Matrix of a node times the row of the masses, in two sums because each addition waits
/// for the one before it.
template <int K>
RELAPSE_LANE StageRow<K> carried(const double* masses, const double* matrix) {
  StageRow<K> even;
  StageRow<K> odd;
  repeat<StageRow<K>::parts>([&](auto part) RELAPSE_LAMBDA {
    even.part[part] = keep(all(masses[0]) * load(matrix + part * lanes));
    odd.part[part] = keep(all(masses[1]) * load(matrix + row_width + part * lanes));
  });
  repeat<K - 2>([&](auto r) RELAPSE_LAMBDA {
    constexpr int from = decltype(r)::value + 2;
    StageRow<K>& sum = from % 2 == 0 ? even : odd;
    repeat<StageRow<K>::parts>([&](auto part) RELAPSE_LAMBDA {
      sum.part[part] =
          fma(all(masses[from]), load(matrix + from * row_width + part * lanes),
              sum.part[part]);
    });
  });
  repeat<StageRow<K>::parts>([&](auto part)
                                 RELAPSE_LAMBDA { even.part[part] += odd.part[part]; });
  return even;
}

template <int K>
void carry(double* joint, int nodes, const double* matrices) {
  for (int i = 0; i < nodes; ++i) {
    double row[row_width];
    store_row(carried<K>(joint, matrices), row);
    for (int s = 0; s < K; ++s) joint[s] = row[s];
    joint += K;
    matrices += K * row_width;
  }
}

template <int K>
void add_products(const double* rows, const double* columns, int nodes, double* sums) {
  for (int i = 0; i < nodes; ++i, rows += K, columns += K) {
    double padded[row_width] = {};
    for (int s = 0; s < K; ++s) padded[s] = columns[s];
    const auto column = load_row<K>(padded);
    repeat<K>([&](auto r) RELAPSE_LAMBDA {
      StageRow<K> sum = load_row<K>(sums);
      repeat<StageRow<K>::parts>([&](auto part) RELAPSE_LAMBDA {
        sum.part[part] = fma(all(rows[r]), column.part[part], sum.part[part]);
      });
      store_row(sum, sums);
      sums += row_width;
    });
  }
}

template <int K>
double weigh(double* joint, int nodes, const Evidence& evidence) {
  alignas(64) double weighed[most_nodes][row_width];
  StageRow<K> given[most_nodes];
  likelihoods_by_way<K, 1>(evidence, evidence.rows, evidence.said, given);
  Lanes sum = Lanes{};
  for (int i = 0, way = 0; i < nodes; ++i, way = next_way(way, evidence.ways)) {
    for (int s = 0; s < row_width; ++s) weighed[i][s] = s < K ? joint[i * K + s] : 0.0;
    StageRow<K> row = load_row<K>(weighed[i]);
    weigh_row(row, given[way]);
    store_row(row, weighed[i]);
    sum += folded(row);
  }
  const double total = sum_of(sum);
  if (!(total > smallest_total)) return total;
  const double scale = 1.0 / total;
  for (int i = 0; i < nodes; ++i) {
    StageRow<K> row = load_row<K>(weighed[i]);
    hold_row(row, scale);
    store_stages(row, joint + i * K);
  }
  return total;
}

/// One check-in of one person.
/// @param joint [node][8]
template <int K>
RELAPSE_LANE void take_in(const FollowTask& task, std::size_t at, double* joint) {
  StageRow<K> given[most_nodes];
  likelihoods_by_way<K, rows_together>(task.check_ins.evidence,
                                       rows_of(task.check_ins, at),
                                       said_at(task.check_ins, at), given);
  const double* matrices = task.matrices + task.matrix[at];
  for (int i = 0; i < task.nodes; ++i) {
    store_row(carried<K>(joint + i * row_width, matrices + i * K * row_width),
              joint + i * row_width);
  }
  settle(task.check_ins, at, task.nodes, given, joint);
}

/// A person being followed.
struct Follower {
  std::size_t at = 0;
  std::size_t end = 0;
  // Longer than needed, so that followers do not lie a power of two apart: to the
  // processor their stores and loads would look as if they met.
  alignas(64) double joint[(most_nodes + 2) * row_width];
};

/// Persons whose check-ins are taken in by turns, because each step of one waits for the
/// step before; some of them a step together, as many as the registers hold.
inline constexpr int side_by_side = 8;
inline constexpr int together = 4;

template <int K>
RELAPSE_LANE void begin(const FollowTask& task, const Stretch& stretch,
                        Follower& follower) {
  follower.at = stretch.begin;
  follower.end = stretch.end;
  for (int j = 0; j < task.nodes * row_width; ++j) follower.joint[j] = task.start[j];
}

/// One check-in of each of several persons with one node: a step of all before the
/// next step of any.
template <int K>
RELAPSE_LANE void take_in_together(const FollowTask& task, Follower* follower) {
  const CheckInTask to = task.check_ins;
  std::size_t at[together];
  StageRow<K> given[together];
  StageRow<K> row[together];
  const model::Said* said[together];
  double total[together];
  repeat<together>([&](auto p) RELAPSE_LAMBDA {
    at[p] = follower[p].at++;
    said[p] = said_at(to, at[p]);
    row[p] = carried<K>(follower[p].joint, task.matrices + task.matrix[at[p]]);
  });
  common_likelihoods<K, together>(to, at, given);
  take_personal<K, together>(to.evidence, said, 0, given);
  repeat<together>([&](auto p) RELAPSE_LAMBDA {
    weigh_row(row[p], given[p]);
    total[p] = sum_of(folded(row[p]));
    to.totals[at[p]] = total[p];
  });
  repeat<together>([&](auto p) RELAPSE_LAMBDA {
    hold_row(row[p], 1.0 / total[p]);
    store_row(row[p], follower[p].joint);
  });
  if (to.probabilities == nullptr) return;
  repeat<together>(
      [&](auto p) RELAPSE_LAMBDA { store_stages(row[p], to.probabilities + at[p] * K); });
}

/// Seats the next person where one has come to the end; where there is none, whoever is
/// still on the way is followed there as well, to the same results. False when all have
/// come to the end.
template <int K>
bool seat(const FollowTask& task, const Stretch*& next, const Stretch* end,
          Follower* follower) {
  const Follower* busy = nullptr;
  for (int p = 0; p < side_by_side; ++p) {
    Follower& one = follower[p];
    if (one.at == one.end && next != end) begin<K>(task, *next++, one);
    if (one.at != one.end) busy = &one;
  }
  for (int p = 0; p < side_by_side && busy != nullptr; ++p) {
    if (follower[p].at == follower[p].end) follower[p] = *busy;
  }
  return busy != nullptr;
}

template <int K>
void follow(const FollowTask& task, const Stretch* stretches, std::size_t count) {
  Follower follower[side_by_side];
  const Stretch* next = stretches;
  while (seat<K>(task, next, stretches + count, follower)) {
    std::size_t steps = follower[0].end - follower[0].at;
    for (const Follower& one : follower) {
      if (one.end - one.at < steps) steps = one.end - one.at;
    }
    if (task.nodes == 1) {
      for (; steps > 0; --steps) {
        for (int p = 0; p < side_by_side; p += together) {
          take_in_together<K>(task, follower + p);
        }
      }
    } else {
      for (; steps > 0; --steps) {
        for (Follower& one : follower) take_in<K>(task, one.at++, one.joint);
      }
    }
  }
}

inline void carry_stages(double* joint, int nodes, int stages, const double* matrices) {
  with_number(stages, [&](auto k) { carry<decltype(k)::value>(joint, nodes, matrices); });
}

inline void add_products_stages(const double* rows, const double* columns, int nodes,
                                int stages, double* sums) {
  with_number(stages, [&](auto k) {
    add_products<decltype(k)::value>(rows, columns, nodes, sums);
  });
}

inline double weigh_stages(double* joint, int nodes, int stages,
                           const Evidence& evidence) {
  return with_number(
      stages, [&](auto k) { return weigh<decltype(k)::value>(joint, nodes, evidence); });
}

inline void follow_stages(const FollowTask& task, const Stretch* stretches,
                          std::size_t count) {
  with_number(task.stages,
              [&](auto k) { follow<decltype(k)::value>(task, stretches, count); });
}

inline void take_in_stages(const AbreastTask& task) {
  with_number(task.stages, [&](auto k) { take_in_abreast<decltype(k)::value>(task); });
}

inline constexpr Kernel kernel_here{
    name_of_lanes,  carry_stages,   add_products_stages, weigh_stages, follow_stages,
    take_in_stages, exponentials,   add_scaled,          logarithms,   move_effects,
    pull_effects,   ratios_abreast, move_rates,          find_gains};

}  // namespace relapse::infer::RELAPSE_LANES

#pragma GCC diagnostic pop
