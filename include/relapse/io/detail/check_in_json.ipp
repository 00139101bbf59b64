#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/io/check_in_json.hpp>
#include <relapse/io/detail/check_in_reader.ipp>
#include <relapse/io/timestamp.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace relapse {

namespace io {

RELAPSE_INLINE CheckIn parse_check_in(std::string_view json) {
  return read_check_in(read_json(json));
}

namespace detail {

/// Listens to a parser and keeps what it can of a check-in: whatever has a name counts as
/// an answer, wherever it stands, but in the parts that hold none.
class Gleaner {
 public:
  explicit Gleaner(CheckIn& found) : found_(found) {}

  void listen(int depth, nlohmann::json::parse_event_t event,
              const nlohmann::json& parsed) {
    using Event = nlohmann::json::parse_event_t;
    const auto level = static_cast<std::size_t>(std::max(depth, 0));
    if (event == Event::key) {
      keys_.resize(level + 1);
      keys_[level] = parsed.get<std::string>();
      return;
    }
    if (keys_.size() > level + 1) keys_.resize(level + 1);
    if (event == Event::object_start) named_.clear();
    const bool closed = event == Event::object_end || event == Event::array_end;
    if (keys_.size() < 2 || (event != Event::value && !closed)) return;
    const auto& part = keys_[1];
    if (!closed && depth == 1 && part == "person" && parsed.is_string())
      found_.person = parsed.get<std::string>();
    if (depth == 1 && part == "time") take_time(parsed);
    const bool pair = event == Event::array_end && parsed.is_array() &&
                      parsed.size() == 2 && parsed[0].is_string();
    if (pair && !holds_none(part)) take_answer(parsed[0].get<std::string>(), parsed[1]);
    // A list or an object in the place of an answer is one that cannot be read.
    const bool is_place = level + 1 == keys_.size() && depth >= 2;
    if (holds_none(part) || keys_.back().empty() || (closed && !is_place)) return;
    if (keys_.back() == "item" && parsed.is_string()) {
      named_ = parsed.get<std::string>();
    } else {
      take_answer(keys_.back() == "value" && !named_.empty() ? named_ : keys_.back(),
                  parsed);
    }
  }

 private:
  static bool holds_none(std::string_view part) {
    constexpr std::string_view none[] = {"abstinent_since_last",
                                         "acknowledge",
                                         "at",
                                         "by",
                                         "id",
                                         "instruments",
                                         "kind",
                                         "known_stage",
                                         "missing",
                                         "person",
                                         "seconds",
                                         "schema",
                                         "time",
                                         "told",
                                         "used_days_ago"};
    return std::find(std::begin(none), std::end(none), part) != std::end(none);
  }

  void take_answer(const std::string& item, const nlohmann::json& value) {
    constexpr double unreadable = std::numeric_limits<double>::quiet_NaN();
    if (value.is_null()) return;
    if (value.is_string()) {
      found_.answers.push_back({item, value.get<std::string>()});
    } else {
      found_.answers.push_back(
          {item, value.is_number() ? value.get<double>() : unreadable});
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
  std::vector<std::string> keys_;  ///< by depth
  std::string named_;              ///< by a member `item` of the object
};

}  // namespace detail

RELAPSE_INLINE CheckIn parse_what_is_there(std::string_view given) {
  // A number too large to be one would end the reading, and is an answer all the same.
  std::string json(given);
  for (std::size_t at = 0; (at = json.find_first_of("eE", at)) != json.npos; ++at) {
    const auto sign = at + 1 < json.size() && json[at + 1] == '+' ? 1U : 0U;
    const auto digits = at + 1 + sign;
    const auto end = std::min(json.find_first_not_of("0123456789", digits), json.size());
    const bool number = at > 0 && json[at - 1] >= '0' && json[at - 1] <= '9';
    if (number && end > digits + 2) json.replace(digits, end - digits, "99");
  }
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
