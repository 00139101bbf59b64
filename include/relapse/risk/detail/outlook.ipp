#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/error.hpp>
#include <relapse/infer/detail/filter.hpp>
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

/// What an outlook looks from.
struct Outlook::Moment {
  infer::Belief belief_ahead(const infer::Belief& from, const infer::Covariates& under,
                             Days after,
                             std::span<const Intervention> interventions) const;
  double use_ahead(const infer::Belief& from, const infer::Covariates& under,
                   Days horizon, std::span<const Intervention> interventions) const;
  std::vector<double> stages() const;
  int stage() const;

  Model model;
  Time now;
  infer::Belief belief;
  infer::Covariates covariates;
};

RELAPSE_INLINE Outlook::Outlook(const infer::PersonState& state, Time now, Model model) {
  if (!state.started) throw InvalidInput("outlook", "there is no check-in yet");
  if (!(now >= state.time) || !std::isfinite(now.days)) {
    throw InvalidInput("outlook", "the time must not be before the last check-in");
  }
  Moment moment{std::move(model), now, state.belief, state.covariates};
  infer::Workspace workspace(moment.model);
  infer::carry(moment.belief, moment.covariates, state.time, now, {}, moment.model,
               workspace);
  moment_ = std::make_shared<const Moment>(std::move(moment));
}

RELAPSE_INLINE const Model& Outlook::model() const noexcept { return moment_->model; }

RELAPSE_INLINE Time Outlook::now() const noexcept { return moment_->now; }

RELAPSE_INLINE RiskEstimate
Outlook::risk_within(Days horizon, std::span<const Intervention> interventions) const {
  detail::require_horizon(horizon);
  HorizonWorkspace workspace;
  std::vector<RiskEstimate> estimates;
  estimate(moment_->belief, moment_->covariates,
           moment_->now.days - moment_->covariates.updated, {&horizon.count, 1},
           interventions, moment_->model, workspace, estimates);
  return estimates.front();
}

RELAPSE_INLINE std::vector<double> Outlook::Moment::stages() const {
  std::vector<double> masses;
  masses.reserve(static_cast<std::size_t>(belief.stages));
  for (int s = 0; s < belief.stages; ++s) masses.push_back(belief.stage_mass(s));
  return masses;
}

RELAPSE_INLINE std::vector<double> Outlook::stages() const { return moment_->stages(); }

RELAPSE_INLINE int Outlook::stage() const { return moment_->stage(); }

RELAPSE_INLINE int Outlook::Moment::stage() const {
  const auto masses = stages();
  return static_cast<int>(std::max_element(masses.begin(), masses.end()) -
                          masses.begin());
}

RELAPSE_INLINE double Outlook::determinant(int index) const {
  return infer::at_age(moment_->covariates, index,
                       moment_->now.days - moment_->covariates.updated, moment_->model)
      .deviation;
}

RELAPSE_INLINE std::optional<Days> Outlook::half_life(int index) const {
  const auto& law = moment_->model.determinants().laws()[static_cast<std::size_t>(index)];
  if (law.half_life > 0.0) return Days{law.half_life};
  return std::nullopt;
}

RELAPSE_INLINE std::optional<Days> Outlook::since_use_told() const {
  if (!(moment_->covariates.lapses > 0.0)) return std::nullopt;
  return Days{moment_->now.days - moment_->covariates.lapses_at};
}

RELAPSE_INLINE std::optional<double> Outlook::last_answer(std::string_view item) const {
  const auto* channel = infer::find_channel(moment_->covariates, item, moment_->model);
  if (channel == nullptr || !channel->asked()) return std::nullopt;
  return decode_answer(moment_->model.find_item(item), channel->value, moment_->model);
}

RELAPSE_INLINE std::optional<Days> Outlook::since_use() const {
  if (!moment_->covariates.use_known) return std::nullopt;
  return Days{moment_->now.days - moment_->covariates.use_clock};
}

RELAPSE_INLINE double
Outlook::Moment::use_ahead(const infer::Belief& from, const infer::Covariates& under,
                           Days horizon,
                           std::span<const Intervention> interventions) const {
  if (model.use()[static_cast<std::size_t>(stage())]) {
    const auto ahead = belief_ahead(from, under, horizon, interventions);
    double in_use = 0.0;
    for (int s = 0; s < ahead.stages; ++s) {
      if (model.use()[static_cast<std::size_t>(s)]) in_use += ahead.stage_mass(s);
    }
    return in_use;
  }
  HorizonWorkspace workspace;
  std::vector<RiskEstimate> estimates;
  estimate(from, under, now.days - under.updated, {&horizon.count, 1}, interventions,
           model, workspace, estimates);
  return estimates.front().probability;
}

RELAPSE_INLINE double
Outlook::use_ahead(Days horizon, std::span<const Intervention> interventions) const {
  detail::require_horizon(horizon);
  return moment_->use_ahead(moment_->belief, moment_->covariates, horizon, interventions);
}

RELAPSE_INLINE double Outlook::use_ahead_without(int item, double answer,
                                                 Days horizon) const {
  detail::require_horizon(horizon);
  const int channel = moment_->model.determinants().channel(item);
  if (channel >= 0) {
    auto without = moment_->covariates;
    without.channels[static_cast<std::size_t>(channel)] = {};
    return moment_->use_ahead(moment_->belief, without, horizon, {});
  }
  const auto* sign = moment_->model.sign(item);
  if (sign == nullptr) {
    throw InvalidInput("use_ahead_without", "the item must be a sign or a determinant");
  }
  constexpr double least = -50.0;  // a stage that the answer excludes has no mass anyway
  std::vector<double> weights;
  for (int s = 0; s < moment_->belief.stages; ++s) {
    weights.push_back(-std::max(least, sign->log_likelihood(answer, s)));
  }
  auto without = moment_->belief;
  without.weigh_in_logs(weights);
  return moment_->use_ahead(without, moment_->covariates, horizon, {});
}

RELAPSE_INLINE infer::Belief
Outlook::Moment::belief_ahead(const infer::Belief& from, const infer::Covariates& under,
                              Days after,
                              std::span<const Intervention> interventions) const {
  Path path;
  const double age = now.days - under.updated;
  detail::lay_path(under, age, {&after.count, 1}, interventions, model, path);
  PassageWorkspace workspace;
  prepare(path, model, workspace);
  infer::Belief ahead = from;
  workspace.path.load(ahead, {});
  workspace.path.follow({}, {});
  workspace.path.store(ahead, {});
  return ahead;
}

RELAPSE_INLINE std::vector<double> Outlook::forecast(int item, Days after) const {
  const auto* sign =
      item >= 0 && item < moment_->model.items() ? moment_->model.sign(item) : nullptr;
  if (sign == nullptr)
    throw InvalidInput("forecast", "the item must be a sign or a use item");
  if (!(after.count >= 0.0 && std::isfinite(after.count))) {
    throw InvalidInput("forecast", "the time must be a finite number of days, 0 or more");
  }
  const auto ahead =
      after.count > 0.0
          ? moment_->belief_ahead(moment_->belief, moment_->covariates, after, {})
          : moment_->belief;
  std::vector<double> answers(static_cast<std::size_t>(std::max(1, sign->levels())), 0.0);
  for (int s = 0; s < ahead.stages; ++s) {
    const double mass = ahead.stage_mass(s);
    if (sign->levels() == 0) answers[0] += mass * sign->mean(s);
    for (int level = 0; level < sign->levels(); ++level) {
      answers[static_cast<std::size_t>(level)] += mass * sign->probability(level, s);
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
  if (sign == nullptr || sign->kind() == model::AnswerKind::measurement) {
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
          elementary::exp(sign->log_likelihood(level, s));
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
  const auto happens = detail::outcome_by_stage(outcome, moment_->model);
  if (outcome.already >= run) return 1.0;
  if (weeks < run - outcome.already) return 0.0;
  Path path;
  for (int week = 1; week <= weeks; ++week) path.ends.push_back(7.0 * week);
  const double age = moment_->now.days - moment_->covariates.updated;
  add_cell_ends(age, 7.0 * weeks, moment_->model, path.ends);
  tidy_ends(path.ends);
  fill_path(moment_->covariates, age, {}, moment_->model, path);
  std::vector<double> ratios;
  fill_ratios(path, moment_->model, ratios);
  // A lane for each node and length of the run so far.
  infer::NodePath counted(moment_->model, run);
  counted.load(moment_->belief, {}, outcome.already);
  const auto length = static_cast<std::size_t>(run);
  const std::size_t width = ratios.size() / path.ends.size();
  double done = 0.0;
  int week = 1;
  for (int piece = 0; piece < path.pieces(); ++piece) {
    const std::span<const double> all(ratios);
    counted.lead_through(all.subspan(static_cast<std::size_t>(piece) * width, width),
                         path.length(piece));
    counted.follow({}, {});
    if (path.ends[static_cast<std::size_t>(piece)] < 7.0 * week) continue;
    ++week;
    for (int i = 0; i < moment_->belief.nodes; ++i) {
      for (std::size_t s = 0; s < happens.size(); ++s) {
        double* of_run = counted.row().data() + s * counted.lanes() + counted.lane(i);
        done += of_run[length - 1] * happens[s];
        double broken = 0.0;
        for (std::size_t c = 0; c < length; ++c) broken += of_run[c];
        for (std::size_t c = length - 1; c > 0; --c) {
          of_run[c] = of_run[c - 1] * happens[s];
        }
        of_run[0] = broken * (1.0 - happens[s]);
      }
    }
  }
  return std::min(1.0, done);
}

}  // namespace relapse::risk
