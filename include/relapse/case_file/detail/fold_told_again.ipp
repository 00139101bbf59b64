#pragma once

#include <relapse/case_file/detail/fold_plan.ipp>
#include <relapse/plan/detail/fields.hpp>

#include <algorithm>
#include <string>
#include <vector>

/// What a plan says of appointments and goals of which events have told, so that the last
/// word stands, whoever had it.
namespace relapse::case_file {
namespace detail {

/// What a plan says anew of an appointment.
/// @param was in the plan before; null: not there
/// @param when as events told it
inline AppointmentTold said_anew(const Appointment& now, const Appointment* was,
                                 std::optional<Time> when) {
  AppointmentTold told{key_of(now), {}, {}, {}, {}};
  const bool moved = was != nullptr ? was->at != now.at : when != now.at;
  if (was == nullptr || moved) told.when = now.at;
  // At another time it is another one.
  const auto before = was != nullptr ? was->state : AppointmentState::planned;
  if (moved || before != now.state) told.state = now.state;
  if (was == nullptr || was->words != now.words) told.words = now.words;
  if (was == nullptr || was->place != now.place) told.place = now.place;
  return told;
}

inline GoalTold said_anew(const Goal& now, const Goal* was) {
  GoalTold told{key_of(now), {}, {}, {}, {}};
  if (was == nullptr) told.state = GoalState::set;
  if (was == nullptr || was->words != now.words) told.words = now.words;
  if (was == nullptr || was->area != now.area) told.area = now.area;
  if (was == nullptr || was->by != now.by) told.until = now.by;
  return told;
}

}  // namespace detail

RELAPSE_INLINE void Fold::tell_again(const Plan& before, Time at) {
  for (const auto& now : plan()->appointments) {
    const auto key = key_of(now);
    bool is_told = false;
    std::optional<Time> when;
    for (const auto& each : past_.appointments) {
      if (each.appointment != key) continue;
      is_told = true;
      if (each.when) when = each.when;
    }
    if (!is_told) continue;
    auto told = detail::said_anew(now, detail::entry_of(before.appointments, key), when);
    if (told != AppointmentTold{key, {}, {}, {}, {}})
      past_.appointments.push_back(std::move(told));
  }
  for (const auto& now : plan()->goals) {
    const auto key = key_of(now);
    const auto* was = detail::entry_of(before.goals, key);
    const auto tells = [&](const auto& each) { return each.goal == key; };
    if (std::any_of(past_.goals.begin(), past_.goals.end(), tells)) {
      auto told = detail::said_anew(now, was);
      if (told != GoalTold{key, {}, {}, {}, {}}) past_.goals.push_back(std::move(told));
    }
    for (const auto& step : now.steps) {
      const auto tells_step = [&](const auto& each) {
        return each.goal == key && each.step == step;
      };
      const bool is_done = contains(now.done, step);
      const bool same = was != nullptr && contains(was->steps, step) &&
                        contains(was->done, step) == is_done;
      if (same || std::none_of(past_.steps.begin(), past_.steps.end(), tells_step))
        continue;
      const auto state = is_done ? StepState::done : StepState::set;
      past_.steps.push_back({step, key, {}, {}, state, at});
    }
  }
}

}  // namespace relapse::case_file
