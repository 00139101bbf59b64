#pragma once

#include <relapse/core/detail/ascii.hpp>
#include <relapse/core/names.hpp>
#include <relapse/io/detail/fhir_text.hpp>
#include <relapse/io/fhir_response.hpp>
#include <relapse/io/wordings.hpp>
#include <relapse/model/detail/signs.hpp>
#include <relapse/model/item_table.hpp>

#include <algorithm>
#include <optional>
#include <variant>

namespace relapse::io {
namespace detail {

inline std::string questionnaire_url(const Model& model) {
  return std::string(relapse_system) + "questionnaire:" + model.document().id;
}

/// How an item is asked: `choice` where its levels have names.
inline std::string_view question_type(int index, const Model& model) {
  const Item& item = model.item(index);
  if (!item.labels.empty()) return "choice";
  const auto* sign = model.sign(index);
  const bool counted = sign != nullptr && sign->kind() != model::AnswerKind::measurement;
  return counted || item.role == Role::safety ? "integer" : "decimal";
}

/// The code of FHIR for a missing reason of ours.
inline std::string_view absent_reason(MissingReason reason) {
  switch (reason) {
  case MissingReason::not_asked:
    return "not-asked";
  case MissingReason::declined:
    return "asked-declined";
  case MissingReason::not_performed:
    return "not-performed";
  case MissingReason::masked:
    return "masked";
  case MissingReason::not_applicable:
    return "not-applicable";
  case MissingReason::unknown:
    break;
  }
  return "unknown";
}

/// A number as `valueInteger` where it is one and asked as one.
inline std::string number_value(std::string_view kind, double number, bool as_whole) {
  constexpr double most = 2'147'483'647.0;
  const std::string key(kind);
  if (as_whole && number == std::floor(number) && std::abs(number) <= most)
    return JsonObject().add_whole(key + "Integer", std::llround(number)).json();
  return JsonObject().add(key + "Decimal", number).json();
}

/// The level at a position among the labels of an item, as an answer in numbers.
inline double answer_of_label(int index, std::size_t position, const Model& model) {
  const auto steps = static_cast<double>(position);
  const auto& scale = model.item(index).scale;
  if (!scale) return steps;
  return scale->first + std::copysign(steps, scale->second - scale->first);
}

/// A named level; a score beside it says that the answer was its number.
inline std::string level_value(const std::string& label, std::optional<double> score) {
  JsonObject coding;
  coding.add("code", label).add("display", label);
  if (score) {
    const auto ordinal =
        JsonObject().add("url", ordinal_url).add("valueDecimal", *score).json();
    coding.add_json("extension", json_array({ordinal}));
  }
  return JsonObject().add("valueCoding", coding).json();
}

inline std::string value_json(const AnswerValue& value, int index, const Model& model) {
  if (const auto* label = std::get_if<std::string>(&value))
    return level_value(*label, std::nullopt);
  const double number = std::get<double>(value);
  if (index < 0) return number_value("value", number, true);
  const Item& item = model.item(index);
  for (std::size_t k = 0; k < item.labels.size(); ++k) {
    if (answer_of_label(index, k, model) == number)
      return level_value(item.labels[k], number);
  }
  return number_value("value", number, question_type(index, model) == "integer");
}

class ResponseItems {
 public:
  ResponseItems(const Model& model, const Wording& say) : model_(model), say_(say) {}

  void answer(const std::string& item, const AnswerValue& value) {
    const int index = model_.find_item(item);
    add(item, {value_json(value, index, model_)}, {});
  }
  void miss(const std::string& item, MissingReason reason) {
    add(item, {},
        JsonObject()
            .add("url", absent_reason_url)
            .add("valueCode", absent_reason(reason))
            .json());
  }
  void number(std::string_view link, double value) {
    add(link, {number_value("value", value, false)}, {});
  }
  void truth(std::string_view link) { add(link, {R"({"valueBoolean":true})"}, {}); }
  void texts(std::string_view link, const std::vector<std::string>& texts) {
    std::vector<std::string> values;
    for (const auto& text : texts)
      values.push_back(JsonObject().add("valueString", text).json());
    if (!values.empty()) add(link, values, {});
  }
  bool empty() const { return items_.empty(); }
  std::string json() const { return json_array(items_); }

 private:
  void add(std::string_view link, const std::vector<std::string>& values,
           std::string extension) {
    JsonObject object;
    object.add("linkId", link);
    if (const int index = model_.find_item(link); index >= 0)
      object.add_unless_empty("text", plain_text(say_.known(model_.item(index).label)));
    if (!values.empty()) object.add_json("answer", json_array(values));
    if (!extension.empty()) object.add_json("extension", json_array({extension}));
    items_.push_back(object.json());
  }

  const Model& model_;
  const Wording& say_;
  std::vector<std::string> items_;
};

/// Bounds of the answers, as extensions of the question.
inline std::string bounds_json(const ItemRow& row, bool whole) {
  std::vector<std::string> bounds;
  const auto add = [&](std::string_view name, std::optional<double> end) {
    if (!end) return;
    JsonObject object;
    object.add("url", "http://hl7.org/fhir/StructureDefinition/" + std::string(name));
    if (whole) {
      object.add_whole("valueInteger", std::llround(*end));
    } else {
      object.add("valueDecimal", *end);
    }
    bounds.push_back(object.json());
  };
  add("minValue", row.lowest);
  add("maxValue", row.highest);
  return bounds.empty() ? std::string() : json_array(bounds);
}

inline std::string question_json(const ItemRow& row, const Model& model,
                                 const Wording& say) {
  const int index = model.find_item(row.id);
  const Item& item = model.item(index);
  const auto type = question_type(index, model);
  JsonObject object;
  object.add("linkId", row.id);
  const std::string& asked = row.question.empty() ? row.label : row.question;
  object.add_unless_empty("text", plain_text(say.known(asked)));
  object.add("type", type);
  if (type == "choice") {
    std::vector<std::string> options;
    for (std::size_t k = 0; k < item.labels.size(); ++k)
      options.push_back(level_value(item.labels[k], answer_of_label(index, k, model)));
    object.add_json("answerOption", json_array(options));
  } else if (auto bounds = bounds_json(row, type == "integer"); !bounds.empty()) {
    object.add_json("extension", std::move(bounds));
  }
  return object.json();
}

struct KnowledgeQuestion {
  std::string_view link;
  std::string_view type;
  std::string_view text;
  bool repeats = false;
};

inline constexpr KnowledgeQuestion knowledge_questions[] = {
    {"used_days_ago", "decimal", "How many days ago was the use?"},
    {"abstinent_since_last", "boolean", "Was there no use since the last check-in?"},
    {"stage", "string", "Which stage is known from elsewhere?", true},
    {"entered", "boolean", "Was that stage entered at this very time?"},
    {"acknowledge", "string", "Which safety flags were dealt with?", true},
    {"seconds", "decimal", "How many seconds did it take to answer?"}};

/// A name that FHIR allows: letters, digits and underscores.
inline std::string computable_name(std::string_view id) {
  std::string name = "Relapse_";
  for (const char letter : id) {
    const bool plain = ascii::is_letter(letter) || ascii::is_digit(letter);
    name += plain ? letter : '_';
  }
  return name;
}

}  // namespace detail

RELAPSE_INLINE std::string fhir_response(const CheckIn& check_in, const Model& model,
                                         std::string_view locale) {
  detail::ResponseItems items(model, find_wording(locale));
  auto answers = check_in.answers;
  std::sort(answers.begin(), answers.end(),
            [](const auto& a, const auto& b) { return a.item < b.item; });
  for (const auto& [item, value] : answers) items.answer(item, value);
  for (const auto& [item, reason] : check_in.missing) items.miss(item, reason);
  if (const auto& used = check_in.used_days_ago)
    items.number("used_days_ago", used->count);
  if (check_in.abstinent_since_last) items.truth("abstinent_since_last");
  if (const auto& known = check_in.known_stage) {
    items.texts("stage", known->any_of);
    if (known->entered) items.truth("entered");
  }
  items.texts("acknowledge", check_in.acknowledge);
  if (check_in.seconds) items.number("seconds", *check_in.seconds);
  const std::string authored = detail::fhir_time(check_in.time);
  JsonObject object;
  object.add("resourceType", "QuestionnaireResponse");
  object.add("id", detail::fhir_id({"QuestionnaireResponse", check_in.person, authored,
                                    model.document().id}));
  object.add("questionnaire",
             detail::questionnaire_url(model) + '|' + model.document().version);
  object.add("status", "completed");
  object.add_json("subject", detail::subject_json(check_in.person));
  object.add("authored", authored);
  if (!items.empty()) object.add_json("item", items.json());
  object.add_json(
      "text", detail::narrative({"A check-in, for " + detail::maker(model) + ", with " +
                                 std::to_string(check_in.answers.size()) + " answers."}));
  return object.json();
}

RELAPSE_INLINE std::string fhir_questionnaire(const Model& model,
                                              std::string_view locale) {
  const Wording& say = find_wording(locale);
  std::vector<std::string> items;
  for (const auto& row : items_table(model)) {
    if (!row.computed) items.push_back(detail::question_json(row, model, say));
  }
  for (const auto& [link, type, text, repeats] : detail::knowledge_questions) {
    JsonObject object;
    object.add("linkId", link).add("text", text).add("type", type);
    if (repeats) object.add_truth("repeats", true);
    items.push_back(object.json());
  }
  const auto& document = model.document();
  JsonObject object;
  object.add("resourceType", "Questionnaire");
  object.add("id", detail::fhir_id({"Questionnaire", document.id, document.version}));
  object.add("url", detail::questionnaire_url(model));
  object.add("version", document.version);
  object.add("name", detail::computable_name(document.id));
  object.add_unless_empty("title", detail::plain_text(say.known(document.title)));
  object.add("status", "active");
  object.add_json("subjectType", json_texts({"Patient"}));
  object.add_json("item", json_array(items));
  object.add_json("text", detail::narrative({"What the model " + document.id + ' ' +
                                             document.version + " asks."}));
  return object.json();
}

}  // namespace relapse::io
