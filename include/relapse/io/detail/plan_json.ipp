#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/refuse.hpp>
#include <relapse/domain/safety.hpp>
#include <relapse/io/detail/field_reader.hpp>
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

namespace relapse {

/// All but person, edits and history.
template <>
struct FieldsOf<Plan> {
  static constexpr std::tuple all =
      std::tuple_cat(std::tuple{Field{"version", &Plan::version, Need::required, 1,
                                      std::numeric_limits<int>::max()},
                                Field{"created", &Plan::created}},
                     plan_lists, plan_singles,
                     std::tuple{Field{"use_definition", &Plan::use_definition},
                                Field{"device", &Plan::device}});
};

// What a rule or a medication says by itself is not written.

inline bool is_written(const ContactRule& rule, std::string_view field, bool by_table) {
  if (field == "level") return rule.state() == ContactState::level;
  if (field == "of_days") return rule.of_days != rule.days;
  return by_table;
}

inline bool is_written(const Medication& medication, std::string_view field,
                       bool by_table) {
  if (field != "medication_class") return by_table;
  return medication.medication_class != MedicationClass::unknown &&
         medication.medication_class != io::detail::class_by_name(medication);
}

namespace io {
namespace detail {

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
  read_fields(fields, plan);
  for_each_field(plan_lists, [&](const auto& list) {
    if (fields.has(list.name)) require_unique(fields[list.name], plan.*list.member);
  });
  read_edits(fields, plan);
  require_known_contacts(fields, plan);
  return plan;
}

inline void read_history(const Node& history, Plan& plan) {
  std::set<EditCounts> seen{edits_of(plan)};
  int before = 1;
  for (const auto& node : history.list()) {
    for (const char* key : {"history", "schema"}) {
      if (node.has(key)) node[key].refuse("an unknown key", "left out of a version");
    }
    const Fields fields = fields_of<Plan>(node, {}, {"person", "edits"});
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

inline JsonObject version_json(const Plan& plan) {
  JsonObject object;
  object.add("person", plan.person);
  add_fields(object, plan);
  if (!plan.edits.empty()) {
    JsonObject edits;
    for (const auto& [device, count] : plan.edits) edits.add_whole(device, count);
    object.add_json("edits", edits.json());
  }
  return object;
}

}  // namespace detail

RELAPSE_INLINE Plan parse_plan(std::string_view json) {
  const auto parsed = read_json(json);
  const Fields fields =
      root_of<Plan>(parsed, "relapse/plan/1", {"person"}, {"edits", "history"});
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

}  // namespace io
}  // namespace relapse
