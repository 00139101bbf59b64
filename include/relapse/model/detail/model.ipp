#pragma once

#include <relapse/core/detail/index.hpp>
#include <relapse/core/error.hpp>
#include <relapse/domain/crisis.hpp>
#include <relapse/model/detail/canonical.hpp>
#include <relapse/model/detail/check.hpp>
#include <relapse/model/detail/prepared.hpp>
#include <relapse/model/model.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace relapse {

namespace model {

RELAPSE_INLINE Prepared::Prepared(ModelDocument checked)
    : document(std::move(checked)), hash(content_hash(document)), grid(document) {
  for (std::size_t s = 0; s < document.stages.size(); ++s) {
    use[s] = document.stages[s].use != UseKind::none;
    relapse[s] = document.stages[s].use == UseKind::relapse;
  }
  movement.emplace(document, grid.latent);
  determinants.emplace(document);
  prepare_start();
  prepare_items();
  prepare_safety();
}

RELAPSE_INLINE void Prepared::prepare_start() {
  start.initial = document.initial;
  start.stage_effects.resize(document.stages.size());
  for (const auto& [stage, effect] : document.start_effects) {
    start.stage_effects[static_cast<std::size_t>(index_of(document.stages, stage))]
        .push_back({index_of(document.determinants, effect.determinant), effect.weight});
  }
}

RELAPSE_INLINE void Prepared::prepare_items() {
  for (const auto flag : built_in_flags) flags.emplace_back(flag);
  for (const auto& rule : document.safety) flags.push_back(rule.flag);
  const auto flag_index = [&](const std::string& flag) {
    const auto found = std::find(flags.begin(), flags.end(), flag);
    return found == flags.end() ? -1 : static_cast<int>(found - flags.begin());
  };
  std::vector<std::string_view> names;
  for (int i = 0; i < static_cast<int>(document.items.size()); ++i) {
    const auto& rule = document.items[static_cast<std::size_t>(i)];
    names.emplace_back(rule.item.id);
    item_flag.push_back(rule.item.role == Role::safety ? flag_index(rule.item.flag) : -1);
    signs.emplace_back();
    if (rule.emission) {
      signs.back().emplace(rule, static_cast<int>(document.stages.size()),
                           grid.lean[static_cast<std::size_t>(i)]);
      if (signs.back()->is_personal()) personal.push_back(i);
    }
    const bool persists = signs.back() && signs.back()->persists();
    lasting_place.push_back(persists ? static_cast<int>(lasting.size()) : -1);
    if (persists) lasting.push_back(i);
    const auto& sign = signs.back();
    answers.emplace_back(rule.item, sign ? &*sign : nullptr);
    if (rule.item.id == missed_check_in) missed_item = i;
  }
  items = NameIndex(std::move(names));
  sign_tables.emplace(signs, static_cast<int>(document.stages.size()));
}

RELAPSE_INLINE void Prepared::prepare_safety() {
  const auto add = [&](std::string_view name, const std::string& meaning) {
    const std::string key = spelling_key(name);
    if (!key.empty()) safety_names.try_emplace(key, meaning);
  };
  for (int i = 0; i < static_cast<int>(document.items.size()); ++i) {
    const Item& item = document.items[static_cast<std::size_t>(i)].item;
    if (item.role != Role::safety) continue;
    safety_items.push_back(i);
    add(item.id, item.id);
  }
  for (const auto flag : built_in_flags) add(flag, std::string(flag));
  // An answer under the name of an added flag is one to the item that raises it.
  for (const int i : safety_items) {
    const Item& item = document.items[static_cast<std::size_t>(i)].item;
    add(item.flag, item.id);
  }
  for (const auto& rule : document.safety) add(rule.flag, rule.flag);
}

}  // namespace model

RELAPSE_INLINE Model::Model(ModelDocument document) {
  check(document);
  sort_by_key(document);
  auto prepared = std::make_shared<model::Prepared>(std::move(document));
  document_ = &prepared->document;
  prepared_ = std::move(prepared);
}

RELAPSE_INLINE const std::string& Model::content_hash() const noexcept {
  return prepared_->hash;
}

RELAPSE_INLINE int Model::nodes() const noexcept {
  return static_cast<int>(prepared_->grid.nodes);
}

RELAPSE_INLINE int Model::ways() const noexcept {
  return static_cast<int>(prepared_->grid.ways);
}

RELAPSE_INLINE int Model::answer_ways() const noexcept {
  return static_cast<int>(prepared_->grid.answer_ways);
}

RELAPSE_INLINE std::span<const double> Model::propensity() const noexcept {
  return prepared_->grid.latent.front().number;
}

RELAPSE_INLINE std::span<const double> Model::recovery_propensity() const noexcept {
  return prepared_->grid.recovery().number;
}

RELAPSE_INLINE int Model::latent_numbers() const noexcept {
  return static_cast<int>(prepared_->grid.latent.size());
}

RELAPSE_INLINE std::string Model::latent_name(int index) const {
  const int own = document().propensity.dimensions;
  if (index >= own)
    return "dimension_" + document().dimensions[static_cast<std::size_t>(index - own)].id;
  return index == 0 ? "propensity" : "recovery_propensity";
}

RELAPSE_INLINE std::span<const double> Model::latent(int index) const {
  return prepared_->grid.latent[static_cast<std::size_t>(index)].number;
}

RELAPSE_INLINE ctmc::StateSet Model::use() const noexcept { return prepared_->use; }

RELAPSE_INLINE ctmc::StateSet Model::relapse() const noexcept {
  return prepared_->relapse;
}

RELAPSE_INLINE int Model::missed_item() const noexcept { return prepared_->missed_item; }

RELAPSE_INLINE int Model::answer_levels(int item) const {
  return prepared_->answers[static_cast<std::size_t>(item)].levels();
}

RELAPSE_INLINE std::span<const std::string> Model::flags() const noexcept {
  return prepared_->flags;
}

RELAPSE_INLINE int Model::flag_of(int item) const {
  return prepared_->item_flag[static_cast<std::size_t>(item)];
}

RELAPSE_INLINE std::span<const int> Model::safety_items() const noexcept {
  return prepared_->safety_items;
}

RELAPSE_INLINE std::string_view Model::safety_name(std::string_view name) const {
  const auto found = prepared_->safety_names.find(spelling_key(name));
  if (found == prepared_->safety_names.end()) return {};
  // Another item may bear the name of a flag.
  const bool other = find_item(name) >= 0 && found->second != name;
  return other ? std::string_view{} : std::string_view(found->second);
}

RELAPSE_INLINE std::vector<std::string>
Model::flags_in(std::uint64_t bits, std::vector<std::string> names) const {
  std::size_t found = 0;
  const auto add = [&](int flag) {
    if ((bits >> flag & 1U) == 0) return;
    if (found == names.size()) names.emplace_back();
    names[found++] = flags()[static_cast<std::size_t>(flag)];
  };
  for (const auto& step : crisis_steps) add(find_flag(step.flag));
  for (auto flag = built_in_flags.size(); flag < flags().size(); ++flag)
    add(static_cast<int>(flag));
  names.resize(found);
  return names;
}

RELAPSE_INLINE int Model::find_item(std::string_view id) const {
  return prepared_->items.find(id);
}

RELAPSE_INLINE int Model::find_item(std::string_view id, int guess) const {
  return prepared_->items.find(id, guess);
}

RELAPSE_INLINE int Model::stage(std::string_view id) const {
  const int index = index_of(document().stages, id);
  if (index < 0) {
    std::string known;
    for (const auto& stage : document().stages) {
      known += (known.empty() ? "" : ", ") + stage.id;
    }
    throw InvalidInput("stage", "is not in the model, which has: " + known);
  }
  return index;
}

RELAPSE_INLINE int Model::find_flag(std::string_view flag) const {
  const auto found = std::find(prepared_->flags.begin(), prepared_->flags.end(), flag);
  return found == prepared_->flags.end()
             ? -1
             : static_cast<int>(found - prepared_->flags.begin());
}

RELAPSE_INLINE RiskLevel Model::forced_level(int flag) const {
  const auto added = static_cast<std::size_t>(flag) - built_in_flags.size();
  return flag < static_cast<int>(built_in_flags.size()) ? RiskLevel::critical
                                                        : document().safety[added].level;
}

}  // namespace relapse
