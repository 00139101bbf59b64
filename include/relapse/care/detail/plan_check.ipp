#pragma once

#include <relapse/care/detail/support_words.hpp>
#include <relapse/care/detail/words.hpp>
#include <relapse/care/plan_check.hpp>
#include <relapse/core/detail/calendar.hpp>
#include <relapse/core/detail/index.hpp>
#include <relapse/domain/situation.hpp>
#include <relapse/plan/detail/fields.hpp>

#include <algorithm>

namespace relapse::care {
namespace detail {

/// Collects findings in the order in which they matter.
class PlanCheck {
 public:
  PlanCheck(const Plan& plan, const Model& model, const Wording& say,
            const MedicationKnowledge& medications, const Zone& zone)
      : plan_(plan), model_(model), say_(say), medications_(medications), zone_(zone) {}

  std::vector<PlanFinding> findings(std::optional<Time> now) {
    look_at_crisis();
    look_at_rules();
    look_at_medication();
    look_at_triggers();
    look_at_strategies();
    look_at_signs();
    look_at_contacts();
    look_at_review(now);
    if (now) look_at_past(*now);
    return std::move(findings_);
  }

 private:
  void add(PlanGap gap, const Phrase& phrase, const std::string& entry = {}) {
    findings_.push_back({gap, entry, say_(phrase, {entry})});
  }

  void look_at_crisis() {
    if (plan_.crisis_steps.empty()) {
      add(PlanGap::no_crisis_step, words::check::no_crisis_step);
    }
    if (plan_.contacts.empty()) add(PlanGap::no_contact, words::check::no_contact);
  }

  void look_at_rules() {
    const bool told_at_high = std::any_of(
        plan_.contact_rules.begin(), plan_.contact_rules.end(), [](const auto& rule) {
          return rule.state() == ContactState::level && rule.level <= RiskLevel::high;
        });
    if (!told_at_high) {
      add(PlanGap::no_contact_for_high, words::check::no_contact_for_high);
    }
    for (const auto& rule : plan_.contact_rules) {
      const bool allowed = std::any_of(
          plan_.contacts.begin(), plan_.contacts.end(), [&](const auto& contact) {
            return contact.name == rule.contact &&
                   contact.allows(ConsentPurpose::contact_rule);
          });
      if (!allowed) {
        add(PlanGap::rule_without_consent, words::check::rule_without_consent,
            rule.contact);
      }
      if (rule.state() == ContactState::flag && model_.find_flag(rule.flag) < 0) {
        add(PlanGap::unknown_flag, words::check::rule_of_no_flag, rule.flag);
      }
    }
    const bool has_quiet_hours =
        std::any_of(plan_.contact_rules.begin(), plan_.contact_rules.end(),
                    [](const auto& rule) { return !rule.quiet_from.empty(); });
    if (has_quiet_hours && plan_.time_zone.empty()) {
      add(PlanGap::no_time_zone, words::check::quiet_without_zone);
    }
  }

  void look_at_medication() {
    for (const auto& each : plan_.medication) {
      if (each.medication_class != MedicationClass::unknown) continue;
      const auto named = find_medication(medications_, each.name);
      const auto& phrase = named.several          ? words::check::medication_several
                           : named.nearly.empty() ? words::check::medication_not_known
                                                  : words::check::medication_nearly;
      findings_.push_back({PlanGap::medication_not_known, key_of(each),
                           say_(phrase, {each.name, named.nearly})});
    }
  }

  void look_at_past(Time now) {
    const auto today = zone_.everywhere().local(now).day;
    for (const auto& each : plan_.homework) {
      const auto by = calendar_day(each.by);
      if (!each.done && by && *by <= today) {
        findings_.push_back({PlanGap::homework_due, key_of(each),
                             say_(words::check::homework_due, {each.words})});
      }
    }
    for (const auto& each : plan_.appointments) {
      if (each.state != AppointmentState::planned || !(each.at < now)) continue;
      findings_.push_back({PlanGap::appointment_past, key_of(each),
                           say_(words::check::appointment_past, {each.words})});
    }
  }

  /// The situations that a strategy is meant for, by its own words or the catalogue's.
  std::vector<std::string> meant_for(const Strategy& strategy) const {
    if (!strategy.situations.empty()) return strategy.situations;
    const auto& actions = model_.document().actions;
    const int index = index_of(actions, strategy.action);
    return index < 0 ? std::vector<std::string>()
                     : actions[static_cast<std::size_t>(index)].situations;
  }

  void look_at_triggers() {
    for (const auto& trigger : plan_.triggers) {
      const bool met = std::any_of(
          plan_.strategies.begin(), plan_.strategies.end(), [&](const auto& strategy) {
            const auto codes = meant_for(strategy);
            return strategy.available &&
                   std::any_of(codes.begin(), codes.end(), [&](const auto& code) {
                     return find_situation(code) == find_situation(trigger.situation);
                   });
          });
      if (met) continue;
      findings_.push_back({PlanGap::trigger_without_strategy, key_of(trigger),
                           say_(words::check::trigger_without_strategy,
                                {words::situation(trigger, say_)})});
    }
  }

  void look_at_strategies() {
    if (plan_.strategies.empty()) {
      add(PlanGap::no_strategies, words::check::no_strategies);
    }
    for (const auto& strategy : plan_.strategies) {
      const bool known = index_of(model_.document().actions, strategy.action) >= 0;
      if (known || !strategy.words.empty()) continue;
      add(PlanGap::unknown_action, words::check::strategy_of_no_model, strategy.action);
    }
  }

  void look_at_signs() {
    if (plan_.signs.empty()) add(PlanGap::no_signs, words::check::no_signs);
    for (const auto& sign : plan_.signs) {
      if (index_of(model_.document().stages, sign.stage) < 0) {
        add(PlanGap::unknown_stage, words::check::sign_of_no_stage, sign.words);
      }
      if (!sign.item.empty() && model_.find_item(sign.item) < 0) {
        add(PlanGap::unknown_item, words::check::sign_of_no_item, sign.words);
      }
    }
  }

  void look_at_contacts() {
    for (const auto& contact : plan_.contacts) {
      if (contact.channel.empty()) {
        add(PlanGap::no_channel, words::check::no_channel, contact.name);
      }
    }
    for (const auto& copy : plan_.copies) {
      if (copy.version > 0 && copy.version < plan_.version) {
        add(PlanGap::copy_is_old, words::check::copy_is_old, copy.holder);
      }
    }
    if (plan_.reasons.empty()) add(PlanGap::no_reasons, words::check::no_reasons);
  }

  void look_at_review(std::optional<Time> now) {
    if (!plan_.review) add(PlanGap::no_review, words::check::no_review);
    if (plan_.review && now && *plan_.review <= *now) {
      add(PlanGap::review_due, words::check::review_due);
    }
  }

  const Plan& plan_;
  const Model& model_;
  const Wording& say_;
  const MedicationKnowledge& medications_;
  const Zone& zone_;
  std::vector<PlanFinding> findings_;
};

}  // namespace detail

RELAPSE_INLINE std::vector<PlanFinding>
check_plan(const Plan& plan, const Model& model, std::optional<Time> now,
           const Wording& say, const MedicationKnowledge& medications, const Zone& zone) {
  return detail::PlanCheck(plan, model, say, medications, zone).findings(now);
}

}  // namespace relapse::care
