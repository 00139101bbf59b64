#pragma once

#include <relapse/core/error.hpp>
#include <relapse/ctmc/passage.hpp>
#include <relapse/ctmc/transition.hpp>
#include <relapse/infer/filter.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace relapse::infer {

RELAPSE_INLINE Workspace::Workspace(const Model& model)
    : centred(static_cast<std::size_t>(model.determinants().count()), 0.0),
      ratios(model.movement().moves().size(), 1.0),
      log_likelihood(static_cast<std::size_t>(model.stages()), 0.0) {}

RELAPSE_INLINE void fill_cell(const Covariates& covariates, Cell cell, const Model& model,
                              std::span<double> centred) {
  for (int d = 0; d < model.determinants().count(); ++d) {
    centred[static_cast<std::size_t>(d)] =
        over_cell(covariates, d, cell, model).deviation;
  }
}

RELAPSE_INLINE void carry(Belief& belief, const Covariates& covariates, Time from,
                          Time to, ctmc::StateSet avoided, const Model& model,
                          Workspace& workspace) {
  const double last = to.days - covariates.updated;
  double age = from.days - covariates.updated;
  while (age < last) {
    Cell cell = cell_after(age);
    const double until = model.determinants().drift() ? std::min(cell.end, last) : last;
    fill_cell(covariates, cell, model, workspace.centred);
    model.movement().ratios(workspace.centred, workspace.ratios);
    for (int i = 0; i < belief.nodes; ++i) {
      const auto generator = model.movement().generator(workspace.ratios, i);
      if (avoided.none()) {
        ctmc::advance(belief.node(i), generator, Days{until - age});
      } else {
        ctmc::advance_avoiding(belief.node(i), generator, avoided, Days{until - age});
      }
    }
    age = until;
  }
  if (avoided.any()) {
    for (int i = 0; i < belief.nodes; ++i) {
      for (int s = 0; s < belief.stages; ++s) {
        if (avoided[static_cast<std::size_t>(s)]) {
          belief.node(i)[static_cast<std::size_t>(s)] = 0.0;
        }
      }
    }
  }
}

RELAPSE_INLINE Belief start_belief(std::span<const double> centred, const Model& model) {
  const auto& law = model.start();
  Belief belief(model.nodes(), model.stages());
  const auto dot = [&](const std::vector<model::MoveEffect>& effects) {
    double sum = 0.0;
    for (const auto& effect : effects) {
      sum += effect.weight * centred[static_cast<std::size_t>(effect.determinant)];
    }
    return sum;
  };
  const double tilt = dot(law.node_effects);
  double largest_tilt = -std::numeric_limits<double>::infinity();
  for (const double eta : model.propensity())
    largest_tilt = std::max(largest_tilt, eta * tilt);
  std::vector<double> log_odds(static_cast<std::size_t>(model.stages()));
  for (std::size_t s = 0; s < log_odds.size(); ++s)
    log_odds[s] = dot(law.stage_effects[s]);
  double weights = 0.0;
  for (int i = 0; i < belief.nodes; ++i) {
    const double eta = model.propensity()[static_cast<std::size_t>(i)];
    const auto odds = [&](std::size_t s) {
      return log_odds[s] + law.propensity[s] * eta;
    };
    double largest = -std::numeric_limits<double>::infinity();
    for (std::size_t s = 0; s < log_odds.size(); ++s) {
      if (law.initial[s] > 0.0) largest = std::max(largest, odds(s));
    }
    double sum = 0.0;
    const auto node = belief.node(i);
    for (std::size_t s = 0; s < log_odds.size(); ++s) {
      node[s] = law.initial[s] > 0.0 ? law.initial[s] * std::exp(odds(s) - largest) : 0.0;
      sum += node[s];
    }
    const double weight = std::exp(eta * tilt - largest_tilt);
    weights += weight;
    for (double& mass : node) mass *= weight / sum;
  }
  belief.scale(1.0 / weights);
  return belief;
}

namespace detail {

inline void keep_only(Belief& belief, ctmc::StateSet known) {
  for (int i = 0; i < belief.nodes; ++i) {
    for (int s = 0; s < belief.stages; ++s) {
      if (!known[static_cast<std::size_t>(s)]) {
        belief.node(i)[static_cast<std::size_t>(s)] = 0.0;
      }
    }
  }
}

/// The density of jumping into `into` at this very moment, in place of the probability of
/// being there.
inline void enter(Belief& belief, const Covariates& covariates, double age,
                  ctmc::StateSet into, const Model& model, Workspace& workspace) {
  // The rates are those of the cell that ends at this age.
  const double just_before = std::nextafter(age, 0.0);
  fill_cell(covariates, cell_after(std::max(0.0, just_before)), model, workspace.centred);
  model.movement().ratios(workspace.centred, workspace.ratios);
  for (int i = 0; i < belief.nodes; ++i) {
    const auto generator = model.movement().generator(workspace.ratios, i);
    const auto node = belief.node(i);
    ctmc::Vector jump = ctmc::Vector::Zero(belief.stages);
    for (int r = 0; r < belief.stages; ++r) {
      if (into[static_cast<std::size_t>(r)]) continue;
      for (int s = 0; s < belief.stages; ++s) {
        if (into[static_cast<std::size_t>(s)]) {
          jump(s) += node[static_cast<std::size_t>(r)] * generator.rate(r, s);
        }
      }
    }
    for (int s = 0; s < belief.stages; ++s) node[static_cast<std::size_t>(s)] = jump(s);
  }
}

/// Multiplies by exp(log_likelihood) of each stage and normalises; returns the log of the
/// normaliser, -infinity when nothing is left. In the log domain where products of tiny
/// numbers could vanish.
inline double weigh(Belief& belief, std::span<const double> log_likelihood) {
  constexpr double safe = 1e-200;
  const auto stages = static_cast<std::size_t>(belief.stages);
  double shift = -std::numeric_limits<double>::infinity();
  for (int s = 0; s < belief.stages; ++s) {
    if (belief.stage_mass(s) > 0.0) {
      shift = std::max(shift, log_likelihood[static_cast<std::size_t>(s)]);
    }
  }
  if (!(shift > -std::numeric_limits<double>::infinity())) return shift;
  double total = 0.0;
  for (std::size_t j = 0; j < belief.joint.size(); ++j) {
    total += belief.joint[j] * std::exp(log_likelihood[j % stages] - shift);
  }
  const bool log_domain = !(total > safe);
  if (log_domain) {
    shift = -std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < belief.joint.size(); ++j) {
      if (belief.joint[j] > 0.0) {
        shift = std::max(shift, std::log(belief.joint[j]) + log_likelihood[j % stages]);
      }
    }
    if (!(shift > -std::numeric_limits<double>::infinity())) return shift;
  }
  double sum = 0.0;
  for (std::size_t j = 0; j < belief.joint.size(); ++j) {
    double& mass = belief.joint[j];
    if (mass <= 0.0) continue;
    const double log_weight = log_likelihood[j % stages] - shift;
    mass =
        log_domain ? std::exp(std::log(mass) + log_weight) : mass * std::exp(log_weight);
    sum += mass;
  }
  belief.scale(1.0 / sum);
  return shift + std::log(sum);
}

/// What is known from outside about the stage.
inline void condition(PersonState& state, const Answers& answers, const Model& model,
                      Workspace& workspace) {
  if (!answers.known) return;
  if (answers.entered) {
    enter(state.belief, state.covariates, answers.time.days - state.covariates.updated,
          *answers.known, model, workspace);
  } else {
    keep_only(state.belief, *answers.known);
  }
}

inline void begin(PersonState& state, const Answers& answers, const Start& start,
                  const Model& model, Workspace& workspace, StepTrace* trace) {
  if (answers.entered) {
    throw CheckInError({{}, {}, "entered"}, "a first check-in cannot be an exact entry");
  }
  state.covariates = first_covariates(answers, start, model);
  if (trace != nullptr) trace->before = state.covariates;
  update(state.covariates, answers, model);
  for (int d = 0; d < model.determinants().count(); ++d) {
    workspace.centred[static_cast<std::size_t>(d)] =
        at_age(state.covariates, d, 0.0, model).deviation;
  }
  state.belief = start_belief(workspace.centred, model);
  if (trace != nullptr) trace->carried = state.belief;
  condition(state, answers, model, workspace);
  if (answers.abstinent_since_last) keep_only(state.belief, ~model.use());
  if (trace != nullptr) trace->known = state.belief;
}

inline void proceed(PersonState& state, const Answers& answers, const Model& model,
                    Workspace& workspace, StepTrace* trace) {
  const bool abstinent = answers.abstinent_since_last;
  if (trace != nullptr && abstinent) {
    trace->carried = state.belief;
    carry(trace->carried, state.covariates, state.time, answers.time, {}, model,
          workspace);
  }
  carry(state.belief, state.covariates, state.time, answers.time,
        abstinent ? model.use() : ctmc::StateSet{}, model, workspace);
  if (trace != nullptr) {
    trace->before = state.covariates;
    if (!abstinent) trace->carried = state.belief;
  }
  condition(state, answers, model, workspace);
  if (trace != nullptr) trace->known = state.belief;
  update(state.covariates, answers, model);
}

}  // namespace detail

RELAPSE_INLINE void sign_log_likelihood(const Answers& answers, const Model& model,
                                        std::span<double> log_likelihood) {
  std::fill(log_likelihood.begin(), log_likelihood.end(), 0.0);
  for (int item = 0; item < model.items(); ++item) {
    const auto* sign = model.sign(item);
    if (sign == nullptr) continue;
    if (const auto value = answers.evidence(item, model)) {
      sign->add_log_likelihood(*value, log_likelihood);
    }
  }
}

RELAPSE_INLINE double step(PersonState& state, const Answers& answers, const Start& start,
                           const Model& model, Workspace& workspace, StepTrace* trace) {
  if (!state.started) {
    detail::begin(state, answers, start, model, workspace, trace);
  } else {
    if (!(answers.time >= state.time)) {
      throw CheckInError({{}, {}, "time"}, "goes back behind the last check-in");
    }
    detail::proceed(state, answers, model, workspace, trace);
  }
  sign_log_likelihood(answers, model, workspace.log_likelihood);
  const double log_normaliser = detail::weigh(state.belief, workspace.log_likelihood);
  if (!(log_normaliser > -std::numeric_limits<double>::infinity())) {
    throw CheckInError({}, "is impossible under the model");
  }
  state.started = true;
  state.time = answers.time;
  return log_normaliser;
}

}  // namespace relapse::infer
