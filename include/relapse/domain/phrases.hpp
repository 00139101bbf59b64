#pragma once

#include <relapse/domain/crisis.hpp>
#include <relapse/domain/level.hpp>
#include <relapse/domain/situation.hpp>
#include <relapse/domain/wording.hpp>

#include <array>
#include <cstddef>
#include <string_view>

/// The sayings that belong to the nouns of this room. They are in English here, so that
/// the crisis protocol needs no document; the catalogue has them in other languages.
namespace relapse::phrases {

/// The steps of the crisis protocol, as `crisis_steps`.
inline constexpr std::array<Phrase, crisis_steps.size()> crisis{{
    {"crisis.overdose", crisis_steps[0].text},
    {"crisis.severe_withdrawal", crisis_steps[1].text},
    {"crisis.self_harm", crisis_steps[2].text},
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

/// The categories of situations, as `situation_categories`.
inline constexpr std::array<Phrase, situation_categories.size()> situations{{
    {"situation.I-A", situation_categories[0].label},
    {"situation.I-B", situation_categories[1].label},
    {"situation.I-C", situation_categories[2].label},
    {"situation.I-D", situation_categories[3].label},
    {"situation.I-E", situation_categories[4].label},
    {"situation.II-A", situation_categories[5].label},
    {"situation.II-B", situation_categories[6].label},
    {"situation.II-C", situation_categories[7].label},
}};

/// Doubts about answers: what is asked again, and why.
inline constexpr Phrase same_answer{
    "quality.same_answer", "The same answer was given to everything: ask again. ({0})"};
inline constexpr Phrase too_fast{
    "quality.too_fast", "The questions were answered very fast: ask again. ({0})"};
inline constexpr Phrase at_odds{"quality.at_odds",
                                "These answers do not go together: ask. ({0})"};

/// The category of a code of the taxonomy; null where it has none such.
constexpr const Phrase* situation(std::string_view code) {
  const auto* category = find_situation(code);
  return category == nullptr ? nullptr
                             : &situations[static_cast<std::size_t>(
                                   category - situation_categories.data())];
}

/// The step of the crisis protocol for a built-in flag; null for another flag.
constexpr const Phrase* crisis_step(std::string_view flag) {
  for (std::size_t k = 0; k < crisis_steps.size(); ++k) {
    if (crisis_steps[k].flag == flag) return &crisis[k];
  }
  return nullptr;
}

}  // namespace relapse::phrases
