#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/model/detail/check_habits.ipp>
#include <relapse/model/detail/check_movement.ipp>
#include <relapse/model/detail/families.hpp>
#include <relapse/model/detail/fields.hpp>
#include <relapse/model/detail/vocabulary.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

/// The checks of items and of the laws of their answers.
namespace relapse::model {

/// An item whose answers have a law given the stage.
inline bool has_law(Role role) { return role == Role::sign || role == Role::use; }

inline void check_number(const JsonPointer& at, NumberScale scale, double value) {
  switch (scale) {
  case NumberScale::odds:
  case NumberScale::share:
    return require_probability(at, value);
  case NumberScale::log:
    return require_positive(at, value);
  case NumberScale::plain:
    return require_finite(at, value);
  }
}

/// Rows of levels, as many in each stage.
inline void check_rows(const std::vector<std::vector<double>>& rows, std::size_t least,
                       const std::vector<JsonPointer>& at) {
  const std::size_t levels = rows.front().size();
  for (std::size_t s = 0; s < rows.size(); ++s) {
    const std::string found = "a list of " + std::to_string(rows[s].size());
    if (rows[s].size() < least)
      refuse(at[s], found, "one of at least " + std::to_string(least));
    if (rows[s].size() != levels)
      refuse(at[s], found, "as long as that of the first stage");
    for (std::size_t level = 0; level < levels; ++level) {
      if (!(rows[s][level] >= 0.0 && rows[s][level] <= 1.0))
        require_probability(at[s] / level, rows[s][level]);
    }
    require_sum_of_one(at[s], rows[s]);
  }
}

/// Checks what a law has for each stage.
inline void check_given(const JsonPointer& given, const ItemRule& rule,
                        const std::vector<Stage>& stages) {
  const auto require_each_stage = [&](std::size_t count) {
    if (count == stages.size()) return;
    refuse(given, "a list of " + std::to_string(count), "a value for each stage");
  };
  std::vector<JsonPointer> at;
  for (const auto& stage : stages) at.push_back(given / stage.id);
  visit_law(*rule.emission, [&]<class Law>(LawOf<Law> family, const Law& law) {
    if constexpr (has_rows<Law>) {
      require_each_stage(law.probability.size());
      check_rows(law.probability, rule.item.missing_is_a_level ? 3 : 2, at);
    } else {
      for (const auto& number : family.numbers)
        require_each_stage((law.*number.by_stage).size());
      for (std::size_t s = 0; s < stages.size(); ++s) {
        for (const auto& number : family.numbers) {
          check_number(family.numbers.size() == 1 ? at[s] : at[s] / number.name,
                       number.scale, (law.*number.by_stage)[s]);
        }
      }
    }
  });
}

/// Which answers a scale stands for is checked against the law.
inline void check_scale(const JsonPointer& at, const ItemRule& rule) {
  const auto [first, second] = *rule.item.scale;
  if (first == second) refuse(at, "a range without length", "one with different ends");
  if (!std::isfinite(second - first))
    refuse(at, "a range too long", "one of finite length");
  if (!rule.emission) return;
  const std::size_t levels = answer_levels(rule);
  if (levels == 0) {
    if (first > second)
      refuse(at, "reversed", "from low to high for counts and measurements");
  } else if (kind_of(*rule.emission) == AnswerKind::yes_or_no) {
    if (first != 0.0 || second != 1.0)
      refuse(at, "another range", "[0, 1] for yes or no");
  } else if (first != std::floor(first) || second != std::floor(second) ||
             std::abs(second - first) != static_cast<double>(levels - 1)) {
    refuse(at, shortest_decimals(first) + " to " + shortest_decimals(second),
           "whole numbers that span " + std::to_string(levels) + " levels");
  }
}

/// The answers about safety go one way, from no upwards, so that no document turns round
/// what raises a flag; and what is to raise it can be answered.
inline void check_safety_item(const JsonPointer& at, const Item& item) {
  if (item.scale) {
    if (item.scale->first > item.scale->second)
      refuse(at / "scale", "reversed", "from low to high for the role safety");
    if (item.scale->first < 0.0)
      refuse(at / "scale", "below 0", "from 0 or above: a negative answer is a code");
  }
  if (!item.labels.empty() && is_built_in_flag(item.flag))
    refuse(at / "labels", "there", "left out: a built-in flag is answered by a number");
  if (!item.raise_at) return;
  const auto steps = static_cast<double>(item.labels.size()) - 1.0;
  const double most = item.scale            ? item.scale->second
                      : item.labels.empty() ? *item.raise_at
                                            : steps;
  if (*item.raise_at > most)
    refuse(at / "raise_at", "above every answer", "one that can be reached");
}

/// No name passes for that of a safety item by its case, spaces or punctuation.
inline void check_spelling(const JsonPointer& at, std::string_view id,
                           const std::map<std::string, std::string_view>& safety) {
  const auto found = safety.find(spelling_key(id));
  if (found == safety.end() || found->first.empty() || found->second == id) return;
  refuse(at, json_string(id),
         "a name that nobody takes for that of the safety item " +
             json_string(found->second));
}

inline void check_spellings(const ModelDocument& document) {
  std::map<std::string, std::string_view> safety;
  for (const auto flag : built_in_flags) safety.emplace(spelling_key(flag), flag);
  for (const auto& rule : document.items) {
    if (rule.item.role == Role::safety)
      safety.emplace(spelling_key(rule.item.id), rule.item.id);
  }
  const JsonPointer root;
  for (std::size_t i = 0; i < document.items.size(); ++i) {
    check_spelling(root / "items" / i / "id", document.items[i].item.id, safety);
  }
  for (std::size_t i = 0; i < document.safety.size(); ++i) {
    check_spelling(root / "safety" / i / "flag", document.safety[i].flag, safety);
  }
}

/// The names of the levels, which are answered in place of 0, 1, ...
inline void check_labels(const JsonPointer& at, const ItemRule& rule) {
  const auto& labels = rule.item.labels;
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].empty()) refuse(at / i, "empty", "a name");
    if (!seen.insert(labels[i]).second) {
      refuse(at / i, json_string(labels[i]) + " again", "there once only");
    }
  }
  const std::string found = "a list of " + std::to_string(labels.size());
  if (rule.emission) {
    const std::size_t levels = answer_levels(rule);
    if (levels == 0) refuse(at, "there", "left out for counts and measurements");
    if (labels.size() != levels) refuse(at, found, "one of " + std::to_string(levels));
  } else if (const auto& scale = rule.item.scale) {
    const double steps = std::abs(scale->second - scale->first);
    if (steps + 1.0 != static_cast<double>(labels.size()))
      refuse(at, found, "a name for each step of the scale, its ends included");
  }
}

/// The fields that belong to one role only.
inline void check_role(const JsonPointer& at, const Item& item, const Vocabulary& words) {
  const std::string role(name_of(item.role));
  if (!item.home.empty()) {
    if (!has_law(item.role))
      refuse(at / "home", "there", "left out for the role " + role);
    words.require_stage(at / "home", item.home);
  }
  if (!item.substance.empty() && item.role != Role::use) {
    refuse(at / "substance", "there", "left out for the role " + role);
  }
  if (item.role == Role::safety) {
    if (!words.has_flag(item.flag)) {
      refuse(at / "flag", json_string(item.flag),
             "a built-in flag or one declared in /safety");
    }
  } else {
    if (!item.flag.empty()) refuse(at / "flag", "there", "left out for the role " + role);
    if (item.raise_at) refuse(at / "raise_at", "there", "left out for the role " + role);
  }
  if (is_built_in_flag(item.id)) {
    if (item.role != Role::safety)
      refuse(at / "role", role, "safety for a built-in flag");
    if (item.flag != item.id)
      refuse(at / "flag", json_string(item.flag), "that of its name");
  }
}

/// An answer that the item has, and of a kind that a suggestion may answer.
inline void check_urgency(const JsonPointer& at, const ItemRule& rule) {
  const Item& item = rule.item;
  if (item.role != Role::sign && item.role != Role::determinant) {
    refuse(at, "there", "left out for the role " + std::string(name_of(item.role)));
  }
  if (item.role == Role::sign && !(*item.urgent_at > 0.0)) {
    refuse(at, *item.urgent_at, "above 0");
  }
  if (item.role == Role::sign) return;
  if (!item.scale) refuse(at, "there", "left out for an item without scale");
  const auto [low, high] = std::minmax(item.scale->first, item.scale->second);
  if (!(*item.urgent_at >= low && *item.urgent_at <= high)) {
    refuse(at, *item.urgent_at, "on the scale of the item");
  }
}

inline void check_simulation(const JsonPointer& at, const Item& item) {
  if (item.role != Role::determinant) {
    refuse(at, "there", "left out for the role " + std::string(name_of(item.role)));
  }
  const auto& law = *item.simulate;
  for (const auto& [key, sd] :
       {std::pair{"sd_between", law.sd_between}, std::pair{"sd_within", law.sd_within}}) {
    if (!(sd >= 0.0) || !std::isfinite(sd))
      refuse(at / key, sd, "a finite number, 0 or above");
  }
  require_positive(at / "half_life_days", law.half_life_days);
}

/// How values of an instrument become answers.
inline void check_mapping(const JsonPointer& at, const InstrumentReference& reference,
                          const ItemRule& rule) {
  const auto check_ends = [](const JsonPointer& place, const Scale& ends) {
    if (ends.first == ends.second)
      refuse(place, "a range without length", "one with different ends");
  };
  if (reference.to && !reference.from)
    refuse(at / "to", "without `from`", "left out, or given with it");
  if (!reference.from) return;
  check_ends(at / "from", *reference.from);
  const auto& scale = rule.item.scale;
  const std::size_t levels = answer_levels(rule);
  if (!scale && levels == 0)
    refuse(at / "from", "there", "left out for an item without a scale or levels");
  if (rule.item.role == Role::safety || rule.item.role == Role::use)
    refuse(at / "from", "there", "left out for use and safety, whose answers are facts");
  if (!reference.to) return;
  check_ends(at / "to", *reference.to);
  const Scale levelled{0.0, static_cast<double>(levels) - 1.0};
  const Scale ends = scale.value_or(levelled);
  const auto [low, high] = std::minmax(ends.first, ends.second);
  for (const double end : {reference.to->first, reference.to->second}) {
    if (end < low || end > high) refuse(at / "to", end, "within the scale of the item");
  }
}

inline void check_reference(const JsonPointer& at, const InstrumentReference& reference) {
  check_fields(at, reference);
  require_name(at / "id", reference.id);
  if (reference.item.empty() == reference.subscale.empty())
    refuse(at, "without an item or a subscale, or with both", "with one of the two");
  if (!reference.item.empty()) require_name(at / "item", reference.item);
  if (!reference.subscale.empty()) require_name(at / "subscale", reference.subscale);
}

inline void check_references(const JsonPointer& at, const ItemRule& rule) {
  const auto& references = rule.item.instruments;
  for (std::size_t i = 0; i < references.size(); ++i) {
    const JsonPointer place = references.size() == 1 ? at : at / i;
    check_reference(place, references[i]);
    check_mapping(place, references[i], rule);
    for (std::size_t j = 0; j < i; ++j) {
      if (references[j].id == references[i].id)
        refuse(place / "id", json_string(references[i].id) + " again", "there once only");
    }
  }
}

inline void check_law(const JsonPointer& at, const ItemRule& rule,
                      const std::vector<Stage>& stages) {
  const auto& item = rule.item;
  const std::string role(name_of(item.role));
  if (rule.emission && !has_law(item.role)) {
    refuse(at / "family", name_of(family_of(*rule.emission)),
           "left out for the role " + role);
  }
  if (!rule.emission && has_law(item.role)) {
    refuse(at / "family", "missing", "given for the role " + role);
  }
  const auto is = [&](AnswerKind kind) {
    return rule.emission && kind_of(*rule.emission) == kind;
  };
  if (item.missing_is_a_level && !is(AnswerKind::level)) {
    refuse(at / "missing_is_a_level", "true", "left out for all but categorical signs");
  }
  if (rule.emission) check_given(at / "given", rule, stages);
  if (item.id == missed_check_in &&
      !(item.role == Role::sign && is(AnswerKind::yes_or_no))) {
    refuse(at, "named missed_check_in", "a bernoulli sign to be so");
  }
}

inline void check_items(const ModelDocument& document, const Vocabulary& words) {
  constexpr std::string_view suffix = "_missing";
  check_spellings(document);
  for (std::size_t i = 0; i < document.items.size(); ++i) {
    const auto& rule = document.items[i];
    const auto& item = rule.item;
    const JsonPointer at = JsonPointer{} / "items" / i;
    check_fields(at, item);
    const std::string_view id = item.id;
    if (id.ends_with(suffix) &&
        words.item(id.substr(0, id.size() - suffix.size())) != nullptr) {
      refuse(at / "id", json_string(id), "another name: it stands for missing reasons");
    }
    check_role(at, item, words);
    check_law(at, rule, document.stages);
    if (rule.persistence)
      check_persistence(at / "persistence", rule, document.stages.size());
    if (rule.habit != 0.0) check_habit(at / "habit", rule.habit, rule);
    if (item.role == Role::safety) check_safety_item(at, item);
    if (item.scale) check_scale(at / "scale", rule);
    if (!item.labels.empty()) check_labels(at / "labels", rule);
    check_references(at / "instrument", rule);
    if (item.urgent_at) check_urgency(at / "urgent_at", rule);
    if (item.simulate) check_simulation(at / "simulate", item);
  }
}

/// What does not go together, by item; see `answer_quality`.
inline void check_quality(const std::vector<QualityRule>& rules,
                          const Vocabulary& words) {
  const JsonPointer root = JsonPointer{} / "quality";
  std::set<std::string_view> ids(std::begin(built_in_doubts), std::end(built_in_doubts));
  for (std::size_t i = 0; i < rules.size(); ++i) {
    take_id(root / i / "id", rules[i].id, ids);
    const JsonPointer at = root / i / "together";
    if (rules[i].together.size() < 2) refuse(at, "one answer", "two or more");
    std::set<std::string_view> items;
    for (const auto& [item, at_least, at_most] : rules[i].together) {
      const Item* asked = words.item(item);
      if (asked == nullptr || asked->role == Role::safety || item == missed_check_in)
        refuse(at / item, "of no such item",
               "of an item that is asked, and not of safety");
      if (!items.insert(item).second) refuse(at / item, "there again", "there once only");
      if (!at_least && !at_most) refuse(at / item, "without ends", "a range");
      if (at_least && at_most && *at_least > *at_most)
        refuse(at / item, "an empty range", "one with answers in it");
    }
  }
}

}  // namespace relapse::model
