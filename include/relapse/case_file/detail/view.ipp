#pragma once

#include <relapse/case_file/detail/help.hpp>
#include <relapse/case_file/detail/view.hpp>
#include <relapse/case_file/detail/view_goals.ipp>
#include <relapse/case_file/detail/view_parts.ipp>
#include <relapse/case_file/detail/view_suggestions.ipp>
#include <relapse/core/detail/instruction_set.hpp>
#include <relapse/io/resources.hpp>
#include <relapse/io/wordings.hpp>

#include <cmath>
#include <map>
#include <tuple>

namespace relapse::case_file {
namespace detail {

/// Appointments by what they are known by, as they stand now; those of the plan first.
inline std::string appointments_json(const Look& look) {
  std::vector<AppointmentTold> shown;
  const auto put = [&](const AppointmentTold& told) {
    for (auto& each : shown) {
      if (each.appointment != told.appointment) continue;
      if (told.state) each.state = told.state;
      if (told.when) each.when = told.when;
      if (!told.words.empty()) each.words = told.words;
      if (!told.place.empty()) each.place = told.place;
      return;
    }
    shown.push_back(told);
  };
  for (const auto& each : look.plan.appointments)
    put({key_of(each), each.state, each.at, each.words, each.place});
  for (const auto& told : look.fold.past().appointments) put(told);
  return json_list(shown, [&](const AppointmentTold& each) {
    JsonObject object;
    object.add("appointment", each.appointment);
    const auto state = each.state.value_or(AppointmentState::planned);
    object.add("state", name_of(state));
    add_time(object, "when", each.when);
    object.add_unless_empty("words", each.words);
    object.add_unless_empty("place", each.place);
    const bool past = each.when && *each.when < look.now;
    object.add_truth("open", state == AppointmentState::planned && past);
    return object.json();
  });
}

/// When the next check-in is expected, and how many were missed in the last four weeks;
/// null without a schedule.
inline std::string schedule_json(const Look& look) {
  const auto& past = look.fold.past();
  if (past.schedules.empty() || past.schedules.back().every_days == 0.0) return "null";
  const auto& schedule = past.schedules.back();
  constexpr Days window{28.0};
  const auto came = [&](Time from, Time to) {
    return std::any_of(past.check_ins.begin(), past.check_ins.end(),
                       [&](Time at) { return at > from && at <= to; });
  };
  const auto periods = static_cast<std::int64_t>(
      std::floor((look.now - schedule.at).count / schedule.every_days));
  const auto end_of = [&](std::int64_t period) {
    return schedule.at + Days{static_cast<double>(period + 1) * schedule.every_days};
  };
  int missed = 0;
  int expected = 0;
  for (std::int64_t k = periods - 1; k >= 0 && end_of(k) > look.now - window; --k) {
    ++expected;
    if (!came(end_of(k - 1), end_of(k))) ++missed;
  }
  JsonObject object;
  object.add("every_days", schedule.every_days);
  object.add_whole("expected", expected);
  object.add_whole("missed", missed);
  const bool here = came(end_of(periods - 1), look.now);
  object.add_json("next", io::time_json(end_of(here ? periods + 1 : periods)));
  return object.json();
}

inline std::string test_json(const TestResult& test) {
  JsonObject object;
  object.add_json("at", io::time_json(test.at));
  object.add("substance", test.substance);
  object.add("result", name_of(test.result));
  object.add_unless_empty("specimen", test.specimen);
  return object.json();
}

inline std::string use_json(const UseReport& report) {
  JsonObject object;
  object.add_json("at", io::time_json(report.at));
  object.add_truth("used", report.used);
  object.add_unless_empty("substance", report.substance);
  return object.json();
}

inline std::string note_json(const Note& note) {
  JsonObject object;
  object.add("id", note.id);
  object.add_json("at", io::time_json(note.at));
  object.add("text", note.text);
  return object.json();
}

inline std::string problem_json(const EventProblem& each) {
  JsonObject object;
  object.add("id", each.id);
  object.add("problem", each.problem);
  return object.json();
}

/// The last ones of a list.
template <class Each>
std::vector<Each> last_of(const std::vector<Each>& all, std::size_t count) {
  return {all.end() - static_cast<std::ptrdiff_t>(std::min(count, all.size())),
          all.end()};
}

/// What was shown at the last check-in, with its reasons; null before the first.
inline std::string shown_json(const Look& look) {
  const auto shown = look.fold.explained();
  return shown == nullptr ? "null" : assessment_json(look, *shown);
}

/// How things stand now; null before the first check-in while no flag is up.
inline std::string now_json(const Look& look) {
  const auto& monitor = look.fold.monitor();
  const auto last = monitor.last();
  if (!last && monitor.flags().flags.empty()) return "null";
  return assessment_json(look, monitor.at(last ? std::max(look.now, *last) : look.now));
}

inline std::string basis_json(const Look& look, const ViewBasis& basis) {
  JsonObject object;
  object.add("model", look.model.document().id);
  object.add("version", look.model.document().version);
  object.add("content_hash", look.model.content_hash());
  object.add("calibration_status", look.model.document().calibration.status);
  object.add("kernel", chosen_set());
  object.add_unless_empty("written_by", basis.written_by);
  if (!basis.former.empty()) {
    std::vector<std::string> former;
    for (const auto& item : basis.former) former.push_back(item.id);
    object.add_json("former_items", json_texts(former));
  }
  object.add_whole("events", static_cast<std::int64_t>(basis.events));
  object.add_whole("corrections", static_cast<std::int64_t>(basis.corrections));
  object.add_json("later", json_texts(basis.later));
  object.add("zone", look.settings.zone == Zone() ? "UTC" : "given");
  return object.json();
}

}  // namespace detail

RELAPSE_INLINE std::string problems_json(const Fold& fold) {
  auto problems = fold.past().problems;
  std::sort(problems.begin(), problems.end(), [](const auto& one, const auto& other) {
    return std::tie(one.id, one.rank) < std::tie(other.id, other.rank);
  });
  return json_list(problems, detail::problem_json);
}

RELAPSE_INLINE std::string view_json(const Fold& fold, const ViewBasis& basis, Time now,
                                     const ViewSettings& settings) {
  const Plan none;
  const auto& say = io::find_wording(settings.locale);
  const detail::Look look{fold,
                          fold.plan() == nullptr ? none : *fold.plan(),
                          basis.model,
                          now,
                          settings,
                          say,
                          translated(io::crisis_directory().find(settings.locale), say)};
  const auto& past = fold.past();
  const auto ahead =
      care::high_risk_ahead(look.plan, now, settings.days_ahead, settings.zone, say);
  const auto reports = detail::reports_in_order(past);
  constexpr std::size_t notes_shown = 10;
  JsonObject view;
  view.add("schema", "relapse/view/1");
  view.add_json("now", io::time_json(now));
  view.add("language", say.language());
  view.add("person", fold.person());
  view.add_json("assessment", detail::now_json(look));
  view.add_json("last_check_in", detail::shown_json(look));
  view.add_json("flags", detail::flags_json(look));
  view.add_json("suggestions",
                json_list(detail::suggestions(look, ahead), detail::suggestion_json));
  view.add_json("next_questions", json_texts(detail::questions(look)));
  view.add_json("contact", detail::contact_json(look));
  view.add_json("after_use", detail::after_use_json(look, reports));
  view.add_json("plan", detail::plan_json(look));
  view.add_json("review", detail::review_json(look, reports));
  view.add_json("goals", json_list(detail::goals_of(look), detail::goal_json));
  view.add_json("appointments", detail::appointments_json(look));
  view.add_json("schedule", detail::schedule_json(look));
  view.add_json("ahead", json_list(ahead, detail::day_json));
  view.add_json("tests", json_list(past.tests, detail::test_json));
  view.add_json("doubted", json_list(past.doubted, detail::use_json));
  view.add_json("notes",
                json_list(detail::last_of(past.notes, notes_shown), detail::note_json));
  view.add_json("help", help_json(fold, basis.model, settings.locale));
  std::optional<Time> wanted;
  if (!past.help.empty()) wanted = past.help.back().at;
  detail::add_time(view, "help_wanted", wanted);
  view.add_json("problems", problems_json(fold));
  view.add_json("basis", detail::basis_json(look, basis));
  return view.json();
}

}  // namespace relapse::case_file
