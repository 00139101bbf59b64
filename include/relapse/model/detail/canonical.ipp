#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/sha256.hpp>
#include <relapse/model/detail/canonical.hpp>
#include <relapse/model/detail/families.hpp>
#include <relapse/model/detail/fields.hpp>

#include <algorithm>
#include <cstddef>
#include <map>

/// What has a form of its own beside the fields of the tables.
namespace relapse {

/// A determinant says with its fields where its value comes from.
inline std::string value_json(const DeterminantRule& rule) {
  JsonObject object;
  add_fields(object, rule);
  if (const auto* kind = std::get_if<BuiltinKind>(&rule.from)) {
    object.add("builtin", name_of(*kind));
  } else if (const auto* situation = std::get_if<FromSituation>(&rule.from)) {
    add_fields(object, *situation);
  } else {
    add_fields(object, std::get<FromItem>(rule.from));
  }
  return object.json();
}

/// The fact of a floor is a word, or an object of what it is about.
inline std::string value_json(const FloorRule& rule) {
  JsonObject fact;
  switch (rule.after) {
  case FloorCause::use:
    break;
  case FloorCause::item:
    fact.add("item", rule.of);
    if (rule.at_least) fact.add("at_least", *rule.at_least);
    if (rule.at_most) fact.add("at_most", *rule.at_most);
    if (rule.newly) fact.add_truth("newly", true);
    break;
  case FloorCause::flag:
    fact.add("flag", rule.of);
    break;
  case FloorCause::silence:
    fact.add("silent_days", rule.silent.count);
  }
  JsonObject object;
  add_fields(object, rule);
  object.add_json("after", fact.empty() ? value_json(FloorCause::use) : fact.json());
  if (rule.id != default_id(rule)) object.add("id", rule.id);
  return object.json();
}

namespace model {

/// The law of one stage.
template <class Law>
std::string given_json(const Law& law, std::size_t stage) {
  if constexpr (has_rows<Law>) {
    return value_json(law.probability.at(stage));
  } else {
    constexpr auto& numbers = LawOf<Law>::numbers;
    if (numbers.size() == 1) return json_number((law.*numbers[0].by_stage).at(stage));
    JsonObject object;
    for (const auto& number : numbers)
      object.add(number.name, (law.*number.by_stage).at(stage));
    return object.json();
  }
}

inline void add_law(JsonObject& object, const ItemRule& rule,
                    const std::vector<Stage>& stages) {
  object.add("family", name_of(family_of(*rule.emission)));
  JsonObject given;
  visit_law(*rule.emission, [&]<class Law>(LawOf<Law>, const Law& law) {
    if constexpr (has_rows<Law>) {
      object.add_whole("levels", static_cast<std::int64_t>(answer_levels(rule)));
    }
    for (std::size_t s = 0; s < stages.size(); ++s)
      given.add_json(stages[s].id, given_json(law, s));
  });
  object.add("given", given);
}

inline std::string item_json(const ItemRule& rule, const std::vector<Stage>& stages) {
  const auto& sources = rule.item.instruments;
  JsonObject object;
  add_fields(object, rule.item);
  add_fields(object, rule);
  if (sources.size() == 1) object.add_json("instrument", value_json(sources.front()));
  if (sources.size() > 1) object.add_json("instrument", value_json(sources));
  if (rule.emission) add_law(object, rule, stages);
  return object.json();
}

inline void add_start(JsonObject& object, const ModelDocument& document) {
  JsonObject initial;
  for (std::size_t s = 0; s < document.stages.size(); ++s) {
    initial.add(document.stages[s].id, document.initial.at(s));
  }
  object.add("initial", initial);
  if (document.start_effects.empty()) return;
  std::map<std::string_view, JsonObject> by_stage;
  for (const auto& [stage, effect] : document.start_effects) {
    by_stage[stage].add(effect.determinant, effect.weight);
  }
  JsonObject effects;
  for (const auto& [stage, weights] : by_stage) effects.add(stage, weights);
  object.add("start_effects", effects);
}

inline std::string levels_json(const ModelDocument& document) {
  const LevelRule& rule = document.levels;
  JsonObject cuts;
  for (std::size_t i = 0; i < rule.cuts.size(); ++i) {
    cuts.add(Names<RiskLevel>::all[i + 1], rule.cuts[i]);
  }
  JsonObject object;
  add_fields(object, rule);
  object.add("cuts", cuts);
  if (!document.floors.empty()) object.add_json("floors", value_json(document.floors));
  return object.json();
}

}  // namespace model

RELAPSE_INLINE std::string canonical_json(const ModelDocument& document) {
  JsonObject object;
  object.add("schema", "relapse/model/1");
  add_fields(object, document);
  model::add_start(object, document);
  std::vector<std::string> items;
  for (const auto& rule : document.items)
    items.push_back(model::item_json(rule, document.stages));
  object.add_json("items", json_array(items));
  if (!document.outcomes.empty())
    object.add_json("outcomes", value_json(document.outcomes));
  object.add_json("levels", model::levels_json(document));
  return object.json();
}

RELAPSE_INLINE std::string content_hash(const ModelDocument& document) {
  return sha256(canonical_json(document));
}

RELAPSE_INLINE void sort_by_key(ModelDocument& document) {
  const auto sort = [](auto& list, auto key) {
    std::sort(list.begin(), list.end(),
              [&](const auto& a, const auto& b) { return a.*key < b.*key; });
  };
  for (auto& rule : document.transitions) sort(rule.effects, &Effect::determinant);
  for (auto& rule : document.groups) sort(rule.effects, &Effect::determinant);
  sort(document.propensity.start, &StageWeight::stage);
  sort(document.propensity.prior, &Effect::determinant);
  std::sort(document.start_effects.begin(), document.start_effects.end(),
            [](const auto& a, const auto& b) {
              return std::tie(a.stage, a.effect.determinant) <
                     std::tie(b.stage, b.effect.determinant);
            });
  for (auto& rule : document.habits) sort(rule.items, &HabitWeight::item);
  for (auto& rule : document.dimensions) {
    sort(rule.loadings, &GroupWeight::group);
    sort(rule.habits, &HabitWeight::item);
    sort(rule.prior, &Effect::determinant);
    sort(rule.start, &StageWeight::stage);
  }
  for (auto& action : document.actions) sort(action.acts_on, &ActionEffect::determinant);
  for (auto& rule : document.quality) sort(rule.together, &AnswerRange::item);
  std::sort(document.sources.begin(), document.sources.end());
}

}  // namespace relapse
