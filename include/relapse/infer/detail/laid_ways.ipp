#pragma once

#include <relapse/infer/detail/laid_ways.hpp>

#include <algorithm>

namespace relapse::infer {

RELAPSE_INLINE void LaidWays::clear() {
  std::fill(days_.begin(), days_.end(), 0.0);
  pieces_ = 0;
}

RELAPSE_INLINE void LaidWays::lay(int person, int piece, double days,
                                  std::span<const double> centred) {
  const auto l = static_cast<std::size_t>(person);
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

RELAPSE_INLINE void LaidWays::lead(NodePath& path) {
  const auto pieces = static_cast<std::size_t>(pieces_);
  ratios_.resize(pieces * static_cast<std::size_t>(points_ * effects_.moves) * row_width);
  kernel().ratios_abreast(effects_, centred_.data(), pieces_ * points_, ratios_.data());
  path.lead_through(ratios_, std::span<const double>(days_).first(pieces * row_width));
}

}  // namespace relapse::infer
