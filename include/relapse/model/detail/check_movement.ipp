#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/model/detail/movement.hpp>
#include <relapse/model/detail/vocabulary.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <utility>

/// The checks of what moves: start, transitions, propensity.
namespace relapse::model {

/// Rounding allowed in the sum of probabilities.
inline constexpr double sum_tolerance = 1e-9;

inline void require_sum_of_one(const JsonPointer& at, const std::vector<double>& parts) {
  const double sum = std::accumulate(parts.begin(), parts.end(), 0.0);
  if (!(std::abs(sum - 1.0) <= sum_tolerance)) {
    refuse(at, "a list with the sum " + shortest_decimals(sum),
           "one with the sum 1 (within 1e-9)");
  }
}

inline void check_initial(const ModelDocument& document) {
  const JsonPointer at = JsonPointer{} / "initial";
  if (document.initial.size() != document.stages.size()) {
    refuse(at, "a list of " + std::to_string(document.initial.size()),
           "a value for each stage");
  }
  for (std::size_t s = 0; s < document.initial.size(); ++s) {
    require_probability(at / document.stages[s].id, document.initial[s]);
  }
  require_sum_of_one(at, document.initial);
}

inline void check_transition(const JsonPointer& at, const TransitionRule& rule,
                             const Vocabulary& words) {
  words.require_stage(at / "from", rule.from);
  words.require_stage(at / "to", rule.to);
  if (rule.from == rule.to) refuse(at / "to", "the stage itself", "another stage");
  require_positive(at / "rate", rule.rate);
  if (rule.max_rate && !(*rule.max_rate > rule.rate && std::isfinite(*rule.max_rate))) {
    refuse(at / "max_rate", *rule.max_rate, "a finite number above the rate");
  }
  words.require_effects(at / "effects", rule.effects);
}

inline void check_transitions(const ModelDocument& document, const Vocabulary& words) {
  std::set<std::pair<std::string_view, std::string_view>> pairs;
  for (std::size_t i = 0; i < document.transitions.size(); ++i) {
    const auto& rule = document.transitions[i];
    const JsonPointer at = JsonPointer{} / "transitions" / i;
    check_transition(at, rule, words);
    if (!pairs.emplace(rule.from, rule.to).second) {
      refuse(at, json_string(rule.from) + " to " + json_string(rule.to) + " again",
             "there once only");
    }
  }
}

/// Groups have transitions, and say nothing that these say themselves.
inline void check_groups(const ModelDocument& document, const Vocabulary& words) {
  const JsonPointer root = JsonPointer{} / "groups";
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < document.groups.size(); ++i) {
    const auto& group = document.groups[i];
    take_name(root / i / "id", group.id, ids);
    words.require_effects(root / i / "effects", group.effects);
    bool found = false;
    for (const auto& rule : document.transitions) {
      if (group_of(rule) != group.id) continue;
      found = true;
      for (const auto& own : rule.effects) {
        for (const auto& shared : group.effects) {
          if (own.determinant != shared.determinant) continue;
          refuse(root / i / "effects" / shared.determinant,
                 "there beside that of the transition " + json_string(rule.from) +
                     " to " + json_string(rule.to),
                 "in one of them");
        }
      }
    }
    if (!found)
      refuse(root / i / "id", json_string(group.id), "the group of a transition");
  }
  for (std::size_t m = 0; m < document.transitions.size(); ++m) {
    const auto& name = document.transitions[m].group;
    if (!name.empty()) require_name(JsonPointer{} / "transitions" / m / "group", name);
  }
}

/// Known stages, each once.
/// @param at the object of stages
inline void check_stage_weights(const JsonPointer& at,
                                const std::vector<StageWeight>& weights,
                                const Vocabulary& words) {
  std::set<std::string_view> seen;
  for (const auto& [stage, weight] : weights) {
    words.require_stage(at / stage, stage);
    require_finite(at / stage, weight);
    if (!seen.insert(stage).second) refuse(at / stage, "there again", "there once only");
  }
}

inline void check_propensity(const PropensityRule& rule, const Vocabulary& words) {
  const JsonPointer at = JsonPointer{} / "propensity";
  if (rule.nodes < 1 || rule.nodes > 31) {
    refuse(at / "nodes", std::to_string(rule.nodes), "1 to 31");
  }
  if (rule.dimensions != 1 && rule.dimensions != 2) {
    refuse(at / "dimensions", std::to_string(rule.dimensions), "1 or 2");
  }
  if (rule.dimensions == 2 && (rule.nodes < 2 || rule.nodes > 11)) {
    refuse(at / "nodes", std::to_string(rule.nodes), "2 to 11 in two dimensions");
  }
  check_stage_weights(at / "start", rule.start, words);
  words.require_effects(at / "prior", rule.prior);
}

/// Whatever is latent in a person, a stage is left at a finite rate.
inline void check_exit_rates(const ModelDocument& document) {
  const auto& propensity = document.propensity;
  const auto furthest = [](int nodes) { return propensity_grid(nodes).back(); };
  std::map<std::string_view, double> sums;
  for (const auto& rule : document.transitions) {
    double loading = 0.0;
    if (rule.direction == Direction::toward_use) loading = propensity.toward_use;
    if (rule.direction == Direction::recovery) loading = propensity.recovery;
    double most = std::abs(loading) * furthest(propensity.nodes);
    for (const auto& dimension : document.dimensions) {
      for (const auto& [group, weight] : dimension.loadings) {
        if (group == group_of(rule)) most += std::abs(weight) * furthest(dimension.nodes);
      }
    }
    const double highest = rule.rate * elementary::exp(most);
    // A cap holds back what can be computed alone.
    const bool capped = rule.max_rate && std::isfinite(highest);
    sums[rule.from] += capped ? std::min(*rule.max_rate, highest) : highest;
  }
  for (const auto& [stage, sum] : sums) {
    if (std::isfinite(sum)) continue;
    refuse(JsonPointer{} / "transitions",
           "a list whose rates out of " + json_string(stage) + " add up to infinity",
           "one whose sums are finite, also where the propensity is highest");
  }
}

inline void check_start_effects(const std::vector<StartEffect>& effects,
                                const Vocabulary& words) {
  const JsonPointer at = JsonPointer{} / "start_effects";
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const auto& [stage, effect] : effects) {
    words.require_stage(at / stage, stage);
    words.require_effects(at / stage, {effect});
    if (!seen.emplace(stage, effect.determinant).second) {
      refuse(at / stage / effect.determinant, "there again", "there once only");
    }
  }
}

}  // namespace relapse::model
