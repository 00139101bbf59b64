#pragma once

#include <relapse/case_file/detail/event.hpp>
#include <relapse/core/detail/calendar.hpp>
#include <relapse/domain/protocol.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/detail/field_reader.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <tuple>

/// The keys of events, kind by kind, and what must go together in them. The moment of an
/// event, and the id of a note, are those of its head.
namespace relapse {

template <>
struct FieldsOf<case_file::UseTold> {
  using Told = case_file::UseTold;
  static constexpr std::tuple all{
      Field{"used", &Told::used}, Field{"amount", &Told::amount},
      Field{"substance", &Told::substance}, Field{"certainty", &Told::certainty}};
};

template <>
struct FieldsOf<case_file::TestResult> {
  using Told = case_file::TestResult;
  static constexpr std::tuple all{
      Field{"substance", &Told::substance, Need::required_text},
      Field{"result", &Told::result, Need::required}, Field{"specimen", &Told::specimen},
      Field{"at", &Told::at}};
};

template <>
struct FieldsOf<case_file::ScheduleTold> {
  using Told = case_file::ScheduleTold;
  static constexpr std::tuple all{Field{"every_days", &Told::every_days, Need::required},
                                  Field{"at", &Told::at}};
};

template <>
struct FieldsOf<case_file::FollowUpTold> {
  using Told = case_file::FollowUpTold;
  static constexpr std::tuple all{Field{"action", &Told::action, Need::required_text},
                                  Field{"helped", &Told::helped}};
};

template <>
struct FieldsOf<case_file::Acknowledged> {
  static constexpr std::tuple all{
      Field{"flag", &case_file::Acknowledged::flag, Need::required_text}};
};

template <>
struct FieldsOf<case_file::MessageSent> {
  using Told = case_file::MessageSent;
  static constexpr std::tuple all{
      Field{"message", &Told::message, Need::required}, Field{"contact", &Told::contact},
      Field{"rule", &Told::rule}, Field{"action", &Told::action}};
};

template <>
struct FieldsOf<case_file::HelpWanted> {
  using Told = case_file::HelpWanted;
  static constexpr std::tuple all{Field{"words", &Told::words},
                                  Field{"locale", &Told::locale}, Field{"at", &Told::at}};
};

template <>
struct FieldsOf<case_file::AppointmentTold> {
  using Told = case_file::AppointmentTold;
  static constexpr std::tuple all{
      Field{"appointment", &Told::appointment, Need::required_text},
      Field{"state", &Told::state}, Field{"when", &Told::when},
      Field{"words", &Told::words}, Field{"place", &Told::place}};
};

template <>
struct FieldsOf<case_file::GoalTold> {
  using Told = case_file::GoalTold;
  static constexpr std::tuple all{
      Field{"goal", &Told::goal, Need::required_text}, Field{"words", &Told::words},
      Field{"area", &Told::area}, Field{"until", &Told::until},
      Field{"state", &Told::state}};
};

template <>
struct FieldsOf<case_file::StepTold> {
  using Told = case_file::StepTold;
  static constexpr std::tuple all{Field{"step", &Told::step, Need::required_text},
                                  Field{"goal", &Told::goal},
                                  Field{"protocol", &Told::protocol},
                                  Field{"words", &Told::words},
                                  Field{"state", &Told::state},
                                  Field{"at", &Told::at}};
};

template <>
struct FieldsOf<case_file::Note> {
  using Told = case_file::Note;
  static constexpr std::tuple all{Field{"text", &Told::text, Need::required_text},
                                  Field{"id", &Told::id}, Field{"at", &Told::at}};
};

template <>
struct FieldsOf<LearningRecord> {
  using Told = LearningRecord;
  static constexpr std::tuple all{
      Field{"situations", &Told::situations}, Field{"words", &Told::words},
      Field{"signs", &Told::signs},           Field{"tried", &Told::tried},
      Field{"change", &Told::change},         Field{"at", &Told::at}};
};

namespace io {

// What must go together, by the table's reader.

inline void require_sense(const Fields& fields, case_file::UseTold& told) {
  if (told.amount < 0.0) fields["amount"].refuse("below 0", "0 or more");
}

inline void require_sense(const Fields& fields, case_file::ScheduleTold& told) {
  if (told.every_days == 0.0) return;
  constexpr double least = 1.0 / 48.0;  // half an hour
  if (told.every_days >= least && told.every_days <= most_days_between) return;
  fields["every_days"].refuse("out of range", "0, or from 1/48 to 366 days");
}

inline void require_sense(const Fields& fields, case_file::FollowUpTold& told) {
  if (!told.helped || (*told.helped >= 0.0 && *told.helped <= 10.0)) return;
  fields["helped"].refuse("out of range", "from 0 to 10");
}

inline void require_sense(const Fields& fields, case_file::GoalTold& told) {
  if (told.until.empty() || calendar_day(told.until)) return;
  fields["until"].refuse("no day of the calendar", "YYYY-MM-DD");
}

inline void require_sense(const Fields& fields, case_file::MessageSent& told) {
  const auto need = [&](const char* key, bool is_there) {
    if (is_there && fields.has(key) && !fields[key].text().empty()) return;
    if (!is_there && !fields.has(key)) return;
    relapse::refuse(fields.node().at() / key, is_there ? "missing" : "given",
                    is_there ? "given for this message" : "left out of this message");
  };
  const bool suggestion = told.message == case_file::SentKind::suggestion;
  need("action", suggestion);
  need("contact", !suggestion);
  need("rule", !suggestion);
}

inline void require_sense(const Fields& fields, case_file::StepTold& told) {
  if (fields.has("goal") == fields.has("protocol")) {
    relapse::refuse(fields.node().at() / "goal", "not one of the two",
                    "there, or `protocol` in its place");
  }
  if (!fields.has("protocol") || told.protocol == "review") return;
  if (told.protocol != "after_use") {
    fields["protocol"].refuse("an unknown word", "one of after_use, review");
  }
  static_cast<void>(fields["step"].choice<StepKind>());
}

}  // namespace io

namespace case_file::detail {

/// Refuses a document within an event, at its place there.
[[noreturn]] inline void refuse_within(const std::string& place,
                                       const ParseError& error) {
  const std::string text = error.what();
  const auto after = text.find(": ");
  throw ParseError(place + error.pointer(),
                   after == text.npos ? text : text.substr(after + 2));
}

/// Why a text that was kept is no event.
inline std::string why_unreadable(std::string_view text) {
  try {
    const auto parsed = io::read_json(text);
    const io::Node node(parsed);
    if (!parsed.is_object()) node.refuse("an object");
    for (const char* key : {"id", "at"}) {
      if (!node.has(key)) relapse::refuse(node.at() / key, "missing", "given");
    }
    if (node["id"].text().empty())
      node["id"].refuse("empty", "a text that only this event has");
    for (const char* key : {"at", "told"}) {
      if (node.has(key) && node[key].time().days < 0.0)
        node[key].refuse("before 1970", "1970 or later");
    }
  } catch (const ParseError& error) {
    return error.what();
  }
  return "it is kept as it was told";
}

}  // namespace case_file::detail

}  // namespace relapse
