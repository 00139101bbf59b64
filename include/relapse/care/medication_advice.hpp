#pragma once

#include <relapse/plan/plan.hpp>
#include <relapse/risk/outlook.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What may be said about the medication of a plan. To take it again after missed doses
/// or after use can be fatal, so this is a rule and no ranking: built in, and the same
/// for every model. Sources: WHO 2009, SAMHSA TIP 63, ASAM 2020, NICE CG115 (R), as in
/// the document `relapse/medication/1`.
namespace relapse::care {

/// Missed days of the last 7 from which on an agonist is a matter for the prescriber;
/// expert default, on the safe side of the three days of guidelines (R).
inline constexpr double prescriber_from_missed_days = 2.0;
/// How long a reported use stands against an antagonist or an aversive: the longest time
/// in the labels, 7 to 10 days without opioids and 14 after long-acting ones (R).
inline constexpr double use_counts_days = 14.0;

/// What was told that matters for medication.
struct MedicationFacts {
  double missed_days = 0.0;  ///< of the last 7; 0 when never asked
  bool used_lately = false;
};

/// What may be said about a medication of the plan now.
struct MedicationAdvice {
  bool any = false;       ///< something is prescribed
  bool may_take = false;  ///< to take it as prescribed may be said
  /// The prescriber comes before the next dose of this one.
  const Medication* prescriber_first = nullptr;
};

/// What the answers tell of use and of days without medication.
inline MedicationFacts medication_facts(const risk::Outlook& outlook) {
  MedicationFacts facts;
  for (const char* item : {"medication", "covered_days"}) {
    if (const auto taken = outlook.last_answer(item)) {
      facts.missed_days = std::max(facts.missed_days, 7.0 - *taken);
    }
  }
  const auto since = outlook.since_use();
  const auto stage = static_cast<std::size_t>(outlook.stage());
  facts.used_lately =
      (since && since->count <= use_counts_days) || outlook.model().use()[stage];
  return facts;
}

/// Whether to take a medication of a class may be said.
inline bool may_take(MedicationClass medication_class, const MedicationFacts& facts) {
  constexpr double rounding = 1e-9;
  switch (medication_class) {
  case MedicationClass::opioid_agonist:
    return facts.missed_days < prescriber_from_missed_days - rounding;
  case MedicationClass::opioid_antagonist:
  case MedicationClass::aversive:
    return !facts.used_lately;
  case MedicationClass::unknown:
    return facts.missed_days < rounding && !facts.used_lately;
  case MedicationClass::anti_craving:
  case MedicationClass::other:
    break;
  }
  return true;
}

/// What holds for all of a plan's medication together: one that may not be taken without
/// asking holds back the saying for all.
inline MedicationAdvice medication_advice(const Plan& plan,
                                          const MedicationFacts& facts) {
  MedicationAdvice advice;
  advice.any = advice.may_take = !plan.medication.empty();
  for (const auto& each : plan.medication) {
    if (may_take(each.medication_class, facts)) continue;
    advice.may_take = false;
    const bool tolerance = each.medication_class == MedicationClass::opioid_agonist ||
                           each.medication_class == MedicationClass::unknown;
    if (!tolerance || facts.missed_days < prescriber_from_missed_days) continue;
    const bool known = each.medication_class != MedicationClass::unknown;
    if (advice.prescriber_first == nullptr || known) advice.prescriber_first = &each;
  }
  return advice;
}

/// Whether opioids are or may be among what a plan is about: never when its substances
/// are known to be others and no agonist is prescribed.
inline bool may_concern_opioids(const Plan& plan) {
  static constexpr std::string_view others[] = {
      "alcohol",    "alkohol",  "sedative",       "stimulant",
      "cannabis",   "nicotine", "nikotin",        "tobacco",
      "tabak",      "cocaine",  "kokain",         "amphetamine",
      "amphetamin", "gambling", "benzodiazepine", "methamphetamine"};
  const bool agonist = std::any_of(
      plan.medication.begin(), plan.medication.end(), [](const Medication& each) {
        return each.medication_class == MedicationClass::opioid_agonist;
      });
  if (agonist || plan.substances.empty()) return true;
  return !std::all_of(
      plan.substances.begin(), plan.substances.end(), [&](const std::string& substance) {
        const auto* end = std::end(others);
        return std::find(std::begin(others), end, folded_name(substance)) != end;
      });
}

}  // namespace relapse::care
