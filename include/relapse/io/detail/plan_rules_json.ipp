#pragma once

#include <relapse/core/detail/calendar.hpp>
#include <relapse/core/detail/refuse.hpp>
#include <relapse/domain/safety.hpp>
#include <relapse/domain/situation.hpp>
#include <relapse/io/detail/field_reader.hpp>
#include <relapse/io/medications.hpp>
#include <relapse/io/timestamp.hpp>
#include <relapse/plan/detail/fields.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

/// What must hold for each kind of entry of a plan, beyond the kinds of its values.
namespace relapse::io::detail {

inline void require_situation(const Node& node) {
  if (find_situation(node.text()) == nullptr) {
    node.refuse("an unknown code", "a situation of the taxonomy");
  }
}

inline void require_time_of_day(const Node& node) {
  if (!is_time_of_day(node.text())) node.refuse("no time of day", "one such as 22:30");
}

inline void require_weekdays(const Fields& fields) {
  if (!fields.has("days")) return;
  for (const auto& day : fields["days"].list()) day.choice<Weekday>();
}

inline void require_time_and_days(const Fields& fields) {
  if (fields.has("at")) require_time_of_day(fields["at"]);
  require_weekdays(fields);
}

inline void require_at_least_0(const Fields& fields, std::string_view key) {
  if (fields.has(key) && !(fields[key].number() >= 0.0)) {
    fields[key].refuse("below 0", "0 or more");
  }
}

inline void require_date(const Node& node) {
  if (calendar_day(node.text())) return;
  node.refuse("no day of the calendar", "one such as 2026-12-24");
}

inline void require_when(const Fields& fields) {
  if (fields.has("date")) {
    const auto text = fields["date"].text();
    if (!month_day(text) && !calendar_day(text)) {
      fields["date"].refuse("no day of the calendar", "one such as 2026-12-24 or 12-24");
    }
  }
  require_weekdays(fields);
  if (fields.has("time_of_year")) {
    const auto text = fields["time_of_year"].text();
    const auto middle = std::min(text.find('/'), text.size());
    if (!month_day(text.substr(0, middle)) ||
        !month_day(text.substr(std::min(middle + 1, text.size())))) {
      fields["time_of_year"].refuse("not of two days of the calendar",
                                    "such as 12-20/01-06");
    }
  }
  if (fields.has("pay_day")) fields["pay_day"].whole(1, 31);
}

/// The class that a plan need not state: the one of the name.
inline MedicationClass class_by_name(const Medication& medication) {
  return medications::find(medication.name).medication_class;
}

inline void require_quiet_hours(const Fields& fields) {
  for (const auto& [key, other] :
       {std::pair{"quiet_from", "quiet_to"}, std::pair{"quiet_to", "quiet_from"}}) {
    if (!fields.has(key)) continue;
    require_time_of_day(fields[key]);
    if (!fields.has(other)) refuse(fields.node().at() / other, "missing", "given");
  }
}

inline void require_one_state(const Fields& fields, const ContactRule& rule) {
  const bool has_flag = fields.has("flag");
  const bool has_silence = fields.has("silence_days");
  if (has_flag && rule.flag.empty()) fields["flag"].refuse("empty", "a safety flag");
  if (has_silence && !(rule.silence.count > 0.0)) {
    fields["silence_days"].refuse("not above 0", "a number of days");
  }
  if (has_flag && has_silence) {
    fields["silence_days"].refuse("there beside flag", "the only state of the rule");
  }
  if (fields.has("level") && (has_flag || has_silence)) {
    fields["level"].refuse("there beside another state", "the only state of the rule");
  }
  if (!fields.has("level") && !has_flag && !has_silence) {
    refuse(fields.node().at() / "level", "missing", "given, or flag or silence_days");
  }
}

}  // namespace relapse::io::detail

namespace relapse::io {

inline void require_sense(const Fields& fields, Trigger&) {
  detail::require_situation(fields["situation"]);
  detail::require_when(fields);
}

inline void require_sense(const Fields& fields, Goal&) {
  if (fields.has("by")) detail::require_date(fields["by"]);
}

inline void require_sense(const Fields& fields, Homework&) {
  detail::require_date(fields["by"]);
}

inline void require_sense(const Fields& fields, Strategy& strategy) {
  if (strategy.action.empty() && strategy.words.empty()) {
    fields.node().refuse("without action and words", "with at least one of them");
  }
  if (!fields.has("situations")) return;
  for (const auto& code : fields["situations"].list()) detail::require_situation(code);
}

inline void require_sense(const Fields& fields, RoutineStep&) {
  detail::require_time_and_days(fields);
}

inline void require_sense(const Fields& fields, Meeting&) {
  detail::require_time_and_days(fields);
}

inline void require_sense(const Fields& fields, Medication& medication) {
  const auto known = detail::class_by_name(medication);
  const bool stated = medication.medication_class != MedicationClass::unknown;
  if (stated && known != MedicationClass::unknown &&
      medication.medication_class != known) {
    fields["medication_class"].refuse("another class than that of the name",
                                      "that one, or left out");
  }
  if (!stated) medication.medication_class = known;
  if (!fields.has("times")) return;
  for (const auto& time : fields["times"].list()) detail::require_time_of_day(time);
}

inline void require_sense(const Fields& fields, Contact&) {
  if (!fields.has("sees")) return;
  for (const auto& part : fields["sees"].list()) {
    if (!is_plan_part(part.text())) part.refuse("an unknown word", "a part of the plan");
  }
}

inline void require_sense(const Fields& fields, UseDefinition& definition) {
  detail::require_at_least_0(fields, "heavy_amount");
  if (definition.days_a_week > 7) {
    fields["days_a_week"].refuse("above 7", "at most 7");
  }
}

inline void require_sense(const Fields& fields, ContactRule& rule) {
  constexpr int longest_window = 366;
  detail::require_one_state(fields, rule);
  if (fields.has("days")) fields["days"].whole(1, longest_window);
  if (!fields.has("of_days")) rule.of_days = rule.days;
  if (fields.has("of_days")) fields["of_days"].whole(rule.days, longest_window);
  detail::require_at_least_0(fields, "cool_down_days");
  detail::require_at_least_0(fields, "nudge_wait_days");
  detail::require_quiet_hours(fields);
}

}  // namespace relapse::io
