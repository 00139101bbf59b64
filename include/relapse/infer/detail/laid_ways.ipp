#pragma once

#include <relapse/infer/detail/laid_ways.hpp>

#include <algorithm>

namespace relapse::infer {

RELAPSE_INLINE LaidWays::LaidWays(const Model& model)
    : effects_(move_effects_of(model)), nodes_(model.nodes()) {
  const auto moves = static_cast<std::size_t>(effects_.moves);
  const std::vector<double> unchanged(moves, 1.0);
  for (int i = 0; i < nodes_; ++i) {
    for (int m = 0; m < effects_.moves; ++m) {
      factor_.push_back(model.movement().ratio(unchanged, m, i));
    }
  }
  rates_.assign(static_cast<std::size_t>(nodes_) * (moves + 1) * row_width, 0.0);
}

RELAPSE_INLINE void LaidWays::clear() {
  std::fill(days_.begin(), days_.end(), 0.0);
  pieces_ = 0;
}

RELAPSE_INLINE void LaidWays::lay(int lane, int piece, double days,
                                  std::span<const double> centred) {
  const auto l = static_cast<std::size_t>(lane);
  const auto p = static_cast<std::size_t>(piece);
  const std::size_t width = std::max<std::size_t>(1, centred.size()) * row_width;
  if (days_.size() <= p * row_width) {
    days_.resize((p + 1) * row_width, 0.0);
    centred_.resize((p + 1) * width, 0.0);
  }
  pieces_ = std::max(pieces_, piece + 1);
  days_[p * row_width + l] = days;
  std::size_t to = p * width + l;
  for (const double value : centred) {
    centred_[to] = value;
    to += row_width;
  }
}

RELAPSE_INLINE Ways LaidWays::ways(const PathTask& law) {
  return {.effects = effects_,
          .move = law.move,
          .nodes = nodes_,
          .factor = factor_.data(),
          .pieces = pieces_,
          .days = days_.data(),
          .centred = centred_.data(),
          .rates = rates_.data()};
}

}  // namespace relapse::infer
