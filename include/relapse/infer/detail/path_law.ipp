#pragma once

#include <relapse/infer/detail/path_law.hpp>

#include <algorithm>
#include <limits>

namespace relapse::infer {
RELAPSE_INLINE MoveEffects move_effects_of(const Model& model) {
  const auto& movement = model.movement();
  return {.weights = movement.weights(),
          .determinants = model.determinants().count(),
          .moves = static_cast<int>(movement.moves().size()),
          .padded_moves = movement.padded_moves()};
}

RELAPSE_INLINE PathLaw::PathLaw(const Model& model) : stages_(model.stages()) {
  const auto moves = model.movement().moves();
  const auto stages = static_cast<std::size_t>(stages_);
  move_between_.assign(stages * stages, static_cast<std::int32_t>(moves.size()));
  for (std::size_t m = 0; m < moves.size(); ++m) {
    const auto& move = moves[m];
    const bool capped = move.max_rate < std::numeric_limits<double>::infinity();
    moves_.push_back({move.from, move.to, move.rate, capped ? move.max_rate : 0.0});
    const auto from = static_cast<std::size_t>(move.from);
    move_between_[from * stages + static_cast<std::size_t>(move.to)] =
        static_cast<std::int32_t>(m);
  }
  longest_path_.fill(-1);
}

/// The most jumps that the shortest way from one stage to another takes.
RELAPSE_INLINE int PathLaw::longest_path(ctmc::StateSet stopped) {
  auto& known = longest_path_[stopped.to_ulong()];
  if (known >= 0) return known;
  known = 0;
  for (int from = 0; from < stages_; ++from) {
    ctmc::StateSet reached;
    reached.set(static_cast<std::size_t>(from));
    for (std::int8_t jumps = 1;; ++jumps) {
      auto next = reached;
      for (const auto& move : moves_) {
        const auto start = static_cast<std::size_t>(move.from);
        if (reached[start] && !stopped[start])
          next.set(static_cast<std::size_t>(move.to));
      }
      if (next == reached) break;
      reached = next;
      known = std::max(known, jumps);
    }
  }
  return known;
}

RELAPSE_INLINE ctmc::MoveMap PathLaw::map(ctmc::StateSet stopped) {
  return {.states = stages_,
          .moves = static_cast<int>(moves_.size()),
          .between = move_between_.data(),
          .stopped = static_cast<unsigned>(stopped.to_ulong()),
          .longest_path = longest_path(stopped)};
}

}  // namespace relapse::infer
