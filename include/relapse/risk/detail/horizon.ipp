#pragma once

#include <relapse/core/detail/probability.hpp>
#include <relapse/risk/detail/horizon.hpp>
#include <relapse/risk/detail/line.hpp>

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

/// The estimate on the line of the model, which keeps its order.
inline void recalibrate(const Model& model, RiskEstimate& estimate) {
  const auto& line = model.document().risk_recalibration;
  if (!line) return;
  for (double* each : {&estimate.probability, &estimate.low, &estimate.high})
    *each = on_line(line, *each);
  for (auto* each : {&estimate.new_use, &estimate.relapse}) {
    if (*each) *each = on_line(line, **each);
  }
}

/// The estimate from what has entered by the end of one piece, that of the horizon.
/// @param relapse null where no stage is one
inline RiskEstimate estimate_from(std::span<const NodeMasses> masses,
                                  const EnteredMass& use, const EnteredMass* relapse,
                                  std::size_t piece, double horizon, const Model& model) {
  RiskEstimate estimate;
  double outside = 0.0;
  double entered = 0.0;
  double in_use = 0.0;
  for (std::size_t i = 0; i < masses.size(); ++i) {
    in_use += masses[i].in_use;
    outside += masses[i].outside;
    entered += use.at(piece, i);
  }
  estimate.probability = std::min(1.0, in_use + entered);
  if (outside > 0.0) estimate.new_use = std::min(1.0, entered / outside);
  double variance = 0.0;
  for (std::size_t i = 0; i < masses.size(); ++i) {
    const double weight = masses[i].whole;
    if (weight <= 0.0) continue;
    const double given = (masses[i].in_use + use.at(piece, i)) / weight;
    variance += weight * (given - estimate.probability) * (given - estimate.probability);
  }
  set_interval(estimate, variance);
  if (relapse != nullptr) {
    double mass = 0.0;
    for (std::size_t i = 0; i < masses.size(); ++i) {
      mass += masses[i].in_relapse + relapse->at(piece, i);
    }
    estimate.relapse = std::min(1.0, mass);
  }
  estimate.within = Days{horizon};
  recalibrate(model, estimate);
  return estimate;
}

/// The piece of a path that ends with a horizon.
inline std::size_t piece_of(const Path& path, double horizon) {
  return static_cast<std::size_t>(
      std::lower_bound(path.ends.begin(), path.ends.end(), horizon) - path.ends.begin());
}

/// The pieces from now to the last horizon.
inline void lay_ends(const Ahead& ahead, std::span<const double> horizons,
                     const Model& model, Path& path) {
  path.ends.assign(horizons.begin(), horizons.end());
  add_ends(ahead, horizons.back(), model, path.ends);
  for (const auto& doing : ahead.interventions) {
    if (doing.lasts.count < horizons.back()) path.ends.push_back(doing.lasts.count);
  }
  tidy_ends(path.ends);
}

/// The same, and the determinants on them.
inline void lay_path(const Ahead& ahead, std::span<const double> horizons,
                     const Model& model, Path& path) {
  lay_ends(ahead, horizons, model, path);
  fill_path(ahead, model, path);
}

/// Pieces as there can be, at most: two cell ends for each doubling of the time ahead.
inline std::size_t most_pieces(std::size_t horizons) {
  constexpr std::size_t cells = 32;
  return cells + horizons;
}

inline void reserve(std::size_t pieces, const Model& model, Path& path) {
  path.ends.reserve(pieces);
  path.updated.reserve(static_cast<std::size_t>(model.determinants().count()));
  const auto& determinants = model.determinants();
  path.centred.reserve(pieces * static_cast<std::size_t>(determinants.outlook_points() *
                                                         determinants.count()));
}

/// Memory for all pieces, so that none is taken later.
inline void reserve(std::size_t horizons, const Model& model,
                    HorizonWorkspace& workspace) {
  const std::size_t pieces = most_pieces(horizons);
  reserve(pieces, model, workspace.path);
  workspace.passage.ratios.reserve(
      pieces * static_cast<std::size_t>(model.determinants().outlook_points()) *
      model.movement().moves().size());
  workspace.passage.path.fit(model, 1, infer::Grid::propensity);
  workspace.passage.path.reserve(pieces);
  workspace.passage.days.reserve(pieces);
  workspace.masses.reserve(static_cast<std::size_t>(model.nodes()));
  const std::size_t padded = workspace.passage.path.lanes();
  workspace.entered.mass.reserve(pieces * padded);
  workspace.entered_relapse.mass.reserve(pieces * padded);
}

}  // namespace detail

namespace detail {

/// What has entered use by the end of each piece up to the last horizon.
inline void enter_use(const infer::Belief& belief, const Ahead& ahead,
                      std::span<const double> horizons, const Model& model,
                      HorizonWorkspace& workspace) {
  belief.sum_over_ways(model.ways(), workspace.tendency);
  reserve(horizons.size(), model, workspace);
  lay_path(ahead, horizons, model, workspace.path);
  prepare(workspace.path, model, workspace.passage);
  enter(workspace.tendency, model.use(), workspace.passage, workspace.entered);
  fill_masses(workspace.tendency, model, workspace.masses);
}

}  // namespace detail

RELAPSE_INLINE void estimate(const infer::Belief& belief, const Ahead& ahead,
                             std::span<const double> horizons, const Model& model,
                             HorizonWorkspace& workspace,
                             std::vector<RiskEstimate>& estimates) {
  detail::enter_use(belief, ahead, horizons, model, workspace);
  const bool relapses = model.relapse().any();
  if (relapses) {
    enter(workspace.tendency, model.relapse(), workspace.passage,
          workspace.entered_relapse);
  }
  estimates.resize(horizons.size());
  for (std::size_t h = 0; h < horizons.size(); ++h) {
    estimates[h] = detail::estimate_from(workspace.masses, workspace.entered,
                                         relapses ? &workspace.entered_relapse : nullptr,
                                         detail::piece_of(workspace.path, horizons[h]),
                                         horizons[h], model);
  }
}

RELAPSE_INLINE double use_within(const infer::Belief& belief, const Ahead& ahead,
                                 double horizon, const Model& model,
                                 HorizonWorkspace& workspace) {
  detail::enter_use(belief, ahead, {&horizon, 1}, model, workspace);
  return detail::estimate_from(workspace.masses, workspace.entered, nullptr,
                               detail::piece_of(workspace.path, horizon), horizon, model)
      .probability;
}

RELAPSE_INLINE void add_ways_out(const Model& model, HorizonWorkspace& workspace,
                                 std::vector<RiskEstimate>& estimates) {
  enter(workspace.tendency, ~model.use(), workspace.passage, workspace.entered);
  for (auto& estimate : estimates) {
    const auto piece = detail::piece_of(workspace.path, estimate.within.count);
    double left = 0.0;
    for (int i = 0; i < workspace.tendency.nodes; ++i) {
      left += workspace.entered.at(piece, static_cast<std::size_t>(i));
    }
    estimate.leaves_use = std::min(1.0, left);
  }
}

}  // namespace relapse::risk
