#pragma once

#include <relapse/core/detail/index.hpp>
#include <relapse/model/detail/families.hpp>
#include <relapse/model/detail/fields.hpp>
#include <relapse/model/detail/person_grid.hpp>
#include <relapse/model/detail/vocabulary.hpp>

#include <algorithm>
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

/// How answers repeat the one before.
inline void check_persistence(const JsonPointer& at, const ItemRule& rule) {
  if (!rule.emission) refuse(at, "there", "left out for an item without a family");
  if (kind_of(*rule.emission) == AnswerKind::measurement) {
    refuse(at, "there",
           "left out for a normal item, whose answers never repeat: use levels");
  }
  const Persistence& says = *rule.persistence;
  const std::size_t levels = answer_levels(rule);
  const std::size_t shares = says.share.size();
  const JsonPointer share = at / "share";
  if (shares != 1 && (levels == 0 || shares != levels)) {
    refuse(share, "a list of " + std::to_string(shares),
           levels == 0 ? "a number for counts"
                       : "a number, or a list of " + std::to_string(levels));
  }
  for (std::size_t level = 0; level < shares; ++level) {
    if (says.share[level] >= 0.0 && says.share[level] < 1.0) continue;
    refuse(shares == 1 ? share : share / level, says.share[level], "in [0, 1)");
  }
  if (says.half_life_days) require_positive(at / "half_life_days", *says.half_life_days);
}

inline void check_habit(const JsonPointer& at, double weight, const ItemRule& rule) {
  require_finite(at, weight);
  if (!rule.emission) refuse(at, "there", "left out for an item without a family");
}

/// Habits, and that the nodes of the person are not too many together.
inline void check_habits(const ModelDocument& document, const Vocabulary& words) {
  const JsonPointer root = JsonPointer{} / "habits";
  std::set<std::string_view> ids;
  std::size_t nodes = propensity_nodes(document.propensity);
  for (std::size_t i = 0; i < document.habits.size(); ++i) {
    const HabitRule& habit = document.habits[i];
    take_id(root / i / "id", habit.id, ids);
    if (habit.nodes < 2 || habit.nodes > 31)
      refuse(root / i / "nodes", std::to_string(habit.nodes), "2 to 31");
    if (habit.items.empty()) refuse(root / i / "items", "empty", "an item or more");
    std::set<std::string_view> seen;
    for (const auto& [id, weight] : habit.items) {
      const JsonPointer at = root / i / "items" / id;
      const int item = index_of(document.items, id);
      if (item < 0) words.refuse_item(at, id);
      if (!seen.insert(id).second) refuse(at, "there again", "there once only");
      check_habit(at, weight, document.items[static_cast<std::size_t>(item)]);
    }
    nodes = std::min(nodes * static_cast<std::size_t>(habit.nodes), 2 * most_nodes);
  }
  for (const auto& rule : document.items) {
    if (rule.habit != 0.0) nodes = std::min(nodes * own_habit_nodes, 2 * most_nodes);
  }
  if (nodes > most_nodes) {
    refuse(root, "with more than " + std::to_string(most_nodes) + " nodes in all",
           "at most that many, those of the propensity times those of each habit");
  }
}

}  // namespace relapse::model
