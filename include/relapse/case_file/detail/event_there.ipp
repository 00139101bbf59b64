#pragma once

#include <relapse/case_file/detail/event.ipp>
#include <relapse/domain/safety.hpp>
#include <relapse/io/detail/mended_json.hpp>
#include <relapse/io/flagged_items.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <utility>

/// What stands in a text that is refused: answers that raise flags, and a wish for help.
namespace relapse::case_file {
namespace detail {

/// Where the names of answers may stand in an event: elsewhere than in a check-in a text,
/// such as the flag of a rule, names none.
inline io::detail::Named named_in(const nlohmann::json& event) {
  using io::detail::Named;
  for (const auto kind : Names<EventKind>::all) {
    const bool other = kind != name_of(EventKind::check_in) &&
                       kind != name_of(EventKind::correction) &&
                       kind != name_of(EventKind::unreadable);
    if (other && event.is_object() && event.contains("kind") && event["kind"] == kind)
      return Named::by_key;
  }
  return Named::by_any_text;
}

}  // namespace detail

RELAPSE_INLINE CheckInTold parse_answers_there(std::string_view text) {
  if (const auto kept = detail::kept_text(text)) return parse_answers_there(*kept);
  const auto mended = io::detail::mended_json(text);
  constexpr bool throws = false;
  const auto event = nlohmann::json::parse(mended, nullptr, throws);
  const auto named = detail::named_in(event);
  CheckInTold found;
  found.told = detail::latest_time_there(text);
  try {
    static_cast<void>(io::read_json(mended));
    auto outer = event;
    if (outer.is_object()) outer.erase("event");
    found.check_in = io::detail::what_is_there(outer.dump(), named);
  } catch (const ParseError&) {
    // A key that stands twice has told two things.
    found.check_in = io::detail::what_is_there(mended, named);
  }
  if (!event.is_object() || !event.contains("event")) return found;
  // Of a correction, what it says of the event.
  auto said = parse_answers_there(event["event"].dump());
  for (auto& answer : said.check_in.answers)
    found.check_in.answers.push_back(std::move(answer));
  return found;
}

RELAPSE_INLINE std::optional<std::string> help_wanted_there(std::string_view text) {
  if (const auto kept = detail::kept_text(text)) return help_wanted_there(*kept);
  constexpr bool throws = false;
  const auto event =
      nlohmann::json::parse(io::detail::mended_json(text), nullptr, throws);
  if (!event.is_object()) return std::nullopt;
  // Whoever spells it in another way wants help as well.
  bool wanted = false;
  std::string locale;
  for (const auto& [key, value] : event.items()) {
    if (!value.is_string()) continue;
    const auto name = spelling_key(key);
    const auto said = value.get<std::string>();
    if (name == "kind" || name == "type" || name == "event")
      wanted |= spelling_key(said) == spelling_key(name_of(EventKind::help_wanted));
    if (name == "locale") locale = said;
  }
  return wanted ? std::optional(locale) : std::nullopt;
}

}  // namespace relapse::case_file
