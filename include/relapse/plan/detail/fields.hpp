#pragma once

#include <relapse/core/detail/fields.hpp>
#include <relapse/plan/plan.hpp>

#include <string>
#include <string_view>
#include <tuple>

/// The parts of a plan and their fields by name: the one list that documents, comparison
/// and merging share.
namespace relapse {

/// An entry that is a text has no fields: the text is all there is.
template <>
struct FieldsOf<std::string> {
  static constexpr std::tuple<> all{};
};

template <>
struct FieldsOf<Trigger> {
  static constexpr std::tuple all{Field{"situation", &Trigger::situation, Need::required},
                                  Field{"words", &Trigger::words},
                                  Field{"primary", &Trigger::primary},
                                  Field{"id", &Trigger::id},
                                  Field{"date", &Trigger::date},
                                  Field{"days", &Trigger::days},
                                  Field{"time_of_year", &Trigger::time_of_year},
                                  Field{"pay_day", &Trigger::pay_day},
                                  Field{"place", &Trigger::place}};
};

template <>
struct FieldsOf<PersonalSign> {
  static constexpr std::tuple all{
      Field{"stage", &PersonalSign::stage, Need::required_text},
      Field{"words", &PersonalSign::words, Need::required_text},
      Field{"item", &PersonalSign::item}, Field{"id", &PersonalSign::id}};
};

template <>
struct FieldsOf<Strategy> {
  static constexpr std::tuple all{
      Field{"action", &Strategy::action}, Field{"words", &Strategy::words},
      Field{"situations", &Strategy::situations},
      Field{"available", &Strategy::available}, Field{"id", &Strategy::id}};
};

template <>
struct FieldsOf<RoutineStep> {
  static constexpr std::tuple all{
      Field{"words", &RoutineStep::words, Need::required_text},
      Field{"at", &RoutineStep::at}, Field{"days", &RoutineStep::days},
      Field{"id", &RoutineStep::id}};
};

template <>
struct FieldsOf<Medication> {
  static constexpr std::tuple all{
      Field{"name", &Medication::name, Need::required_text},
      Field{"dose", &Medication::dose},
      Field{"times", &Medication::times},
      Field{"prescriber", &Medication::prescriber},
      Field{"id", &Medication::id},
      Field{"medication_class", &Medication::medication_class}};
};

template <>
struct FieldsOf<Meeting> {
  static constexpr std::tuple all{
      Field{"words", &Meeting::words, Need::required_text},
      Field{"place", &Meeting::place}, Field{"at", &Meeting::at},
      Field{"days", &Meeting::days}, Field{"id", &Meeting::id}};
};

template <>
struct FieldsOf<Goal> {
  static constexpr std::tuple all{Field{"words", &Goal::words, Need::required_text},
                                  Field{"area", &Goal::area},
                                  Field{"steps", &Goal::steps},
                                  Field{"done", &Goal::done},
                                  Field{"by", &Goal::by},
                                  Field{"id", &Goal::id}};
};

template <>
struct FieldsOf<Appointment> {
  static constexpr std::tuple all{
      Field{"words", &Appointment::words, Need::required_text},
      Field{"at", &Appointment::at, Need::required}, Field{"place", &Appointment::place},
      Field{"state", &Appointment::state}, Field{"id", &Appointment::id}};
};

template <>
struct FieldsOf<Homework> {
  static constexpr std::tuple all{Field{"words", &Homework::words, Need::required_text},
                                  Field{"by", &Homework::by, Need::required_text},
                                  Field{"given_by", &Homework::given_by},
                                  Field{"done", &Homework::done},
                                  Field{"id", &Homework::id}};
};

template <>
struct FieldsOf<Contact> {
  static constexpr std::tuple all{
      Field{"name", &Contact::name, Need::required_text}, Field{"role", &Contact::role},
      Field{"channel", &Contact::channel}, Field{"consent", &Contact::consent},
      Field{"sees", &Contact::sees}};
};

template <>
struct FieldsOf<ContactRule> {
  static constexpr std::tuple all{
      Field{"contact", &ContactRule::contact, Need::required},
      Field{"level", &ContactRule::level},
      Field{"days", &ContactRule::days},
      Field{"of_days", &ContactRule::of_days},
      Field{"self_nudge_first", &ContactRule::self_nudge_first},
      Field{"cool_down_days", &ContactRule::cool_down},
      Field{"quiet_from", &ContactRule::quiet_from},
      Field{"quiet_to", &ContactRule::quiet_to},
      Field{"flag", &ContactRule::flag},
      Field{"silence_days", &ContactRule::silence},
      Field{"nudge_wait_days", &ContactRule::nudge_wait},
      Field{"expires", &ContactRule::expires},
      Field{"id", &ContactRule::id}};
};

template <>
struct FieldsOf<PlanCopy> {
  static constexpr std::tuple all{Field{"holder", &PlanCopy::holder, Need::required_text},
                                  Field{"given", &PlanCopy::given},
                                  Field{"version", &PlanCopy::version},
                                  Field{"id", &PlanCopy::id}};
};

template <>
struct FieldsOf<UseDefinition> {
  static constexpr std::tuple all{
      Field{"heavy_amount", &UseDefinition::heavy_amount},
      Field{"consecutive_days", &UseDefinition::consecutive_days},
      Field{"days_a_week", &UseDefinition::days_a_week},
      Field{"source", &UseDefinition::source}};
};

/// The lists of a plan. Their names are the parts that a contact may see.
inline constexpr std::tuple plan_lists{Field{"triggers", &Plan::triggers},
                                       Field{"signs", &Plan::signs},
                                       Field{"strategies", &Plan::strategies},
                                       Field{"contacts", &Plan::contacts},
                                       Field{"contact_rules", &Plan::contact_rules},
                                       Field{"reasons", &Plan::reasons},
                                       Field{"crisis_steps", &Plan::crisis_steps},
                                       Field{"routine", &Plan::routine},
                                       Field{"medication", &Plan::medication},
                                       Field{"meetings", &Plan::meetings},
                                       Field{"copies", &Plan::copies},
                                       Field{"goals", &Plan::goals},
                                       Field{"appointments", &Plan::appointments},
                                       Field{"homework", &Plan::homework},
                                       Field{"substances", &Plan::substances}};

/// What stands once in a plan.
inline constexpr std::tuple plan_singles{Field{"review", &Plan::review},
                                         Field{"time_zone", &Plan::time_zone},
                                         Field{"language", &Plan::language}};

/// Whether `name` is a list of a plan.
constexpr bool is_plan_part(std::string_view name) {
  bool found = false;
  for_each_field(plan_lists, [&](const auto& list) { found |= list.name == name; });
  return found;
}

/// What an entry is known by from one version to the next: its id, or else its content.
inline std::string key_of(const std::string& text) { return text; }
inline std::string key_of(const Contact& contact) { return contact.name; }
inline std::string key_of(const Trigger& trigger) {
  if (!trigger.id.empty()) return trigger.id;
  return trigger.words.empty() ? trigger.situation : trigger.words;
}
inline std::string key_of(const Strategy& strategy) {
  if (!strategy.id.empty()) return strategy.id;
  return strategy.action.empty() ? strategy.words : strategy.action;
}
inline std::string key_of(const Medication& medication) {
  return medication.id.empty() ? medication.name : medication.id;
}
inline std::string key_of(const PlanCopy& copy) {
  return copy.id.empty() ? copy.holder : copy.id;
}
inline std::string key_of(const ContactRule& rule) {
  if (!rule.id.empty()) return rule.id;
  const auto state = rule.state();
  std::string key = rule.contact + ": " + std::string(name_of(state));
  if (state == ContactState::level) key += " " + std::string(name_of(rule.level));
  if (state == ContactState::flag) key += " " + rule.flag;
  return key;
}
template <class Entry>
std::string key_of(const Entry& entry) {
  return entry.id.empty() ? entry.words : entry.id;
}

}  // namespace relapse
