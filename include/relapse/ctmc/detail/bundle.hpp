#pragma once

#include <relapse/core/inline.hpp>

#include <cstdint>

/// Chains side by side, one a lane, each with rates of its own; what may move is the same
/// for all of them. On plain arrays, because the loops are compiled once for each
/// instruction set. What a lane comes to depends on its own rates and days alone.
namespace relapse::ctmc {

/// Lanes of an array are a multiple of this: what the widest instruction set takes.
inline constexpr int lanes_together = 8;

/// Which states lead where, and where the chains stop.
struct MoveMap {
  int states = 2;
  int moves = 0;
  const std::int32_t* between = nullptr;  ///< [from][to], a move; `moves`: none
  unsigned stopped = 0;                   ///< states that are not left, a bit each
  int longest_path = 7;                   ///< jumps from one state to another, at most
};

/// Pieces of time, on each of which the rates are constant.
struct Bundle {
  MoveMap map;
  int lanes = lanes_together;     ///< from one row of an array to the next
  int used = lanes_together;      ///< the lanes that are wanted, the first ones
  int pieces = 1;                 ///< in their order
  const double* rates = nullptr;  ///< [piece][move][lane], 1/day; after the last move 0
  const double* days = nullptr;   ///< [piece][lane], zero or more

  const double* rates_of(int piece) const {
    return rates + piece * (map.moves + 1) * lanes;
  }
};

/// How rows stand that move alike, several in each lane:
/// [state][lanes / together][way][together].
struct RowPlaces {
  int ways = 1;
  int together = lanes_together;

  /// The first row of a lane, among those of a state; the next is `together` further on.
  int of(int lane) const { return lane / together * together * ways + lane % together; }
};

/// Masses on their way ahead.
struct AheadTask {
  Bundle bundle;
  RowPlaces places;
  double* row = nullptr;      ///< those of stopped states are not read
  double* entered = nullptr;  ///< [piece][lane], mass in the stopped states; or null, as
                              ///< it is where a lane has several rows
};

/// Values on their way back, from the end of the last piece to the beginning of the
/// first: the adjoint of the way ahead, and the derivative of what both make together.
struct BackTask {
  Bundle bundle;
  double* column = nullptr;     ///< [state][lane], that of stopped states the same
  const double* row = nullptr;  ///< [state][lane], masses at the beginning; or null
  /// [piece][from][to][lane], set where there is a row: the integrals over the piece of
  /// (row exp(Q u))_from (exp(Q (t - u)) column)_to, from the states that are left.
  double* flow = nullptr;
  double* rows = nullptr;  ///< [piece][state][lane], overwritten where there is a row
};

/// The matrices exp(Q t) of the first piece, of chains that stop nowhere.
struct MatrixTask {
  Bundle bundle;
  double* matrix = nullptr;  ///< [state][state][lane], set
};

/// A chain alone, which stops nowhere.
struct LoneChain {
  int states = 2;
  const double* rates = nullptr;  ///< [from][to], rows of `lanes_together`, diagonal 0
  double days = 0.0;              ///< above zero
};

/// The loops of one instruction set. They return false where the sum of the rates of a
/// lane that is used is not finite; the results are then unspecified, those of a chain
/// alone as they were. Where a chain alone does not move, they do nothing.
struct ChainKernel {
  const char* name;
  bool (*ahead)(const AheadTask& task);
  bool (*back)(const BackTask& task);
  bool (*matrices)(const MatrixTask& task);
  bool (*lone_ahead)(const LoneChain& chain, double* row);
  /// @param row masses before, @param flow as in a BackTask; or both null
  bool (*lone_back)(const LoneChain& chain, const double* row, double* column,
                    double* flow);
  bool (*lone_matrix)(const LoneChain& chain, double* matrix);
};

/// Those of the set that was chosen.
const ChainKernel& chain_kernel();
/// Those of a set by name; null where there are none here.
const ChainKernel* find_chain_kernel(const char* set);

}  // namespace relapse::ctmc

#ifndef RELAPSE_COMPILED
#include <relapse/ctmc/detail/bundle.ipp>
#endif
