#pragma once

#include <relapse/core/time.hpp>

#include <optional>

namespace relapse {

/// The risk of a return to use within a time, with its interval.
struct RiskEstimate {
  Days within;
  double probability = 0.0;  ///< in use now, or entering use within the time
  double low = 0.0;          ///< 95 % interval over the person's propensity
  double high = 0.0;
  std::optional<double> new_use;  ///< given not in use now; empty when surely in use
  std::optional<double> relapse;  ///< the same for `relapse` alone; empty without it
  /// A first time without use within the time, of somebody surely in use; empty for
  /// others, and in the scores of a table.
  std::optional<double> leaves_use = {};

  bool operator==(const RiskEstimate&) const = default;
};

namespace risk {

/// What an action does to a determinant from now on: its whole value times `factor`.
struct Intervention {
  int determinant = 0;
  double factor = 1.0;
  Days lasts{1.0};

  bool operator==(const Intervention&) const = default;
};

}  // namespace risk
}  // namespace relapse
