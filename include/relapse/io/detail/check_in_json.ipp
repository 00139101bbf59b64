#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/io/check_in_json.hpp>
#include <relapse/io/detail/check_in_reader.ipp>
#include <relapse/io/timestamp.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <string>

namespace relapse {

namespace io {

RELAPSE_INLINE CheckIn parse_check_in(std::string_view json) {
  return read_check_in(read_json(json));
}

namespace detail {

/// Listens to a parser and keeps what it can of a check-in.
class Gleaner {
 public:
  explicit Gleaner(CheckIn& found) : found_(found) {}

  void listen(int depth, nlohmann::json::parse_event_t event,
              const nlohmann::json& parsed) {
    using Event = nlohmann::json::parse_event_t;
    if (event == Event::key) {
      if (depth == 1) part_ = parsed.get<std::string>();
      if (depth == 2) item_ = parsed.get<std::string>();
      return;
    }
    const bool closed = event == Event::object_end || event == Event::array_end;
    if (event != Event::value && !closed) return;
    if (depth == 2 && part_ == "answers") take_answer(parsed);
    if (depth == 1 && part_ == "person" && parsed.is_string())
      found_.person = parsed.get<std::string>();
    if (depth == 1 && part_ == "time") take_time(parsed);
  }

 private:
  void take_answer(const nlohmann::json& value) {
    constexpr double unreadable = std::numeric_limits<double>::quiet_NaN();
    if (value.is_null()) return;
    if (value.is_string()) {
      found_.answers.push_back({item_, value.get<std::string>()});
    } else {
      found_.answers.push_back(
          {item_, value.is_number() ? value.get<double>() : unreadable});
    }
  }

  void take_time(const nlohmann::json& value) {
    try {
      found_.time = Node(value, JsonPointer{}).time();
    } catch (const InvalidInput&) {
      // It stays what it is when there is none.
    }
  }

  CheckIn& found_;
  std::string part_;
  std::string item_;
};

}  // namespace detail

RELAPSE_INLINE CheckIn parse_what_is_there(std::string_view json) {
  CheckIn found;
  found.time = Time{std::numeric_limits<double>::quiet_NaN()};
  detail::Gleaner gleaner(found);
  constexpr bool throws = false;
  [[maybe_unused]] const auto whole = nlohmann::json::parse(
      json,
      [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
        gleaner.listen(depth, event, parsed);
        return true;
      },
      throws);
  return found;
}

RELAPSE_INLINE std::string to_json(const CheckIn& check_in) {
  JsonObject object;
  object.add("schema", "relapse/check_in/1");
  add_fields(object, check_in);
  JsonObject answers;
  for (const Answer& answer : check_in.answers) {
    std::visit([&](const auto& value) { answers.add(answer.item, value); }, answer.value);
  }
  if (!answers.empty()) object.add_json("answers", answers.json());
  JsonObject missing;
  for (const auto& [item, reason] : check_in.missing) missing.add(item, name_of(reason));
  if (!missing.empty()) object.add_json("missing", missing.json());
  return object.json();
}

}  // namespace io
}  // namespace relapse
