#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/ctmc/generator.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace relapse::infer {

/// Joint probabilities of propensity node and stage, G x K, one node after the other.
struct Belief {
  int nodes = 0;
  int stages = 0;
  std::vector<double> joint;

  Belief() = default;
  Belief(int node_count, int stage_count)
      : nodes(node_count),
        stages(stage_count),
        joint(static_cast<std::size_t>(nodes) * static_cast<std::size_t>(stages), 0.0) {}

  std::span<double> node(int i) {
    return {joint.data() + static_cast<std::ptrdiff_t>(i) * stages,
            static_cast<std::size_t>(stages)};
  }
  std::span<const double> node(int i) const {
    return {joint.data() + static_cast<std::ptrdiff_t>(i) * stages,
            static_cast<std::size_t>(stages)};
  }
  double total() const {
    double sum = 0.0;
    for (const double mass : joint) sum += mass;
    return sum;
  }
  /// Probability of a node.
  double node_mass(int i) const {
    double sum = 0.0;
    for (const double mass : node(i)) sum += mass;
    return sum;
  }
  /// Probability of a stage, summed over the nodes.
  double stage_mass(int s) const {
    double sum = 0.0;
    for (int i = 0; i < nodes; ++i) sum += node(i)[static_cast<std::size_t>(s)];
    return sum;
  }
  /// Probability of being in one of some stages.
  double mass_in(ctmc::StateSet set) const {
    double sum = 0.0;
    for (int s = 0; s < stages; ++s) {
      if (set[static_cast<std::size_t>(s)]) sum += stage_mass(s);
    }
    return sum;
  }
  /// Mean of what has these values by node, such as the propensity.
  double mean(std::span<const double> by_node) const {
    double sum = 0.0;
    for (int i = 0; i < nodes; ++i) {
      sum += node_mass(i) * by_node[static_cast<std::size_t>(i)];
    }
    return sum;
  }
  /// Probabilities of all stages, of those that are not there 0.
  std::array<double, ctmc::max_states> stage_masses() const {
    std::array<double, ctmc::max_states> masses{};
    const double* mass = joint.data();
    for (int i = 0; i < nodes; ++i) {
      for (int s = 0; s < stages; ++s) masses[static_cast<std::size_t>(s)] += *mass++;
    }
    return masses;
  }
  void scale(double factor) {
    for (double& mass : joint) mass *= factor;
  }
  /// Takes the mass from every stage that is not in `stages_left`.
  void keep_only(ctmc::StateSet stages_left);
  /// Multiplies by exp(log_weight) and normalises, in the log domain. What is possible
  /// keeps a mass above 0. Returns the log of the normaliser, -infinity when nothing is
  /// left.
  /// @param log_weight by stage, or [way][stage] where nodes take the ways by turns
  double weigh_in_logs(std::span<const double> log_weight);
  /// The belief over the propensity alone: sums over the ways of the habits.
  void sum_over_ways(int ways, Belief& summed) const;

  bool operator==(const Belief&) const = default;
};

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/belief.ipp>
#endif
