#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/plan/plan.hpp>
#include <relapse/risk/outlook.hpp>

#include <optional>
#include <string>
#include <vector>

/// What may be said about the medication of a plan. To take it again after missed doses
/// or after use can be fatal, so this is a rule and no ranking: built in, and the same
/// for every model. Sources: WHO 2009, SAMHSA TIP 63, ASAM 2020, NICE CG115 (R), as in
/// the document `relapse/medication/1`.
namespace relapse::care {

/// Missed days of the last 7 from which on an agonist is a matter for the prescriber;
/// expert default, on the safe side of the three days of guidelines (R).
inline constexpr double prescriber_from_missed_days = 2.0;
/// The same for an antagonist, without which less of an opioid can be too much; expert
/// default, as no guideline names a number.
inline constexpr double antagonist_from_missed_days = 4.0;
/// How long a reported use stands against an antagonist or an aversive: the longest time
/// in the labels, 7 to 10 days without opioids and 14 after long-acting ones (R).
inline constexpr double use_counts_days = 14.0;

/// What was told that matters for medication.
struct MedicationFacts {
  double missed_days = 0.0;  ///< of the last 7; 0 when never asked
  bool stopped = false;      ///< fewer days with it were told than before
  bool used_lately = false;
};

/// What may be said about a medication of the plan now.
struct MedicationAdvice {
  bool any = false;       ///< the plan has some, or some was told to be taken less
  bool may_take = false;  ///< to take it as prescribed may be said
  /// The prescriber comes before the next dose of this one.
  const Medication* prescriber_first = nullptr;
};

/// What the answers tell of use and of days without medication.
MedicationFacts medication_facts(const risk::Outlook& outlook);

/// Whether to take a medication of a class may be said.
bool may_take(MedicationClass medication_class, const MedicationFacts& facts);

/// What holds for all of a plan's medication together: one that may not be taken without
/// asking holds back the saying for all.
MedicationAdvice medication_advice(const Plan& plan, const MedicationFacts& facts);

/// Whether opioids are or may be among what a plan is about: never when its substances
/// are known to be others and no agonist is prescribed, unless one that was told of is or
/// may be an opioid.
/// @param told names of substances, of use and of tests
bool may_concern_opioids(const Plan& plan, const std::vector<std::string>& told = {});

}  // namespace relapse::care

#ifndef RELAPSE_COMPILED
#include <relapse/care/detail/medication_advice.ipp>
#endif
