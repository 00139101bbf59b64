#pragma once

#include <relapse/core/detail/index.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/domain/situation.hpp>
#include <relapse/model/detail/check.hpp>
#include <relapse/model/detail/families.hpp>
#include <relapse/model/detail/fields.hpp>
#include <relapse/model/detail/vocabulary.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

/// The checks of what is shown and done: horizons, levels, flags, actions.
namespace relapse::model {

inline void require_not_negative(const JsonPointer& at, double value) {
  if (!(value >= 0.0) || !std::isfinite(value))
    refuse(at, value, "a finite number, 0 or above");
}

inline void require_horizon(const JsonPointer& at, double days) {
  require_positive(at, days);
  if (days > longest_horizon.count) refuse(at, days, "at most 36525 days, a century");
}

inline void check_horizons(const std::vector<double>& days) {
  const JsonPointer at = JsonPointer{} / "horizons_days";
  if (days.empty()) refuse(at, "empty", "a list of at least one horizon");
  require_at_most(at, days.size(), declaration_limit);
  for (std::size_t i = 0; i < days.size(); ++i) {
    require_horizon(at / i, days[i]);
    if (i > 0 && days[i] <= days[i - 1]) {
      refuse(at / i, days[i], "above the horizon before it");
    }
  }
}

inline void check_levels(const LevelRule& rule) {
  const JsonPointer at = JsonPointer{} / "levels";
  require_horizon(at / "horizon_days", rule.horizon.count);
  require_not_negative(at / "lower_after_days", rule.lower_after.count);
  check_fields(at, rule);
  double below = 0.0;
  for (std::size_t i = 0; i < rule.cuts.size(); ++i) {
    const JsonPointer here = at / "cuts" / Names<RiskLevel>::all[i + 1];
    if (!(rule.cuts[i] > 0.0 && rule.cuts[i] <= 1.0)) {
      refuse(here, rule.cuts[i], "above 0 and at most 1");
    }
    if (!(rule.cuts[i] > below)) refuse(here, rule.cuts[i], "above the cut before it");
    below = rule.cuts[i];
  }
}

/// An answer that can be given, so that the floor is ever reached.
inline void check_floor_item(const JsonPointer& at, const FloorRule& rule,
                             const std::vector<ItemRule>& items) {
  const int index = index_of(items, rule.of);
  if (index < 0 || rule.of == missed_check_in) {
    refuse(at / "item", json_string(rule.of), "an item of the model that is asked");
  }
  if (!rule.at_least && !rule.at_most)
    refuse(at, "an item without a bound", "one with `at_least` or `at_most`");
  const auto& asked = items[static_cast<std::size_t>(index)];
  if (rule.newly && asked.item.role != Role::determinant && !asked.persistence)
    refuse(at / "newly", "true",
           "left out for an item of no determinant whose answers do not persist");
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
  if (asked.item.scale) {
    std::tie(least, most) =
        std::minmax(asked.item.scale->first, asked.item.scale->second);
  } else if (const std::size_t levels = answer_levels(asked); levels > 0) {
    least = 0.0;
    most = static_cast<double>(levels) - 1.0;
  }
  constexpr const char* wanted = "an answer that can be given";
  if (rule.at_least) {
    require_finite(at / "at_least", *rule.at_least);
    if (*rule.at_least > most) refuse(at / "at_least", *rule.at_least, wanted);
  }
  if (rule.at_most) {
    require_finite(at / "at_most", *rule.at_most);
    if (*rule.at_most < least) refuse(at / "at_most", *rule.at_most, wanted);
    if (rule.at_least && *rule.at_least > *rule.at_most)
      refuse(at / "at_most", *rule.at_most, "`at_least` or above");
  }
}

inline void check_floor(const JsonPointer& at, const FloorRule& rule,
                        const std::vector<ItemRule>& items, const Vocabulary& words) {
  check_fields(at, rule);
  if (rule.level == RiskLevel::low) {
    refuse(at / "level", "low", "guarded or above: low is no floor");
  }
  const bool silence = rule.after == FloorCause::silence;
  if (rule.after == FloorCause::item) check_floor_item(at / "after", rule, items);
  if (rule.after == FloorCause::flag && !words.has_flag(rule.of)) {
    refuse(at / "after" / "flag", json_string(rule.of),
           "a built-in flag or one of the model");
  }
  if (silence) require_horizon(at / "after" / "silent_days", rule.silent.count);
  if (rule.lasts) {
    require_horizon(at / "for_days", rule.lasts->count);
  } else if (!silence) {
    refuse(at / "for_days", "left out", "the days for which the floor holds");
  }
}

inline void check_floors(const ModelDocument& document, const Vocabulary& words) {
  const auto& rules = document.floors;
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const JsonPointer at = JsonPointer{} / "levels" / "floors" / i;
    require_choice(at / "after", rules[i].after);
    take_name(at / "id", rules[i].id, ids);
    check_floor(at, rules[i], document.items, words);
  }
}

inline void check_safety(const std::vector<SafetyRule>& rules) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto& rule = rules[i];
    const JsonPointer at = JsonPointer{} / "safety" / i;
    if (is_built_in_flag(rule.flag)) {
      refuse(at / "flag", "the built-in " + json_string(rule.flag),
             "a flag of the model's own");
    }
  }
}

inline void check_action(const JsonPointer& at, const Action& action,
                         const Vocabulary& words) {
  std::set<std::string_view> seen;
  for (const auto& [determinant, factor] : action.acts_on) {
    const JsonPointer here = at / "acts_on" / determinant;
    words.require_determinant(here, determinant);
    require_not_negative(here, factor);
    if (!seen.insert(determinant).second) refuse(here, "there again", "there once only");
  }
  require_positive(at / "for_days", action.lasts.count);
  for (std::size_t i = 0; i < action.stages.size(); ++i) {
    words.require_stage(at / "stages" / i, action.stages[i]);
  }
  for (std::size_t i = 0; i < action.situations.size(); ++i) {
    const JsonPointer here = at / "situations" / i;
    if (find_situation(action.situations[i]) == nullptr) {
      refuse(here, json_string(action.situations[i]), "a code of the taxonomy");
    }
  }
  seen.clear();
  for (std::size_t i = 0; i < action.items.size(); ++i) {
    const JsonPointer here = at / "items" / i;
    const Item* item = words.item(action.items[i]);
    if (item == nullptr) words.refuse_item(here, action.items[i]);
    if (item->role == Role::determinant) {
      refuse(here, "an item of the role " + std::string(name_of(item->role)),
             "one of the role sign, use or safety");
    }
    if (!seen.insert(item->id).second) refuse(here, "there again", "there once only");
  }
  require_not_negative(at / "needs" / "minutes", action.needs.minutes);
  require_positive(at / "helpfulness" / "alpha", action.helpfulness.alpha);
  require_positive(at / "helpfulness" / "beta", action.helpfulness.beta);
}

inline void check_actions(const ModelDocument& document, const Vocabulary& words) {
  for (std::size_t i = 0; i < document.actions.size(); ++i) {
    const JsonPointer at = JsonPointer{} / "actions" / i;
    const auto& action = document.actions[i];
    check_action(at, action, words);
    for (const auto& [determinant, factor] : action.acts_on) {
      const auto d =
          static_cast<std::size_t>(index_of(document.determinants, determinant));
      if (document.determinants[d].indicator)
        refuse(at / "acts_on" / determinant, "an indicator",
               "a determinant with an adverse end");
    }
  }
}

}  // namespace relapse::model
