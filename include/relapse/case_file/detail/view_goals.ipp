#pragma once

#include <relapse/case_file/detail/view_parts.ipp>
#include <relapse/core/detail/texts.hpp>

#include <algorithm>
#include <string>
#include <vector>

/// Goals of a view: those of the plan and of events, as they stand.
namespace relapse::case_file::detail {

/// A goal of the plan or of events, with what was done about it.
struct GoalShown {
  GoalTold told;
  std::vector<StepTold> steps;
};

/// Goals in the order in which they were set, those of the plan first.
inline std::vector<GoalShown> goals_of(const Look& look) {
  std::vector<GoalShown> goals;
  const auto find = [&](const std::string& name) -> GoalShown& {
    for (auto& each : goals) {
      if (each.told.goal == name) return each;
    }
    goals.push_back({{name, {}, {}, {}, GoalState::set}, {}});
    return goals.back();
  };
  const auto put = [](GoalShown& goal, const StepTold& step) {
    for (auto& each : goal.steps) {
      if (each.step != step.step) continue;
      if (!step.words.empty()) each.words = step.words;
      if (step.state) each.state = step.state;
      each.at = step.at;
      return;
    }
    goal.steps.push_back(step);
  };
  for (const auto& goal : look.plan.goals) {
    auto& shown = find(key_of(goal));
    shown.told = {key_of(goal), goal.words, goal.area, goal.by, GoalState::set};
    for (const auto& step : goal.steps) {
      const bool done = contains(goal.done, step);
      put(shown, {step, {}, {}, step, done ? StepState::done : StepState::set, {}});
    }
  }
  for (const auto& told : look.fold.past().goals) {
    auto& shown = find(told.goal).told;
    const auto keep = [](std::string& old, const std::string& given) {
      if (!given.empty()) old = given;
    };
    keep(shown.words, told.words);
    keep(shown.area, told.area);
    keep(shown.until, told.until);
    if (told.state) shown.state = told.state;
  }
  for (const auto& step : look.fold.past().steps) {
    if (!step.goal.empty()) put(find(step.goal), step);
  }
  return goals;
}

inline std::string goal_json(const GoalShown& goal) {
  JsonObject object;
  object.add("goal", goal.told.goal);
  object.add_unless_empty("words", goal.told.words);
  object.add_unless_empty("area", goal.told.area);
  object.add_unless_empty("until", goal.told.until);
  object.add("state", name_of(goal.told.state.value_or(GoalState::set)));
  object.add_json("steps", json_list(goal.steps, [](const StepTold& step) {
                    JsonObject each;
                    each.add("step", step.step);
                    each.add_unless_empty("words", step.words);
                    each.add_truth("done", step.state == StepState::done);
                    return each.json();
                  }));
  return object.json();
}

}  // namespace relapse::case_file::detail
