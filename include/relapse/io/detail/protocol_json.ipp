#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/protocol_json.hpp>

#include <nlohmann/json.hpp>

#include <set>

namespace relapse::io {
namespace detail {

inline constexpr double hours_a_day = 24.0;

inline ProtocolStep read_protocol_step(const Node& node) {
  const Fields fields(node, {"id", "kind", "words", "source"}, {"substances"});
  ProtocolStep step;
  fields.read("id", step.id);
  fields.read("kind", step.kind);
  fields.read("words", step.words);
  fields.read("substances", step.substances);
  fields.read("source", step.source);
  for (const char* key : {"id", "words", "source"}) {
    if (fields[key].text().empty()) fields[key].refuse("empty", "text");
  }
  return step;
}

inline Days read_hours(const Node& node) {
  const double hours = node.number();
  if (!(hours > 0.0)) node.refuse("not above 0", "a number of hours");
  return Days{hours / hours_a_day};
}

}  // namespace detail

RELAPSE_INLINE Protocol parse_protocol(std::string_view json) {
  const auto parsed = read_json(json);
  const Fields fields = read_root(
      parsed, "relapse/protocol/1",
      {"schema", "id", "version", "steps", "next_check_in_hours"}, {"title", "source"});
  Protocol protocol;
  fields.read("id", protocol.id);
  fields.read("version", protocol.version);
  fields.read("title", protocol.title);
  fields.read("source", protocol.source);
  const Fields next(fields["next_check_in_hours"], {"lapse", "relapse", "source"});
  protocol.next_after_lapse = detail::read_hours(next["lapse"]);
  protocol.next_after_relapse = detail::read_hours(next["relapse"]);
  next.read("source", protocol.next_source);
  protocol.steps = read_list(fields["steps"], detail::read_protocol_step);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < protocol.steps.size(); ++i) {
    if (seen.insert(protocol.steps[i].id).second) continue;
    refuse(fields["steps"].at() / i / "id", "there again", "there once only");
  }
  return protocol;
}

RELAPSE_INLINE std::string to_json(const Protocol& protocol) {
  constexpr int indent = 2;
  std::vector<std::string> steps;
  for (const auto& step : protocol.steps) {
    JsonObject object;
    object.add("id", step.id);
    object.add("kind", name_of(step.kind));
    object.add("words", step.words);
    if (!step.substances.empty()) {
      object.add_json("substances", json_texts(step.substances));
    }
    object.add("source", step.source);
    steps.push_back(object.json());
  }
  JsonObject next;
  next.add("lapse", protocol.next_after_lapse.count * detail::hours_a_day);
  next.add("relapse", protocol.next_after_relapse.count * detail::hours_a_day);
  next.add("source", protocol.next_source);
  JsonObject object;
  object.add("schema", "relapse/protocol/1");
  object.add("id", protocol.id);
  object.add("version", protocol.version);
  object.add_unless_empty("title", protocol.title);
  object.add_unless_empty("source", protocol.source);
  object.add_json("next_check_in_hours", next.json());
  object.add_json("steps", json_array(steps));
  return indented_json(object.json(), indent);
}

}  // namespace relapse::io

