#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/infer/detail/kernel.hpp>
#include <relapse/risk/detail/drivers.hpp>
#include <relapse/risk/detail/line.hpp>
#include <relapse/risk/detail/tempering.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace relapse::risk {
namespace detail {

/// The risk over the level's horizon.
class RiskTarget final : public Target {
 public:
  explicit RiskTarget(const Model& model) : model_(model) {}

  infer::Grid grid() const override { return infer::Grid::propensity; }
  void add_ends(std::vector<double>& ends) const override {
    ends.push_back(model_.document().levels.horizon.count);
  }
  void find_worth(const Future& future, Worth& worth) override {
    lead_through(future.path, model_, future.passage);
    passage_by_stage(model_.use(), model_, future.passage, worth.reached);
    worth.there.assign(worth.reached.size(), 1.0);
  }
  void find_levers(const infer::Belief& belief, bool starts, const Future& future,
                   Levers& levers) override {
    lead_through(future.path, model_, future.passage);
    const bool on_a_line = model_.document().risk_recalibration.has_value();
    if (starts || on_a_line)
      passage_by_stage(model_.use(), model_, future.passage, levers.worth);
    find_gains(belief, model_.use(), model_, future.passage, levers.gains);
    levers.there = starts ? 1.0 : belief.total();
    levers.slope = 1.0;
    if (!on_a_line) return;
    double reached = 0.0;
    for (std::size_t j = 0; j < belief.joint.size(); ++j)
      reached += belief.joint[j] * levers.worth[j];
    levers.slope = slope(reached / levers.there);
  }
  double shown(double ratio) const override {
    const auto& line = model_.document().risk_recalibration;
    return line ? on_line(line, std::min(1.0, ratio)) : ratio;
  }
  double slope(double ratio) const override {
    return line_slope(model_.document().risk_recalibration, ratio);
  }
  /// Each value costs about as much as a tenth of a check-in without reasons; a line may
  /// be steep.
  int most_halved(bool careful) const override {
    return careful && model_.document().risk_recalibration ? 16 : 4;
  }

 private:
  const Model& model_;
};

/// The mean of what is shown over a belief.
inline double shown_over(const infer::Belief& belief, const Target& target,
                         const Worth& worth) {
  return target.shown(ratio_over(belief, worth));
}

/// A belief on the grid of what is explained.
inline void set_grid(const infer::Belief& belief, const Target& target,
                     const Model& model, infer::Belief& on_grid) {
  if (target.grid() == infer::Grid::whole) {
    on_grid = belief;
  } else {
    belief.sum_over_ways(model.ways(), on_grid);
  }
}

/// The future paths before and after the answers, on one grid of pieces.
inline void fill_paths(const StepTaken& step, const Target& target, const Model& model,
                       DriverWorkspace& workspace) {
  const auto& [state, trace, answers, first] = step;
  const Ahead as_before{trace.before, state.time.days - trace.before.updated};
  const Ahead as_after{state.covariates, state.age()};
  auto& before = workspace.before;
  auto& after = workspace.after;
  before.ends.clear();
  target.add_ends(before.ends);
  const double horizon = before.ends.back();
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

/// Sets the ratios of the path at tau on the straight way from before to after. The
/// effects are linear in the determinants, so only their exp is new.
inline void set_ratios_between(double tau, DriverWorkspace& workspace) {
  const auto& from = workspace.effects_before;
  const auto& to = workspace.effects_after;
  auto& ratios = workspace.horizon.passage.ratios;
  ratios.resize(from.size());
  for (std::size_t k = 0; k < from.size(); ++k) {
    ratios[k] = from[k] + tau * (to[k] - from[k]);
  }
  infer::kernel().exponentials(ratios.data(), ratios.size());
}

inline Future future_of(Recall recall, DriverWorkspace& workspace) {
  return {workspace.after, workspace.horizon.passage, recall};
}

/// Sets what each node and stage is worth under the effects before or after.
inline void find_worth(const std::vector<double>& effects, Recall recall, Target& target,
                       DriverWorkspace& workspace, Worth& worth) {
  auto& ratios = workspace.horizon.passage.ratios;
  ratios = effects;
  infer::kernel().exponentials(ratios.data(), ratios.size());
  target.find_worth(future_of(recall, workspace), worth);
}

/// Adds d worth / d tau of each determinant through the start distribution and the node
/// weights, whose determinants move from the reference to `centred`.
/// @param worth [node][stage]
inline void add_start_slopes(const infer::Belief& belief, std::span<const double> centred,
                             const Model& model, std::span<const double> worth,
                             std::span<double> slopes) {
  const auto& law = model.start();
  const int finer = model.nodes() / belief.nodes;
  double mean = 0.0;
  for (std::size_t j = 0; j < belief.joint.size(); ++j) {
    mean += belief.joint[j] * worth[j];
  }
  for (int i = 0; i < belief.nodes; ++i) {
    const auto node = belief.node(i);
    const double* of_node = worth.data() + static_cast<std::ptrdiff_t>(i) * belief.stages;
    double reached = 0.0;
    for (std::size_t s = 0; s < node.size(); ++s) reached += node[s] * of_node[s];
    const double mass = belief.node_mass(i);
    if (!(mass > 0.0)) continue;
    for (const auto& latent : model.grid().latent) {
      const double number = latent.number[static_cast<std::size_t>(i * finer)];
      for (const auto& effect : latent.prior) {
        const auto d = static_cast<std::size_t>(effect.determinant);
        slopes[d] += (reached - mass * mean) * number * effect.weight * centred[d];
      }
    }
    for (std::size_t s = 0; s < node.size(); ++s) {
      const double lever = node[s] * (of_node[s] - reached / mass);
      for (const auto& effect : law.stage_effects[s]) {
        const auto d = static_cast<std::size_t>(effect.determinant);
        slopes[d] += lever * effect.weight * centred[d];
      }
    }
  }
}

/// Contributions of the determinants along the straight path, belief fixed (or, at the
/// first check-in, following the start law).
inline void attribute_determinants(const StepTaken& step, const infer::Belief& fixed,
                                   Recall recall, Target& target, const Model& model,
                                   DriverWorkspace& workspace) {
  const bool first = step.first;
  const auto count = static_cast<std::size_t>(model.determinants().count());
  workspace.sums.assign(count, 0.0);
  std::vector<double> reached(first ? count : 0, 0.0);
  std::vector<double> moving(reached.size(), 0.0);
  for (std::size_t d = 0; d < reached.size(); ++d) {
    reached[d] =
        infer::at_age(step.state.covariates, static_cast<int>(d), 0.0, model).deviation;
  }
  if (count == 0) return;
  if (!first && workspace.before.centred == workspace.after.centred) return;
  auto& quadrature = workspace.quadrature;
  quadrature.most_halved = target.most_halved(quadrature.careful);
  quadrature.integrate(
      [&](double tau, std::span<double> slopes) {
        std::fill(slopes.begin(), slopes.end(), 0.0);
        set_ratios_between(tau, workspace);
        infer::Belief started;
        if (first) {
          for (std::size_t d = 0; d < count; ++d) moving[d] = tau * reached[d];
          set_grid(infer::start_belief(moving, model), target, model, started);
        }
        const auto& belief = first ? started : fixed;
        auto& levers = workspace.moving;
        target.find_levers(belief, first, future_of(recall, workspace), levers);
        if (first) add_start_slopes(started, reached, model, levers.worth, slopes);
        infer::add_effect_slopes(workspace.shift, levers.gains, model, slopes);
        for (double& slope : slopes) slope = levers.slope * slope / levers.there;
      },
      attribution_tolerance, workspace.sums);
}

/// The place among the signs that speak of the one whose answer is recalled; -1: none.
inline int recalled_sign(const Target& target, const DriverWorkspace& workspace) {
  const auto& signs = workspace.signs;
  const auto found = std::find(signs.begin(), signs.end(), target.recalled());
  return found == signs.end() ? -1 : static_cast<int>(found - signs.begin());
}

/// @param workspace with the signs collected
inline void attribute_signs(infer::Belief belief, Recall recall, Target& target,
                            const Model& model, DriverWorkspace& workspace,
                            std::vector<Driver>& drivers) {
  if (workspace.signs.empty()) return;
  auto& worth = workspace.worth;
  find_worth(workspace.effects_after, recall, target, workspace, worth);
  const int recalled = recalled_sign(target, workspace);
  if (recalled >= 0) {
    find_worth(workspace.effects_after, Recall::now, target, workspace,
               workspace.recalling);
  }
  const double before = shown_over(belief, target, worth);
  const std::string names = exclude(belief, model, workspace);
  if (!names.empty()) {
    drivers.push_back(
        {DriverKind::excluded, names, shown_over(belief, target, worth) - before});
  }
  collect_states(belief, recalled >= 0, workspace);
  temper(target, recalled, workspace);
  for (std::size_t j = 0; j < workspace.signs.size(); ++j) {
    const auto item = static_cast<std::size_t>(workspace.signs[j]);
    drivers.push_back(
        {DriverKind::sign, model.document().items[item].item.id, workspace.sums[j]});
  }
}

/// The reasons as far as the rules of integration see them.
inline void attribute_once(const StepTaken& step, double last, Target& target,
                           const Model& model, DriverWorkspace& workspace,
                           std::vector<Driver>& drivers) {
  const auto& [state, trace, answers, first] = step;
  drivers.clear();
  set_grid(trace.known, target, model, workspace.known);
  set_grid(trace.carried, target, model, workspace.carried);
  fill_paths(step, target, model, workspace);
  if (trace.use.apart()) {
    collect_signs(state, answers.signs_beside_use(model), model, workspace);
  } else {
    collect_signs(state, answers, model, workspace);
  }
  // An answer that tells of use at another moment is no sign, but part of what is known.
  const bool recalls = target.recalled() >= 0 && recalled_sign(target, workspace) < 0;
  const bool learned = infer::known_stages(answers, trace.use, model).has_value() ||
                       answers.abstinent_since_last ||
                       trace.use.when == infer::UseTime::since_last || recalls;
  const auto now = recalls ? Recall::now : Recall::before;
  auto& worth = workspace.worth;
  const auto add_known = [&](const std::vector<double>& effects) {
    const double before = shown_over(workspace.carried, target, worth);
    if (recalls) find_worth(effects, now, target, workspace, worth);
    const double after = shown_over(workspace.known, target, worth);
    drivers.push_back({DriverKind::known, "known", after - before});
  };
  if (!first)
    find_worth(workspace.effects_before, Recall::before, target, workspace, worth);
  drivers.push_back({DriverKind::time, "time",
                     first ? 0.0 : shown_over(workspace.carried, target, worth) - last});
  if (learned && !first) add_known(workspace.effects_before);
  attribute_determinants(step, workspace.known, first ? Recall::before : now, target,
                         model, workspace);
  for (std::size_t d = 0; d < workspace.sums.size(); ++d) {
    if (workspace.sums[d] == 0.0) continue;
    drivers.push_back({DriverKind::determinant, model.document().determinants[d].id,
                       workspace.sums[d]});
  }
  if (learned && first) {
    find_worth(workspace.effects_after, Recall::before, target, workspace, worth);
    add_known(workspace.effects_after);
  }
  attribute_signs(trace.known, now, target, model, workspace, drivers);
}

/// What the reasons miss of a change.
inline double left_over(std::span<const Driver> drivers, Change change) {
  double left = change.now - change.before;
  for (const auto& driver : drivers) left -= driver.contribution;
  return left;
}

}  // namespace detail

RELAPSE_INLINE void attribute(const StepTaken& step, Change change, const Model& model,
                              DriverWorkspace& workspace, std::vector<Driver>& drivers) {
  detail::RiskTarget target(model);
  if (step.first) change.before = baseline(target, model, workspace);
  attribute(step, change, target, model, workspace, drivers);
}

RELAPSE_INLINE void attribute(const StepTaken& step, Change change, Target& target,
                              const Model& model, DriverWorkspace& workspace,
                              std::vector<Driver>& drivers) {
  for (const bool careful : {false, true}) {
    workspace.quadrature.careful = careful;
    detail::attribute_once(step, change.before, target, model, workspace, drivers);
    if (std::abs(detail::left_over(drivers, change)) <= closing_tolerance) return;
  }
  drivers.push_back({DriverKind::remainder, "", detail::left_over(drivers, change)});
}

RELAPSE_INLINE double baseline_risk(const Model& model, DriverWorkspace& workspace) {
  detail::RiskTarget target(model);
  return baseline(target, model, workspace);
}

RELAPSE_INLINE double baseline(Target& target, const Model& model,
                               DriverWorkspace& workspace) {
  const std::vector<double> reference(
      static_cast<std::size_t>(model.determinants().count()), 0.0);
  infer::Belief belief;
  detail::set_grid(infer::start_belief(reference, model), target, model, belief);
  auto& path = workspace.before;
  path.ends.clear();
  target.add_ends(path.ends);
  path.points = 1;
  path.centred.assign(path.ends.size() * reference.size(), 0.0);
  fill_ratios(path, model, workspace.horizon.passage.ratios);
  target.find_worth({path, workspace.horizon.passage}, workspace.worth);
  return detail::shown_over(belief, target, workspace.worth);
}

}  // namespace relapse::risk
