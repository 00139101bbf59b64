#pragma once

#include <relapse/risk/detail/level.hpp>

namespace relapse::risk {

RELAPSE_INLINE void remember(LevelMemory& memory, double risk, Time now,
                             const LevelRule& rule) {
  for (std::size_t l = 0; l < rule.cuts.size(); ++l) {
    const bool reached = risk >= rule.cuts[l];
    if (!memory.started) memory.never_reached[l] = !reached;
    if (reached) {
      memory.never_reached[l] = false;
      memory.below_since[l].reset();
    } else if (!memory.below_since[l]) {
      memory.below_since[l] = now.days;
    }
  }
  memory.started = true;
}

RELAPSE_INLINE void leave(LevelMemory& memory, double risk, Time then,
                          const LevelRule& rule) {
  for (std::size_t l = 0; l < rule.cuts.size(); ++l) {
    if (risk < rule.cuts[l] && !memory.below_since[l]) memory.below_since[l] = then.days;
  }
}

RELAPSE_INLINE bool may_be_kept(const LevelMemory& memory, double risk,
                                const LevelRule& rule) {
  for (std::size_t l = 0; l < rule.cuts.size(); ++l) {
    if (risk < rule.cuts[l] && memory.started && !memory.never_reached[l] &&
        !memory.below_since[l])
      return true;
  }
  return false;
}

RELAPSE_INLINE RiskLevel level_at(const LevelMemory& memory, double risk, Time now,
                                  const LevelRule& rule) {
  auto level = RiskLevel::low;
  for (std::size_t l = 0; l < rule.cuts.size(); ++l) {
    const bool reached = risk >= rule.cuts[l];
    const double since = memory.below_since[l].value_or(now.days);
    const bool kept = memory.started && !memory.never_reached[l] &&
                      since > now.days - rule.lower_after.count;
    if (reached || kept) level = static_cast<RiskLevel>(l + 1);
  }
  return level;
}

}  // namespace relapse::risk
