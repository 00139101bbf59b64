#pragma once

#include <relapse/case_file/detail/event.ipp>
#include <relapse/domain/safety.hpp>
#include <relapse/io/check_in_json.hpp>
#include <relapse/io/detail/mended_json.hpp>

#include <nlohmann/json.hpp>

#include <cmath>
#include <string>
#include <utility>

/// What stands in a text that is refused: answers that raise flags, and a wish for help.
namespace relapse::case_file {
namespace detail {

/// Keeps the answers to an instrument as far as they can be read, by the names of its
/// items or in their order; one that cannot be read is NaN.
inline void keep_responses(const std::string& name, const nlohmann::json& items,
                           InstrumentAnswers& found) {
  if (!items.is_structured()) return;
  std::size_t place = 0;
  for (const auto& [key, value] : items.items()) {
    ++place;
    if (value.is_structured()) keep_responses(name, value, found);
    if (value.is_null() || value.is_structured()) continue;
    // An item may be called by its number alone, whatever word stands before that.
    const auto digit = key.find_first_of("0123456789");
    const bool worded = digit != key.npos && digit > 0 && !spelling_key(key).empty() &&
                        spelling_key(key).find(spelling_key(name)) == std::string::npos;
    const std::string item = items.is_array() ? std::to_string(place)
                             : worded         ? key.substr(digit)
                                              : key;
    found[name].push_back({item, value.is_number() ? value.get<double>() : std::nan("")});
  }
}

inline InstrumentAnswers instruments_there(const nlohmann::json& event) {
  InstrumentAnswers found;
  if (!event.is_object() || !event.contains("instruments")) return found;
  const auto& instruments = event["instruments"];
  if (!instruments.is_structured()) return found;
  for (const auto& [key, items] : instruments.items()) {
    std::string name = key;
    for (const char* named : {"name", "id", "instrument"}) {
      const bool says = instruments.is_array() && items.is_object() &&
                        items.contains(named) && items[named].is_string();
      if (says) name = items[named].get<std::string>();
    }
    keep_responses(name, items, found);
  }
  return found;
}

}  // namespace detail

RELAPSE_INLINE CheckInTold parse_answers_there(std::string_view text) {
  if (const auto kept = detail::kept_text(text)) return parse_answers_there(*kept);
  const auto mended = io::detail::mended_json(text);
  constexpr bool throws = false;
  const auto event = nlohmann::json::parse(mended, nullptr, throws);
  CheckInTold found;
  found.instruments = detail::instruments_there(event);
  found.told = detail::latest_time_there(text);
  try {
    static_cast<void>(io::read_json(mended));
    auto outer = event;
    if (outer.is_object()) outer.erase("event");
    found.check_in = io::parse_what_is_there(outer.dump());
  } catch (const ParseError&) {
    // A key that stands twice has told two things.
    found.check_in = io::parse_what_is_there(mended);
  }
  if (!event.is_object() || !event.contains("event")) return found;
  // Of a correction, what it says of the event.
  auto said = parse_answers_there(event["event"].dump());
  for (auto& answer : said.check_in.answers)
    found.check_in.answers.push_back(std::move(answer));
  for (auto& [name, answers] : said.instruments)
    found.instruments.insert_or_assign(name, std::move(answers));
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
