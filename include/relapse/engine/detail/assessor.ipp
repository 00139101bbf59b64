#pragma once

#include <relapse/core/detail/index.hpp>
#include <relapse/core/error.hpp>
#include <relapse/engine/detail/assessor.hpp>
#include <relapse/model/detail/doubts.hpp>
#include <relapse/risk/outlook.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace relapse {
namespace detail {

/// Whether the use that was told lies before the last check-in, and is news.
inline bool tells_of_earlier_use(const infer::UseTold& told,
                                 const infer::PersonState& before) {
  if (told.when != infer::UseTime::earlier || !before.started) return false;
  const auto& x = before.covariates;
  return !x.use_known || told.at > Time{x.use_clock} + same_use;
}

/// Since when flags are up, or were. Of an older snapshot the last rise is known alone.
inline void set_flag_times(const PersonRecord& record, const Model& model,
                           Assessment& assessment) {
  const auto known = [](const std::vector<std::optional<double>>& times,
                        std::size_t flag) {
    return flag < times.size() && times[flag] ? std::optional<Time>(Time{*times[flag]})
                                              : std::nullopt;
  };
  // Into the words that are there already, which costs no memory.
  auto& times = assessment.flag_times;
  std::size_t count = 0;
  const auto flags =
      std::max({record.raised_at.size(), record.up_since.size(), record.down_at.size()});
  for (std::size_t flag = 0; flag < flags; ++flag) {
    const bool is_up = (record.flags >> flag & 1U) != 0;
    auto since = known(record.up_since, flag);
    if (!since && is_up) since = known(record.raised_at, flag);
    const auto until = known(record.down_at, flag);
    if (!since || !(is_up || until)) continue;
    if (count == times.size()) times.emplace_back();
    auto& told = times[count++];
    told.flag = model.flags()[flag];
    told.since = *since;
    told.until = is_up ? std::nullopt : until;
  }
  times.resize(count);
}

/// The least level that the stages say: of the most probable one, or one that stages of
/// at least half the belief have together.
inline RiskLevel level_of_stages(const Assessment& assessment, const Model& model) {
  const auto& stages = model.document().stages;
  auto level = stages[static_cast<std::size_t>(assessment.stage)].level;
  for (const auto& least : stages) {
    if (least.level <= level) continue;
    double mass = 0.0;
    for (std::size_t s = 0; s < stages.size(); ++s) {
      if (stages[s].level >= least.level) mass += assessment.stages[s];
    }
    if (mass >= 0.5) level = least.level;
  }
  return level;
}

/// The higher of the level of the risk and those that flags and floors force.
inline void set_level(RiskLevel numeric, Assessment& assessment) {
  assessment.numeric_level = numeric;
  assessment.level = std::max(assessment.level, numeric);
}

}  // namespace detail

RELAPSE_INLINE void engine::require_new_time(const Answers& answers,
                                             std::optional<Time> last,
                                             SameTime same_time) {
  if (same_time == SameTime::in_order || !last) return;
  if (answers.time == *last) {
    throw CheckInError({{}, {}, "time"}, "is the same as that of the last check-in");
  }
}

RELAPSE_INLINE Assessor::Assessor(Model model, AssessorSettings settings)
    : model_(std::move(model)), settings_(settings), opioids_(model_), filter_(model_) {
  const auto& document = model_.document();
  horizons_ = document.horizons_days;
  horizons_.push_back(document.levels.horizon.count);
  std::sort(horizons_.begin(), horizons_.end());
  horizons_.erase(std::unique(horizons_.begin(), horizons_.end()), horizons_.end());
}

RELAPSE_INLINE void Assessor::take_in(PersonRecord& record, const Answers& answers,
                                      Assessment& assessment, infer::StepTrace* trace,
                                      std::span<const Answers> plan) {
  const auto last = record.state.last();
  engine::require_new_time(answers, last, settings_.same_time);
  const auto told = infer::told_in_order(answers, last, record.state.covariates, model_);
  risk::remember(record.floors, answers, record.state, model_);
  assessment.replay_needed = detail::tells_of_earlier_use(told, record.state);
  assessment.log_likelihood =
      infer::step(record.state, answers, told, record.start, model_, filter_, trace);
  for (int flag = 0; flag < static_cast<int>(model_.flags().size()); ++flag) {
    if ((answers.acknowledged >> flag & 1U) != 0) record.acknowledge(flag, answers.time);
  }
  record.raise({.up = answers.raised}, answers.time);
  record.use_reported |= opioids_.tells_of_use(answers, model_);
  if (!last) record.tolerance = opioids_.at_start(record.start, answers.time);
  opioids_.take_in(record.tolerance, answers, record.state.covariates, model_);
  describe(record, record.state.belief, answers.time, assessment);
  foretell(record.state, answers.time, plan, assessment);
  assessment.unknown_flags =
      model_.flags_in(answers.unknown_flags(model_), std::move(assessment.unknown_flags));
}

RELAPSE_INLINE bool Assessor::is_soon(const infer::PersonState& last, Time now) const {
  return !last.started || !(now - model_.document().levels.lower_after > last.time);
}

RELAPSE_INLINE void Assessor::catch_up(const infer::PersonState& last,
                                       const Assessment& assessment,
                                       risk::LevelMemory& level) const {
  const auto& rule = model_.document().levels;
  if (is_soon(last, assessment.time) ||
      !risk::may_be_kept(level, assessment.level_risk, rule))
    return;
  const Time before = assessment.time - rule.lower_after;
  const risk::Outlook then(last, before, model_);
  risk::leave(level, then.risk_within(rule.horizon).probability, before, rule);
}

RELAPSE_INLINE void Assessor::conclude(PersonRecord& record,
                                       const infer::PersonState& last,
                                       std::span<const RiskEstimate> estimates,
                                       Assessment& assessment) const {
  set_risks(estimates, assessment);
  catch_up(last, assessment, record.level);
  const double risk = assessment.level_risk;
  const auto& rule = model_.document().levels;
  risk::remember(record.level, risk, assessment.time, rule);
  detail::set_level(risk::level_at(record.level, risk, assessment.time, rule),
                    assessment);
  record.last_risk = risk;
}

RELAPSE_INLINE void Assessor::step(PersonRecord& record, const Answers& answers,
                                   Assessment& assessment,
                                   std::span<const Answers> plan) {
  const bool first = !record.state.started;
  const bool explains =
      settings_.drivers || settings_.outcome_drivers || settings_.explain_later;
  next_ = record;
  take_in(next_, answers, assessment, explains ? &trace_ : nullptr, plan);
  const auto& covariates = next_.state.covariates;
  const auto course = infer::lay_course(covariates, answers.time, plan, model_);
  risk::estimate(next_.state.belief, {covariates, next_.state.age(), {}, &course},
                 horizons_, model_, horizon_, estimates_);
  if (assessment.in_use) risk::add_ways_out(model_, horizon_, estimates_);
  conclude(next_, record.state, estimates_, assessment);
  assessment.drivers.clear();
  const risk::Change change{record.last_risk, assessment.level_risk};
  if (settings_.explain_later) {
    const bool foretells = !assessment.outcomes.empty();
    unexplained_ = Unexplained{trace_,
                               answers,
                               change,
                               first,
                               foretells ? record.state : infer::PersonState{},
                               assessment.outcomes};
  } else {
    const risk::StepTaken taken{next_.state, trace_, answers, first};
    if (settings_.drivers)
      risk::attribute(taken, change, model_, driver_, assessment.drivers);
    if (settings_.outcome_drivers)
      risk::attribute_outcomes(taken, record.state, model_, driver_, assessment.outcomes);
  }
  find_doubts(answers, model_, assessment.quality);
  assessment.missing.resize(static_cast<std::size_t>(model_.items()));
  for (int item = 0; item < model_.items(); ++item) {
    assessment.missing[static_cast<std::size_t>(item)] = answers.missing_reason(item);
  }
  std::swap(record, next_);
  // From now on the spare record has the memory that the next copy needs.
  if (first) next_ = record;
}

RELAPSE_INLINE std::vector<Driver> Assessor::explain(const PersonRecord& record) const {
  std::vector<Driver> drivers;
  if (!unexplained_) return drivers;
  risk::DriverWorkspace workspace;
  const auto& of = *unexplained_;
  risk::attribute({record.state, of.trace, of.answers, of.first}, of.change, model_,
                  workspace, drivers);
  return drivers;
}

RELAPSE_INLINE std::vector<Driver> Assessor::explain(const PersonRecord& record,
                                                     std::string_view outcome) const {
  const auto& rules = model_.document().outcomes;
  const int index = index_of(rules, outcome);
  if (index < 0) throw InvalidInput("explain", "the model names no outcome of this id");
  if (!unexplained_) return {};
  const auto& of = *unexplained_;
  const auto& rule = rules[static_cast<std::size_t>(index)];
  auto estimate = of.outcomes[static_cast<std::size_t>(index)];
  const double before =
      of.first ? 0.0 : risk::Outlook(of.last, of.last.time, model_).outcome(rule);
  risk::DriverWorkspace workspace;
  risk::attribute_outcome({record.state, of.trace, of.answers, of.first}, before, rule,
                          model_, workspace, estimate);
  return estimate.drivers;
}

RELAPSE_INLINE void Assessor::look(const PersonRecord& record, Time now,
                                   Assessment& assessment) const {
  const bool started = record.state.started;
  if (!started && record.flags == 0) throw InvalidInput("at", "there is no check-in yet");
  if ((started && !(now >= record.state.time)) || !std::isfinite(now.days)) {
    throw InvalidInput("at", "the time must not be before the last check-in");
  }
  infer::Workspace filter(model_);
  infer::PersonState state = record.state;
  if (started) {
    infer::pass_silence(state, now, model_, filter);
    infer::carry(state.belief, state.covariates, state.time, now, {}, model_, filter);
    state.time = now;
  } else {
    Answers nothing(model_);
    nothing.clear(now);
    infer::step(state, nothing, record.start, model_, filter);
  }
  const auto& covariates = state.covariates;
  describe(record, state.belief, now, assessment);
  foretell(state, now, {}, assessment);
  risk::HorizonWorkspace workspace;
  std::vector<RiskEstimate> estimates;
  risk::estimate(state.belief, {covariates, now.days - covariates.updated}, horizons_,
                 model_, workspace, estimates);
  if (assessment.in_use) risk::add_ways_out(model_, workspace, estimates);
  set_risks(estimates, assessment);
  assessment.replay_needed = false;
  assessment.log_likelihood = 0.0;
  assessment.drivers.clear();
  if (started) {
    assessment.drivers.push_back(
        {DriverKind::time, "time", assessment.level_risk - record.last_risk});
  }
  if (started && settings_.outcome_drivers && !assessment.outcomes.empty()) {
    const risk::Outlook last(record.state, record.state.time, model_);
    for (std::size_t k = 0; k < assessment.outcomes.size(); ++k) {
      auto& outcome = assessment.outcomes[k];
      const double before = last.outcome(model_.document().outcomes[k]);
      outcome.drivers.push_back({DriverKind::time, "time", outcome.probability - before});
    }
  }
  const auto& rule = model_.document().levels;
  auto levels = record.level;
  catch_up(record.state, assessment, levels);
  detail::set_level(risk::level_at(levels, assessment.level_risk, now, rule), assessment);
  assessment.missing.assign(static_cast<std::size_t>(model_.items()),
                            MissingReason::not_asked);
}

/// What the belief, the flags and the floors say, the level that they force among it.
RELAPSE_INLINE void Assessor::describe(const PersonRecord& record,
                                       const infer::Belief& belief, Time now,
                                       Assessment& assessment) const {
  assessment.time = now;
  assessment.stages.resize(static_cast<std::size_t>(model_.stages()));
  for (int s = 0; s < model_.stages(); ++s) {
    assessment.stages[static_cast<std::size_t>(s)] = belief.stage_mass(s);
  }
  assessment.stage = static_cast<int>(
      std::max_element(assessment.stages.begin(), assessment.stages.end()) -
      assessment.stages.begin());
  assessment.propensity = belief.mean(model_.propensity());
  assessment.recovery_propensity = belief.mean(model_.recovery_propensity());
  assessment.dimensions.clear();
  for (int k = model_.document().propensity.dimensions; k < model_.latent_numbers(); ++k)
    assessment.dimensions.push_back(belief.mean(model_.latent(k)));
  assessment.level = detail::level_of_stages(assessment, model_);
  for (int flag = 0; flag < static_cast<int>(model_.flags().size()); ++flag) {
    if ((record.flags >> flag & 1U) == 0) continue;
    assessment.level = std::max(assessment.level, model_.forced_level(flag));
  }
  risk::floors_at(record.floors, record.state.covariates, now, model_, assessment.floors);
  for (const auto& floor : assessment.floors) {
    assessment.level = std::max(assessment.level, floor.level);
  }
  assessment.in_use = belief.mass_in(~model_.use()) == 0.0;
  assessment.flags = model_.flags_in(record.flags, std::move(assessment.flags));
  detail::set_flag_times(record, model_, assessment);
  assessment.unreadable_flags =
      model_.flags_in(record.unreadable, std::move(assessment.unreadable_flags));
  assessment.unknown_flags.clear();
  assessment.lost_tolerance_notice = record.tolerance.is_up(now);
  assessment.lost_tolerance_until.reset();
  if (assessment.lost_tolerance_notice) {
    assessment.lost_tolerance_until = record.tolerance.until;
  }
}

RELAPSE_INLINE void Assessor::foretell(const infer::PersonState& state, Time now,
                                       std::span<const Answers> plan,
                                       Assessment& assessment) const {
  assessment.outcomes.clear();
  const auto& rules = model_.document().outcomes;
  if (rules.empty()) return;
  const risk::Outlook outlook(state, now, model_, plan);
  for (const auto& rule : rules)
    assessment.outcomes.push_back({.id = rule.id, .probability = outlook.outcome(rule)});
}

RELAPSE_INLINE void Assessor::set_risks(std::span<const RiskEstimate> estimates,
                                        Assessment& assessment) const {
  assessment.risks.clear();
  for (const auto& estimate : estimates) {
    if (estimate.within == model_.document().levels.horizon) {
      assessment.level_risk = estimate.probability;
    }
    const auto& reported = model_.document().horizons_days;
    if (std::find(reported.begin(), reported.end(), estimate.within.count) !=
        reported.end()) {
      assessment.risks.push_back(estimate);
    }
  }
}

}  // namespace relapse
