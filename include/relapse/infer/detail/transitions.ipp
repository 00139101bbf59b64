#pragma once

#include <relapse/core/detail/bits.hpp>
#include <relapse/infer/detail/transitions.hpp>

#include <algorithm>
#include <bit>

namespace relapse::infer {

RELAPSE_INLINE Transitions::Transitions(const Model& model, std::size_t most)
    : model_(model),
      unchanged_(model.movement().moves().size(), 1.0),
      most_(most),
      path_(model, 1, Grid::propensity) {
  if (most_ == 0) return;
  keys_.resize(std::bit_ceil(2 * most_));
  places_.resize(keys_.size());
  constexpr std::size_t at_once = 16;
  rows_.reserve(std::min(most_, at_once) * static_cast<std::size_t>(model.nodes()) *
                static_cast<std::size_t>(model.stages()));
  forget();
}

RELAPSE_INLINE void Transitions::forget() {
  known_ = 0;
  std::fill(keys_.begin(), keys_.end(), -1.0);
}

RELAPSE_INLINE std::uint32_t Transitions::find(double days) {
  const auto mixed = bit_cast<std::uint64_t>(days) * 0x9e3779b97f4a7c15U;
  const std::size_t mask = keys_.size() - 1;
  // The leading bits, as whole days differ in these alone.
  std::size_t at = mixed >> (64 - std::bit_width(mask)) & mask;
  while (keys_[at] != days && keys_[at] >= 0.0) at = (at + 1) & mask;
  const std::size_t rows = static_cast<std::size_t>(model_.nodes()) *
                           static_cast<std::size_t>(model_.stages());
  if (keys_[at] != days) {
    if (known_ == most_) return full;
    if (rows_.size() < (known_ + 1) * rows) rows_.resize((known_ + 1) * rows);
    compute(days, known_ * rows);
    keys_[at] = days;
    places_[at] = static_cast<std::uint32_t>(known_++ * rows * 8);
  }
  return places_[at];
}

RELAPSE_INLINE void Transitions::compute(double days, std::size_t slot) {
  path_.lead_through(unchanged_, days);
  path_.find_matrices();
  // The ways of the habits move alike.
  const int ways = model_.ways();
  for (int node = 0; node < model_.nodes(); ++node) {
    const std::size_t lane = path_.lane(node / ways);
    for (int r = 0; r < model_.stages(); ++r, ++slot) {
      for (int s = 0; s < model_.stages(); ++s)
        rows_[slot].value[s] = path_.matrix(r, s, lane);
    }
  }
}

}  // namespace relapse::infer
