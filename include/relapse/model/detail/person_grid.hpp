#pragma once

#include <relapse/core/detail/index.hpp>
#include <relapse/model/detail/movement.hpp>
#include <relapse/model/document.hpp>

#include <cstddef>
#include <vector>

namespace relapse::model {

/// Nodes that a model may have in all: combinations of what is latent in a person.
inline constexpr std::size_t most_nodes = 125;
/// Of a habit that an item has for itself.
inline constexpr int own_habit_nodes = 5;

/// Nodes of the propensity, in all its dimensions.
inline std::size_t propensity_nodes(const PropensityRule& rule) {
  const auto nodes = static_cast<std::size_t>(rule.nodes);
  return rule.dimensions == 2 ? nodes * nodes : nodes;
}

/// What is latent in a person, on a grid: each node of the propensity stands once for
/// each way that the habits may take together, one after the other. Rates depend on the
/// propensity alone, and what answers say on the way.
struct PersonGrid {
  /// @param document checked
  explicit PersonGrid(const ModelDocument& document) {
    lean.resize(document.items.size());
    for (const auto& habit : document.habits) {
      add(propensity_grid(habit.nodes));
      for (const auto& [item, weight] : habit.items) {
        follow(static_cast<std::size_t>(index_of(document.items, item)), weight);
      }
    }
    for (std::size_t item = 0; item < document.items.size(); ++item) {
      if (document.items[item].habit == 0.0) continue;
      add(propensity_grid(own_habit_nodes));
      follow(item, document.items[item].habit);
    }
    const auto grid = propensity_grid(document.propensity.nodes);
    const bool two = document.propensity.dimensions == 2;
    for (const double eta : grid) {
      for (const double other : two ? grid : std::vector<double>{eta}) {
        propensity.insert(propensity.end(), ways, eta);
        recovery.insert(recovery.end(), ways, other);
      }
    }
  }

  std::vector<double> propensity;  ///< by node
  std::vector<double> recovery;    ///< by node
  std::size_t ways = 1;
  /// [item][way], what the habits add to the law of its answers; empty: nothing.
  std::vector<std::vector<double>> lean;

 private:
  /// One more habit: the ways so far stand once for each of its nodes.
  void add(const std::vector<double>& nodes) {
    number_.clear();
    for (std::size_t way = 0; way < ways; ++way)
      number_.insert(number_.end(), nodes.begin(), nodes.end());
    for (auto& of_item : lean) {
      std::vector<double> repeated;
      for (const double each : of_item)
        repeated.insert(repeated.end(), nodes.size(), each);
      of_item = std::move(repeated);
    }
    ways = number_.size();
  }
  void follow(std::size_t item, double weight) {
    lean[item].resize(ways, 0.0);
    for (std::size_t way = 0; way < ways; ++way) lean[item][way] += weight * number_[way];
  }

  std::vector<double> number_;  // of the habit added last, by way
};

}  // namespace relapse::model
