#pragma once

#include <relapse/care/suggest.hpp>
#include <relapse/case_file/detail/view_goals.ipp>
#include <relapse/case_file/detail/view_parts.ipp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/domain/protocol.hpp>
#include <relapse/plan/use_history.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

/// Suggestions of a view, from the plan and from all that was told.
namespace relapse::case_file::detail {

/// The goals of the plan and of events that are still open.
inline std::vector<Goal> open_goals(const Look& look) {
  std::vector<Goal> open;
  for (const auto& shown : goals_of(look)) {
    const auto& told = shown.told;
    if (told.state.value_or(GoalState::set) != GoalState::set) continue;
    Goal goal{told.words, told.area};
    for (const auto& step : shown.steps) {
      goal.steps.push_back(step.step);
      if (step.state == StepState::done) goal.done.push_back(step.step);
    }
    open.push_back(std::move(goal));
  }
  return open;
}

/// The last use that a test, or a report that is not sure, speaks of, as long as use
/// counts for medication.
inline std::optional<DoubtedUse> use_in_doubt(const Past& past, Time now) {
  std::optional<DoubtedUse> last;
  const auto take = [&](Time at, bool by_test) {
    if (at < now - Days{care::use_counts_days} || (last && at < last->at)) return;
    last = DoubtedUse{at, by_test};
  };
  for (const auto& use : past.doubted) {
    if (use.used) take(use.at, false);
  }
  for (const auto& test : past.tests) {
    if (test.result == TestOutcome::positive) take(test.at, true);
  }
  return last;
}

/// When use was last told of afterwards, up to now.
inline std::optional<Time> use_told_late(const Past& past, Time now) {
  std::optional<Time> last;
  for (const auto& told : past.told_late) {
    if (told <= now && (!last || told > *last)) last = told;
  }
  return last;
}

/// Takes in the situations that lie ahead by tomorrow, and puts their triggers at the
/// front of the plan, so that it is these that are named.
inline void bring_forward(const Look& look, const std::vector<HighRiskDay>& ahead,
                          Plan& plan, SuggestSettings& settings) {
  const auto today = look.settings.zone.local(look.now).day;
  const auto comes_by = [&](std::int64_t last) {
    return [&ahead, last](const Trigger& trigger) {
      return std::any_of(ahead.begin(), ahead.end(), [&](const HighRiskDay& day) {
        return day.day <= last && key_of(trigger) == day.trigger;
      });
    };
  };
  const auto end = std::stable_partition(plan.triggers.begin(), plan.triggers.end(),
                                         comes_by(today + 1));
  for (auto trigger = plan.triggers.begin(); trigger != end; ++trigger) {
    const auto& code = trigger->situation;
    const bool known = contains(settings.coming, code);
    if (known) continue;
    settings.coming.push_back(code);
    const bool now = std::any_of(trigger, end, [&](const Trigger& each) {
      return each.situation == code && comes_by(today)(each);
    });
    if (!now) settings.later.push_back(code);
  }
}

/// What the catalogue has for a step of the path after use.
struct StepAction {
  StepKind step;
  const char* action;
};
inline constexpr std::array<StepAction, 5> step_actions{{
    {StepKind::medical, "medical_check"},
    {StepKind::stop, "stop_look_plan"},
    {StepKind::contact, "tell_someone_after_use"},
    {StepKind::reframe, "reminder_card"},
    {StepKind::learning, "trace_the_chain"},
}};

/// The actions that are done with the steps of the path after the last use.
inline std::vector<std::string> actions_done(const Look& look) {
  const auto& past = look.fold.past();
  if (past.steps.empty()) return {};
  const auto reports = reports_in_order(past);
  const auto episodes =
      find_episodes(reports, look.plan.use_definition, look.settings.zone);
  if (episodes.empty()) return {};
  const auto steps = steps_done(past, episodes.back());
  std::vector<std::string> done;
  for (const auto& each : step_actions) {
    if (steps.contains(std::string(name_of(each.step)))) done.emplace_back(each.action);
  }
  return done;
}

/// The night, where it is known when that is: on the person's clock.
inline void keep_hours(const Look& look, SuggestSettings& settings) {
  const auto& clock = look.plan.time_zone;
  if (settings.zone == Zone() && clock != "UTC" && clock != "Etc/UTC") return;
  settings.quiet = DailyHours("22:00", "07:00");  // expert default
  settings.keep_rule_hours = true;
}

/// @param assessed how things stand now
inline std::vector<Suggestion> suggestions(const Look& look,
                                           const std::vector<HighRiskDay>& ahead,
                                           const std::optional<Assessment>& assessed) {
  if (!assessed && look.fold.flags().flags.empty()) return {};
  const auto& monitor = look.fold.monitor();
  Plan plan = look.plan;
  plan.history.clear();
  plan.goals = open_goals(look);
  SuggestSettings settings;
  if (assessed) settings.level = assessed->level;
  settings.count = look.settings.suggestions;
  settings.zone = look.settings.zone;
  settings.wording = look.say;
  keep_hours(look, settings);
  settings.done = actions_done(look);
  bring_forward(look, ahead, plan, settings);
  settings.in_doubt = use_in_doubt(look.fold.past(), look.now);
  settings.use_told = use_told_late(look.fold.past(), look.now);
  const auto& help = look.fold.past().help;
  constexpr Days today{1.0};  // expert default
  settings.help_wanted = !help.empty() && look.now < help.back().at + today;
  if (monitor.last()) settings.now = std::max(look.now, *monitor.last());
  auto suggested = monitor.suggest(plan, settings);
  settings.flags = look.fold.former_flags();
  if (settings.flags.empty()) return suggested;
  auto first = care::crisis_steps(plan, look.model, settings);
  for (auto& step : suggested) {
    const bool is_there = std::any_of(first.begin(), first.end(), [&](const auto& each) {
      return each.words == step.words;
    });
    if (!is_there) first.push_back(std::move(step));
  }
  return first;
}

}  // namespace relapse::case_file::detail
