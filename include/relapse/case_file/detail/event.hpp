#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/plan/plan.hpp>
#include <relapse/plan/use_history.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// The events of a case file, as values.
namespace relapse::case_file {

/// What happened.
enum class EventKind {
  check_in,
  use_report,
  test_result,
  plan,
  schedule,
  follow_up,
  acknowledge,
  message_sent,
  help_wanted,
  appointment,
  goal,
  step,
  note,
  learning,
  correction,
  unreadable
};

/// Whose word an event is.
enum class Teller { own, family, peer, clinician, app };

/// How sure a report is; a `doubtful` one is shown and moves no number.
enum class Certainty { sure, doubtful };

/// What a test of urine, breath or blood found.
enum class TestOutcome { positive, negative, invalid };

/// What was sent.
enum class SentKind { self_nudge, contact, suggestion };

/// Where a goal stands.
enum class GoalState { set, done, dropped };

/// Where a step stands.
enum class StepState { set, done };

/// Answers to instruments by name and item.
using InstrumentAnswers = std::map<std::string, std::vector<Answer>>;

struct CheckInTold {
  CheckIn check_in;
  InstrumentAnswers instruments = {};
  std::optional<Time> told = {};  ///< the latest that is named in a refused text
};

struct UseTold {
  bool used = true;
  double amount = 0.0;  ///< in the units that are asked; 0: not told
  std::string substance;
  Certainty certainty = Certainty::sure;
};

struct TestResult {
  std::string substance;
  TestOutcome result = TestOutcome::negative;
  std::string specimen;  ///< such as urine, breath, blood
  Time at = {};          ///< when it was taken

  bool operator==(const TestResult&) const = default;
};

/// A whole version, or the parts of one that are set anew.
struct PlanTold {
  std::optional<Plan> whole;
  std::string parts;  ///< JSON object: values by part
  std::string base;   ///< hash of the plan that they were set in; empty: not known
};

struct ScheduleTold {
  double every_days = 1.0;  ///< between two check-ins that are expected; 0: none are
  Time at = {};

  bool operator==(const ScheduleTold&) const = default;
};

struct FollowUpTold {
  std::string action;
  std::optional<double> helped;  ///< 0 to 10; empty: it was not tried
};

struct Acknowledged {
  std::string flag;
};

struct MessageSent {
  SentKind message = SentKind::contact;
  std::string contact;
  std::string rule;
  std::string action;  ///< that was suggested
};

struct HelpWanted {
  std::string words;
  std::string locale;
  Time at = {};

  bool operator==(const HelpWanted&) const = default;
};

struct AppointmentTold {
  std::string appointment;                ///< what it is known by
  std::optional<AppointmentState> state;  ///< as it was when empty; planned at first
  std::optional<Time> when;
  std::string words;
  std::string place;

  bool operator==(const AppointmentTold&) const = default;
};

struct GoalTold {
  std::string goal;  ///< what it is known by
  std::string words;
  std::string area;
  std::string until;               ///< YYYY-MM-DD
  std::optional<GoalState> state;  ///< as it was when empty; set at first

  bool operator==(const GoalTold&) const = default;
};

struct StepTold {
  std::string step;      ///< what it is known by; of a protocol the kind of its step
  std::string goal;      ///< that it belongs to
  std::string protocol;  ///< or after_use, or review
  std::string words;
  std::optional<StepState> state;  ///< as it was when empty; set at first
  Time at = {};

  bool operator==(const StepTold&) const = default;
};

struct Note {
  std::string text;
  std::string id = {};
  Time at = {};

  bool operator==(const Note&) const = default;
};

struct Correction {
  std::string of;     ///< id of the event
  std::string event;  ///< what it really was; empty: it never was
};

using Content =
    std::variant<CheckInTold, UseTold, TestResult, PlanTold, ScheduleTold, FollowUpTold,
                 Acknowledged, MessageSent, HelpWanted, AppointmentTold, GoalTold,
                 StepTold, Note, LearningRecord, Correction>;

struct Event {
  std::string id;
  Time at;
  std::optional<Time> told;
  Teller by = Teller::own;
  Content content;
};

/// What the log must know of a text before it is an event.
struct Telling {
  std::string id;
  std::string text;  ///< on one line, keys sorted, numbers in one form
  Time at;
  std::optional<Time> told;
  std::optional<Correction> correction = {};  ///< of an event that can be read
  std::optional<Time> earlier_use = {};       ///< that a check-in tells of afterwards
  bool unreadable = false;   ///< no event; without a moment it stands behind all others
  std::string problem = {};  ///< why a correction cannot count, whatever else was told

  /// Where it stands in the order: when it happened, or was told where that is earlier.
  Time place() const { return told && *told < at ? *told : at; }
};

/// The id and the times of a text, whatever else is wrong with it. A text that is no JSON
/// object with them becomes an `unreadable` event: told at the latest time that it names,
/// with an id made of the text. Throws ParseError for more than a document may have.
Telling read_telling(std::string_view text);

/// The text of a correction's event, with the id of what it corrects.
Telling read_replacement(const Correction& correction);

/// Reads an event. Throws ParseError, which names places and never what was told.
Event parse_event(std::string_view text);

/// What answers stand in a text, for the flags that they raise, as far as they can be
/// read; those to instruments are among the others. Throws nothing.
CheckInTold parse_answers_there(std::string_view text);

/// The locale of a wish for help, whatever else is wrong with the event; empty when a
/// text is none. Throws nothing.
std::optional<std::string> help_wanted_there(std::string_view text);

}  // namespace relapse::case_file

namespace relapse {

template <>
struct Names<case_file::EventKind> {
  static constexpr std::string_view all[] = {
      "check_in",    "use_report",  "test_result", "plan",
      "schedule",    "follow_up",   "acknowledge", "message_sent",
      "help_wanted", "appointment", "goal",        "step",
      "note",        "learning",    "correction",  "unreadable"};
};
template <>
struct Names<case_file::Teller> {
  static constexpr std::string_view all[] = {"own", "family", "peer", "clinician", "app"};
};
template <>
struct Names<case_file::Certainty> {
  static constexpr std::string_view all[] = {"sure", "doubtful"};
};
template <>
struct Names<case_file::TestOutcome> {
  static constexpr std::string_view all[] = {"positive", "negative", "invalid"};
};
template <>
struct Names<case_file::SentKind> {
  static constexpr std::string_view all[] = {"self_nudge", "contact", "suggestion"};
};
template <>
struct Names<case_file::GoalState> {
  static constexpr std::string_view all[] = {"set", "done", "dropped"};
};
template <>
struct Names<case_file::StepState> {
  static constexpr std::string_view all[] = {"set", "done"};
};

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/case_file/detail/event.ipp>
#endif
