#pragma once

#include <relapse/core/detail/index.hpp>
#include <relapse/core/detail/probability.hpp>
#include <relapse/core/error.hpp>
#include <relapse/model/detail/canonical.hpp>
#include <relapse/model/detail/check.hpp>
#include <relapse/model/model.hpp>

#include <algorithm>
#include <cmath>

namespace relapse {
namespace detail {

/// Phi^-1((i - 1/2) / G), scaled to unit variance.
inline std::vector<double> propensity_grid(int nodes) {
  std::vector<double> grid(static_cast<std::size_t>(nodes), 0.0);
  double sum_of_squares = 0.0;
  for (int i = 0; i < nodes / 2; ++i) {
    const double value = normal_quantile((i + 0.5) / nodes);
    grid[static_cast<std::size_t>(i)] = value;
    grid[static_cast<std::size_t>(nodes - 1 - i)] = -value;
    sum_of_squares += 2.0 * value * value;
  }
  if (nodes > 1) {
    const double scale = std::sqrt(nodes / sum_of_squares);
    for (double& value : grid) value *= scale;
  }
  return grid;
}

}  // namespace detail

RELAPSE_INLINE Model::Model(ModelDocument document) {
  check(document);
  sort_by_key(document);
  auto parts = std::make_shared<Parts>();
  parts->document = std::move(document);
  const auto& content = parts->document;
  parts->hash = relapse::content_hash(content);
  const auto grid = detail::propensity_grid(content.propensity.nodes);
  const bool two = content.propensity.dimensions == 2;
  for (const double eta : grid) {
    for (const double other : two ? grid : std::vector<double>{eta}) {
      parts->propensity.push_back(eta);
      parts->recovery_propensity.push_back(other);
    }
  }
  for (std::size_t s = 0; s < content.stages.size(); ++s) {
    parts->use[s] = content.stages[s].use != UseKind::none;
    parts->relapse[s] = content.stages[s].use == UseKind::relapse;
  }
  parts->movement.emplace(content, parts->propensity, parts->recovery_propensity);
  parts->determinants.emplace(content);
  prepare_start(*parts);
  prepare_items(*parts);
  parts_ = std::move(parts);
}

RELAPSE_INLINE void Model::prepare_start(Parts& parts) {
  const auto& content = parts.document;
  auto& start = parts.start;
  start.initial = content.initial;
  start.propensity.assign(content.stages.size(), 0.0);
  start.stage_effects.resize(content.stages.size());
  for (const auto& tilt : content.propensity.start) {
    start.propensity[static_cast<std::size_t>(index_of(content.stages, tilt.stage))] =
        tilt.weight;
  }
  for (const auto& [stage, effect] : content.start_effects) {
    start.stage_effects[static_cast<std::size_t>(index_of(content.stages, stage))]
        .push_back({index_of(content.determinants, effect.determinant), effect.weight});
  }
  for (const auto& effect : content.propensity.prior) {
    start.node_effects.push_back(
        {index_of(content.determinants, effect.determinant), effect.weight});
  }
}

RELAPSE_INLINE void Model::prepare_items(Parts& parts) {
  const auto& content = parts.document;
  for (const auto flag : built_in_flags) parts.flags.emplace_back(flag);
  for (const auto& rule : content.safety) parts.flags.push_back(rule.flag);
  const auto flag_index = [&](const std::string& flag) {
    const auto found = std::find(parts.flags.begin(), parts.flags.end(), flag);
    return found == parts.flags.end() ? -1
                                      : static_cast<int>(found - parts.flags.begin());
  };
  std::vector<std::string_view> names;
  for (int i = 0; i < static_cast<int>(content.items.size()); ++i) {
    const auto& rule = content.items[static_cast<std::size_t>(i)];
    names.emplace_back(rule.item.id);
    parts.item_flag.push_back(rule.item.role == Role::safety ? flag_index(rule.item.flag)
                                                             : -1);
    parts.signs.emplace_back();
    if (rule.emission) {
      parts.signs.back().emplace(*rule.emission, static_cast<int>(content.stages.size()));
    }
    const auto& sign = parts.signs.back();
    parts.answers.emplace_back(rule.item, sign ? &*sign : nullptr);
    if (rule.item.id == "missed_check_in") parts.missed_item = i;
  }
  parts.items = NameIndex(std::move(names));
  prepare_safety(parts);
  parts.sign_tables.emplace(parts.signs, static_cast<int>(content.stages.size()));
}

RELAPSE_INLINE void Model::prepare_safety(Parts& parts) {
  const auto& items = parts.document.items;
  const auto add = [&](std::string_view name, const std::string& meaning) {
    const std::string key = spelling_key(name);
    if (!key.empty()) parts.safety_names.try_emplace(key, meaning);
  };
  for (int i = 0; i < static_cast<int>(items.size()); ++i) {
    const Item& item = items[static_cast<std::size_t>(i)].item;
    if (item.role != Role::safety) continue;
    parts.safety_items.push_back(i);
    add(item.id, item.id);
  }
  for (const auto flag : built_in_flags) add(flag, std::string(flag));
  // An answer under the name of an added flag is one to the item that raises it.
  for (const int i : parts.safety_items) {
    const Item& item = items[static_cast<std::size_t>(i)].item;
    add(item.flag, item.id);
  }
}

RELAPSE_INLINE std::string_view Model::safety_name(std::string_view name) const {
  const auto found = parts_->safety_names.find(spelling_key(name));
  if (found == parts_->safety_names.end()) return {};
  // Another item may bear the name of a flag.
  const bool other = find_item(name) >= 0 && found->second != name;
  return other ? std::string_view{} : std::string_view(found->second);
}

RELAPSE_INLINE std::vector<std::string> Model::flags_in(std::uint64_t bits) const {
  std::vector<std::string> names;
  for (std::size_t flag = 0; flag < flags().size(); ++flag) {
    if ((bits >> flag & 1U) != 0) names.push_back(flags()[flag]);
  }
  return names;
}

RELAPSE_INLINE int Model::find_item(std::string_view id) const {
  return parts_->items.find(id);
}

RELAPSE_INLINE int Model::stage(std::string_view id) const {
  const int index = index_of(document().stages, id);
  if (index < 0)
    throw InvalidInput("stage", "'" + std::string(id) + "' is not in the model");
  return index;
}

RELAPSE_INLINE int Model::find_flag(std::string_view flag) const {
  const auto found = std::find(parts_->flags.begin(), parts_->flags.end(), flag);
  return found == parts_->flags.end() ? -1
                                      : static_cast<int>(found - parts_->flags.begin());
}

RELAPSE_INLINE RiskLevel Model::forced_level(int flag) const {
  const auto added = static_cast<std::size_t>(flag) - built_in_flags.size();
  return flag < static_cast<int>(built_in_flags.size()) ? RiskLevel::critical
                                                        : document().safety[added].level;
}

}  // namespace relapse
