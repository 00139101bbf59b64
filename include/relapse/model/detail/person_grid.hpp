#pragma once

#include <relapse/core/detail/index.hpp>
#include <relapse/model/detail/movement.hpp>
#include <relapse/model/document.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
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

/// Whether anything follows from a dimension; else it has no nodes of its own.
inline bool has_say(const DimensionRule& rule) {
  const auto says = [](const auto& each) { return each.weight != 0.0; };
  return std::any_of(rule.loadings.begin(), rule.loadings.end(), says) ||
         std::any_of(rule.habits.begin(), rule.habits.end(), says) ||
         std::any_of(rule.start.begin(), rule.start.end(), says);
}

/// What is latent in a person, on a grid, the axes from the slowest: propensity,
/// dimensions that move alone, dimensions that move and answer, and what only answers.
/// So nodes that move alike stand one after the other, and the laws of answers come again
/// after some nodes.
class PersonGrid {
 public:
  /// @param document checked
  explicit PersonGrid(const ModelDocument& document) {
    lean.resize(document.items.size());
    lay_axes(document);
    const auto nodes_from = [&](std::size_t axis) {
      std::size_t product = 1;
      for (; axis < axes_.size(); ++axis) product *= axes_[axis].size();
      return product;
    };
    nodes = nodes_from(0);
    answer_ways = nodes_from(first_answering_);
    ways = nodes_from(first_alike_);
    set_latent(document);
    set_habits(document);
  }

  std::size_t nodes = 1;
  std::size_t ways = 1;         ///< nodes one after the other that move alike
  std::size_t answer_ways = 1;  ///< after so many nodes the laws of answers come again
  /// The propensity, that to recover where there are two, and the dimensions.
  std::vector<Latent> latent;
  /// [habit][answer way]: the habits, then the dimensions, then those of items alone.
  std::vector<std::vector<double>> numbers;
  /// By item that has one: its own habit among them.
  std::vector<std::size_t> own_habit;
  /// [item][answer way], what habits and dimensions add to the law of its answers; empty:
  /// nothing.
  std::vector<std::vector<double>> lean;

  /// The propensity to recover.
  const Latent& recovery() const { return latent[first_dimension_ - 1]; }

 private:
  static constexpr std::size_t no_axis = std::numeric_limits<std::size_t>::max();

  std::size_t add_axis(int nodes_of_axis) {
    axes_.push_back(propensity_grid(nodes_of_axis));
    return axes_.size() - 1;
  }
  void lay_axes(const ModelDocument& document) {
    first_dimension_ = document.propensity.dimensions == 2 ? 2 : 1;
    for (std::size_t k = 0; k < first_dimension_; ++k)
      axis_of_latent_.push_back(add_axis(document.propensity.nodes));
    axis_of_latent_.resize(first_dimension_ + document.dimensions.size(), no_axis);
    const auto add_dimensions = [&](bool moving, bool answering) {
      for (std::size_t k = 0; k < document.dimensions.size(); ++k) {
        const auto& rule = document.dimensions[k];
        const bool moves = !rule.loadings.empty() || !rule.start.empty();
        if (!has_say(rule) || moves != moving || rule.habits.empty() == answering)
          continue;
        axis_of_latent_[first_dimension_ + k] = add_axis(rule.nodes);
      }
    };
    add_dimensions(true, false);
    first_answering_ = axes_.size();
    add_dimensions(true, true);
    first_alike_ = axes_.size();
    for (const auto& habit : document.habits) {
      const auto says = [](const HabitWeight& each) { return each.weight != 0.0; };
      const bool any = std::any_of(habit.items.begin(), habit.items.end(), says);
      axis_of_habit_.push_back(any ? add_axis(habit.nodes) : no_axis);
    }
    axis_of_habit_.resize(document.habits.size() + document.dimensions.size(), no_axis);
    for (const auto& rule : document.items) {
      own_habit.push_back(axis_of_habit_.size());
      if (rule.habit != 0.0) axis_of_habit_.push_back(add_axis(own_habit_nodes));
    }
    add_dimensions(false, true);
  }
  /// The values of an axis at the first nodes, which are a multiple of its own.
  std::vector<double> numbers_of(std::size_t axis, std::size_t count) const {
    std::size_t step = 1;
    for (std::size_t later = axis + 1; later < axes_.size(); ++later)
      step *= axes_[later].size();
    std::vector<double> all(count);
    for (std::size_t i = 0; i < count; ++i)
      all[i] = axes_[axis][i / step % axes_[axis].size()];
    return all;
  }
  void set_latent(const ModelDocument& document) {
    for (const std::size_t axis : axis_of_latent_) {
      latent.push_back(
          {axis == no_axis ? std::vector<double>(nodes, 0.0) : numbers_of(axis, nodes),
           std::vector<double>(document.transitions.size(), 0.0),
           std::vector<double>(document.stages.size(), 0.0),
           {}});
    }
    const auto tilt = [&](Latent& of, const std::vector<StageWeight>& start,
                          const std::vector<Effect>& prior) {
      for (const auto& [stage, weight] : start)
        of.start[static_cast<std::size_t>(index_of(document.stages, stage))] = weight;
      for (const auto& [determinant, weight] : prior)
        of.prior.push_back({index_of(document.determinants, determinant), weight});
    };
    const auto& propensity = document.propensity;
    tilt(latent.front(), propensity.start, propensity.prior);
    for (std::size_t k = 0; k < document.dimensions.size(); ++k) {
      const auto& rule = document.dimensions[k];
      tilt(latent[first_dimension_ + k], rule.start, rule.prior);
    }
    for (std::size_t m = 0; m < document.transitions.size(); ++m) {
      const auto& rule = document.transitions[m];
      if (rule.direction == Direction::toward_use)
        latent.front().loading[m] = propensity.toward_use;
      if (rule.direction == Direction::recovery)
        latent[first_dimension_ - 1].loading[m] = propensity.recovery;
      for (std::size_t k = 0; k < document.dimensions.size(); ++k) {
        for (const auto& [group, weight] : document.dimensions[k].loadings) {
          if (group == group_of(rule)) latent[first_dimension_ + k].loading[m] = weight;
        }
      }
    }
  }
  void set_habits(const ModelDocument& document) {
    const std::size_t habits = document.habits.size();
    for (std::size_t k = 0; k < document.dimensions.size(); ++k)
      axis_of_habit_[habits + k] = axis_of_latent_[first_dimension_ + k];
    for (const std::size_t axis : axis_of_habit_)
      numbers.push_back(axis == no_axis ? std::vector<double>{}
                                        : numbers_of(axis, answer_ways));
    for (std::size_t item = 0; item < document.items.size(); ++item) {
      if (document.items[item].habit != 0.0)
        follow(item, numbers[own_habit[item]], document.items[item].habit);
    }
    const auto follow_all = [&](const std::vector<HabitWeight>& items,
                                const std::vector<double>& number) {
      for (const auto& [item, weight] : items) {
        const auto index = static_cast<std::size_t>(index_of(document.items, item));
        if (weight != 0.0) follow(index, number, weight);
      }
    };
    for (std::size_t h = 0; h < habits; ++h)
      follow_all(document.habits[h].items, numbers[h]);
    for (std::size_t k = 0; k < document.dimensions.size(); ++k)
      follow_all(document.dimensions[k].habits, numbers[habits + k]);
  }
  void follow(std::size_t item, const std::vector<double>& number, double weight) {
    lean[item].resize(answer_ways, 0.0);
    for (std::size_t way = 0; way < answer_ways; ++way)
      lean[item][way] += weight * number[way];
  }

  std::vector<std::vector<double>> axes_;  // values, the slowest axis first
  std::size_t first_dimension_ = 1;        // among the latent numbers
  std::size_t first_answering_ = 0;        // axis from which on laws of answers differ
  std::size_t first_alike_ = 0;            // axis from which on nodes move alike
  std::vector<std::size_t> axis_of_latent_;
  std::vector<std::size_t> axis_of_habit_;
};

}  // namespace relapse::model
