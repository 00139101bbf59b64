#pragma once

#include <relapse/case_file/detail/help.hpp>
#include <relapse/case_file/detail/view.hpp>
#include <relapse/case_file/detail/view_goals.ipp>
#include <relapse/case_file/detail/view_parts.ipp>
#include <relapse/case_file/detail/view_suggestions.ipp>
#include <relapse/core/detail/instruction_set.hpp>
#include <relapse/infer/detail/filter.hpp>
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

/// When check-ins are expected: whole days apart at the same time on the clock.
class ExpectedTimes {
 public:
  ExpectedTimes(const ScheduleTold& schedule, const Zone& zone)
      : schedule_(schedule), zone_(zone) {}

  Time at(std::int64_t number) const {
    const Days after{static_cast<double>(number) * schedule_.every_days};
    const Time even = schedule_.at + after;
    if (schedule_.every_days != std::floor(schedule_.every_days)) return even;
    constexpr double seconds_a_day = 86'400.0;
    const int shift = zone_.offset_seconds(even) - zone_.offset_seconds(schedule_.at);
    return even - Days{shift / seconds_a_day};
  }
  /// The number of one that lies before a moment, or at the beginning.
  std::int64_t before(Time moment) const {
    const double periods = (moment - schedule_.at).count / schedule_.every_days;
    return std::max<std::int64_t>(static_cast<std::int64_t>(periods) - 1, 0);
  }

 private:
  const ScheduleTold& schedule_;
  const Zone& zone_;
};

/// How many check-ins were missed from a moment on: as belief has it, counted from the
/// last one that came, and once they are late by half of what lies between two.
inline int missed_of(const std::vector<Time>& check_ins, const ScheduleTold& schedule,
                     Time since, Time now) {
  int missed = 0;
  const double every = schedule.every_days;
  const auto count = [&](Time last, Time until) {
    const double late = (until - last).count / every - infer::missed_from;
    const double begin = std::max(1.0, std::floor((since - last).count / every));
    for (double k = begin; k <= late; k += 1.0) {
      if (last + Days{k * every} > since) ++missed;
    }
  };
  Time last = schedule.at;
  for (const Time at : check_ins) {
    if (at <= last) continue;
    count(last, at);
    last = at;
  }
  count(last, now);
  return missed;
}

/// What a schedule comes to.
struct ScheduleShown {
  double every_days = 0.0;
  int expected = 0;  ///< in the last four weeks
  int missed = 0;    ///< of these
  Time next;         ///< when the next check-in is expected
};

/// Empty without a schedule.
inline std::optional<ScheduleShown> schedule_of(const Look& look) {
  const auto& past = look.fold.past();
  if (past.schedules.empty() || past.schedules.back().every_days == 0.0)
    return std::nullopt;
  const auto& schedule = past.schedules.back();
  constexpr Days window{28.0};
  const Time since = std::max(schedule.at, look.now - window);
  const ExpectedTimes times(schedule, look.settings.zone);
  ScheduleShown shown{schedule.every_days, 0, 0, {}};
  std::int64_t due = 1;  // the first that lies after now
  for (due = times.before(since); times.at(due) <= look.now; ++due) {
    if (due > 0 && times.at(due) > since) ++shown.expected;
  }
  shown.missed = missed_of(past.check_ins, schedule, since, look.now);
  // A check-in belongs to the time that is nearest to it.
  const Time before = times.at(due - 1);
  const Time nearest = before + Days{(times.at(due) - before).count * infer::missed_from};
  const bool here = std::any_of(past.check_ins.begin(), past.check_ins.end(),
                                [&](Time at) { return at > nearest; });
  shown.next = times.at(here ? due + 1 : due);
  return shown;
}

inline std::string schedule_json(const std::optional<ScheduleShown>& shown) {
  if (!shown) return "null";
  JsonObject object;
  object.add("every_days", shown->every_days);
  object.add_whole("expected", shown->expected);
  object.add_whole("missed", shown->missed);
  object.add_json("next", io::time_json(shown->next));
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

/// How things stand now; empty before the first check-in while no flag is up.
inline std::optional<Assessment> assessed_now(const Look& look) {
  const auto& monitor = look.fold.monitor();
  const auto last = monitor.last();
  if (!last && monitor.flags().flags.empty()) return std::nullopt;
  auto now = monitor.at(last ? std::max(look.now, *last) : look.now);
  for (auto& flag : look.fold.former_flags()) {
    now.flags.push_back(std::move(flag));
    now.level = RiskLevel::critical;
  }
  return now;
}

inline std::string basis_json(const Look& look, const ViewBasis& basis) {
  JsonObject object;
  object.add("model", look.model.document().id);
  object.add("version", look.model.document().version);
  object.add("content_hash", look.model.content_hash());
  object.add("calibration_status", look.model.document().calibration.status);
  object.add("kernel", chosen_set());
  object.add_unless_empty("written_by", basis.written_by);
  std::vector<std::string> former;
  for (const auto& item : basis.former) {
    if (look.model.find_item(item.id) < 0) former.push_back(item.id);
  }
  if (!former.empty()) object.add_json("former_items", json_texts(former));
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
                                     const ViewSettings& given) {
  // A view comes for every log, however far back it goes.
  ViewSettings settings = given;
  settings.zone = given.zone.everywhere();
  const Plan none;
  const auto& say = io::find_wording(settings.locale);
  const detail::Look look{fold,
                          fold.plan() == nullptr ? none : *fold.plan(),
                          basis.model,
                          now,
                          settings,
                          say,
                          translated(io::crisis_directory().find(settings.locale), say),
                          basis.start};
  const auto& past = fold.past();
  const auto ahead =
      care::high_risk_ahead(look.plan, now, settings.days_ahead, settings.zone, say);
  const auto reports = detail::reports_in_order(past);
  const auto assessed = detail::assessed_now(look);
  constexpr std::size_t notes_shown = 10;
  JsonObject view;
  view.add("schema", "relapse/view/1");
  view.add_json("now", io::time_json(now));
  view.add("language", say.language());
  view.add("person", fold.person());
  view.add_json("assessment",
                assessed ? detail::assessment_json(look, *assessed) : "null");
  view.add_json("last_check_in", detail::shown_json(look));
  view.add_json("flags", detail::flags_json(look));
  view.add_json("suggestions", json_list(detail::suggestions(look, ahead, assessed),
                                         detail::suggestion_json));
  view.add_json("next_questions", json_texts(detail::questions(look)));
  view.add_json("contact", detail::contact_json(look));
  const auto schedule = detail::schedule_of(look);
  view.add_json(
      "after_use",
      detail::after_use_json(look, reports,
                             schedule ? std::optional(schedule->next) : std::nullopt));
  view.add_json("plan", detail::plan_json(look));
  view.add_json("review", detail::review_json(look, reports));
  view.add_json("goals", json_list(detail::goals_of(look), detail::goal_json));
  view.add_json("appointments", detail::appointments_json(look));
  view.add_json("schedule", detail::schedule_json(schedule));
  view.add_json("ahead", value_json(ahead));
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
