#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/ctmc/detail/adjoint.hpp>
#include <relapse/ctmc/detail/ahead.hpp>
#include <relapse/ctmc/detail/alone.hpp>
#include <relapse/ctmc/detail/bundle.hpp>
#include <relapse/ctmc/detail/chain.hpp>
#include <relapse/ctmc/detail/matrix.hpp>

/// The loops over chains of the instruction set that this file is compiled for. Nothing
/// of the standard library stands here that could be shared with code for another one.
namespace relapse::ctmc::RELAPSE_LANES {

/// Calls use(states) for 2 to 8 of them: a number that the compiler knows, where the
/// library is compiled once and may be large. The results are the same.
template <class Use>
RELAPSE_LANE auto with_states(int states, Use&& use) {
#if defined(RELAPSE_COMPILED) && !defined(RELAPSE_ROLLED_LOOPS)
  return with_number(states, use);
#else
  return use(states);
#endif
}

RELAPSE_LANE int states_left(const MoveMap& map) {
  int left = 0;
  for (int s = 0; s < map.states; ++s) left += (map.stopped >> s & 1U) == 0 ? 1 : 0;
  return left;
}

/// Calls use(block, chain) for each block of lanes that is used. False where it returns
/// NaN in such a lane.
template <class Rows, class Size, class Use>
RELAPSE_LANE bool each_block(const Bundle& bundle, Rows rows, Size size, Use&& use) {
  Chain<Rows, Size> chain;
  chain.rows = rows;
  chain.size = size;
  find_states(bundle, chain);
  bool fine = true;
  for (int block = 0; block < bundle.used; block += lanes) {
    const Lanes check = use(block, chain);
    for (int l = 0; l < lanes && block + l < bundle.used; ++l) {
      fine = fine && lane(check, l) == 0.0;
    }
  }
  return fine;
}

/// The same, of the chain in which the stopped states are one.
template <class Use>
RELAPSE_LANE bool with_chains(const Bundle& bundle, Use&& use) {
  if (bundle.map.stopped == 0) {
    return with_states(bundle.map.states,
                       [&](auto size) { return each_block(bundle, size, size, use); });
  }
  return with_states(states_left(bundle.map) + 1, [&](auto size) {
    return each_block(bundle, before(size), size, use);
  });
}

inline bool ahead(const AheadTask& task) {
  const Bundle& bundle = task.bundle;
  if (states_left(bundle.map) == 0) {
    for (int j = 0; task.entered != nullptr && j < bundle.pieces * bundle.lanes; ++j) {
      task.entered[j] = 0.0;
    }
    return true;
  }
  return with_chains(bundle, [&](int block, auto& chain)
                                 RELAPSE_LAMBDA { return go_ahead(task, block, chain); });
}

inline bool back(const BackTask& task) {
  if (states_left(task.bundle.map) == 0) return true;
  return with_chains(task.bundle, [&](int block, auto& chain) RELAPSE_LAMBDA {
    return go_back(task, block, chain);
  });
}

/// The matrices of each lane in its turn.
template <class Size>
Lanes find_matrices(const MatrixTask& task, int block, Chain<Size, Size>& chain) {
  const Bundle& bundle = task.bundle;
  load_rates(bundle.map, bundle.rates + block, chain);
  for (int l = 0; l < lanes && block + l < bundle.used; ++l) {
    Chain<Size, Size> alone;
    spread_chain(chain, l, alone);
    RowsAbreast<Size> matrix;
    exponential(alone, bundle.map.longest_path, bundle.days[block + l], matrix);
    double* to = task.matrix + block + l;
    for (int r = 0; r < chain.size; ++r) {
      for (int s = 0; s < chain.size; ++s, to += bundle.lanes) *to = matrix.at(r, s);
    }
  }
  return check_rates(chain);
}

inline bool matrices(const MatrixTask& task) {
  return with_states(task.bundle.map.states, [&](auto size) {
    return each_block(task.bundle, size, size,
                      [&](int block, auto& chain)
                          RELAPSE_LAMBDA { return find_matrices(task, block, chain); });
  });
}

/// Calls use(chain) where it moves, a chain that stands in every lane. False where the
/// sum of its rates is not finite.
template <class Use>
RELAPSE_LANE bool with_lone_chain(const LoneChain& lone, Use&& use) {
  return with_states(lone.states, [&](auto size) {
    Chain<decltype(size), decltype(size)> alone;
    load_rates(lone.rates, size, alone);
    const double total = lane(sum_of_row(alone.exit, size), 0);
    if (total > 0.0 && total * 0.0 == 0.0) use(alone);
    return total * 0.0 == 0.0;
  });
}

inline bool lone_ahead(const LoneChain& lone, double* row) {
  return with_lone_chain(lone, [&](const auto& alone)
                                   RELAPSE_LAMBDA { go_ahead(alone, lone.days, row); });
}

inline bool lone_back(const LoneChain& lone, const double* row, double* column,
                      double* flow) {
  return with_lone_chain(lone, [&](const auto& alone) RELAPSE_LAMBDA {
    go_back(alone, lone.days, row, column, flow);
  });
}

inline bool lone_matrix(const LoneChain& lone, double* matrix) {
  return with_lone_chain(lone, [&](const auto& alone) RELAPSE_LAMBDA {
    find_matrix(alone, lone.days, matrix);
  });
}

inline constexpr ChainKernel chain_kernel_here{
    name_of_lanes, ahead, back, matrices, lone_ahead, lone_back, lone_matrix};

}  // namespace relapse::ctmc::RELAPSE_LANES
