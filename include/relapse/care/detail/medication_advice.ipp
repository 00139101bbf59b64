#pragma once

#include <relapse/care/medication_advice.hpp>
#include <relapse/core/detail/index.hpp>
#include <relapse/domain/substance.hpp>

#include <algorithm>

namespace relapse::care {

RELAPSE_INLINE MedicationFacts medication_facts(const risk::Outlook& outlook) {
  MedicationFacts facts;
  for (const char* item : {"medication", "covered_days"}) {
    if (const auto taken = outlook.last_answer(item)) {
      facts.missed_days = std::max(facts.missed_days, 7.0 - *taken);
    }
  }
  const auto& determinants = outlook.model().document().determinants;
  const int stopped = index_of(determinants, "stopped_medication");
  facts.stopped = stopped >= 0 && outlook.determinant(stopped) > 0.0;
  const auto since = outlook.since_use();
  const auto stage = static_cast<std::size_t>(outlook.stage());
  facts.used_lately =
      (since && since->count <= use_counts_days) || outlook.model().use()[stage];
  return facts;
}

namespace detail {

inline constexpr double rounded_days = 1e-9;

inline bool has_missed(double days, const MedicationFacts& facts) {
  return facts.missed_days >= days - rounded_days;
}
inline bool has_missed_any(const MedicationFacts& facts) {
  return facts.missed_days >= rounded_days;
}

}  // namespace detail

RELAPSE_INLINE bool may_take(MedicationClass medication_class,
                             const MedicationFacts& facts) {
  switch (medication_class) {
  case MedicationClass::opioid_agonist:
  case MedicationClass::other:
    return !detail::has_missed(prescriber_from_missed_days, facts);
  case MedicationClass::opioid_antagonist:
    return !facts.used_lately && !detail::has_missed(antagonist_from_missed_days, facts);
  case MedicationClass::aversive:
    return !facts.used_lately;
  case MedicationClass::unknown:
    return !detail::has_missed_any(facts) && !facts.used_lately;
  case MedicationClass::anti_craving:
    break;
  }
  return true;
}

RELAPSE_INLINE MedicationAdvice medication_advice(const Plan& plan,
                                                  const MedicationFacts& facts) {
  MedicationAdvice advice;
  advice.may_take = !plan.medication.empty();
  advice.any = advice.may_take || facts.stopped;
  for (const auto& each : plan.medication) {
    if (may_take(each.medication_class, facts)) continue;
    advice.may_take = false;
    const bool by_use = (each.medication_class == MedicationClass::opioid_antagonist &&
                         facts.used_lately) ||
                        each.medication_class == MedicationClass::aversive;
    if (by_use || facts.missed_days < prescriber_from_missed_days) continue;
    const bool known = each.medication_class != MedicationClass::unknown;
    if (advice.prescriber_first == nullptr || known) advice.prescriber_first = &each;
  }
  return advice;
}

RELAPSE_INLINE bool may_concern_opioids(const Plan& plan,
                                        const std::vector<std::string>& told) {
  const bool agonist = std::any_of(
      plan.medication.begin(), plan.medication.end(), [](const Medication& each) {
        return each.medication_class == MedicationClass::opioid_agonist;
      });
  if (agonist || plan.substances.empty()) return true;
  const auto any = [](const std::vector<std::string>& substances) {
    return std::any_of(substances.begin(), substances.end(),
                       [](const auto& each) { return may_be_opioid(each); });
  };
  return any(plan.substances) || any(told);
}

}  // namespace relapse::care
