#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/index.hpp>
#include <relapse/core/detail/probability.hpp>
#include <relapse/core/error.hpp>
#include <relapse/model/detail/movement.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace relapse::model {

RELAPSE_INLINE std::vector<double> propensity_grid(int nodes) {
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

RELAPSE_INLINE Movement::Movement(const ModelDocument& document,
                                  std::span<const Latent> latent)
    : stages_(static_cast<int>(document.stages.size())) {
  for (const auto& rule : document.transitions) {
    Move move{.from = index_of(document.stages, rule.from),
              .to = index_of(document.stages, rule.to),
              .rate = rule.rate,
              .direction = rule.direction,
              .effects = {}};
    if (rule.max_rate) move.max_rate = *rule.max_rate;
    const auto add = [&](const std::vector<Effect>& effects) {
      for (const auto& effect : effects) {
        move.effects.push_back(
            {index_of(document.determinants, effect.determinant), effect.weight});
        has_effects_ = true;
      }
    };
    add(rule.effects);
    for (const auto& group : document.groups) {
      if (group.id == group_of(rule)) add(group.effects);
    }
    moves_.push_back(std::move(move));
  }
  constexpr std::size_t pad = 8;
  const std::size_t padded = (moves_.size() + pad - 1) / pad * pad;
  padded_moves_ = static_cast<int>(padded);
  // Never empty, so that a place in it can be named.
  weights_.assign(std::max<std::size_t>(1, document.determinants.size()) * padded, 0.0);
  for (std::size_t m = 0; m < moves_.size(); ++m) {
    for (const auto& effect : moves_[m].effects) {
      weights_[static_cast<std::size_t>(effect.determinant) * padded + m] +=
          effect.weight;
    }
  }
  for (std::size_t i = 0; i < latent.front().number.size(); ++i) {
    for (std::size_t m = 0; m < moves_.size(); ++m) {
      double u = 0.0;
      for (const auto& each : latent) u += each.loading[m] * each.number[i];
      node_factor_.push_back(elementary::exp(u));
    }
  }
}

RELAPSE_INLINE void Movement::ratios(std::span<const double> centred,
                                     std::span<double> ratios) const {
  if (ratios.empty()) return;
  const std::size_t determinants = centred.size() * moves_.size() / ratios.size();
  for (std::size_t k = 0; k < ratios.size(); ++k) {
    const auto x = centred.subspan(k / moves_.size() * determinants, determinants);
    double u = 0.0;
    for (const auto& effect : moves_[k % moves_.size()].effects) {
      u += effect.weight * x[static_cast<std::size_t>(effect.determinant)];
    }
    ratios[k] = u == 0.0 ? 1.0 : elementary::exp(u);
  }
}

RELAPSE_INLINE ctmc::Generator Movement::generator(std::span<const double> ratios,
                                                   int node) const {
  ctmc::Generator generator(stages_);
  for (std::size_t m = 0; m < moves_.size(); ++m) {
    const auto& move = moves_[m];
    const double rate = mean(ratios, static_cast<int>(m), node,
                             [&](double ratio) { return move.at(ratio); });
    if (!(rate <= std::numeric_limits<double>::max())) {
      throw InvalidInput("movement " + std::to_string(move.from) + " -> " +
                             std::to_string(move.to),
                         "the determinants make the rate infinite");
    }
    generator.set_rate(move.from, move.to, rate);
  }
  return generator;
}

}  // namespace relapse::model
