#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>
#include <relapse/core/zone.hpp>
#include <relapse/domain/wording.hpp>
#include <relapse/plan/plan.hpp>
#include <relapse/risk/outlook.hpp>

#include <optional>
#include <string>
#include <vector>

namespace relapse {

/// What a plan lacks, or what does not fit the model.
enum class PlanGap {
  no_crisis_step,
  no_contact,
  no_contact_for_high,
  trigger_without_strategy,
  unknown_action,
  unknown_stage,
  unknown_item,
  unknown_flag,
  rule_without_consent,
  no_channel,
  no_reasons,
  no_signs,
  no_strategies,
  no_review,
  review_due,
  no_time_zone,
  copy_is_old,
  medication_not_known,
  homework_due,
  appointment_past
};

template <>
struct Names<PlanGap> {
  static constexpr std::string_view all[] = {
      "no_crisis_step",       "no_contact",
      "no_contact_for_high",  "trigger_without_strategy",
      "unknown_action",       "unknown_stage",
      "unknown_item",         "unknown_flag",
      "rule_without_consent", "no_channel",
      "no_reasons",           "no_signs",
      "no_strategies",        "no_review",
      "review_due",           "no_time_zone",
      "copy_is_old",          "medication_not_known",
      "homework_due",         "appointment_past"};
};

/// A gap of a plan, in words for the person.
struct PlanFinding {
  PlanGap gap = PlanGap::no_crisis_step;
  std::string entry;  ///< what it is about; empty for the plan as a whole
  std::string words;  ///< one sentence for the person

  bool operator==(const PlanFinding&) const = default;
};

namespace care {

/// What is missing in a plan, what matters most first. Findings are no refusals: an empty
/// plan is a plan.
/// @param now when given, what is due or past is looked at, too
/// @param say words of what is not the person's own
/// @param medications to say what an unknown medication may be
/// @param zone clock of the days on which something is due
std::vector<PlanFinding> check_plan(const Plan& plan, const Model& model,
                                    std::optional<Time> now = {}, const Wording& say = {},
                                    const MedicationKnowledge& medications = {},
                                    const Zone& zone = {});

}  // namespace care
}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/care/detail/plan_check.ipp>
#endif
