#pragma once

#include <relapse/model/detail/answers.hpp>
#include <relapse/model/item_table.hpp>

#include <algorithm>
#include <variant>

namespace relapse {
namespace detail {

/// The efficacy in a situation is the one determinant item that protects.
inline bool protects(const Item& item, const Model& model) {
  const auto& rules = model.document().determinants;
  return std::any_of(rules.begin(), rules.end(), [&](const DeterminantRule& rule) {
    const auto* situation = std::get_if<FromSituation>(&rule.from);
    return situation != nullptr && situation->efficacy == item.id;
  });
}

/// Mean answer over the stages of use and those after the first, less that in the first.
inline double lean(const model::SignLaw& law, const Model& model) {
  double others = 0.0;
  for (int stage = 1; stage < model.stages(); ++stage) others += law.mean(stage);
  return others / (model.stages() - 1) - law.mean(0);
}

}  // namespace detail

RELAPSE_INLINE AdverseEnd adverse_end(int index, const Model& model) {
  const Item& item = model.item(index);
  const bool reversed = item.scale && item.scale->first > item.scale->second;
  if (item.role == Role::follow_up) return AdverseEnd::none;
  if (item.role == Role::safety || item.role == Role::use) return AdverseEnd::high;
  double direction = 1.0;
  if (const auto* sign = model.sign(index)) {
    direction = detail::lean(*sign, model);
    if (direction == 0.0) return AdverseEnd::none;
  } else if (detail::protects(item, model)) {
    direction = -1.0;
  }
  return (direction > 0.0) != reversed ? AdverseEnd::high : AdverseEnd::low;
}

RELAPSE_INLINE std::pair<std::optional<double>, std::optional<double>>
answer_ends(int index, const Model& model) {
  const Item& item = model.item(index);
  if (item.scale) {
    const auto [low, high] = std::minmax(item.scale->first, item.scale->second);
    return {low, high};
  }
  if (item.role == Role::safety) return {0.0, 1.0};
  const auto* sign = model.sign(index);
  if (sign == nullptr || sign->kind() == model::AnswerKind::measurement) return {};
  if (sign->levels() == 0) return {0.0, std::nullopt};
  return {0.0, model.answer_levels(index) - 1.0};
}

RELAPSE_INLINE std::vector<ItemRow> items_table(const Model& model) {
  std::vector<ItemRow> rows;
  for (int index = 0; index < model.items(); ++index) {
    const Item& item = model.item(index);
    const auto [lowest, highest] = answer_ends(index, model);
    rows.push_back({.id = item.id,
                    .label = item.label,
                    .question = item.question,
                    .role = item.role,
                    .lowest = lowest,
                    .highest = highest,
                    .adverse = adverse_end(index, model),
                    .asked = item.asked,
                    .computed = index == model.missed_item()});
  }
  return rows;
}

}  // namespace relapse
