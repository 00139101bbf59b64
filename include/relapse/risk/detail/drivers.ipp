#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/infer/detail/kernel.hpp>
#include <relapse/risk/detail/drivers.hpp>
#include <relapse/risk/detail/tempering.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace relapse::risk {
namespace detail {

/// The risk of a belief over the propensity alone, which need not be normalised.
inline double risk_of(const infer::Belief& belief, const DriverWorkspace& workspace) {
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
  const Ahead as_before{trace.before, state.time.days - trace.before.updated};
  const Ahead as_after{state.covariates, state.age()};
  auto& before = workspace.before;
  auto& after = workspace.after;
  before.ends.assign(1, horizon);
  add_ends(as_before, horizon, model, before.ends);
  add_ends(as_after, horizon, model, before.ends);
  tidy_ends(before.ends);
  after.ends = before.ends;
  fill_path(as_before, model, before);
  fill_path(as_after, model, after);
  if (first) std::fill(before.centred.begin(), before.centred.end(), 0.0);
  auto& shift = workspace.shift;
  shift.resize(before.centred.size());
  for (std::size_t k = 0; k < shift.size(); ++k) {
    shift[k] = after.centred[k] - before.centred[k];
  }
  const std::size_t effects = before.ends.size() *
                              static_cast<std::size_t>(before.points) *
                              model.movement().moves().size();
  workspace.effects_before.resize(effects);
  workspace.effects_after.resize(effects);
  infer::fill_effects(before.centred, model, workspace.effects_before);
  infer::fill_effects(after.centred, model, workspace.effects_after);
}

/// Leads the lanes through the path under the effects whose logs stand where its ratios
/// go.
inline void lead_on(const Model& model, DriverWorkspace& workspace) {
  auto& ratios = workspace.horizon.passage.ratios;
  infer::kernel().exponentials(ratios.data(), ratios.size());
  lead_through(workspace.after, model, workspace.horizon.passage);
}

/// Leads the lanes through the path at tau on the straight way from before to after. The
/// effects are linear in the determinants, so only their exp is new.
inline void lead_between(const Model& model, double tau, DriverWorkspace& workspace) {
  const auto& from = workspace.effects_before;
  const auto& to = workspace.effects_after;
  auto& ratios = workspace.horizon.passage.ratios;
  ratios.resize(from.size());
  for (std::size_t k = 0; k < from.size(); ++k) {
    ratios[k] = from[k] + tau * (to[k] - from[k]);
  }
  lead_on(model, workspace);
}

/// Sets the passage from each node and stage under the effects before or after.
inline void find_passage(const std::vector<double>& effects, const Model& model,
                         DriverWorkspace& workspace) {
  workspace.horizon.passage.ratios = effects;
  lead_on(model, workspace);
  passage_by_stage(model.use(), model, workspace.horizon.passage, workspace.passage);
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
    if (!(mass > 0.0)) continue;
    for (const auto& latent : model.grid().latent) {
      const double number = latent.number[static_cast<std::size_t>(i * model.ways())];
      for (const auto& effect : latent.prior) {
        const auto d = static_cast<std::size_t>(effect.determinant);
        slopes[d] += (reached - mass * risk) * number * effect.weight * centred[d];
      }
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
  // Each value costs about as much as a tenth of a check-in without reasons.
  workspace.quadrature.most_halved = 4;
  workspace.quadrature.integrate(
      [&](double tau, std::span<double> slopes) {
        std::fill(slopes.begin(), slopes.end(), 0.0);
        lead_between(model, tau, workspace);
        infer::Belief started;
        if (first) {
          for (std::size_t d = 0; d < count; ++d) moving[d] = tau * reached[d];
          infer::start_belief(moving, model).sum_over_ways(model.ways(), started);
          passage_by_stage(model.use(), model, workspace.horizon.passage,
                           workspace.passage);
          add_start_slopes(started, reached, model, workspace, slopes);
        }
        const auto& belief = first ? started : fixed;
        add_rate_slopes(belief, workspace.shift, model, workspace.horizon.passage,
                        slopes);
        for (double& slope : slopes) slope /= total;
      },
      attribution_tolerance, workspace.sums);
}

inline void attribute_signs(const infer::PersonState& state, infer::Belief belief,
                            const Answers& answers, const Model& model,
                            DriverWorkspace& workspace, std::vector<Driver>& drivers) {
  collect_signs(state, answers, model, workspace);
  if (workspace.signs.empty()) return;
  find_passage(workspace.effects_after, model, workspace);
  const double before = mean_passage(belief, model.ways(), workspace.passage);
  const std::string names = exclude(belief, model, workspace);
  if (!names.empty()) {
    drivers.push_back({DriverKind::excluded, names,
                       mean_passage(belief, model.ways(), workspace.passage) - before});
  }
  collect_states(belief, model, workspace);
  temper(workspace);
  for (std::size_t j = 0; j < workspace.signs.size(); ++j) {
    const auto item = static_cast<std::size_t>(workspace.signs[j]);
    drivers.push_back(
        {DriverKind::sign, model.document().items[item].item.id, workspace.sums[j]});
  }
}

/// The reasons as far as the rules of integration see them.
inline void attribute_once(const infer::PersonState& state, const infer::StepTrace& trace,
                           const Answers& answers, bool first, double last_risk,
                           const Model& model, DriverWorkspace& workspace,
                           std::vector<Driver>& drivers) {
  drivers.clear();
  trace.known.sum_over_ways(model.ways(), workspace.known);
  trace.carried.sum_over_ways(model.ways(), workspace.carried);
  fill_paths(state, trace, first, model, workspace);
  const bool learned = infer::known_stages(answers, trace.use, model).has_value() ||
                       answers.abstinent_since_last ||
                       trace.use.when == infer::UseTime::since_last;
  const auto add_known = [&] {
    drivers.push_back(
        {DriverKind::known, "known",
         risk_of(workspace.known, workspace) - risk_of(workspace.carried, workspace)});
  };
  if (!first) find_passage(workspace.effects_before, model, workspace);
  drivers.push_back({DriverKind::time, "time",
                     first ? 0.0 : risk_of(workspace.carried, workspace) - last_risk});
  if (learned && !first) add_known();
  attribute_determinants(state, workspace.known, first, model, workspace);
  for (std::size_t d = 0; d < workspace.sums.size(); ++d) {
    if (workspace.sums[d] == 0.0) continue;
    drivers.push_back({DriverKind::determinant, model.document().determinants[d].id,
                       workspace.sums[d]});
  }
  if (learned && first) {
    find_passage(workspace.effects_after, model, workspace);
    add_known();
  }
  if (trace.use.apart()) {
    attribute_signs(state, trace.known, answers.signs_beside_use(model), model, workspace,
                    drivers);
  } else {
    attribute_signs(state, trace.known, answers, model, workspace, drivers);
  }
}

/// What the reasons miss of a change.
inline double left_over(std::span<const Driver> drivers, RiskChange change) {
  double left = change.now - change.before;
  for (const auto& driver : drivers) left -= driver.contribution;
  return left;
}

}  // namespace detail

RELAPSE_INLINE void attribute(const infer::PersonState& state,
                              const infer::StepTrace& trace, const Answers& answers,
                              bool first, RiskChange change, const Model& model,
                              DriverWorkspace& workspace, std::vector<Driver>& drivers) {
  if (first) change.before = baseline_risk(model, workspace.horizon);
  for (const bool careful : {false, true}) {
    workspace.quadrature.careful = careful;
    detail::attribute_once(state, trace, answers, first, change.before, model, workspace,
                           drivers);
    if (std::abs(detail::left_over(drivers, change)) <= closing_tolerance) return;
  }
  drivers.push_back({DriverKind::remainder, "", detail::left_over(drivers, change)});
}

RELAPSE_INLINE double baseline_risk(const Model& model, HorizonWorkspace& workspace) {
  const std::vector<double> reference(
      static_cast<std::size_t>(model.determinants().count()), 0.0);
  infer::Belief belief;
  infer::start_belief(reference, model).sum_over_ways(model.ways(), belief);
  auto& path = workspace.path;
  path.ends.assign(1, model.document().levels.horizon.count);
  path.points = 1;
  path.centred = reference;
  prepare(path, model, workspace.passage);
  std::vector<double> passage;
  passage_by_stage(model.use(), model, workspace.passage, passage);
  double risk = 0.0;
  for (std::size_t j = 0; j < belief.joint.size(); ++j) {
    risk += belief.joint[j] * passage[j];
  }
  return risk;
}

}  // namespace relapse::risk
