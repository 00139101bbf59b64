#pragma once

#include <relapse/io/detail/check_in_reader.hpp>
#include <relapse/io/detail/field_reader.hpp>
#include <relapse/model/document.hpp>

#include <nlohmann/json.hpp>

#include <set>
#include <string>
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
  if (node.is_truth()) return node.truth() ? 1.0 : 0.0;
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
      if (!value.is_null()) check_in.answers.push_back({item, read_answer(value)});
    }
  }
  if (!fields.has("missing")) return;
  for (const auto& [item, reason] : fields["missing"].members()) {
    require_item(reason, item);
    if (fields.has("answers") && fields["answers"].has(item) &&
        !fields["answers"][item].is_null()) {
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
  require_length(fields, "used_days_ago", check_in.used_days_ago);
  if (check_in.seconds && *check_in.seconds < 0.0)
    fields["seconds"].refuse("below 0", "0 or more seconds");
  if (fields.has("acknowledge")) detail::require_names(fields["acknowledge"]);
}

RELAPSE_INLINE CheckIn read_check_in(const nlohmann::json& document) {
  const Fields fields =
      root_of<CheckIn>(document, "relapse/check_in/1", {}, {"answers", "missing"});
  CheckIn check_in;
  read_fields(fields, check_in);
  detail::read_answers(fields, check_in);
  return check_in;
}

}  // namespace io
}  // namespace relapse
