#pragma once

#include <relapse/core/json_text.hpp>
#include <relapse/core/refuse.hpp>
#include <relapse/domain/situation.hpp>
#include <relapse/io/document_reader.hpp>
#include <relapse/io/plan_json.hpp>
#include <relapse/io/timestamp.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace relapse::io {
namespace detail {

inline void require_situation(const Node& node) {
  if (find_situation(node.text()) == nullptr) {
    node.refuse("an unknown code", "a situation of the taxonomy");
  }
}

inline void require_words(const Node& node) {
  if (node.text().empty()) node.refuse("empty", "text");
}

inline Trigger read_trigger(const Node& node) {
  const Fields fields(node, {"situation"}, {"words", "primary"});
  require_situation(fields["situation"]);
  Trigger trigger;
  fields.read("situation", trigger.situation);
  fields.read("words", trigger.words);
  fields.read("primary", trigger.primary);
  return trigger;
}

inline PersonalSign read_personal_sign(const Node& node) {
  const Fields fields(node, {"stage", "words"}, {"item"});
  require_words(fields["stage"]);
  require_words(fields["words"]);
  PersonalSign sign;
  fields.read("stage", sign.stage);
  fields.read("words", sign.words);
  fields.read("item", sign.item);
  return sign;
}

inline Strategy read_strategy(const Node& node) {
  const Fields fields(node, {}, {"action", "words", "situations", "available"});
  Strategy strategy;
  fields.read("action", strategy.action);
  fields.read("words", strategy.words);
  if (strategy.action.empty() && strategy.words.empty()) {
    node.refuse("without action and words", "with at least one of them");
  }
  if (fields.has("situations")) {
    for (const auto& code : fields["situations"].list()) require_situation(code);
  }
  fields.read("situations", strategy.situations);
  fields.read("available", strategy.available);
  return strategy;
}

inline Contact read_contact(const Node& node) {
  const Fields fields(node, {"name"}, {"role", "channel", "consent"});
  require_words(fields["name"]);
  Contact contact;
  fields.read("name", contact.name);
  fields.read("role", contact.role);
  fields.read("channel", contact.channel);
  fields.read("consent", contact.consent);
  return contact;
}

inline void read_quiet_hours(const Fields& fields, ContactRule& rule) {
  for (const auto& [key, other] :
       {std::pair{"quiet_from", "quiet_to"}, std::pair{"quiet_to", "quiet_from"}}) {
    if (!fields.has(key)) continue;
    if (!is_time_of_day(fields[key].text())) {
      fields[key].refuse("no time of day", "one such as 22:30");
    }
    if (!fields.has(other)) refuse(fields.node().at() / other, "missing", "given");
  }
  fields.read("quiet_from", rule.quiet_from);
  fields.read("quiet_to", rule.quiet_to);
}

inline ContactRule read_contact_rule(const Node& node) {
  constexpr int longest_window = 366;
  const Fields fields(node, {"contact", "level"},
                      {"days", "of_days", "self_nudge_first", "cool_down_days",
                       "quiet_from", "quiet_to"});
  ContactRule rule;
  fields.read("contact", rule.contact);
  fields.read("level", rule.level);
  if (fields.has("days")) {
    rule.days = rule.of_days = fields["days"].whole(1, longest_window);
  }
  if (fields.has("of_days")) {
    rule.of_days = fields["of_days"].whole(rule.days, longest_window);
  }
  fields.read("self_nudge_first", rule.self_nudge_first);
  fields.read("cool_down_days", rule.cool_down);
  if (!(rule.cool_down.count >= 0.0)) {
    fields["cool_down_days"].refuse("below 0", "0 or more days");
  }
  read_quiet_hours(fields, rule);
  return rule;
}

inline void require_known_contacts(const Fields& fields, const Plan& plan) {
  const auto is_named = [&](const std::string& name) {
    return [&](const Contact& contact) { return contact.name == name; };
  };
  for (auto contact = plan.contacts.begin(); contact != plan.contacts.end(); ++contact) {
    if (std::none_of(plan.contacts.begin(), contact, is_named(contact->name))) continue;
    const auto index = static_cast<std::size_t>(contact - plan.contacts.begin());
    refuse(fields.node().at() / "contacts" / index / "name", "there again",
           "there once only");
  }
  for (std::size_t i = 0; i < plan.contact_rules.size(); ++i) {
    const auto& name = plan.contact_rules[i].contact;
    if (std::any_of(plan.contacts.begin(), plan.contacts.end(), is_named(name))) continue;
    refuse(fields.node().at() / "contact_rules" / i / "contact", "an unknown name",
           "that of a contact of the plan");
  }
}

/// All of a plan but its history.
inline Plan read_version(const Fields& fields) {
  Plan plan;
  fields.read("person", plan.person);
  plan.version = fields["version"].whole(1, std::numeric_limits<int>::max());
  fields.read("created", plan.created);
  fields.read("review", plan.review);
  fields.read("triggers", plan.triggers, read_trigger);
  fields.read("signs", plan.signs, read_personal_sign);
  fields.read("strategies", plan.strategies, read_strategy);
  fields.read("contacts", plan.contacts, read_contact);
  fields.read("contact_rules", plan.contact_rules, read_contact_rule);
  fields.read("reasons", plan.reasons);
  fields.read("crisis_steps", plan.crisis_steps);
  require_known_contacts(fields, plan);
  return plan;
}

inline void read_history(const Node& history, Plan& plan) {
  int before = 0;
  for (const auto& node : history.list()) {
    const Fields fields(node, {"version"},
                        {"person", "created", "review", "triggers", "signs", "strategies",
                         "contacts", "contact_rules", "reasons", "crisis_steps"});
    plan.history.push_back(read_version(fields));
    const int version = plan.history.back().version;
    if (version <= before || version >= plan.version) {
      fields["version"].refuse("out of order",
                               "above the version before it and below the plan's");
    }
    before = version;
  }
}

template <class Thing, class Write>
void add_things(JsonObject& object, std::string_view key,
                const std::vector<Thing>& things, Write write) {
  if (things.empty()) return;
  std::vector<std::string> texts;
  for (const auto& thing : things) texts.push_back(write(thing));
  object.add_json(key, json_array(texts));
}

inline std::string trigger_json(const Trigger& trigger) {
  JsonObject object;
  object.add("situation", trigger.situation);
  object.add_unless_empty("words", trigger.words);
  if (trigger.primary) object.add_truth("primary", true);
  return object.json();
}

inline std::string personal_sign_json(const PersonalSign& sign) {
  JsonObject object;
  object.add("stage", sign.stage);
  object.add("words", sign.words);
  object.add_unless_empty("item", sign.item);
  return object.json();
}

inline std::string strategy_json(const Strategy& strategy) {
  JsonObject object;
  object.add_unless_empty("action", strategy.action);
  object.add_unless_empty("words", strategy.words);
  add_things(object, "situations", strategy.situations, json_string);
  object.add_truth("available", strategy.available);
  return object.json();
}

inline std::string contact_json(const Contact& contact) {
  JsonObject object;
  object.add("name", contact.name);
  object.add_unless_empty("role", contact.role);
  object.add_unless_empty("channel", contact.channel);
  add_things(object, "consent", contact.consent, json_string);
  return object.json();
}

inline std::string contact_rule_json(const ContactRule& rule) {
  JsonObject object;
  object.add("contact", rule.contact);
  object.add("level", name_of(rule.level));
  object.add_whole("days", rule.days);
  object.add_whole("of_days", rule.of_days);
  object.add_truth("self_nudge_first", rule.self_nudge_first);
  object.add("cool_down_days", rule.cool_down.count);
  object.add_unless_empty("quiet_from", rule.quiet_from);
  object.add_unless_empty("quiet_to", rule.quiet_to);
  return object.json();
}

inline JsonObject version_json(const Plan& plan) {
  JsonObject object;
  object.add("person", plan.person);
  object.add_whole("version", plan.version);
  if (plan.created) object.add_json("created", time_json(*plan.created));
  if (plan.review) object.add_json("review", time_json(*plan.review));
  add_things(object, "triggers", plan.triggers, trigger_json);
  add_things(object, "signs", plan.signs, personal_sign_json);
  add_things(object, "strategies", plan.strategies, strategy_json);
  add_things(object, "contacts", plan.contacts, contact_json);
  add_things(object, "contact_rules", plan.contact_rules, contact_rule_json);
  add_things(object, "reasons", plan.reasons, json_string);
  add_things(object, "crisis_steps", plan.crisis_steps, json_string);
  return object;
}

}  // namespace detail

RELAPSE_INLINE Plan parse_plan(std::string_view json) {
  const auto parsed = read_json(json);
  const Fields fields =
      read_root(parsed, "relapse/plan/1", {"schema", "person", "version"},
                {"created", "review", "triggers", "signs", "strategies", "contacts",
                 "contact_rules", "reasons", "crisis_steps", "history"});
  Plan plan = detail::read_version(fields);
  if (fields.has("history")) detail::read_history(fields["history"], plan);
  return plan;
}

RELAPSE_INLINE std::string to_json(const Plan& plan) {
  constexpr int indent = 2;
  JsonObject object = detail::version_json(plan);
  object.add("schema", "relapse/plan/1");
  detail::add_things(object, "history", plan.history, [](const Plan& earlier) {
    return detail::version_json(earlier).json();
  });
  return indented_json(object.json(), indent);
}

}  // namespace relapse::io
