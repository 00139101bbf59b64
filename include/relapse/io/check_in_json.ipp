#pragma once

#include <relapse/core/json_text.hpp>
#include <relapse/io/check_in_json.hpp>
#include <relapse/io/document_reader.hpp>
#include <relapse/io/timestamp.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace relapse::io {
namespace detail {

inline AnswerValue read_answer(const Node& node) {
  if (node.is_text()) return node.text();
  if (!node.is_number()) node.refuse("a number or the name of a level");
  return node.number();
}

/// Texts that are not empty and stand once each.
inline std::vector<std::string> read_names(const Node& node) {
  std::set<std::string> seen;
  for (const auto& element : node.list()) {
    const std::string name = element.text();
    if (name.empty()) element.refuse("empty", "a name");
    if (!seen.insert(name).second) element.refuse("there again", "there once only");
  }
  return node.texts();
}

inline KnownStage read_known_stage(const Node& node) {
  const Fields fields(node, {"any_of"}, {"entered"});
  KnownStage known;
  known.any_of = read_names(fields["any_of"]);
  if (known.any_of.empty())
    fields["any_of"].refuse("empty", "a list of at least one stage");
  fields.read("entered", known.entered);
  return known;
}

inline void read_answers(const Fields& fields, CheckIn& check_in) {
  if (fields.has("answers")) {
    for (const auto& [item, value] : fields["answers"].members()) {
      check_in.answers.push_back({item, read_answer(value)});
    }
  }
  if (!fields.has("missing")) return;
  for (const auto& [item, reason] : fields["missing"].members()) {
    if (fields.has("answers") && fields["answers"].has(item)) {
      reason.refuse("both answered and missing", "one of the two");
    }
    check_in.missing.push_back({item, reason.choice<MissingReason>()});
  }
}

}  // namespace detail

RELAPSE_INLINE CheckIn parse_check_in(std::string_view json) {
  const auto parsed = read_json(json);
  const Fields fields =
      read_root(parsed, "relapse/check_in/1", {"schema", "time"},
                {"person", "answers", "missing", "known_stage", "used_days_ago",
                 "abstinent_since_last", "acknowledge", "seconds"});
  CheckIn check_in;
  fields.read("person", check_in.person);
  check_in.time = fields["time"].time();
  detail::read_answers(fields, check_in);
  if (fields.has("known_stage")) {
    check_in.known_stage = detail::read_known_stage(fields["known_stage"]);
  }
  if (fields.has("used_days_ago")) {
    const Node node = fields["used_days_ago"];
    check_in.used_days_ago = Days{node.number()};
    if (check_in.used_days_ago->count < 0.0) node.refuse("below 0", "0 or more days");
  }
  fields.read("abstinent_since_last", check_in.abstinent_since_last);
  if (fields.has("seconds")) {
    const Node node = fields["seconds"];
    check_in.seconds = node.number();
    if (*check_in.seconds < 0.0) node.refuse("below 0", "0 or more seconds");
  }
  if (fields.has("acknowledge")) {
    check_in.acknowledge = detail::read_names(fields["acknowledge"]);
  }
  return check_in;
}

RELAPSE_INLINE std::string to_json(const CheckIn& check_in) {
  JsonObject object;
  object.add("schema", "relapse/check_in/1");
  object.add_unless_empty("person", check_in.person);
  object.add_json("time", time_json(check_in.time));
  JsonObject answers;
  for (const Answer& answer : check_in.answers) {
    std::visit([&](const auto& value) { answers.add(answer.item, value); }, answer.value);
  }
  if (!answers.empty()) object.add_json("answers", answers.json());
  JsonObject missing;
  for (const auto& [item, reason] : check_in.missing) missing.add(item, name_of(reason));
  if (!missing.empty()) object.add_json("missing", missing.json());
  if (const auto& known = check_in.known_stage) {
    JsonObject stage;
    stage.add_json("any_of", json_texts(known->any_of));
    if (known->entered) stage.add_truth("entered", true);
    object.add_json("known_stage", stage.json());
  }
  if (check_in.used_days_ago) object.add("used_days_ago", check_in.used_days_ago->count);
  if (check_in.abstinent_since_last) object.add_truth("abstinent_since_last", true);
  if (check_in.seconds) object.add("seconds", *check_in.seconds);
  if (!check_in.acknowledge.empty()) {
    object.add_json("acknowledge", json_texts(check_in.acknowledge));
  }
  return object.json();
}

}  // namespace relapse::io
