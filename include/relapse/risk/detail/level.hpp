#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/domain/level.hpp>

#include <array>
#include <optional>

namespace relapse::risk {

/// Since when the risk has stayed below each cut; what hysteresis remembers.
struct LevelMemory {
  bool started = false;
  /// Times in days, of guarded, elevated, high, critical; empty: not below the cut.
  std::array<std::optional<double>, risk_levels - 1> below_since;
  /// Cuts that were not reached at the first check-in, and not since.
  std::array<bool, risk_levels - 1> never_reached{};

  bool operator==(const LevelMemory&) const = default;
};

/// Takes in the risk at a check-in.
void remember(LevelMemory& memory, double risk, Time now, const LevelRule& rule);

/// Takes in the risk of a silence: cuts that it had left by then are left since then. It
/// raises nothing, for nobody was told a level by it.
void leave(LevelMemory& memory, double risk, Time then, const LevelRule& rule);

/// Whether a level that this risk does not reach was reached at the last check-in.
bool may_be_kept(const LevelMemory& memory, double risk, const LevelRule& rule);

/// The level at a moment: the highest whose cut was reached, or left less than
/// `rule.lower_after` ago.
RiskLevel level_at(const LevelMemory& memory, double risk, Time now,
                   const LevelRule& rule);

}  // namespace relapse::risk

#ifndef RELAPSE_COMPILED
#include <relapse/risk/detail/level.ipp>
#endif
