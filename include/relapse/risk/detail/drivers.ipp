#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/infer/detail/kernel.hpp>
#include <relapse/risk/detail/drivers.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace relapse::risk {
namespace detail {

/// Far below the 1e-9 to which each contribution is promised.
inline constexpr double attribution_tolerance = 1e-11;

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
  auto& shift = workspace.shift;
  shift.resize(before.centred.size());
  for (std::size_t k = 0; k < shift.size(); ++k) {
    shift[k] = after.centred[k] - before.centred[k];
  }
  const std::size_t effects = before.ends.size() * model.movement().moves().size();
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
    const double eta = model.propensity()[static_cast<std::size_t>(i * model.ways())];
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

/// Collects log p(answer | stage) of each sign that speaks, in as many ways as the
/// habits make of them: [sign][way][stage].
inline void collect_signs(const infer::PersonState& state, const Answers& answers,
                          const Model& model, DriverWorkspace& workspace) {
  workspace.signs.clear();
  workspace.log_likelihood.clear();
  workspace.ways = 1;
  const auto repeat_of = [&](const model::SignLaw&, std::size_t k) {
    return state.given[k].repeated;
  };
  infer::for_each_sign(answers, model, repeat_of,
                       [&](int, const model::SignLaw& sign, double, const auto&) {
                         workspace.ways = std::max(workspace.ways, sign.ways());
                       });
  infer::for_each_sign(
      answers, model, repeat_of,
      [&](int item, const model::SignLaw& sign, double answer, const auto& repeat) {
        workspace.signs.push_back(item);
        for (int way = 0; way < workspace.ways; ++way) {
          for (int s = 0; s < model.stages(); ++s) {
            workspace.log_likelihood.push_back(
                sign.log_likelihood(answer, repeat, s, way));
          }
        }
      });
}

/// Conditions on the states that no sign rules out. Returns the names of the signs that
/// rule one out, empty when none does.
inline std::string exclude(infer::Belief& belief, const Model& model,
                           DriverWorkspace& workspace) {
  const auto stages = static_cast<std::size_t>(model.stages());
  const std::size_t width = static_cast<std::size_t>(workspace.ways) * stages;
  std::string names;
  for (std::size_t j = 0; j < workspace.signs.size(); ++j) {
    ctmc::StateSet excluded;
    for (std::size_t k = 0; k < width; ++k) {
      double& log_likelihood = workspace.log_likelihood[j * width + k];
      if (log_likelihood > -std::numeric_limits<double>::infinity()) continue;
      log_likelihood = 0.0;
      excluded.set(k % stages);
    }
    if (excluded.none()) continue;
    belief.keep_only(~excluded);
    if (!names.empty()) names += '+';
    names += model.document().items[static_cast<std::size_t>(workspace.signs[j])].item.id;
  }
  return names;
}

/// Mean of the passage, which is by node of the propensity, over a belief.
inline double mean_passage(const infer::Belief& belief, int ways,
                           std::span<const double> passage) {
  const auto stages = static_cast<std::size_t>(belief.stages);
  double total = 0.0;
  double reached = 0.0;
  for (std::size_t j = 0; j < belief.joint.size(); ++j) {
    const std::size_t node = j / stages / static_cast<std::size_t>(ways);
    total += belief.joint[j];
    reached += belief.joint[j] * passage[node * stages + j % stages];
  }
  return reached / total;
}

/// The states between which tempering moves mass: stages in each way of the habits. What
/// a node of the propensity adds cancels within one.
inline void collect_states(const infer::Belief& belief, const Model& model,
                           DriverWorkspace& workspace) {
  const auto stages = static_cast<std::size_t>(belief.stages);
  const auto spoken = static_cast<std::size_t>(workspace.ways);
  const auto ways = static_cast<std::size_t>(model.ways());
  const std::size_t width = spoken * stages;
  auto& states = workspace.states;
  states.clear();
  for (std::size_t k = 0; k < width; ++k) {
    double mass = 0.0;
    double reached = 0.0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(belief.nodes); ++i) {
      if (spoken > 1 && i % spoken != k / stages) continue;
      const double each = belief.joint[i * stages + k % stages];
      mass += each;
      reached += each * workspace.passage[i / ways * stages + k % stages];
    }
    if (!(mass > 0.0)) continue;
    states.push_back(
        {.place = k, .log_mass = elementary::log(mass), .passage = reached / mass});
    for (std::size_t j = 0; j < workspace.signs.size(); ++j)
      states.back().log_likelihood += workspace.log_likelihood[j * width + k];
  }
}

/// Each state's part in d risk / d tau under alpha_tau proportional to belief *
/// prod_j L_j^tau, which is Cov_tau(passage, log L_j) for sign j: weight times the
/// passage's deviation from its mean. The parts sum to zero.
inline void fill_levers(std::span<const TemperedState> states, double tau,
                        std::span<double> levers) {
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < states.size(); ++k) {
    levers[k] = states[k].log_mass + tau * states[k].log_likelihood;
    largest = std::max(largest, levers[k]);
  }
  for (double& lever : levers) lever -= largest;
  infer::kernel().exponentials(levers.data(), levers.size());
  double total = 0.0;
  double mean = 0.0;
  for (std::size_t k = 0; k < states.size(); ++k) {
    total += levers[k];
    mean += levers[k] * states[k].passage;
  }
  mean /= total;
  for (std::size_t k = 0; k < states.size(); ++k)
    levers[k] *= (states[k].passage - mean) / total;
}

/// The ends of pieces of [0, 1], with more of them around the values of tau where mass
/// moves so fast from one state to another that a rule over the whole might not see it.
/// @param slow change of the log odds over [0, 1] that a rule over the whole surely sees
inline void set_tempering_pieces(std::span<const TemperedState> states, double slow,
                                 std::vector<double>& ends) {
  ends.assign({0.0, 1.0});
  for (std::size_t a = 0; a < states.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const double slope = states[a].log_likelihood - states[b].log_likelihood;
      if (!(std::abs(slope) > slow)) continue;
      const double even = (states[b].log_mass - states[a].log_mass) / slope;
      for (const double distance : {-40.0, -10.0, -3.0, 3.0, 10.0, 40.0}) {
        const double end = even + distance / std::abs(slope);
        if (end > 0.0 && end < 1.0) ends.push_back(end);
      }
    }
  }
  tidy_ends(ends);
}

/// What the signs contribute, [sign]: the levers of the states, integrated over tau,
/// times what each sign says there.
inline void temper(DriverWorkspace& workspace) {
  const auto& states = workspace.states;
  const std::size_t signs = workspace.signs.size();
  const std::size_t width = signs == 0 ? 0 : workspace.log_likelihood.size() / signs;
  workspace.sums.assign(signs, 0.0);
  if (states.empty()) return;
  // Counted from the heaviest state, so that large ones leave no noise.
  std::size_t top = 0;
  for (std::size_t k = 0; k < states.size(); ++k) {
    if (states[k].log_mass > states[top].log_mass) top = k;
  }
  const auto said = [&](std::size_t sign, std::size_t state) {
    const double* of_sign = workspace.log_likelihood.data() + sign * width;
    return of_sign[states[state].place] - of_sign[states[top].place];
  };
  double most = 1.0;
  for (std::size_t j = 0; j < signs; ++j) {
    for (std::size_t k = 0; k < states.size(); ++k)
      most = std::max(most, std::abs(said(j, k)));
  }
  auto& ends = workspace.tempering;
  set_tempering_pieces(states, workspace.quadrature.careful ? 5.0 : 50.0, ends);
  auto& levers = workspace.levers;
  levers.assign(states.size(), 0.0);
  workspace.quadrature.most_halved = 64;
  for (std::size_t piece = 1; piece < ends.size(); ++piece) {
    const double begin = ends[piece - 1];
    const double length = ends[piece] - begin;
    workspace.quadrature.integrate(
        [&](double x, std::span<double> slopes) {
          fill_levers(states, begin + length * x, slopes);
          for (double& slope : slopes) slope *= length;
        },
        attribution_tolerance / most, levers);
  }
  for (std::size_t j = 0; j < signs; ++j) {
    for (std::size_t k = 0; k < states.size(); ++k)
      workspace.sums[j] += levers[k] * said(j, k);
  }
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
