#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/probability.hpp>
#include <relapse/core/error.hpp>
#include <relapse/infer/detail/course.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/risk/detail/horizon.ipp>
#include <relapse/risk/detail/line.hpp>
#include <relapse/risk/detail/outcome_law.hpp>
#include <relapse/risk/detail/run_chain.hpp>
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

/// Memory that the looks of a thread share, as actions are compared by hundreds of them.
struct Looking {
  HorizonWorkspace horizon;
  std::vector<RiskEstimate> estimates;
  Path path;
  std::vector<double> ratios;
  std::vector<double> days;
  infer::NodePath nodes;
};

inline Looking& looking() {
  thread_local Looking looking;
  return looking;
}

}  // namespace detail

/// What an outlook looks from.
struct Outlook::Moment {
  Ahead ahead(std::span<const Intervention> interventions = {}) const {
    return {covariates, now.days - covariates.updated, interventions, &course};
  }
  /// @param from on its grid, or summed over the ways of the habits
  infer::Belief belief_ahead(const infer::Belief& from, const Ahead& under,
                             Days after) const;
  model::Repeat repeat(int item, Days after) const;
  /// Calls visit(stage, way, mass) of what is there after a time, by the ways of a sign.
  template <class Visit>
  void for_each_mass(const model::SignLaw& sign, Days after, Visit visit) const;
  double use_ahead(const infer::Belief& from, const Ahead& under, Days horizon) const;
  int stage() const;

  Model model;
  Time now;
  infer::Belief belief;
  infer::Covariates covariates;
  std::vector<infer::GivenAnswer> given;  // by sign whose answers persist
  infer::Course course;
  std::vector<double> stages;
};

RELAPSE_INLINE Outlook::Outlook(const infer::PersonState& state, Time now, Model model)
    : Outlook(state, now, std::move(model), {}) {}

RELAPSE_INLINE Outlook::Outlook(const infer::PersonState& state, Time now, Model model,
                                std::span<const Answers> plan) {
  if (!state.started) throw InvalidInput("outlook", "there is no check-in yet");
  if (!(now >= state.time) || !std::isfinite(now.days)) {
    throw InvalidInput("outlook", "the time must not be before the last check-in");
  }
  infer::PersonState there = state;
  if (now > state.time) {
    infer::Workspace workspace(model);
    infer::pass_silence(there, now, model, workspace);
    infer::carry(there.belief, there.covariates, there.time, now, {}, model, workspace);
  }
  auto course = infer::lay_course(there.covariates, now, plan, model);
  std::vector<double> stages;
  stages.reserve(static_cast<std::size_t>(there.belief.stages));
  for (int s = 0; s < there.belief.stages; ++s)
    stages.push_back(there.belief.stage_mass(s));
  Moment moment{std::move(model),        now,
                std::move(there.belief), std::move(there.covariates),
                std::move(there.given),  std::move(course),
                std::move(stages)};
  moment_ = std::make_shared<const Moment>(std::move(moment));
}

RELAPSE_INLINE const Model& Outlook::model() const noexcept { return moment_->model; }

RELAPSE_INLINE Time Outlook::now() const noexcept { return moment_->now; }

RELAPSE_INLINE RiskEstimate
Outlook::risk_within(Days horizon, std::span<const Intervention> interventions) const {
  detail::require_horizon(horizon);
  auto& looking = detail::looking();
  estimate(moment_->belief, moment_->ahead(interventions), {&horizon.count, 1},
           moment_->model, looking.horizon, looking.estimates);
  return looking.estimates.front();
}

RELAPSE_INLINE std::vector<double> Outlook::stages() const { return moment_->stages; }

RELAPSE_INLINE int Outlook::stage() const { return moment_->stage(); }

RELAPSE_INLINE int Outlook::Moment::stage() const {
  return static_cast<int>(std::max_element(stages.begin(), stages.end()) -
                          stages.begin());
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

RELAPSE_INLINE double Outlook::Moment::use_ahead(const infer::Belief& from,
                                                 const Ahead& under, Days horizon) const {
  if (model.use()[static_cast<std::size_t>(stage())]) {
    infer::Belief by_stage;
    from.sum_over_ways(model.ways(), by_stage);
    return belief_ahead(by_stage, under, horizon).mass_in(model.use());
  }
  return use_within(from, under, horizon.count, model, detail::looking().horizon);
}

RELAPSE_INLINE double
Outlook::use_ahead(Days horizon, std::span<const Intervention> interventions) const {
  detail::require_horizon(horizon);
  return moment_->use_ahead(moment_->belief, moment_->ahead(interventions), horizon);
}

RELAPSE_INLINE double Outlook::use_ahead_without(int item, double answer,
                                                 Days horizon) const {
  detail::require_horizon(horizon);
  const int channel = moment_->model.determinants().channel(item);
  if (channel >= 0) {
    const auto index = static_cast<std::size_t>(channel);
    auto without = moment_->covariates;
    auto course = moment_->course;
    for (auto& piece : course.pieces) {
      auto& told = piece.covariates.channels[index];
      if (told == without.channels[index]) told = {};
    }
    without.channels[index] = {};
    const double age = moment_->now.days - without.updated;
    return moment_->use_ahead(moment_->belief, {without, age, {}, &course}, horizon);
  }
  const auto* sign = moment_->model.sign(item);
  if (sign == nullptr) {
    throw InvalidInput("use_ahead_without", "the item must be a sign or a determinant");
  }
  constexpr double least = -50.0;  // a stage that the answer excludes has no mass anyway
  const auto& model = moment_->model;
  const auto repeated = infer::last_given(item, moment_->given, model).repeated;
  std::vector<double> weights;
  for (int way = 0; way < model.answer_ways(); ++way) {
    for (int s = 0; s < model.stages(); ++s) {
      weights.push_back(-std::max(least, sign->log_likelihood(answer, repeated, s, way)));
    }
  }
  auto without = moment_->belief;
  without.weigh_in_logs(weights);
  return moment_->use_ahead(without, moment_->ahead(), horizon);
}

RELAPSE_INLINE infer::Belief Outlook::Moment::belief_ahead(const infer::Belief& from,
                                                           const Ahead& under,
                                                           Days after) const {
  auto& [horizon, estimates, path, ratios, days, nodes] = detail::looking();
  detail::lay_path(under, {&after.count, 1}, model, path);
  fill_ratios(path, model, ratios);
  path.lengths(days);
  const bool by_way = from.nodes == model.nodes();
  nodes.fit(model, 1, by_way ? infer::Grid::ways : infer::Grid::propensity);
  nodes.lead_through(ratios, days);
  infer::Belief ahead = from;
  nodes.load(ahead, {});
  nodes.follow({}, {});
  nodes.store(ahead, {});
  return ahead;
}

template <class Visit>
void Outlook::Moment::for_each_mass(const model::SignLaw& sign, Days after,
                                    Visit visit) const {
  infer::Belief ahead = belief;
  if (sign.ways() == 1) belief.sum_over_ways(model.ways(), ahead);
  if (after.count > 0.0) ahead = belief_ahead(ahead, this->ahead(), after);
  for (int s = 0; s < ahead.stages; ++s) {
    for (int way = 0; way < sign.ways(); ++way) {
      double mass = 0.0;
      for (int i = way; i < ahead.nodes; i += sign.ways() == 1 ? 1 : model.answer_ways())
        mass += ahead.node(i)[static_cast<std::size_t>(s)];
      visit(s, way, mass);
    }
  }
}

/// What an answer some time from now may repeat.
RELAPSE_INLINE model::Repeat Outlook::Moment::repeat(int item, Days after) const {
  return infer::last_given(item, given, model).repeat_at(now + after, *model.sign(item));
}

RELAPSE_INLINE std::vector<double> Outlook::forecast(int item, Days after) const {
  const auto* sign =
      item >= 0 && item < moment_->model.items() ? moment_->model.sign(item) : nullptr;
  if (sign == nullptr)
    throw InvalidInput("forecast", "the item must be a sign or a use item");
  if (!(after.count >= 0.0 && std::isfinite(after.count))) {
    throw InvalidInput("forecast", "the time must be a finite number of days, 0 or more");
  }
  const auto repeat = moment_->repeat(item, after);
  std::vector<double> answers(static_cast<std::size_t>(std::max(1, sign->levels())), 0.0);
  moment_->for_each_mass(*sign, after, [&](int s, int way, double mass) {
    if (sign->levels() == 0) answers[0] += mass * sign->mean(s, way);
    for (int level = 0; level < sign->levels(); ++level) {
      answers[static_cast<std::size_t>(level)] +=
          mass * sign->likelihood(level, repeat, s, way);
    }
  });
  if (sign->levels() == 0 && repeat.share > 0.0)
    answers[0] += repeat.share * (repeat.answer - answers[0]);
  return answers;
}

RELAPSE_INLINE double Outlook::run_probability(const RunOutcome& outcome, int run,
                                               int weeks) const {
  if (run < 1 || weeks < 0 || outcome.already < 0) {
    throw InvalidInput("run_probability",
                       "run must be at least 1, weeks and already 0 or more");
  }
  if (7.0 * weeks > longest_horizon.count) {
    throw InvalidInput("run_probability", "weeks must be at most those of a century");
  }
  const Model& model = moment_->model;
  detail::RunChain chain(outcome, run, model);
  if (outcome.already >= run) return 1.0;
  if (weeks < run - outcome.already) return 0.0;
  Path path;
  for (int week = 1; week <= weeks; ++week) path.ends.push_back(7.0 * week);
  add_ends(moment_->ahead(), 7.0 * weeks, model, path.ends);
  tidy_ends(path.ends);
  fill_path(moment_->ahead(), model, path);
  std::vector<double> ratios;
  fill_ratios(path, model, ratios);
  infer::NodePath counted(model, chain.lanes());
  counted.load(moment_->belief, {}, chain.start());
  const std::size_t width = ratios.size() / path.ends.size();
  const auto lead = [&](int piece) {
    const std::span<const double> all(ratios);
    counted.lead_through(all.subspan(static_cast<std::size_t>(piece) * width, width),
                         path.length(piece));
  };
  const double done = chain.walk_weeks(path, counted, lead, [&](int week) {
    return chain.chances(moment_->repeat(outcome.item, Days{7.0 * week}));
  });
  return std::min(1.0, done);
}

RELAPSE_INLINE double Outlook::outcome(const OutcomeRule& rule) const {
  const Model& model = moment_->model;
  const int item = model.find_item(rule.item);
  const auto* sign = item < 0 ? nullptr : model.sign(item);
  if (sign == nullptr)
    throw InvalidInput("outcome", "the item must be a sign or a use item");
  double probability = 0.0;
  if (rule.after_days) {
    const Days after{*rule.after_days};
    const auto repeat = moment_->repeat(item, after);
    double there = 0.0;
    moment_->for_each_mass(*sign, after, [&](int s, int way, double mass) {
      there += mass * detail::there_in(rule, *sign, s, way);
      detail::for_each_chance(rule, *sign, repeat, {s, way},
                              [&](double chance) { probability += mass * chance; });
    });
    probability = there > 0.0 ? std::min(1.0, probability / there) : 0.0;
  } else {
    probability =
        run_probability(detail::run_outcome(rule, item, *sign), rule.run, rule.weeks);
  }
  return detail::on_line(rule.recalibration, probability);
}

}  // namespace relapse::risk
