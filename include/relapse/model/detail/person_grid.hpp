#pragma once

#include <relapse/core/detail/index.hpp>
#include <relapse/model/detail/movement.hpp>
#include <relapse/model/document.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>
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
      const auto says = [](const HabitWeight& each) { return each.weight != 0.0; };
      if (std::any_of(habit.items.begin(), habit.items.end(), says)) {
        add(propensity_grid(habit.nodes));
      } else {
        numbers.emplace_back();
      }
    }
    own_habit.resize(document.items.size(), numbers.size());
    for (std::size_t item = 0; item < document.items.size(); ++item) {
      if (document.items[item].habit == 0.0) continue;
      own_habit[item] = numbers.size();
      add(propensity_grid(own_habit_nodes));
      follow(item, numbers.back(), document.items[item].habit);
    }
    for (std::size_t h = 0; h < document.habits.size(); ++h) {
      for (const auto& [item, weight] : document.habits[h].items) {
        const auto index = static_cast<std::size_t>(index_of(document.items, item));
        if (weight != 0.0) follow(index, numbers[h], weight);
      }
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
  /// [habit][way], those of items alone after the others.
  std::vector<std::vector<double>> numbers;
  /// By item: its own habit among them, or their number when it has none.
  std::vector<std::size_t> own_habit;
  /// [item][way], what the habits add to the law of its answers; empty: nothing.
  std::vector<std::vector<double>> lean;

 private:
  /// One more habit: the ways so far stand once for each of its nodes.
  void add(const std::vector<double>& nodes) {
    const auto repeat = [&](std::vector<double>& of_way) {
      std::vector<double> repeated;
      for (const double each : of_way)
        repeated.insert(repeated.end(), nodes.size(), each);
      of_way = std::move(repeated);
    };
    for (auto& other : numbers) repeat(other);
    for (auto& of_item : lean) repeat(of_item);
    auto& number = numbers.emplace_back();
    for (std::size_t way = 0; way < ways; ++way)
      number.insert(number.end(), nodes.begin(), nodes.end());
    ways = number.size();
  }
  void follow(std::size_t item, const std::vector<double>& number, double weight) {
    lean[item].resize(ways, 0.0);
    for (std::size_t way = 0; way < ways; ++way) lean[item][way] += weight * number[way];
  }
};

}  // namespace relapse::model
