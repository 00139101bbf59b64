#pragma once

#include <relapse/core/detail/index.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/unknown.hpp>
#include <relapse/model/detail/check_movement.ipp>
#include <relapse/model/detail/families.hpp>
#include <relapse/model/detail/fields.hpp>
#include <relapse/model/detail/person_grid.hpp>
#include <relapse/model/detail/vocabulary.hpp>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

/// The checks of what makes answers those of a person: persistence and habits.
namespace relapse::model {

/// What is expected comes no more often than hourly.
inline void check_expectation(const ModelDocument& document) {
  if (!document.expected_every_days) return;
  const JsonPointer at = JsonPointer{} / "expected_every_days";
  require_positive(at, *document.expected_every_days);
  if (*document.expected_every_days * 24.0 < 1.0)
    refuse(at, *document.expected_every_days, "an hour or more");
}

/// A copy may be of a level that is never the last answer's own.
inline void check_settle(const JsonPointer& at, double settle, const ItemRule& rule,
                         std::size_t stages) {
  if (!(settle >= 0.0 && settle < 1.0)) refuse(at, settle, "in [0, 1)");
  if (rule.item.role != Role::sign || answer_levels(rule) == 0)
    refuse(at, "there", "left out for all but signs with levels");
  visit_law(*rule.emission, [&]<class Law>(LawOf<Law> family, const Law& law) {
    if constexpr (has_levels<Law>) {
      for (std::size_t s = 0; s < stages; ++s) {
        for (std::size_t level = 0; level < answer_levels(rule); ++level) {
          if (family.probability(law, s, level) > 0.0) continue;
          refuse(at, "there", "left out where a stage does not allow a level");
        }
      }
    }
  });
}

/// How answers repeat the one before.
inline void check_persistence(const JsonPointer& at, const ItemRule& rule,
                              std::size_t stages) {
  if (!rule.emission) refuse(at, "there", "left out for an item without a family");
  if (kind_of(*rule.emission) == AnswerKind::measurement) {
    refuse(at, "there",
           "left out for a normal item, whose answers never repeat: use levels");
  }
  const Persistence& says = *rule.persistence;
  const std::size_t levels = answer_levels(rule);
  // Calls check(place, number) for a number for every answer, or one for each level.
  const auto each = [&](const JsonPointer& place, const std::vector<double>& numbers,
                        auto check) {
    const std::size_t count = numbers.size();
    if (count != 1 && (levels == 0 || count != levels)) {
      refuse(place, "a list of " + std::to_string(count),
             levels == 0 ? "a number for counts"
                         : "a number, or a list of " + std::to_string(levels));
    }
    for (std::size_t level = 0; level < count; ++level)
      check(count == 1 ? place : place / level, numbers[level]);
  };
  each(at / "share", says.share, [](const JsonPointer& place, double share) {
    if (!(share >= 0.0 && share < 1.0)) refuse(place, share, "in [0, 1)");
  });
  if (!says.half_life_days.empty())
    each(at / "half_life_days", says.half_life_days, require_positive);
  if (says.settle != 0.0) check_settle(at / "settle", says.settle, rule, stages);
}

inline void check_habit(const JsonPointer& at, double weight, const ItemRule& rule) {
  require_finite(at, weight);
  if (!rule.emission) refuse(at, "there", "left out for an item without a family");
}

/// Known items, each once.
/// @param at the object of items
inline void check_habit_weights(const JsonPointer& at,
                                const std::vector<HabitWeight>& weights,
                                const ModelDocument& document, const Vocabulary& words) {
  std::set<std::string_view> seen;
  for (const auto& [id, weight] : weights) {
    const JsonPointer here = at / id;
    const int item = index_of(document.items, id);
    if (item < 0) words.refuse_item(here, id);
    if (!seen.insert(id).second) refuse(here, "there again", "there once only");
    check_habit(here, weight, document.items[static_cast<std::size_t>(item)]);
  }
}

inline void check_nodes(const JsonPointer& at, int nodes) {
  if (nodes < 2 || nodes > 31) refuse(at, std::to_string(nodes), "2 to 31");
}

/// Groups of transitions, each once.
inline void check_loadings(const JsonPointer& at, const std::vector<GroupWeight>& weights,
                           const ModelDocument& document) {
  std::set<std::string_view> groups;
  for (const auto& rule : document.transitions) {
    if (const auto group = group_of(rule); !group.empty()) groups.insert(group);
  }
  std::set<std::string_view> seen;
  for (const auto& [group, weight] : weights) {
    const JsonPointer here = at / group;
    if (!groups.contains(group)) {
      require_text(here, group);
      refuse_unknown(here, "group", group, std::vector(groups.begin(), groups.end()));
    }
    if (!seen.insert(group).second) refuse(here, "there again", "there once only");
    require_finite(here, weight);
  }
}

/// Names that a dimension must leave to the propensity.
inline constexpr std::string_view names_of_propensity[] = {
    "propensity", "recovery_propensity", "toward_use", "recovery"};

/// Each of one name, and with something that follows from it.
inline void check_dimensions(const ModelDocument& document, const Vocabulary& words) {
  const JsonPointer root = JsonPointer{} / "dimensions";
  std::set<std::string_view> ids;
  for (const auto& habit : document.habits) ids.insert(habit.id);
  for (std::size_t i = 0; i < document.dimensions.size(); ++i) {
    const DimensionRule& rule = document.dimensions[i];
    const JsonPointer at = root / i;
    take_id(at / "id", rule.id, ids);
    if (std::find(std::begin(names_of_propensity), std::end(names_of_propensity),
                  rule.id) != std::end(names_of_propensity)) {
      refuse(at / "id", "the name " + json_string(rule.id) + " of the propensity",
             "a name of its own");
    }
    check_nodes(at / "nodes", rule.nodes);
    if (rule.loadings.empty() && rule.habits.empty() && rule.start.empty())
      refuse(at, "without consequence", "one with loadings, habits or a start");
    check_loadings(at / "loadings", rule.loadings, document);
    check_habit_weights(at / "habits", rule.habits, document, words);
    check_stage_weights(at / "start", rule.start, words);
    words.require_effects(at / "prior", rule.prior);
  }
}

/// Habits, and that the nodes of the person are not too many together.
inline void check_habits(const ModelDocument& document, const Vocabulary& words) {
  const JsonPointer root = JsonPointer{} / "habits";
  std::set<std::string_view> ids;
  std::size_t nodes = propensity_nodes(document.propensity);
  const auto add = [&](int more) {
    nodes = std::min(nodes * static_cast<std::size_t>(more), 2 * most_nodes);
  };
  for (std::size_t i = 0; i < document.habits.size(); ++i) {
    const HabitRule& habit = document.habits[i];
    take_id(root / i / "id", habit.id, ids);
    check_nodes(root / i / "nodes", habit.nodes);
    if (habit.items.empty()) refuse(root / i / "items", "empty", "an item or more");
    check_habit_weights(root / i / "items", habit.items, document, words);
    add(habit.nodes);
  }
  for (const auto& rule : document.items) {
    if (rule.habit != 0.0) add(own_habit_nodes);
  }
  for (const auto& rule : document.dimensions) {
    if (has_say(rule)) add(rule.nodes);
  }
  if (nodes > most_nodes) {
    refuse(document.dimensions.empty() ? root : JsonPointer{} / "dimensions",
           "with more than " + std::to_string(most_nodes) + " nodes in all",
           "at most that many, those of the propensity times those of each habit and "
           "dimension");
  }
}

}  // namespace relapse::model
