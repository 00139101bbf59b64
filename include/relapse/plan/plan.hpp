#pragma once

#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>
#include <relapse/domain/level.hpp>
#include <relapse/domain/medication.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

/// A person's own relapse prevention plan: a living document in the person's own words.
/// An `id` names an entry through all versions, so that two devices can change it; it is
/// optional, and an entry without one is known by its content.
namespace relapse {

/// A high-risk situation of this person, and when and where it comes where that is known:
/// any of the times brings it.
struct Trigger {
  std::string situation;  ///< code of the taxonomy
  std::string words;
  bool primary = false;
  std::string id = {};
  std::string date = {};               ///< YYYY-MM-DD; MM-DD: every year
  std::vector<std::string> days = {};  ///< names of weekdays
  std::string time_of_year = {};       ///< MM-DD/MM-DD, both included, over New Year too
  int pay_day = 0;         ///< day of the month, its last in a shorter one; 0: none
  std::string place = {};  ///< in words

  bool operator==(const Trigger&) const = default;
};

/// A warning sign of this person.
struct PersonalSign {
  std::string stage;  ///< stage that it announces
  std::string words;
  std::string item;  ///< item that asks about it; empty when none does
  std::string id = {};

  bool operator==(const PersonalSign&) const = default;
};

/// A coping strategy: an action of the catalogue, or one of the person's own.
struct Strategy {
  std::string action;  ///< id in the catalogue; empty for an own strategy
  std::string words;   ///< own wording; the catalogue's label when empty
  std::vector<std::string> situations;  ///< taxonomy codes it is meant for; empty: any
  bool available = true;
  std::string id = {};

  bool operator==(const Strategy&) const = default;
};

/// Days of the week.
enum class Weekday { monday, tuesday, wednesday, thursday, friday, saturday, sunday };

template <>
struct Names<Weekday> {
  static constexpr std::string_view all[] = {
      "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
};

/// A fixed point of the day that holds the person's routine together.
struct RoutineStep {
  std::string words;
  std::string at = {};                 ///< local time HH:MM; empty: no fixed time
  std::vector<std::string> days = {};  ///< names of weekdays; empty: every day
  std::string id = {};

  bool operator==(const RoutineStep&) const = default;
};

/// A medication that the person takes.
struct Medication {
  std::string name;
  std::string dose = {};                ///< as prescribed, in words
  std::vector<std::string> times = {};  ///< local times HH:MM
  std::string prescriber = {};
  std::string id = {};
  /// As the name says it when a plan is read, or as the document states it.
  MedicationClass medication_class = MedicationClass::unknown;

  bool operator==(const Medication&) const = default;
};

/// A group, an appointment or another meeting that supports recovery.
struct Meeting {
  std::string words;
  std::string place = {};
  std::string at = {};                 ///< local time HH:MM; empty: no fixed time
  std::vector<std::string> days = {};  ///< names of weekdays; empty: as arranged
  std::string id = {};

  bool operator==(const Meeting&) const = default;
};

/// What the person wants beyond recovery: a hobby, study, work, people.
struct Goal {
  std::string words;
  std::string area = {};                ///< such as hobby, study, work
  std::vector<std::string> steps = {};  ///< in their order
  std::vector<std::string> done = {};   ///< of the steps
  std::string by = {};                  ///< YYYY-MM-DD; empty: no date
  std::string id = {};

  bool operator==(const Goal&) const = default;
};

/// What became of an appointment.
enum class AppointmentState { planned, kept, missed };

template <>
struct Names<AppointmentState> {
  static constexpr std::string_view all[] = {"planned", "kept", "missed"};
};

/// A single appointment with somebody who treats or supports the person.
struct Appointment {
  std::string words;
  Time at;
  std::string place = {};
  AppointmentState state = AppointmentState::planned;
  std::string id = {};

  bool operator==(const Appointment&) const = default;
};

/// Something to try or to practise until a day.
struct Homework {
  std::string words;
  std::string by;  ///< YYYY-MM-DD
  std::string given_by = {};
  bool done = false;
  std::string id = {};

  bool operator==(const Homework&) const = default;
};

/// What a person can agree to for a contact. Other words in a contact's consent are kept
/// as the person's own, and give the library no permission.
enum class ConsentPurpose { support, contact_rule, after_use, share_plan, share_state };

template <>
struct Names<ConsentPurpose> {
  static constexpr std::string_view all[] = {"support", "contact_rule", "after_use",
                                             "share_plan", "share_state"};
};

/// Somebody to reach, with what the person consented to.
struct Contact {
  std::string name;
  std::string role;                    ///< e.g. sponsor, friend, clinician
  std::string channel;                 ///< e.g. a telephone number
  std::vector<std::string> consent;    ///< purposes agreed to
  std::vector<std::string> sees = {};  ///< parts of the plan that a copy may hold

  bool allows(ConsentPurpose purpose) const;
  bool operator==(const Contact&) const = default;
};

/// What a contact rule waits for.
enum class ContactState { level, flag, silence };

template <>
struct Names<ContactState> {
  static constexpr std::string_view all[] = {"level", "flag", "silence"};
};

/// When a contact is told, as the person wrote it. A rule, never a probability.
struct ContactRule {
  std::string contact;                ///< name of a contact
  RiskLevel level = RiskLevel::high;  ///< this level or a higher one
  int days = 1;                       ///< held on so many days ...
  int of_days = 1;                    ///< ... of the last so many
  bool self_nudge_first = true;       ///< the person hears first
  Days cool_down{1.0};                ///< least time between two messages to the contact
  std::string quiet_from;             ///< local time HH:MM; empty: no quiet hours
  std::string quiet_to;
  std::string flag = {};  ///< a safety flag in place of a level
  Days silence{0.0};      ///< or so long without a check-in; 0: not that
  Days nudge_wait{0.5};   ///< from the self-nudge to the message; expert default
  std::optional<Time> expires = {};  ///< the rule holds before this moment
  std::string id = {};

  ContactState state() const {
    if (!flag.empty()) return ContactState::flag;
    return silence.count > 0.0 ? ContactState::silence : ContactState::level;
  }
  bool operator==(const ContactRule&) const = default;
};

/// When a return to use counts as a relapse for this person; before that it is a lapse.
/// Published definitions differ, so the person (with a clinician) says which holds. What
/// is 0 does not count; with all at 0 every return to use is a lapse.
struct UseDefinition {
  double heavy_amount = 0.0;  ///< a day with so much or more, in the units that are asked
  int consecutive_days = 0;   ///< so many days of use in a row
  int days_a_week = 0;        ///< so many days of use within seven
  std::string source = {};    ///< who set it, or the publication it follows

  bool operator==(const UseDefinition&) const = default;
};

/// A copy of the plan that somebody holds.
struct PlanCopy {
  std::string holder;
  std::optional<Time> given = {};
  int version = 0;  ///< that the holder has; 0: not known
  std::string id = {};

  bool operator==(const PlanCopy&) const = default;
};

/// How many edits each device had made when a version came to be; says which of two
/// versions knows the other.
using EditCounts = std::map<std::string, int, std::less<>>;

/// A relapse prevention plan (`relapse/plan/1`), in the person's own words.
struct Plan {
  std::string person;
  int version = 1;
  std::optional<Time> created;
  std::optional<Time> review;
  std::vector<Trigger> triggers;
  std::vector<PersonalSign> signs;
  std::vector<Strategy> strategies;  ///< in the person's order
  std::vector<Contact> contacts;
  std::vector<ContactRule> contact_rules;
  std::vector<std::string> reasons;       ///< why recovery matters to the person
  std::vector<std::string> crisis_steps;  ///< own steps, after the built-in ones
  std::vector<Plan> history = {};  ///< earlier versions, oldest first, without histories
  std::vector<RoutineStep> routine = {};
  std::vector<Medication> medication = {};
  std::vector<Meeting> meetings = {};
  std::vector<PlanCopy> copies = {};
  std::vector<Goal> goals = {};
  std::vector<Appointment> appointments = {};
  std::vector<Homework> homework = {};
  std::vector<std::string> substances = {};  ///< of the person, such as opioid, alcohol
  UseDefinition use_definition = {};
  std::string time_zone = {};  ///< name in the tz database, for quiet hours and dates
  std::string device = {};     ///< that made this version; empty: not known, or a merge
  EditCounts edits = {};       ///< by device; empty: `version` edits of an unknown one
  std::string language = {};   ///< tag of the person's own words; empty: not known

  bool operator==(const Plan&) const = default;
};

inline bool Contact::allows(ConsentPurpose purpose) const {
  for (const auto& agreed : consent) {
    if (agreed == name_of(purpose)) return true;
  }
  return false;
}

}  // namespace relapse
