#pragma once

#include <relapse/core/detail/probability.hpp>
#include <relapse/model/document.hpp>

#include <optional>

/// The line on the log odds that a probability is shown on. Source: Cox 1958.
namespace relapse::risk::detail {

inline double on_line(const std::optional<Recalibration>& line, double probability) {
  if (!line) return probability;
  return expit(line->intercept + line->slope * logit(probability));
}

/// The derivative of `on_line`; 0 at the ends, where nothing moves.
inline double line_slope(const std::optional<Recalibration>& line, double probability) {
  if (!line) return 1.0;
  const double of_odds = probability * (1.0 - probability);
  if (!(of_odds > 0.0)) return 0.0;
  const double shown = on_line(line, probability);
  return line->slope * shown * (1.0 - shown) / of_odds;
}

}  // namespace relapse::risk::detail
