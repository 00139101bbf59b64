#pragma once

#include <relapse/core/probability.hpp>
#include <relapse/risk/horizon.hpp>

#include <algorithm>
#include <cmath>

namespace relapse::risk {
namespace detail {

inline double mass_in(std::span<const double> node, ctmc::StateSet set) {
  double mass = 0.0;
  for (std::size_t s = 0; s < node.size(); ++s) {
    if (set[s]) mass += node[s];
  }
  return mass;
}

/// 95 % interval on the logit scale: expit(logit r +- 1.96 sd / (r (1 - r))).
inline void set_interval(RiskEstimate& estimate, double variance) {
  const double r = estimate.probability;
  if (!(r > 0.0 && r < 1.0)) {
    estimate.low = estimate.high = r;
    return;
  }
  const double reach = 1.96 * std::sqrt(variance) / (r * (1.0 - r));
  estimate.low = std::min(r, expit(logit(r) - reach));
  estimate.high = std::max(r, expit(logit(r) + reach));
}

/// What lies in use, in relapse and in all stages at each node.
inline void fill_masses(const infer::Belief& belief, const Model& model,
                        std::vector<NodeMasses>& masses) {
  masses.clear();
  for (int i = 0; i < belief.nodes; ++i) {
    const auto node = belief.node(i);
    masses.push_back({.whole = belief.node_mass(i),
                      .outside = mass_in(node, ~model.use()),
                      .in_use = mass_in(node, model.use()),
                      .in_relapse = mass_in(node, model.relapse())});
  }
}

/// The estimate from what was absorbed by the end of one piece.
inline RiskEstimate at_piece(std::size_t piece, const Model& model,
                             const HorizonWorkspace& workspace) {
  const auto& masses = workspace.masses;
  const auto nodes = masses.size();
  const double* absorbed = workspace.absorbed.data() + piece * nodes;
  RiskEstimate estimate;
  double outside = 0.0;
  double entered = 0.0;
  double in_use = 0.0;
  for (std::size_t i = 0; i < nodes; ++i) {
    in_use += masses[i].in_use;
    outside += masses[i].outside;
    entered += absorbed[i];
  }
  estimate.probability = std::min(1.0, in_use + entered);
  if (outside > 0.0) estimate.new_lapse = std::min(1.0, entered / outside);
  double variance = 0.0;
  for (std::size_t i = 0; i < nodes; ++i) {
    const double weight = masses[i].whole;
    if (weight <= 0.0) continue;
    const double given = (masses[i].in_use + absorbed[i]) / weight;
    variance += weight * (given - estimate.probability) * (given - estimate.probability);
  }
  set_interval(estimate, variance);
  if (model.relapse().any()) {
    double relapse = 0.0;
    for (std::size_t i = 0; i < nodes; ++i) {
      relapse += masses[i].in_relapse + workspace.absorbed_relapse[piece * nodes + i];
    }
    estimate.relapse = std::min(1.0, relapse);
  }
  return estimate;
}

/// Memory for as many pieces as there can be, so that none is taken later: two cell ends
/// for each doubling of the time ahead.
inline void reserve(std::size_t horizons, const Model& model,
                    HorizonWorkspace& workspace) {
  constexpr std::size_t cells = 32;
  const std::size_t pieces = cells + horizons;
  workspace.path.ends.reserve(pieces);
  workspace.path.cells.reserve(pieces);
  workspace.path.centred.reserve(pieces *
                                 static_cast<std::size_t>(model.determinants().count()));
  workspace.passage.ratios.reserve(pieces * model.movement().moves().size());
  workspace.passage.path.fit(model);
  workspace.passage.path.reserve(pieces);
  workspace.passage.days.reserve(pieces);
  workspace.passage.entered.reserve(pieces * workspace.passage.path.padded_nodes());
  workspace.masses.reserve(static_cast<std::size_t>(model.nodes()));
  workspace.absorbed.reserve(pieces * static_cast<std::size_t>(model.nodes()));
  workspace.absorbed_relapse.reserve(pieces * static_cast<std::size_t>(model.nodes()));
}

}  // namespace detail

RELAPSE_INLINE void estimate(const infer::Belief& belief,
                             const infer::Covariates& covariates, double now,
                             std::span<const double> horizons,
                             std::span<const Intervention> interventions,
                             const Model& model, HorizonWorkspace& workspace,
                             std::vector<RiskEstimate>& estimates) {
  auto& path = workspace.path;
  detail::reserve(horizons.size(), model, workspace);
  path.ends.assign(horizons.begin(), horizons.end());
  add_cell_ends(now, horizons.back(), model, path.ends);
  for (const auto& doing : interventions) {
    if (doing.lasts.count < horizons.back()) path.ends.push_back(doing.lasts.count);
  }
  tidy_ends(path.ends);
  fill_path(covariates, now, interventions, model, path);
  prepare(path, model, workspace.passage);
  absorbed_mass(belief, model.use(), workspace.passage, workspace.absorbed);
  if (model.relapse().any()) {
    absorbed_mass(belief, model.relapse(), workspace.passage, workspace.absorbed_relapse);
  }
  detail::fill_masses(belief, model, workspace.masses);
  estimates.resize(horizons.size());
  for (std::size_t h = 0; h < horizons.size(); ++h) {
    const auto piece = static_cast<std::size_t>(
        std::lower_bound(path.ends.begin(), path.ends.end(), horizons[h]) -
        path.ends.begin());
    estimates[h] = detail::at_piece(piece, model, workspace);
    estimates[h].within = Days{horizons[h]};
  }
}

}  // namespace relapse::risk
