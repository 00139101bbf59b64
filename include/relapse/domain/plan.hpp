#pragma once

#include <relapse/core/time.hpp>
#include <relapse/domain/level.hpp>

#include <optional>
#include <string>
#include <vector>

/// A person's own relapse prevention plan: a living document in the person's own words.
namespace relapse {

/// A high-risk situation of this person.
struct Trigger {
  std::string situation;  ///< code of the taxonomy
  std::string words;
  bool primary = false;

  bool operator==(const Trigger&) const = default;
};

/// A warning sign of this person.
struct PersonalSign {
  std::string stage;  ///< stage that it announces
  std::string words;
  std::string item;  ///< item that asks about it; empty when none does

  bool operator==(const PersonalSign&) const = default;
};

/// A coping strategy: an action of the catalogue, or one of the person's own.
struct Strategy {
  std::string action;  ///< id in the catalogue; empty for an own strategy
  std::string words;   ///< own wording; the catalogue's label when empty
  std::vector<std::string> situations;  ///< taxonomy codes it is meant for; empty: any
  bool available = true;

  bool operator==(const Strategy&) const = default;
};

/// Somebody to reach, with what the person consented to.
struct Contact {
  std::string name;
  std::string role;                  ///< e.g. sponsor, friend, clinician
  std::string channel;               ///< e.g. a telephone number
  std::vector<std::string> consent;  ///< purposes agreed to

  bool operator==(const Contact&) const = default;
};

/// When a contact is told, as the person wrote it. A rule, never a probability.
struct ContactRule {
  std::string contact;  ///< name of a contact
  RiskLevel level = RiskLevel::high;
  int days = 1;     ///< held on so many days ...
  int of_days = 1;  ///< ... of the last so many
  bool self_nudge_first = true;
  Days cool_down{1.0};
  std::string quiet_from;  ///< local time HH:MM; empty: no quiet hours
  std::string quiet_to;

  bool operator==(const ContactRule&) const = default;
};

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

  bool operator==(const Plan&) const = default;
};

}  // namespace relapse
