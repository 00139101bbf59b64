#pragma once

#include <relapse/case_file/detail/event.hpp>
#include <relapse/case_file/detail/event_fields.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/sha256.hpp>
#include <relapse/core/detail/utf8.hpp>
#include <relapse/domain/safety.hpp>
#include <relapse/io/detail/check_in_reader.hpp>
#include <relapse/io/detail/field_reader.hpp>
#include <relapse/io/detail/mended_json.hpp>
#include <relapse/io/plan_json.hpp>
#include <relapse/io/timestamp.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace relapse::case_file {
namespace detail {

/// One form for each number, so that 3 and 3.0 are the same telling.
inline void use_one_form(nlohmann::json& value) {
  if (value.is_number_float()) {
    constexpr double exact = 9007199254740992.0;  // 2^53
    const double number = value.get<double>();
    if (number == std::floor(number) && std::abs(number) < exact)
      value = static_cast<std::int64_t>(number);
    return;
  }
  if (!value.is_structured()) return;
  for (auto& inner : value) use_one_form(inner);
}

inline std::optional<Time> time_there(const nlohmann::json& object, const char* key) {
  if (!object.is_object() || !object.contains(key)) return std::nullopt;
  try {
    const Time time = io::Node(object[key]).time();
    return time.days < 0.0 ? std::nullopt : std::optional(time);
  } catch (const ParseError&) {
    return std::nullopt;
  }
}

/// The latest moment that a value may mean: that of a time without a zone is in the west.
inline std::optional<Time> latest_of(const nlohmann::json& value) {
  nlohmann::json object{{"at", value}};
  if (!value.is_string()) return time_there(object, "at");
  const auto text = value.get<std::string>();
  if (const auto number = decimal_number(text)) object["at"] = *number;
  for (const char* zone : {"", "-12:00", "T23:59:59-12:00"}) {
    if (!object["at"].is_number()) object["at"] = text + zone;
    if (const auto time = time_there(object, "at")) return time;
  }
  return std::nullopt;
}

/// The latest moment that a text names as that of its event, in any form that can be made
/// out. Empty where it names none, and where it may have been told later.
inline std::optional<Time> latest_time_there(std::string_view text) {
  io::detail::Mender mender(0);
  const auto mended = mender.mend(text);
  if (mender.is_cut()) return std::nullopt;
  std::optional<Time> latest;
  bool all_known = true;
  std::string key;
  using Seen = nlohmann::json::parse_event_t;
  const auto take = [&](int, Seen seen, const nlohmann::json& value) {
    if (seen == Seen::key) key = spelling_key(value.get<std::string>());
    const bool named = key == "at" || key == "told" || key == "time";
    if (seen != Seen::value || !named || value.is_null()) return true;
    const auto time = latest_of(value);
    if (time) latest = std::max(latest.value_or(*time), *time);
    all_known &= time || key != "told";
    return true;
  };
  constexpr bool throws = false;
  const auto all = nlohmann::json::parse(mended, take, throws);
  return all_known && !all.is_discarded() ? latest : std::nullopt;
}

/// Writers that have every key give null to those that they have nothing for.
inline void leave_out_nulls(nlohmann::json& event) {
  if (!event.is_object()) return;
  for (const char* key : {"told", "by"}) {
    if (event.contains(key) && event[key].is_null()) event.erase(key);
  }
}

inline bool is_of(const nlohmann::json& event, EventKind kind) {
  return event.is_object() && event.contains("kind") && event["kind"] == name_of(kind);
}

/// When the use was that a check-in tells of afterwards.
inline std::optional<Time> earlier_use_there(const nlohmann::json& event, Time at) {
  const auto ago = event.find("used_days_ago");
  if (!is_of(event, EventKind::check_in) || ago == event.end() || !ago->is_number())
    return std::nullopt;
  const double days = ago->get<double>();
  if (!(days > 0.0 && days <= at.days)) return std::nullopt;
  return at - Days{days};
}

inline std::string id_there(const nlohmann::json& object) {
  if (!object.is_object() || !object.contains("id") || !object["id"].is_string())
    return {};
  return object["id"].get<std::string>();
}

/// The text of a line that could not be read, as it was told.
inline std::optional<std::string> kept_text(const nlohmann::json& event) {
  const bool kept = is_of(event, EventKind::unreadable) && event.contains("text") &&
                    event["text"].is_string();
  return kept ? std::optional(event["text"].get<std::string>()) : std::nullopt;
}

inline std::optional<std::string> kept_text(std::string_view text) {
  constexpr bool throws = false;
  return kept_text(nlohmann::json::parse(text, nullptr, throws));
}

/// What stands in for a text that has no place in the order: made of the text alone.
inline Telling unreadable(std::string_view text) {
  const std::string clean = as_utf8(text);
  const auto latest = latest_time_there(clean);
  Telling telling;
  telling.id = "unreadable-" + sha256(clean).substr(0, 16);
  telling.at = latest.value_or(Time{std::numeric_limits<double>::infinity()});
  telling.unreadable = true;
  JsonObject object;
  object.add("id", telling.id);
  if (latest) object.add_json("at", io::time_json(*latest));
  object.add("kind", name_of(EventKind::unreadable));
  object.add("text", clean);
  // As it is written once it has been read: one text, told twice, is one.
  telling.text = io::read_json(object.json()).dump();
  return telling;
}

inline const io::Keys required{"id", "at", "kind"};
inline const io::Keys optional{"told", "by"};

template <class Told>
Told read_table(const io::Node& node) {
  Told told;
  io::read_fields(io::fields_of<Told>(node, required, optional), told);
  return told;
}

inline io::Keys with(io::Keys keys, const io::Keys& more) {
  keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

inline const io::Keys parts_of_check_in{
    "answers",     "missing", "known_stage", "used_days_ago", "abstinent_since_last",
    "acknowledge", "seconds", "person",      "instruments"};

inline CheckInTold read_check_in(const io::Node& node, nlohmann::json document) {
  for (const char* key : {"schema", "time"}) {
    if (node.has(key)) node[key].refuse("an unknown key", "left out of an event");
  }
  const io::Fields known(node, required, with(optional, parts_of_check_in));
  document["schema"] = "relapse/check_in/1";
  document["time"] = document["at"];
  for (const char* key : {"id", "at", "kind", "told", "by", "instruments"})
    document.erase(key);
  CheckInTold told;
  told.check_in = io::read_check_in(document);
  if (!node.has("instruments")) return told;
  for (const auto& [name, items] : node["instruments"].members()) {
    auto& answers = told.instruments[name];
    for (const auto& [item, value] : items.members()) {
      if (!value.is_null()) answers.push_back({item, value.number()});
    }
  }
  return told;
}

inline PlanTold read_plan(const io::Node& node, const nlohmann::json& document) {
  const io::Fields fields(node, required, with(optional, {"plan", "set", "base"}));
  if (fields.has("plan") == fields.has("set")) {
    refuse(node.at() / "plan", "not one of the two", "there, or `set` in its place");
  }
  PlanTold told;
  if (fields.has("plan")) {
    if (fields.has("base"))
      fields["base"].refuse("there", "left out beside a whole version");
    try {
      told.whole = io::parse_plan(document["plan"].dump());
    } catch (const ParseError& error) {
      refuse_within("/plan", error);
    }
    return told;
  }
  if (fields.has("base")) told.base = fields["base"].text();
  for (const auto& [part, value] : fields["set"].members()) {
    for (const char* own :
         {"schema", "person", "version", "created", "device", "edits", "history"}) {
      if (part == own) value.refuse("no part that can be set", "one of the plan's parts");
    }
  }
  told.parts = document["set"].dump();
  return told;
}

inline Correction read_correction(const io::Node& node, const nlohmann::json& document) {
  const io::Fields fields(node, required, with(optional, {"of", "event", "removed"}));
  if (!fields.has("of")) refuse(node.at() / "of", "missing", "given");
  const bool removed = fields.has("removed") && fields["removed"].truth();
  if (fields.has("event") == removed) {
    refuse(node.at() / "event", "not one of the two", "there, or `removed` true");
  }
  Correction correction{fields["of"].text(), {}};
  if (correction.of == fields["id"].text())
    fields["of"].refuse("the correction itself", "the id of another event");
  if (removed) return correction;
  const io::Node event = fields["event"];
  event.members();
  if (event.has("id") && event["id"].text() != correction.of)
    event["id"].refuse("another id", "that of the event, or left out");
  if (event.has("kind") && event["kind"].text() == name_of(EventKind::correction))
    event["kind"].refuse("a correction", "another kind");
  correction.event = document["event"].dump();
  static_cast<void>(parse_event(read_replacement(correction).text));
  return correction;
}

inline Content read_content(EventKind kind, const io::Node& node,
                            const nlohmann::json& document) {
  switch (kind) {
  case EventKind::check_in:
    return read_check_in(node, document);
  case EventKind::use_report:
    return read_table<UseTold>(node);
  case EventKind::test_result:
    return read_table<TestResult>(node);
  case EventKind::plan:
    return read_plan(node, document);
  case EventKind::schedule:
    return read_table<ScheduleTold>(node);
  case EventKind::follow_up:
    return read_table<FollowUpTold>(node);
  case EventKind::acknowledge:
    return read_table<Acknowledged>(node);
  case EventKind::message_sent:
    return read_table<MessageSent>(node);
  case EventKind::help_wanted:
    return read_table<HelpWanted>(node);
  case EventKind::appointment:
    return read_table<AppointmentTold>(node);
  case EventKind::goal:
    return read_table<GoalTold>(node);
  case EventKind::step:
    return read_table<StepTold>(node);
  case EventKind::note:
    return read_table<Note>(node);
  case EventKind::learning:
    return read_table<LearningRecord>(node);
  case EventKind::correction:
  case EventKind::unreadable:  // which is refused before
    break;
  }
  return read_correction(node, document);
}

}  // namespace detail

RELAPSE_INLINE Telling read_telling(std::string_view text) {
  nlohmann::json parsed;
  if (text.size() > io::document_size_limit)
    refuse(JsonPointer{}, "too long for an event", "at most 16 MiB");
  try {
    parsed = io::read_json(text);
  } catch (const ParseError&) {
    return detail::unreadable(text);
  }
  if (const auto kept = detail::kept_text(parsed)) return detail::unreadable(*kept);
  detail::leave_out_nulls(parsed);
  const auto at = detail::time_there(parsed, "at");
  const auto told = detail::time_there(parsed, "told");
  const std::string id = detail::id_there(parsed);
  const bool late = parsed.is_object() && parsed.contains("told") && !told;
  if (id.empty() || !at || late) return detail::unreadable(text);
  detail::use_one_form(parsed);
  Telling telling{id, parsed.dump(), *at, told};
  telling.earlier_use = detail::earlier_use_there(parsed, *at);
  if (detail::is_of(parsed, EventKind::correction)) {
    try {
      telling.correction = std::get<Correction>(parse_event(telling.text).content);
    } catch (const ParseError&) {
      // It is refused where it stands in the order, and corrects nothing.
    }
  }
  return telling;
}

RELAPSE_INLINE Telling read_replacement(const Correction& correction) {
  auto parsed = io::read_json(correction.event);
  parsed["id"] = correction.of;
  if (!detail::time_there(parsed, "at")) {
    refuse(JsonPointer{} / "event" / "at", "missing or no time", io::timestamp_form);
  }
  return read_telling(parsed.dump());
}

RELAPSE_INLINE Event parse_event(std::string_view text) {
  const auto document = io::read_json(text);
  const io::Node node(document);
  if (!document.is_object()) node.refuse("an object");
  const auto kind = node.has("kind") ? node["kind"].choice<EventKind>() : EventKind();
  if (kind == EventKind::unreadable)
    refuse(node.at(),
           "none that can be read: " + detail::why_unreadable(node.has("text")
                                                                  ? node["text"].text()
                                                                  : std::string()),
           "an event");
  for (const auto key : detail::required) {
    if (!node.has(key)) refuse(node.at() / key, "missing", "given");
  }
  Event event;
  event.id = node["id"].text();
  event.at = node["at"].time();
  if (node.has("told")) event.told = node["told"].time();
  if (event.told && *event.told < event.at)
    node["at"].refuse("after `told`", "a moment before it was told");
  if (node.has("by")) event.by = node["by"].choice<Teller>();
  event.content = detail::read_content(kind, node, document);
  return event;
}

}  // namespace relapse::case_file
