#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/io/detail/field_reader.hpp>
#include <relapse/io/protocol_json.hpp>

#include <nlohmann/json.hpp>

#include <set>
#include <tuple>

namespace relapse {

template <>
struct FieldsOf<ProtocolStep> {
  using Step = ProtocolStep;
  static constexpr std::tuple all{Field{"id", &Step::id, Need::required_text},
                                  Field{"kind", &Step::kind, Need::required},
                                  Field{"words", &Step::words, Need::required_text},
                                  Field{"source", &Step::source, Need::required_text},
                                  Field{"substances", &Step::substances}};
};

/// All but `next_check_in_hours`, which speaks of days.
template <>
struct FieldsOf<Protocol> {
  static constexpr std::tuple all{Field{"id", &Protocol::id, Need::required},
                                  Field{"version", &Protocol::version, Need::required},
                                  Field{"steps", &Protocol::steps, Need::required},
                                  Field{"title", &Protocol::title},
                                  Field{"source", &Protocol::source}};
};

namespace io {
namespace detail {

inline constexpr double hours_a_day = 24.0;

inline Days read_hours(const Node& node) {
  const double hours = node.number();
  if (!(hours > 0.0)) node.refuse("not above 0", "a number of hours");
  return Days{hours / hours_a_day};
}

}  // namespace detail

RELAPSE_INLINE Protocol parse_protocol(std::string_view json) {
  const auto parsed = read_json(json);
  const Fields fields =
      root_of<Protocol>(parsed, "relapse/protocol/1", {"next_check_in_hours"});
  Protocol protocol;
  read_fields(fields, protocol);
  const Fields next(fields["next_check_in_hours"], {"lapse", "relapse", "source"});
  protocol.next_after_lapse = detail::read_hours(next["lapse"]);
  protocol.next_after_relapse = detail::read_hours(next["relapse"]);
  protocol.next_source = next["source"].text();
  std::set<std::string> seen;
  for (std::size_t i = 0; i < protocol.steps.size(); ++i) {
    if (seen.insert(protocol.steps[i].id).second) continue;
    refuse(fields["steps"].at() / i / "id", "there again", "there once only");
  }
  return protocol;
}

RELAPSE_INLINE std::string to_json(const Protocol& protocol) {
  const auto next =
      JsonObject()
          .add("lapse", protocol.next_after_lapse.count * detail::hours_a_day)
          .add("relapse", protocol.next_after_relapse.count * detail::hours_a_day)
          .add("source", protocol.next_source);
  return document_json("relapse/protocol/1", protocol,
                       JsonObject().add("next_check_in_hours", next));
}

}  // namespace io
}  // namespace relapse
