#pragma once

#include <relapse/plan/plan.hpp>

#include <string>
#include <string_view>
#include <tuple>

/// The parts of a plan and their fields by name: the one list that documents, comparison
/// and merging share.
namespace relapse {

/// Whether a document must have the field, and whether the field may then be empty.
enum class Need { optional, required, required_text };

template <class Entry, class Value>
struct PlanField {
  std::string_view name;
  Value Entry::*member;
  Need need = Need::optional;
};

template <class Entry, class Value>
PlanField(std::string_view, Value Entry::*) -> PlanField<Entry, Value>;
template <class Entry, class Value>
PlanField(std::string_view, Value Entry::*, Need) -> PlanField<Entry, Value>;

/// The fields of an entry, in a tuple.
template <class Entry>
struct PlanFields;

/// An entry that is a text has no fields: the text is all there is.
template <>
struct PlanFields<std::string> {
  static constexpr std::tuple<> all{};
};

template <>
struct PlanFields<Trigger> {
  static constexpr std::tuple all{
      PlanField{"situation", &Trigger::situation, Need::required},
      PlanField{"words", &Trigger::words},
      PlanField{"primary", &Trigger::primary},
      PlanField{"id", &Trigger::id},
      PlanField{"date", &Trigger::date},
      PlanField{"days", &Trigger::days},
      PlanField{"time_of_year", &Trigger::time_of_year},
      PlanField{"pay_day", &Trigger::pay_day},
      PlanField{"place", &Trigger::place}};
};

template <>
struct PlanFields<PersonalSign> {
  static constexpr std::tuple all{
      PlanField{"stage", &PersonalSign::stage, Need::required_text},
      PlanField{"words", &PersonalSign::words, Need::required_text},
      PlanField{"item", &PersonalSign::item}, PlanField{"id", &PersonalSign::id}};
};

template <>
struct PlanFields<Strategy> {
  static constexpr std::tuple all{
      PlanField{"action", &Strategy::action}, PlanField{"words", &Strategy::words},
      PlanField{"situations", &Strategy::situations},
      PlanField{"available", &Strategy::available}, PlanField{"id", &Strategy::id}};
};

template <>
struct PlanFields<RoutineStep> {
  static constexpr std::tuple all{
      PlanField{"words", &RoutineStep::words, Need::required_text},
      PlanField{"at", &RoutineStep::at}, PlanField{"days", &RoutineStep::days},
      PlanField{"id", &RoutineStep::id}};
};

template <>
struct PlanFields<Medication> {
  static constexpr std::tuple all{
      PlanField{"name", &Medication::name, Need::required_text},
      PlanField{"dose", &Medication::dose},
      PlanField{"times", &Medication::times},
      PlanField{"prescriber", &Medication::prescriber},
      PlanField{"id", &Medication::id},
      PlanField{"medication_class", &Medication::medication_class}};
};

template <>
struct PlanFields<Meeting> {
  static constexpr std::tuple all{
      PlanField{"words", &Meeting::words, Need::required_text},
      PlanField{"place", &Meeting::place}, PlanField{"at", &Meeting::at},
      PlanField{"days", &Meeting::days}, PlanField{"id", &Meeting::id}};
};

template <>
struct PlanFields<Goal> {
  static constexpr std::tuple all{PlanField{"words", &Goal::words, Need::required_text},
                                  PlanField{"area", &Goal::area},
                                  PlanField{"steps", &Goal::steps},
                                  PlanField{"done", &Goal::done},
                                  PlanField{"by", &Goal::by},
                                  PlanField{"id", &Goal::id}};
};

template <>
struct PlanFields<Appointment> {
  static constexpr std::tuple all{
      PlanField{"words", &Appointment::words, Need::required_text},
      PlanField{"at", &Appointment::at, Need::required},
      PlanField{"place", &Appointment::place}, PlanField{"state", &Appointment::state},
      PlanField{"id", &Appointment::id}};
};

template <>
struct PlanFields<Homework> {
  static constexpr std::tuple all{
      PlanField{"words", &Homework::words, Need::required_text},
      PlanField{"by", &Homework::by, Need::required_text},
      PlanField{"given_by", &Homework::given_by}, PlanField{"done", &Homework::done},
      PlanField{"id", &Homework::id}};
};

template <>
struct PlanFields<Contact> {
  static constexpr std::tuple all{
      PlanField{"name", &Contact::name, Need::required_text},
      PlanField{"role", &Contact::role}, PlanField{"channel", &Contact::channel},
      PlanField{"consent", &Contact::consent}, PlanField{"sees", &Contact::sees}};
};

template <>
struct PlanFields<ContactRule> {
  static constexpr std::tuple all{
      PlanField{"contact", &ContactRule::contact, Need::required},
      PlanField{"level", &ContactRule::level},
      PlanField{"days", &ContactRule::days},
      PlanField{"of_days", &ContactRule::of_days},
      PlanField{"self_nudge_first", &ContactRule::self_nudge_first},
      PlanField{"cool_down_days", &ContactRule::cool_down},
      PlanField{"quiet_from", &ContactRule::quiet_from},
      PlanField{"quiet_to", &ContactRule::quiet_to},
      PlanField{"flag", &ContactRule::flag},
      PlanField{"silence_days", &ContactRule::silence},
      PlanField{"nudge_wait_days", &ContactRule::nudge_wait},
      PlanField{"expires", &ContactRule::expires},
      PlanField{"id", &ContactRule::id}};
};

template <>
struct PlanFields<PlanCopy> {
  static constexpr std::tuple all{
      PlanField{"holder", &PlanCopy::holder, Need::required_text},
      PlanField{"given", &PlanCopy::given}, PlanField{"version", &PlanCopy::version},
      PlanField{"id", &PlanCopy::id}};
};

template <>
struct PlanFields<UseDefinition> {
  static constexpr std::tuple all{
      PlanField{"heavy_amount", &UseDefinition::heavy_amount},
      PlanField{"consecutive_days", &UseDefinition::consecutive_days},
      PlanField{"days_a_week", &UseDefinition::days_a_week},
      PlanField{"source", &UseDefinition::source}};
};

/// The lists of a plan. Their names are the parts that a contact may see.
inline constexpr std::tuple plan_lists{PlanField{"triggers", &Plan::triggers},
                                       PlanField{"signs", &Plan::signs},
                                       PlanField{"strategies", &Plan::strategies},
                                       PlanField{"contacts", &Plan::contacts},
                                       PlanField{"contact_rules", &Plan::contact_rules},
                                       PlanField{"reasons", &Plan::reasons},
                                       PlanField{"crisis_steps", &Plan::crisis_steps},
                                       PlanField{"routine", &Plan::routine},
                                       PlanField{"medication", &Plan::medication},
                                       PlanField{"meetings", &Plan::meetings},
                                       PlanField{"copies", &Plan::copies},
                                       PlanField{"goals", &Plan::goals},
                                       PlanField{"appointments", &Plan::appointments},
                                       PlanField{"homework", &Plan::homework},
                                       PlanField{"substances", &Plan::substances}};

/// What stands once in a plan.
inline constexpr std::tuple plan_singles{PlanField{"review", &Plan::review},
                                         PlanField{"time_zone", &Plan::time_zone},
                                         PlanField{"language", &Plan::language}};

/// Calls `visit(field)` for each field of a tuple of them.
template <class Fields, class Visit>
constexpr void for_each_field(const Fields& fields, Visit visit) {
  std::apply([&](const auto&... field) { (visit(field), ...); }, fields);
}

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
