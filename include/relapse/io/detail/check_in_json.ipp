#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/io/check_in_json.hpp>
#include <relapse/io/detail/field_reader.hpp>
#include <relapse/io/timestamp.hpp>
#include <relapse/model/detail/vocabulary.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>

namespace relapse {

template <>
struct FieldsOf<KnownStage> {
  static constexpr std::tuple all{Field{"any_of", &KnownStage::any_of, Need::required},
                                  Field{"entered", &KnownStage::entered}};
};

/// All but answers and missing answers, whose keys are items.
template <>
struct FieldsOf<CheckIn> {
  static constexpr std::tuple all{
      Field{"time", &CheckIn::time, Need::required},
      Field{"person", &CheckIn::person},
      Field{"known_stage", &CheckIn::known_stage},
      Field{"used_days_ago", &CheckIn::used_days_ago},
      Field{"abstinent_since_last", &CheckIn::abstinent_since_last},
      Field{"acknowledge", &CheckIn::acknowledge},
      Field{"seconds", &CheckIn::seconds}};
};

namespace io {
namespace detail {

inline AnswerValue read_answer(const Node& node) {
  if (node.is_text()) return node.text();
  if (!node.is_number()) node.refuse("a number or the name of a level");
  return node.number();
}

/// Not empty, and once each.
inline void require_names(const Node& node) {
  std::set<std::string> seen;
  for (const auto& element : node.list()) {
    const std::string name = element.text();
    if (name.empty()) element.refuse("empty", "a name");
    if (!seen.insert(name).second) element.refuse("there again", "there once only");
  }
}

/// What stands under `answers` and `missing` is an item, and never a part of the
/// check-in.
inline void require_item(const Node& node, const std::string& key) {
  for (const auto name : model::reserved_names) {
    if (key == name) node.refuse("named like a part of a check-in", "an item");
  }
}

inline void read_answers(const Fields& fields, CheckIn& check_in) {
  if (fields.has("answers")) {
    for (const auto& [item, value] : fields["answers"].members()) {
      require_item(value, item);
      check_in.answers.push_back({item, read_answer(value)});
    }
  }
  if (!fields.has("missing")) return;
  for (const auto& [item, reason] : fields["missing"].members()) {
    require_item(reason, item);
    if (fields.has("answers") && fields["answers"].has(item)) {
      reason.refuse("both answered and missing", "one of the two");
    }
    check_in.missing.push_back({item, reason.choice<MissingReason>()});
  }
}

}  // namespace detail

inline void require_sense(const Fields& fields, KnownStage& known) {
  detail::require_names(fields["any_of"]);
  if (known.any_of.empty())
    fields["any_of"].refuse("empty", "a list of at least one stage");
}

inline void require_sense(const Fields& fields, CheckIn& check_in) {
  if (check_in.used_days_ago && check_in.used_days_ago->count < 0.0)
    fields["used_days_ago"].refuse("below 0", "0 or more days");
  if (check_in.seconds && *check_in.seconds < 0.0)
    fields["seconds"].refuse("below 0", "0 or more seconds");
  if (fields.has("acknowledge")) detail::require_names(fields["acknowledge"]);
}

RELAPSE_INLINE CheckIn parse_check_in(std::string_view json) {
  const auto parsed = read_json(json);
  const Fields fields =
      root_of<CheckIn>(parsed, "relapse/check_in/1", {}, {"answers", "missing"});
  CheckIn check_in;
  read_fields(fields, check_in);
  detail::read_answers(fields, check_in);
  return check_in;
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
