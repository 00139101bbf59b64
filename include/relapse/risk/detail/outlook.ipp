#pragma once

#include <relapse/core/error.hpp>
#include <relapse/ctmc/transition.hpp>
#include <relapse/risk/detail/horizon.ipp>
#include <relapse/risk/outlook.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace relapse::risk {
namespace detail {

inline void require_horizon(Days horizon) {
  if (!(horizon.count > 0.0 && horizon.count <= longest_horizon.count)) {
    throw InvalidInput("horizon", "must be above 0 and at most 36525 days, a century");
  }
}

}  // namespace detail

RELAPSE_INLINE Outlook::Outlook(const infer::PersonState& state, Time now, Model model)
    : model_(std::move(model)), now_(now) {
  if (!state.started) throw InvalidInput("outlook", "there is no check-in yet");
  if (!(now >= state.time) || !std::isfinite(now.days)) {
    throw InvalidInput("outlook", "the time must not be before the last check-in");
  }
  belief_ = state.belief;
  covariates_ = state.covariates;
  infer::Workspace workspace(model_);
  infer::carry(belief_, covariates_, state.time, now, {}, model_, workspace);
}

RELAPSE_INLINE RiskEstimate
Outlook::risk_within(Days horizon, std::span<const Intervention> interventions) const {
  detail::require_horizon(horizon);
  HorizonWorkspace workspace;
  std::vector<RiskEstimate> estimates;
  estimate(belief_, covariates_, now_.days - covariates_.updated, {&horizon.count, 1},
           interventions, model_, workspace, estimates);
  return estimates.front();
}

RELAPSE_INLINE std::vector<double> Outlook::stages() const {
  std::vector<double> masses;
  masses.reserve(static_cast<std::size_t>(belief_.stages));
  for (int s = 0; s < belief_.stages; ++s) masses.push_back(belief_.stage_mass(s));
  return masses;
}

RELAPSE_INLINE int Outlook::stage() const {
  const auto masses = stages();
  return static_cast<int>(std::max_element(masses.begin(), masses.end()) -
                          masses.begin());
}

RELAPSE_INLINE double Outlook::determinant(int index) const {
  return infer::at_age(covariates_, index, now_.days - covariates_.updated, model_)
      .deviation;
}

RELAPSE_INLINE std::optional<Days> Outlook::half_life(int index) const {
  const auto& law = model_.determinants().laws()[static_cast<std::size_t>(index)];
  if (law.half_life > 0.0) return Days{law.half_life};
  return std::nullopt;
}

RELAPSE_INLINE std::optional<Days> Outlook::since_use_told() const {
  if (!(covariates_.lapses > 0.0)) return std::nullopt;
  return Days{now_.days - covariates_.lapses_at};
}

RELAPSE_INLINE std::optional<double> Outlook::last_answer(std::string_view item) const {
  const auto* channel = infer::find_channel(covariates_, item, model_);
  if (channel == nullptr || !channel->asked()) return std::nullopt;
  return decode_answer(model_.find_item(item), channel->value, model_);
}

RELAPSE_INLINE std::optional<Days> Outlook::since_use() const {
  if (!covariates_.use_known) return std::nullopt;
  return Days{now_.days - covariates_.use_clock};
}

RELAPSE_INLINE double
Outlook::use_ahead(const infer::Belief& belief, const infer::Covariates& covariates,
                   Days horizon, std::span<const Intervention> interventions) const {
  if (model_.use()[static_cast<std::size_t>(stage())]) {
    const auto ahead = belief_ahead(belief, covariates, horizon, interventions);
    double in_use = 0.0;
    for (int s = 0; s < ahead.stages; ++s) {
      if (model_.use()[static_cast<std::size_t>(s)]) in_use += ahead.stage_mass(s);
    }
    return in_use;
  }
  HorizonWorkspace workspace;
  std::vector<RiskEstimate> estimates;
  estimate(belief, covariates, now_.days - covariates.updated, {&horizon.count, 1},
           interventions, model_, workspace, estimates);
  return estimates.front().probability;
}

RELAPSE_INLINE double
Outlook::use_ahead(Days horizon, std::span<const Intervention> interventions) const {
  detail::require_horizon(horizon);
  return use_ahead(belief_, covariates_, horizon, interventions);
}

RELAPSE_INLINE double Outlook::use_ahead_without(int item, double answer,
                                                 Days horizon) const {
  detail::require_horizon(horizon);
  const int channel = model_.determinants().channel(item);
  if (channel >= 0) {
    auto without = covariates_;
    without.channels[static_cast<std::size_t>(channel)] = {};
    return use_ahead(belief_, without, horizon, {});
  }
  const auto* sign = model_.sign(item);
  if (sign == nullptr) {
    throw InvalidInput("use_ahead_without", "the item must be a sign or a determinant");
  }
  constexpr double least = -50.0;  // a stage that the answer excludes has no mass anyway
  std::vector<double> weights;
  for (int s = 0; s < belief_.stages; ++s) {
    weights.push_back(-std::max(least, sign->log_likelihood(answer, s)));
  }
  auto without = belief_;
  without.weigh_in_logs(weights);
  return use_ahead(without, covariates_, horizon, {});
}

RELAPSE_INLINE infer::Belief
Outlook::belief_ahead(const infer::Belief& belief, const infer::Covariates& covariates,
                      Days after, std::span<const Intervention> interventions) const {
  Path path;
  const double age = now_.days - covariates.updated;
  detail::lay_path(covariates, age, {&after.count, 1}, interventions, model_, path);
  PassageWorkspace workspace;
  fill_ratios(path, model_, workspace.ratios);
  infer::Belief ahead = belief;
  for (int i = 0; i < ahead.nodes; ++i) {
    for (int piece = 0; piece < path.pieces(); ++piece) {
      ctmc::advance(ahead.node(i), generator_on(model_, workspace.ratios, piece, i, {}),
                    Days{path.length(piece)});
    }
  }
  return ahead;
}

RELAPSE_INLINE std::vector<double> Outlook::forecast(int item, Days after) const {
  const auto* sign = item >= 0 && item < model_.items() ? model_.sign(item) : nullptr;
  if (sign == nullptr)
    throw InvalidInput("forecast", "the item must be a sign or a use item");
  if (!(after.count >= 0.0 && std::isfinite(after.count))) {
    throw InvalidInput("forecast", "the time must be a finite number of days, 0 or more");
  }
  const auto ahead =
      after.count > 0.0 ? belief_ahead(belief_, covariates_, after, {}) : belief_;
  std::vector<double> answers(static_cast<std::size_t>(std::max(1, sign->levels())), 0.0);
  for (int s = 0; s < ahead.stages; ++s) {
    const double mass = ahead.stage_mass(s);
    if (sign->levels() == 0) answers[0] += mass * sign->mean(s);
    for (int level = 0; level < sign->levels(); ++level) {
      answers[static_cast<std::size_t>(level)] +=
          mass * std::exp(sign->log_likelihood(level, s));
    }
  }
  return answers;
}

namespace detail {

/// Probability of the outcome in each stage.
inline std::vector<double> outcome_by_stage(const RunOutcome& outcome,
                                            const Model& model) {
  const auto* sign = outcome.item >= 0 && outcome.item < model.items()
                         ? model.sign(outcome.item)
                         : nullptr;
  if (sign == nullptr || sign->family() == Family::normal) {
    throw InvalidInput("run_probability",
                       "the outcome must be a sign with levels or counts");
  }
  std::vector<double> probability(static_cast<std::size_t>(model.stages()), 0.0);
  for (auto at = outcome.levels.begin(); at != outcome.levels.end(); ++at) {
    const double level = *at;
    if (std::find(outcome.levels.begin(), at, level) != at) {
      throw InvalidInput("run_probability", "the outcome names a level twice");
    }
    if (!sign->admits(level)) {
      throw InvalidInput("run_probability",
                         "the outcome names a level that does not exist");
    }
    for (int s = 0; s < model.stages(); ++s) {
      probability[static_cast<std::size_t>(s)] +=
          std::exp(sign->log_likelihood(level, s));
    }
  }
  return probability;
}

}  // namespace detail

RELAPSE_INLINE double Outlook::run_probability(const RunOutcome& outcome, int run,
                                               int weeks) const {
  if (run < 1 || weeks < 0 || outcome.already < 0) {
    throw InvalidInput("run_probability",
                       "run must be at least 1, weeks and already 0 or more");
  }
  if (7.0 * weeks > longest_horizon.count) {
    throw InvalidInput("run_probability", "weeks must be at most those of a century");
  }
  const auto happens = detail::outcome_by_stage(outcome, model_);
  if (outcome.already >= run) return 1.0;
  if (weeks < run - outcome.already) return 0.0;
  Path path;
  for (int week = 1; week <= weeks; ++week) path.ends.push_back(7.0 * week);
  const double age = now_.days - covariates_.updated;
  add_cell_ends(age, 7.0 * weeks, model_, path.ends);
  tidy_ends(path.ends);
  fill_path(covariates_, age, {}, model_, path);
  PassageWorkspace workspace;
  fill_ratios(path, model_, workspace.ratios);
  const auto stages = static_cast<std::size_t>(belief_.stages);
  const auto length = static_cast<std::size_t>(run);
  double done = 0.0;
  std::vector<double> counted;  // [length of the run][stage]
  for (int i = 0; i < belief_.nodes; ++i) {
    counted.assign(length * stages, 0.0);
    const auto node = belief_.node(i);
    std::copy(node.begin(), node.end(),
              counted.begin() + outcome.already * static_cast<std::ptrdiff_t>(stages));
    int week = 1;
    for (int piece = 0; piece < path.pieces(); ++piece) {
      const auto generator = generator_on(model_, workspace.ratios, piece, i, {});
      for (std::size_t c = 0; c < length; ++c) {
        ctmc::advance(std::span<double>(counted).subspan(c * stages, stages), generator,
                      Days{path.length(piece)});
      }
      if (path.ends[static_cast<std::size_t>(piece)] < 7.0 * week) continue;
      ++week;
      for (std::size_t s = 0; s < stages; ++s) {
        done += counted[(length - 1) * stages + s] * happens[s];
        double broken = 0.0;
        for (std::size_t c = 0; c < length; ++c) broken += counted[c * stages + s];
        broken *= 1.0 - happens[s];
        for (std::size_t c = length - 1; c > 0; --c) {
          counted[c * stages + s] = counted[(c - 1) * stages + s] * happens[s];
        }
        counted[s] = broken;
      }
    }
  }
  return std::min(1.0, done);
}

}  // namespace relapse::risk
