#pragma once

#include <relapse/domain/crisis.hpp>
#include <relapse/domain/level.hpp>
#include <relapse/domain/wording.hpp>

#include <array>
#include <cstddef>
#include <string_view>

/// The sayings that belong to the nouns of this room. They are in English here, so that
/// the crisis protocol needs no document; the catalogue has them in other languages.
namespace relapse::phrases {

/// The steps of the crisis protocol, as `crisis_steps`.
inline constexpr std::array<Phrase, crisis_steps.size()> crisis{{
    {"crisis.self_harm", crisis_steps[0].text},
    {"crisis.overdose", crisis_steps[1].text},
    {"crisis.severe_withdrawal", crisis_steps[2].text},
}};

inline constexpr Phrase lost_tolerance{"crisis.lost_tolerance", lost_tolerance_notice};
inline constexpr Phrase fallback{"crisis.fallback", fallback_resource};

/// The names of the levels, as `RiskLevel`.
inline constexpr std::array<Phrase, risk_levels> levels{{
    {"level.low", "low"},
    {"level.guarded", "guarded"},
    {"level.elevated", "elevated"},
    {"level.high", "high"},
    {"level.critical", "critical"},
}};

/// The step of the crisis protocol for a built-in flag; null for another flag.
constexpr const Phrase* crisis_step(std::string_view flag) {
  for (std::size_t k = 0; k < crisis_steps.size(); ++k) {
    if (crisis_steps[k].flag == flag) return &crisis[k];
  }
  return nullptr;
}

}  // namespace relapse::phrases
