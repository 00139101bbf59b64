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

/// The last term of the series in each lane.
RELAPSE_LANE Lanes series_ends(const PathTask& task, Lanes x) {
  double ends[lanes];
  for (int l = 0; l < lanes; ++l) {
    ends[l] = series_end(task, lane(x, l), task.longest_path);
  }
  return load(ends);
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
    const Lanes x = near_part(path, chain.rates, days);
    most = most < x ? x : most;
  }
  const Lanes ends = series_ends(path, most);
  const int last = static_cast<int>(largest_lane(ends));
  for (int i = first; i < end; ++i) {
    if (end > first + 1) load_rates(path, rates_at(i), chain);
    double* joint = task.joint + i * K * row_width + block;
    Lanes row[K];
    repeat<K>([&](auto s) RELAPSE_LAMBDA { row[s] = load(joint + s * row_width); });
    const Lanes x = near_part(path, chain.rates, days);
    carry_rows<K, false>(path, chain.rates, days,
                         {.x = x, .last = last, .last_of_lane = &ends}, row);
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

/// Takes in the check-in of each person: from a lane each to a row of stages each, and
/// back.
template <int K>
RELAPSE_LANE void settle_lanes(const AbreastTask& task) {
  const int rows = task.nodes * K;
  alignas(64) double joint[row_width][most_nodes * row_width];
  for (int i = 0; i < task.nodes; ++i) {
    for (int s = 0; s < row_width; ++s) {
      for (int at = 0; at < row_width; ++at) {
        joint[at][i * row_width + s] =
            s < K ? task.joint[(i * K + s) * row_width + at] : 0.0;
      }
    }
  }
  for (int at = 0; at < row_width; ++at) {
    if ((task.here >> at & 1U) == 0) continue;
    const StageRow<K> given = likelihood<K>(task.check_ins, task.at[at]);
    settle(task.check_ins, task.at[at], task.nodes, given, joint[at]);
  }
  for (int j = 0; j < rows; ++j) {
    for (int at = 0; at < row_width; ++at) {
      task.joint[j * row_width + at] = joint[at][j / K * row_width + j % K];
    }
  }
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
  }
  settle_lanes<K>(task);
  return lost;
}

}  // namespace relapse::infer::RELAPSE_LANES

#ifdef __GNUC__
#pragma GCC diagnostic pop
#endif
