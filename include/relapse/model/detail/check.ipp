#pragma once

#include <relapse/model/detail/check.hpp>
#include <relapse/model/detail/check_care.ipp>
#include <relapse/model/detail/check_determinants.ipp>
#include <relapse/model/detail/check_items.ipp>
#include <relapse/model/detail/check_movement.ipp>
#include <relapse/model/detail/check_outcomes.ipp>
#include <relapse/model/detail/fields.hpp>
#include <relapse/model/detail/vocabulary.hpp>

namespace relapse {
namespace model {

/// What identifies and describes the document as a whole.
inline void check_heading(const ModelDocument& document) {
  const JsonPointer root;
  require_id(root / "id", document.id);
  require_id(root / "version", document.version);
  std::set<std::string_view> pointers;
  for (const auto& [pointer, text] : document.sources) {
    const JsonPointer at = root / "sources" / pointer;
    if (!pointer.starts_with('/'))
      refuse(at, "no JSON pointer", "one, such as /levels/cuts");
    if (!pointers.insert(pointer).second) refuse(at, "there again", "there once only");
  }
}

}  // namespace model

RELAPSE_INLINE void check_stages(const ModelDocument& document) {
  const JsonPointer at = JsonPointer{} / "stages";
  const auto& stages = document.stages;
  if (stages.size() < 2 || stages.size() > 8) {
    refuse(at, "a list of " + std::to_string(stages.size()), "one of 2 to 8 stages");
  }
  std::size_t uses = 0;
  std::set<std::string_view> ids;
  for (std::size_t s = 0; s < stages.size(); ++s) {
    model::take_id(at / s / "id", stages[s].id, ids);
    if (stages[s].use != UseKind::none) ++uses;
  }
  if (uses == 0) refuse(at, "without a stage of use", "with at least one");
  if (uses == stages.size()) {
    refuse(at, "of use in every stage", "without use in at least one");
  }
}

RELAPSE_INLINE void check(const ModelDocument& document) {
  const JsonPointer root;
  check_stages(document);
  require_at_most(root / "items", document.items.size(), declaration_limit);
  require_at_most(root / "determinants", document.determinants.size(), declaration_limit);
  require_at_most(root / "safety", document.safety.size(), added_flag_limit);
  require_at_most(root / "actions", document.actions.size(), declaration_limit);
  require_at_most(root / "groups", document.groups.size(), declaration_limit);
  require_at_most(root / "habits", document.habits.size(), declaration_limit);
  require_at_most(root / "dimensions", document.dimensions.size(), declaration_limit);
  require_at_most(root / "outcomes", document.outcomes.size(), declaration_limit);
  require_at_most(root / "quality", document.quality.size(), declaration_limit);
  check_fields(root, document);
  model::check_heading(document);
  const model::Vocabulary words(document);
  model::check_initial(document);
  model::check_transitions(document, words);
  model::check_groups(document, words);
  model::check_propensity(document.propensity, words);
  model::check_dimensions(document, words);
  model::check_exit_rates(document);
  model::check_start_effects(document.start_effects, words);
  model::check_safety(document.safety);
  model::check_items(document, words);
  model::check_habits(document, words);
  model::check_determinants(document.determinants, words);
  model::check_horizons(document.horizons_days);
  model::check_outcomes(document);
  model::check_risk_recalibration(document);
  model::check_expectation(document);
  model::check_levels(document.levels);
  require_at_most(root / "levels" / "floors", document.floors.size(), floor_limit);
  model::check_floors(document, words);
  model::check_actions(document, words);
  model::check_quality(document.quality, words);
}

}  // namespace relapse
