#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/ctmc/detail/adjoint.hpp>
#include <relapse/ctmc/detail/bundle.hpp>
#include <relapse/ctmc/detail/chain.hpp>

/// The loops over chains of the instruction set that this file is compiled for. Nothing
/// of the standard library stands here that could be shared with code for another one.
namespace relapse::ctmc::RELAPSE_LANES {

/// Calls use(states) for 2 to 8 of them: a number that the compiler knows, where the
/// library is compiled once.
template <class Use>
RELAPSE_LANE auto with_states(int states, Use&& use) {
#ifdef RELAPSE_COMPILED
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

template <class Rows, class Size>
Lanes find_matrix(const MatrixTask& task, int block, Chain<Rows, Size>& chain) {
  const Bundle& bundle = task.bundle;
  load_rates(bundle.map, bundle.rates + block, chain);
  Square<Size, Size> matrix;
  exponential(chain, load(bundle.days + block), matrix);
  double* to = task.matrix + block;
  for (int r = 0; r < chain.size; ++r) {
    for (int s = 0; s < chain.size; ++s, to += bundle.lanes) {
      store(matrix.entry[r][s], to);
    }
  }
  return check_rates(chain);
}

inline bool matrices(const MatrixTask& task) {
  return with_states(task.bundle.map.states, [&](auto size) {
    return each_block(task.bundle, size, size,
                      [&](int block, auto& chain)
                          RELAPSE_LAMBDA { return find_matrix(task, block, chain); });
  });
}

inline constexpr ChainKernel chain_kernel_here{name_of_lanes, ahead, back, matrices};

}  // namespace relapse::ctmc::RELAPSE_LANES
