#pragma once

#include <relapse/core/detail/index.hpp>
#include <relapse/core/detail/refuse.hpp>
#include <relapse/io/detail/field_reader.hpp>
#include <relapse/model/detail/families.hpp>
#include <relapse/model/detail/fields.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <variant>
#include <vector>

/// The items of a model document, and what is given by stage.
namespace relapse::io {

/// One number for every answer, or one for each level.
inline std::vector<double> numbers_by_level(const Node& node) {
  if (!node.is_list()) return {node.number()};
  auto numbers = node.numbers();
  if (numbers.size() < 2)
    node.refuse("a list of fewer than two", "a number, or one for each level");
  return numbers;
}

inline void take_value(const Node& node, Persistence& rule) {
  const Fields fields(node, {"share"}, {"half_life_days", "settle"});
  rule.share = numbers_by_level(fields["share"]);
  if (fields.has("half_life_days") && !fields["half_life_days"].is_null())
    rule.half_life_days = numbers_by_level(fields["half_life_days"]);
  if (fields.has("settle")) take_value(fields["settle"], rule.settle);
}

namespace detail {

/// The members of an object with a key for each stage, in the order of the stages.
inline std::vector<Node> by_stage(const Node& node, const std::vector<Stage>& stages) {
  for (const auto& [key, member] : node.members()) {
    if (index_of(stages, key) < 0) {
      member.refuse("for an unknown stage", "for a stage of the model");
    }
  }
  std::vector<Node> members;
  for (const auto& stage : stages) {
    if (!node.has(stage.id)) refuse(node.at() / stage.id, "missing", "given");
    members.push_back(node[stage.id]);
  }
  return members;
}

/// What a law has for one stage.
template <class Law>
void read_given(const Node& node, Law& law) {
  if constexpr (model::has_rows<Law>) {
    law.probability.push_back(node.numbers());
  } else if constexpr (model::LawOf<Law>::numbers.size() == 1) {
    (law.*model::LawOf<Law>::numbers[0].by_stage).push_back(node.number());
  } else {
    constexpr auto& numbers = model::LawOf<Law>::numbers;
    Keys names;
    for (const auto& number : numbers) names.push_back(number.name);
    const Fields fields(node, names);
    for (const auto& number : numbers)
      (law.*number.by_stage).push_back(fields[number.name].number());
  }
}

/// The number of levels is stated beside the rows, so that a row cut short shows.
inline void check_levels(const Fields& fields, const Categorical& law,
                         const std::vector<Node>& given, bool missing_is_a_level) {
  constexpr int many = 1'000'000;
  const int entries = fields["levels"].whole(2, many) + (missing_is_a_level ? 1 : 0);
  for (std::size_t s = 0; s < given.size(); ++s) {
    const std::size_t found = law.probability[s].size();
    if (found == static_cast<std::size_t>(entries)) continue;
    given[s].refuse("a list of " + std::to_string(found),
                    "one of " + std::to_string(entries) + ", as `levels` says");
  }
}

inline void read_law(const Fields& fields, const std::vector<Stage>& stages,
                     ItemRule& rule) {
  if (!fields.has("family")) {
    for (const std::string_view key : {"given", "levels"}) {
      if (fields.has(key)) fields[key].refuse("there", "left out without a family");
    }
    return;
  }
  const Node node = fields["family"];
  if (!fields.has("given")) refuse(fields.node().at() / "given", "missing", "given");
  const auto given = by_stage(fields["given"], stages);
  rule.emission = model::blank(node.choice<Family>());
  model::visit_law(*rule.emission, [&](auto, auto& law) {
    for (const auto& stage : given) read_given(stage, law);
  });
  if (!fields.has("levels")) return;
  const auto* law = std::get_if<Categorical>(&*rule.emission);
  if (law == nullptr) fields["levels"].refuse("there", "left out for this family");
  check_levels(fields, *law, given, rule.item.missing_is_a_level);
}

/// One source of answers, or a list of them.
inline void read_references(const Node& node,
                            std::vector<InstrumentReference>& references) {
  if (!node.is_list()) return take_value(node, references.emplace_back());
  take_value(node, references);
  if (references.size() < 2)
    node.refuse("a list of fewer than two", "one of two or more");
}

inline ItemRule read_item(const Node& node, const std::vector<Stage>& stages) {
  const Fields fields = fields_of<Item>(
      node, {}, {"instrument", "family", "levels", "given", "persistence", "habit"});
  ItemRule rule;
  read_fields(fields, rule.item);
  read_fields(fields, rule);
  if (fields.has("instrument"))
    read_references(fields["instrument"], rule.item.instruments);
  read_law(fields, stages, rule);
  return rule;
}

}  // namespace detail
}  // namespace relapse::io
