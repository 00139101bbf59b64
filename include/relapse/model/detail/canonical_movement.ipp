#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/model/document.hpp>

#include <string>
#include <string_view>
#include <vector>

/// Stages and movement as canonical JSON, and what all parts of it share.
namespace relapse::model {

template <class Elements, class Write>
std::string array_json(const Elements& elements, Write write) {
  std::vector<std::string> texts;
  for (const auto& element : elements) texts.push_back(write(element));
  return json_array(texts);
}

/// A member that an empty list leaves out.
template <class Element, class Write>
void add_list(JsonObject& object, std::string_view key,
              const std::vector<Element>& elements, Write write) {
  if (!elements.empty()) object.add_json(key, array_json(elements, write));
}

/// A member that an object without members leaves out.
inline void add_object(JsonObject& object, std::string_view key,
                       const JsonObject& inner) {
  if (!inner.empty()) object.add_json(key, inner.json());
}

inline void add_unless(JsonObject& object, std::string_view key, double value,
                       double default_value) {
  if (value != default_value) object.add(key, value);
}

inline JsonObject effects_json(const std::vector<Effect>& effects) {
  JsonObject object;
  for (const auto& [determinant, weight] : effects) object.add(determinant, weight);
  return object;
}

inline std::string stage_json(const Stage& stage) {
  JsonObject object;
  object.add("id", stage.id);
  object.add_unless_empty("label", stage.label);
  if (stage.use != UseKind::none) object.add("use", name_of(stage.use));
  return object.json();
}

inline std::string transition_json(const TransitionRule& rule) {
  JsonObject object;
  object.add("from", rule.from);
  object.add("to", rule.to);
  object.add("rate", rule.rate);
  if (rule.direction != Direction::none) object.add("direction", name_of(rule.direction));
  add_object(object, "effects", effects_json(rule.effects));
  if (rule.max_rate) object.add("max_rate", *rule.max_rate);
  object.add_unless_empty("source", rule.source);
  return object.json();
}

inline std::string propensity_json(const PropensityRule& rule) {
  JsonObject object;
  object.add_whole("nodes", rule.nodes);
  if (rule.dimensions != 1) object.add_whole("dimensions", rule.dimensions);
  JsonObject loadings;
  add_unless(loadings, "toward_use", rule.toward_use, 0.0);
  add_unless(loadings, "recovery", rule.recovery, 0.0);
  add_object(object, "loadings", loadings);
  JsonObject start;
  for (const auto& [stage, weight] : rule.start) start.add(stage, weight);
  add_object(object, "start", start);
  add_object(object, "prior", effects_json(rule.prior));
  object.add_unless_empty("source", rule.source);
  return object.json();
}

}  // namespace relapse::model
