#pragma once

#include <relapse/ctmc/path.hpp>
#include <relapse/ctmc/transition.hpp>
#include <relapse/risk/drivers.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace relapse::risk {
namespace detail {

/// Far below the 1e-9 to which each contribution is promised.
inline constexpr double attribution_tolerance = 1e-11;

/// Risk over the whole of a path from a belief that need not be normalised.
inline double risk_along(const infer::Belief& belief, const Path& path,
                         const Model& model, DriverWorkspace& workspace) {
  passage_by_stage(path, model.use(), model, workspace.horizon.passage,
                   workspace.passage);
  double reached = 0.0;
  for (std::size_t j = 0; j < belief.joint.size(); ++j) {
    reached += belief.joint[j] * workspace.passage[j];
  }
  return reached / belief.total();
}

/// The future paths before and after the answers, on one grid of pieces.
inline void fill_paths(const infer::PersonState& state, const infer::StepTrace& trace,
                       bool first, const Model& model, DriverWorkspace& workspace) {
  const double horizon = model.document().levels.horizon.count;
  const double age_before = state.time.days - trace.before.updated;
  const double age_after = state.time.days - state.covariates.updated;
  auto& before = workspace.before;
  auto& after = workspace.after;
  before.ends.assign(1, horizon);
  add_cell_ends(age_before, horizon, model, before.ends);
  add_cell_ends(age_after, horizon, model, before.ends);
  tidy_ends(before.ends);
  after.ends = before.ends;
  fill_path(trace.before, age_before, {}, model, before);
  fill_path(state.covariates, age_after, {}, model, after);
  if (first) std::fill(before.centred.begin(), before.centred.end(), 0.0);
  workspace.between.ends = before.ends;
  workspace.between.centred.resize(before.centred.size());
}

inline void set_between(DriverWorkspace& workspace, double tau) {
  const auto& from = workspace.before.centred;
  const auto& to = workspace.after.centred;
  for (std::size_t k = 0; k < from.size(); ++k) {
    workspace.between.centred[k] = from[k] + tau * (to[k] - from[k]);
  }
}

/// Adds d risk / d tau of each determinant through the rates, for one node.
inline void add_rate_slopes(const infer::Belief& belief, int node, const Model& model,
                            DriverWorkspace& workspace, std::span<double> slopes) {
  const auto& path = workspace.between;
  const auto& ratios = workspace.horizon.passage.ratios;
  const auto stages = static_cast<std::size_t>(model.stages());
  const auto use = model.use();
  auto& rows = workspace.rows;
  rows.resize(static_cast<std::size_t>(path.pieces()) * stages);
  std::array<double, ctmc::max_states> row{};
  const std::span<double> forward(row.data(), stages);
  for (std::size_t s = 0; s < stages; ++s) {
    forward[s] = use[s] ? 0.0 : belief.node(node)[s];
  }
  for (int piece = 0; piece < path.pieces(); ++piece) {
    std::copy(forward.begin(), forward.end(),
              rows.begin() + piece * static_cast<std::ptrdiff_t>(stages));
    ctmc::advance(forward, generator_on(model, ratios, piece, node, use),
                  Days{path.length(piece)});
  }
  std::array<double, ctmc::max_states> column{};
  const std::span<double> backward(column.data(), stages);
  for (std::size_t s = 0; s < stages; ++s) backward[s] = use[s] ? 1.0 : 0.0;
  const auto moves = model.movement().moves();
  for (int piece = path.pieces() - 1; piece >= 0; --piece) {
    const auto generator = generator_on(model, ratios, piece, node, use);
    const Days length{path.length(piece)};
    const auto occupied =
        ctmc::occupation_integral(std::span<const double>(rows).subspan(
                                      static_cast<std::size_t>(piece) * stages, stages),
                                  backward, generator, length);
    for (std::size_t m = 0; m < moves.size(); ++m) {
      const auto& move = moves[m];
      if (use[static_cast<std::size_t>(move.from)] || move.effects.empty()) continue;
      const double ratio = model.movement().ratio(
          std::span<const double>(ratios).subspan(
              static_cast<std::size_t>(piece) * moves.size(), moves.size()),
          static_cast<int>(m), node);
      const double gain = move.slope(ratio) *
                          (occupied(move.from, move.to) - occupied(move.from, move.from));
      for (const auto& effect : move.effects) {
        const auto d = static_cast<std::size_t>(effect.determinant);
        slopes[d] += gain * effect.weight *
                     (workspace.after.at(piece)[d] - workspace.before.at(piece)[d]);
      }
    }
    ctmc::pull_back(backward, generator, length);
  }
}

/// Adds d risk / d tau of each determinant through the start distribution and the node
/// weights, whose determinants move from the reference to `centred`.
inline void add_start_slopes(const infer::Belief& belief, std::span<const double> centred,
                             const Model& model, const DriverWorkspace& workspace,
                             std::span<double> slopes) {
  const auto& law = model.start();
  double risk = 0.0;
  for (std::size_t j = 0; j < belief.joint.size(); ++j) {
    risk += belief.joint[j] * workspace.passage[j];
  }
  for (int i = 0; i < belief.nodes; ++i) {
    const auto node = belief.node(i);
    const double* passage =
        workspace.passage.data() + static_cast<std::ptrdiff_t>(i) * belief.stages;
    double reached = 0.0;
    for (std::size_t s = 0; s < node.size(); ++s) reached += node[s] * passage[s];
    const double mass = belief.node_mass(i);
    const double eta = model.propensity()[static_cast<std::size_t>(i)];
    for (const auto& effect : law.node_effects) {
      const auto d = static_cast<std::size_t>(effect.determinant);
      slopes[d] += (reached - mass * risk) * eta * effect.weight * centred[d];
    }
    for (std::size_t s = 0; s < node.size(); ++s) {
      const double lever = node[s] * (passage[s] - reached / mass);
      for (const auto& effect : law.stage_effects[s]) {
        const auto d = static_cast<std::size_t>(effect.determinant);
        slopes[d] += lever * effect.weight * centred[d];
      }
    }
  }
}

/// Contributions of the determinants along the straight path, belief fixed (or, at the
/// first check-in, following the start law).
inline void attribute_determinants(const infer::PersonState& state,
                                   const infer::Belief& fixed, bool first,
                                   const Model& model, DriverWorkspace& workspace) {
  const auto count = static_cast<std::size_t>(model.determinants().count());
  workspace.sums.assign(count, 0.0);
  std::vector<double> reached(first ? count : 0, 0.0);
  std::vector<double> moving(reached.size(), 0.0);
  for (std::size_t d = 0; d < reached.size(); ++d) {
    reached[d] =
        infer::at_age(state.covariates, static_cast<int>(d), 0.0, model).deviation;
  }
  if (!first && workspace.before.centred == workspace.after.centred) return;
  const double total = first ? 1.0 : fixed.total();
  workspace.quadrature.integrate(
      [&](double tau, std::span<double> slopes) {
        std::fill(slopes.begin(), slopes.end(), 0.0);
        set_between(workspace, tau);
        fill_ratios(workspace.between, model, workspace.horizon.passage.ratios);
        infer::Belief started;
        if (first) {
          for (std::size_t d = 0; d < count; ++d) moving[d] = tau * reached[d];
          started = infer::start_belief(moving, model);
          passage_by_stage(workspace.between, model.use(), model,
                           workspace.horizon.passage, workspace.passage);
          add_start_slopes(started, reached, model, workspace, slopes);
        }
        const auto& belief = first ? started : fixed;
        for (int i = 0; i < belief.nodes; ++i) {
          add_rate_slopes(belief, i, model, workspace, slopes);
        }
        for (double& slope : slopes) slope /= total;
      },
      attribution_tolerance, workspace.sums);
}

/// Collects log p(answer | stage) of each sign that speaks.
inline void collect_signs(const Answers& answers, const Model& model,
                          DriverWorkspace& workspace) {
  workspace.signs.clear();
  workspace.log_likelihood.clear();
  for (int item = 0; item < model.items(); ++item) {
    const auto* sign = model.sign(item);
    if (sign == nullptr) continue;
    const auto value = answers.evidence(item, model);
    if (!value) continue;
    workspace.signs.push_back(item);
    for (int s = 0; s < model.stages(); ++s) {
      workspace.log_likelihood.push_back(sign->log_likelihood(*value, s));
    }
  }
}

inline double mean_passage(std::span<const double> weights,
                           std::span<const double> passage) {
  double total = 0.0;
  double reached = 0.0;
  for (std::size_t j = 0; j < weights.size(); ++j) {
    total += weights[j];
    reached += weights[j] * passage[j];
  }
  return reached / total;
}

/// Conditions on the states that no sign rules out. Returns the contribution, and the
/// names of the signs that rule one out (empty when none does).
inline std::pair<double, std::string> exclude(infer::Belief& belief, const Model& model,
                                              DriverWorkspace& workspace) {
  const auto stages = static_cast<std::size_t>(model.stages());
  const double before = mean_passage(belief.joint, workspace.passage);
  std::string names;
  for (std::size_t j = 0; j < workspace.signs.size(); ++j) {
    bool excludes = false;
    for (std::size_t s = 0; s < stages; ++s) {
      double& log_likelihood = workspace.log_likelihood[j * stages + s];
      if (log_likelihood > -std::numeric_limits<double>::infinity()) continue;
      log_likelihood = 0.0;
      excludes = true;
      for (int i = 0; i < belief.nodes; ++i) belief.node(i)[s] = 0.0;
    }
    if (!excludes) continue;
    if (!names.empty()) names += '+';
    names += model.document().items[static_cast<std::size_t>(workspace.signs[j])].item.id;
  }
  if (names.empty()) return {0.0, {}};
  return {mean_passage(belief.joint, workspace.passage) - before, names};
}

/// d risk / d tau of each sign under alpha_tau proportional to belief * prod_j L_j^tau:
/// Cov_tau(passage, log L_j).
inline void sign_slopes(const infer::Belief& belief, double tau, const Model& model,
                        DriverWorkspace& workspace, std::span<double> slopes) {
  const auto stages = static_cast<std::size_t>(model.stages());
  std::array<double, ctmc::max_states> log_weight{};
  double shift = -std::numeric_limits<double>::infinity();
  for (std::size_t s = 0; s < stages; ++s) {
    for (std::size_t j = 0; j < workspace.signs.size(); ++j) {
      log_weight[s] += tau * workspace.log_likelihood[j * stages + s];
    }
    double mass = 0.0;
    for (int i = 0; i < belief.nodes; ++i) mass += belief.node(i)[s];
    if (mass > 0.0) shift = std::max(shift, log_weight[s] + std::log(mass));
  }
  auto& weights = workspace.weights;
  weights.resize(belief.joint.size());
  double total = 0.0;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const double mass = belief.joint[k];
    weights[k] =
        mass > 0.0 ? std::exp(std::log(mass) + log_weight[k % stages] - shift) : 0.0;
    total += weights[k];
  }
  std::array<double, ctmc::max_states> lever{};
  const double mean = mean_passage(weights, workspace.passage);
  for (std::size_t k = 0; k < weights.size(); ++k) {
    lever[k % stages] += weights[k] / total * (workspace.passage[k] - mean);
  }
  for (std::size_t j = 0; j < workspace.signs.size(); ++j) {
    slopes[j] = 0.0;
    for (std::size_t s = 0; s < stages; ++s) {
      slopes[j] += lever[s] * workspace.log_likelihood[j * stages + s];
    }
  }
}

inline void attribute_signs(infer::Belief belief, const Answers& answers,
                            const Model& model, DriverWorkspace& workspace,
                            std::vector<Driver>& drivers) {
  collect_signs(answers, model, workspace);
  if (workspace.signs.empty()) return;
  passage_by_stage(workspace.after, model.use(), model, workspace.horizon.passage,
                   workspace.passage);
  const auto [contribution, names] = exclude(belief, model, workspace);
  if (!names.empty()) drivers.push_back({DriverKind::excluded, names, contribution});
  workspace.sums.assign(workspace.signs.size(), 0.0);
  workspace.quadrature.integrate(
      [&](double tau, std::span<double> slopes) {
        sign_slopes(belief, tau, model, workspace, slopes);
      },
      attribution_tolerance, workspace.sums);
  for (std::size_t j = 0; j < workspace.signs.size(); ++j) {
    const auto item = static_cast<std::size_t>(workspace.signs[j]);
    drivers.push_back(
        {DriverKind::sign, model.document().items[item].item.id, workspace.sums[j]});
  }
}

}  // namespace detail

RELAPSE_INLINE void attribute(const infer::PersonState& state,
                              const infer::StepTrace& trace, const Answers& answers,
                              bool first, double last_risk, const Model& model,
                              DriverWorkspace& workspace, std::vector<Driver>& drivers) {
  drivers.clear();
  detail::fill_paths(state, trace, first, model, workspace);
  const auto along = [&](const infer::Belief& belief, const Path& path) {
    return detail::risk_along(belief, path, model, workspace);
  };
  const bool learned = answers.known.has_value() || answers.abstinent_since_last;
  const auto add_known = [&](const Path& path) {
    drivers.push_back({DriverKind::known, "known",
                       along(trace.known, path) - along(trace.carried, path)});
  };
  drivers.push_back({DriverKind::time, "time",
                     first ? 0.0 : along(trace.carried, workspace.before) - last_risk});
  if (learned && !first) add_known(workspace.before);
  detail::attribute_determinants(state, trace.known, first, model, workspace);
  for (std::size_t d = 0; d < workspace.sums.size(); ++d) {
    if (workspace.sums[d] == 0.0) continue;
    drivers.push_back({DriverKind::determinant, model.document().determinants[d].id,
                       workspace.sums[d]});
  }
  if (learned && first) add_known(workspace.after);
  detail::attribute_signs(trace.known, answers, model, workspace, drivers);
}

RELAPSE_INLINE double baseline_risk(const Model& model, HorizonWorkspace& workspace) {
  const std::vector<double> reference(
      static_cast<std::size_t>(model.determinants().count()), 0.0);
  const auto belief = infer::start_belief(reference, model);
  auto& path = workspace.path;
  path.ends.assign(1, model.document().levels.horizon.count);
  path.centred = reference;
  passage_by_stage(path, model.use(), model, workspace.passage, workspace.absorbed);
  double risk = 0.0;
  for (std::size_t j = 0; j < belief.joint.size(); ++j) {
    risk += belief.joint[j] * workspace.absorbed[j];
  }
  return risk;
}

}  // namespace relapse::risk
