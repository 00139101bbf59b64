#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/refuse.hpp>
#include <relapse/domain/safety.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/detail/plan_rules_json.ipp>
#include <relapse/io/plan_json.hpp>
#include <relapse/io/timestamp.hpp>
#include <relapse/plan/detail/fields.hpp>
#include <relapse/plan/versions.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>
#include <type_traits>

namespace relapse::io {
namespace detail {

// Reading: fields by name, then what holds for each kind of entry.

inline void take_value(const Node& node, std::string& value) { value = node.text(); }
inline void take_value(const Node& node, bool& value) { value = node.truth(); }
inline void take_value(const Node& node, double& value) { value = node.number(); }
inline void take_value(const Node& node, Days& value) { value = Days{node.number()}; }
inline void take_value(const Node& node, int& value) {
  value = node.whole(0, std::numeric_limits<int>::max());
}
inline void take_value(const Node& node, RiskLevel& value) {
  value = node.choice<RiskLevel>();
}
inline void take_value(const Node& node, MedicationClass& value) {
  value = node.choice<MedicationClass>();
}
inline void take_value(const Node& node, AppointmentState& value) {
  value = node.choice<AppointmentState>();
}
inline void take_value(const Node& node, Time& value) { value = node.time(); }
inline void take_value(const Node& node, std::optional<Time>& value) {
  value = node.time();
}
inline void take_value(const Node& node, std::vector<std::string>& value) {
  value = node.texts();
}

template <class Entry>
Fields fields_of(const Node& node) {
  return std::apply(
      [&](const auto&... field) { return Fields(node, {}, {field.name...}); },
      PlanFields<Entry>::all);
}

template <class Entry>
Entry read_entry(const Node& node) {
  const Fields fields = fields_of<Entry>(node);
  Entry entry;
  for_each_field(PlanFields<Entry>::all, [&](const auto& field) {
    if (fields.has(field.name)) {
      take_value(fields[field.name], entry.*field.member);
    } else if (field.need != Need::optional) {
      refuse(node.at() / field.name, "missing", "given");
    }
    if constexpr (std::is_same_v<decltype(field.member), std::string Entry::*>) {
      if (field.need == Need::required_text && (entry.*field.member).empty()) {
        fields[field.name].refuse("empty", "text");
      }
    }
  });
  require_sense(fields, entry);
  return entry;
}

template <>
inline std::string read_entry<std::string>(const Node& node) {
  return node.text();
}

/// Ids, and what must be unique without one.
template <class Entry>
void require_unique(const Node& list, const std::vector<Entry>& entries) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if constexpr (std::is_same_v<Entry, Contact>) {
      if (seen.insert(entries[i].name).second) continue;
      refuse(list.at() / i / "name", "there again", "there once only");
    } else if constexpr (!std::is_same_v<Entry, std::string>) {
      if (entries[i].id.empty() || seen.insert(entries[i].id).second) continue;
      refuse(list.at() / i / "id", "there again", "there once only");
    }
  }
}

inline void require_known_contacts(const Fields& fields, const Plan& plan) {
  std::set<std::string_view> names;
  for (const auto& contact : plan.contacts) names.insert(contact.name);
  for (std::size_t i = 0; i < plan.contact_rules.size(); ++i) {
    if (names.contains(plan.contact_rules[i].contact)) continue;
    refuse(fields.node().at() / "contact_rules" / i / "contact", "an unknown name",
           "that of a contact of the plan");
  }
}

inline void read_edits(const Fields& fields, Plan& plan) {
  if (!fields.has("edits")) return;
  std::int64_t sum = 0;
  for (const auto& [device, count] : fields["edits"].members()) {
    plan.edits[device] = count.whole(1, std::numeric_limits<int>::max());
    sum += plan.edits[device];
  }
  if (sum != plan.version) {
    fields["edits"].refuse("of another sum", "as many edits as the version says");
  }
}

/// All of a plan but its history.
inline Plan read_version(const Fields& fields) {
  Plan plan;
  if (fields.has("person")) plan.person = fields["person"].text();
  plan.version = fields["version"].whole(1, std::numeric_limits<int>::max());
  fields.read("created", plan.created);
  for_each_field(plan_lists, [&](const auto& list) {
    if (!fields.has(list.name)) return;
    auto& entries = plan.*list.member;
    using Entry = typename std::decay_t<decltype(entries)>::value_type;
    entries = read_list(fields[list.name], read_entry<Entry>);
    require_unique(fields[list.name], entries);
  });
  for_each_field(plan_singles, [&](const auto& field) {
    if (fields.has(field.name)) take_value(fields[field.name], plan.*field.member);
  });
  if (fields.has("use_definition")) {
    plan.use_definition = read_entry<UseDefinition>(fields["use_definition"]);
  }
  fields.read("device", plan.device);
  read_edits(fields, plan);
  require_known_contacts(fields, plan);
  return plan;
}

/// The members of a version: which must be there, and which may.
template <class Read>
auto with_version_keys(Read read) {
  return std::apply(
      [&](const auto&... list) {
        return std::apply(
            [&](const auto&... field) {
              return read({"person", "created", "use_definition", "device", "edits",
                           "history", "schema", list.name..., field.name...});
            },
            plan_singles);
      },
      plan_lists);
}

inline void read_history(const Node& history, Plan& plan) {
  using Keys = std::initializer_list<std::string_view>;
  std::set<EditCounts> seen{edits_of(plan)};
  int before = 1;
  for (const auto& node : history.list()) {
    const Fields fields =
        with_version_keys([&](Keys keys) { return Fields(node, {"version"}, keys); });
    for (const char* key : {"history", "schema"}) {
      if (fields.has(key)) fields[key].refuse("an unknown key", "left out of a version");
    }
    plan.history.push_back(read_version(fields));
    auto& earlier = plan.history.back();
    if (!fields.has("person")) earlier.person = plan.person;
    if (earlier.person != plan.person) {
      fields["person"].refuse("another person", "the person of the plan");
    }
    if (earlier.version < before || earlier.version >= plan.version) {
      fields["version"].refuse("out of order",
                               "above the version before it and below the plan's");
    }
    if (!seen.insert(edits_of(earlier)).second) {
      fields["version"].refuse("there again", "there once, or with edits of its own");
    }
    before = earlier.version;
  }
}

// Writing: what differs from what a document without the field would say.

inline std::string value_json(const std::string& value) { return json_string(value); }
inline std::string value_json(bool value) { return value ? "true" : "false"; }
inline std::string value_json(double value) { return json_number(value); }
inline std::string value_json(int value) { return std::to_string(value); }
inline std::string value_json(Days value) { return json_number(value.count); }
inline std::string value_json(RiskLevel value) { return json_string(name_of(value)); }
inline std::string value_json(MedicationClass value) {
  return json_string(name_of(value));
}
inline std::string value_json(AppointmentState value) {
  return json_string(name_of(value));
}
inline std::string value_json(Time value) { return time_json(value); }
inline std::string value_json(const std::optional<Time>& value) {
  return time_json(value.value());
}
inline std::string value_json(const std::vector<std::string>& value) {
  return json_texts(value);
}

inline std::string entry_json(const std::string& text) { return json_string(text); }

template <class Entry>
std::string entry_json(const Entry& entry) {
  JsonObject object;
  const Entry empty;
  for_each_field(PlanFields<Entry>::all, [&](const auto& field) {
    const auto& value = entry.*field.member;
    bool is_said = field.need != Need::optional || value != empty.*field.member;
    if constexpr (std::is_same_v<Entry, ContactRule>) {
      if (field.name == "level") is_said = entry.state() == ContactState::level;
      if (field.name == "of_days") is_said = entry.of_days != entry.days;
    }
    if constexpr (std::is_same_v<Entry, Medication>) {
      if (field.name == "medication_class") {
        is_said = entry.medication_class != MedicationClass::unknown &&
                  entry.medication_class != class_by_name(entry);
      }
    }
    if (is_said) object.add_json(field.name, value_json(value));
  });
  return object.json();
}

inline JsonObject version_json(const Plan& plan) {
  JsonObject object;
  object.add("person", plan.person);
  object.add_whole("version", plan.version);
  if (plan.created) object.add_json("created", time_json(*plan.created));
  for_each_field(plan_lists, [&](const auto& list) {
    const auto& entries = plan.*list.member;
    if (entries.empty()) return;
    std::vector<std::string> texts;
    for (const auto& entry : entries) texts.push_back(entry_json(entry));
    object.add_json(list.name, json_array(texts));
  });
  const Plan empty;
  for_each_field(plan_singles, [&](const auto& field) {
    if (plan.*field.member == empty.*field.member) return;
    object.add_json(field.name, value_json(plan.*field.member));
  });
  if (plan.use_definition != UseDefinition{}) {
    object.add_json("use_definition", entry_json(plan.use_definition));
  }
  object.add_unless_empty("device", plan.device);
  if (!plan.edits.empty()) {
    JsonObject edits;
    for (const auto& [device, count] : plan.edits) edits.add_whole(device, count);
    object.add_json("edits", edits.json());
  }
  return object;
}

}  // namespace detail

RELAPSE_INLINE Plan parse_plan(std::string_view json) {
  using Keys = std::initializer_list<std::string_view>;
  const auto parsed = read_json(json);
  const Fields fields = detail::with_version_keys([&](Keys keys) {
    return read_root(parsed, "relapse/plan/1", {"schema", "person", "version"}, keys);
  });
  Plan plan = detail::read_version(fields);
  if (fields.has("history")) detail::read_history(fields["history"], plan);
  return plan;
}

RELAPSE_INLINE std::string to_json(const Plan& plan) {
  constexpr int indent = 2;
  JsonObject object = detail::version_json(plan);
  object.add("schema", "relapse/plan/1");
  if (!plan.history.empty()) {
    std::vector<std::string> versions;
    for (const auto& earlier : plan.history) {
      versions.push_back(detail::version_json(earlier).json());
    }
    object.add_json("history", json_array(versions));
  }
  return indented_json(object.json(), indent);
}

}  // namespace relapse::io
