#pragma once

#include <relapse/domain/action.hpp>
#include <relapse/plan/detail/contact_role.hpp>
#include <relapse/plan/plan.hpp>

#include <algorithm>
#include <cstddef>
#include <string>

/// Whom of a plan an action is to reach.
namespace relapse::care::detail {

/// Of those who fit, one who agreed to be asked for support, or else the first; none
/// where nobody fits.
template <class Fits>
const Contact* first_contact(const Plan& plan, Fits fits) {
  const Contact* first = nullptr;
  for (const auto& contact : plan.contacts) {
    if (!fits(contact)) continue;
    if (contact.allows(ConsentPurpose::support)) return &contact;
    if (first == nullptr) first = &contact;
  }
  return first;
}

inline std::string name_or_nobody(const Contact* contact) {
  return contact == nullptr ? std::string() : contact->name;
}

/// Whether somebody is of the person's own life; also whose role nobody knows.
inline bool is_of_own_life(const Contact& contact) {
  return contact_kind(contact.role) != ContactKind::professional;
}

/// Who is there for what needs no calling: who agreed goes first, and among those who
/// did, people of one's own life before professionals.
inline std::string supporter(const Plan& plan) {
  const auto agreed = [](const Contact& contact) {
    return contact.allows(ConsentPurpose::support);
  };
  const auto* own = first_contact(plan, [&](const Contact& contact) {
    return agreed(contact) && is_of_own_life(contact);
  });
  if (own != nullptr) return own->name;
  return name_or_nobody(first_contact(plan, [](const Contact&) { return true; }));
}

/// Who is to be asked about a medication: its prescriber as a contact, or else somebody
/// of medicine.
inline std::string prescriber_of(const Plan& plan, const Medication& medication) {
  const auto* named = first_contact(plan, [&](const Contact& contact) {
    return contact.name == medication.prescriber;
  });
  if (named != nullptr) return named->name;
  return name_or_nobody(first_contact(plan, [](const Contact& contact) {
    return callings_in(contact.role).test(static_cast<std::size_t>(Calling::medical));
  }));
}

/// What somebody is to be asked for by an action; nothing where anybody may be meant.
inline Callings asked_for(const Action& action) {
  return callings_in(action.label.empty() ? action.id : action.label);
}

inline bool is_medical(Callings wanted) {
  return wanted.test(static_cast<std::size_t>(Calling::medical));
}

/// Whether an action is to be with somebody, and no appointment with a professional.
inline bool is_company(Callings wanted) {
  const auto is_for = [&](Calling calling) {
    return wanted.test(static_cast<std::size_t>(calling));
  };
  return !is_for(Calling::medical) && !is_for(Calling::therapy) &&
         !is_for(Calling::social);
}

/// Whether an action is to be among people, whom no professional stands for.
inline bool is_among_people(const Action& action) {
  bool found = false;
  relapse::detail::for_each_word(
      action.label, [&](const std::string& word) { found = found || word == "people"; });
  return found;
}

/// Whether the plan has somebody whom an action can reach: anybody where anybody may be
/// meant, or else somebody of the person's own life. An appointment with a professional
/// hangs on nobody in the plan.
/// @param wanted what it asks for
inline bool has_somebody_for(const Action& action, Callings wanted, const Plan& plan) {
  if (!is_company(wanted)) return true;
  const bool anybody = wanted.none() && !is_among_people(action);
  return std::any_of(
      plan.contacts.begin(), plan.contacts.end(),
      [&](const Contact& contact) { return anybody || is_of_own_life(contact); });
}

/// Whom an action that needs somebody is to reach, by what its words ask for; empty where
/// the plan names nobody who can be asked for that.
/// @param wanted what it asks for
inline std::string whom_to_ask(const Action& action, Callings wanted, const Plan& plan) {
  if (is_among_people(action)) return name_or_nobody(first_contact(plan, is_of_own_life));
  if (wanted.none()) return supporter(plan);
  if (action.id == "talk_to_prescriber") {
    for (const auto& medication : plan.medication) {
      if (medication.prescriber.empty()) continue;
      const auto name = prescriber_of(plan, medication);
      if (!name.empty()) return name;
    }
  }
  return name_or_nobody(first_contact(plan, [&](const Contact& contact) {
    return (callings_in(contact.role) & wanted).any();
  }));
}

}  // namespace relapse::care::detail
