#pragma once

#include <relapse/domain/mark.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/documents/fhir.hpp>
#include <relapse/io/fhir_mapping.hpp>
#include <relapse/io/instruments.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace relapse::io {
namespace detail {

/// Sets the target when the key is there.
inline void read_text(const Fields& fields, std::string_view key, std::string& target) {
  if (fields.has(key)) target = fields[key].text();
}

inline FhirAnswerList read_answer_list(const Node& node, const std::string& system) {
  const Fields fields(node, {"id", "codes"}, {"system", "source", "mark"});
  FhirAnswerList list;
  list.system = system;
  read_text(fields, "id", list.id);
  read_text(fields, "system", list.system);
  read_text(fields, "source", list.source);
  for (const auto& [code, value] : fields["codes"].members())
    list.codes.emplace_back(code, value.number());
  if (list.codes.empty()) fields["codes"].refuse("empty", "codes with their numbers");
  return list;
}

/// What a question of an instrument refers to is there.
inline void require_target(const Node& node, const FhirQuestion& question) {
  if (question.instrument.empty()) return;
  const Instrument* instrument = instruments::find(question.instrument);
  if (instrument == nullptr)
    node["instrument"].refuse("no instrument that comes with the library", "one");
  if (!question.item.empty() && instrument->find_item(question.item) < 0)
    node["item"].refuse("no item of the instrument", "one");
  if (!question.subscale.empty() && instrument->find_subscale(question.subscale) < 0)
    node["subscale"].refuse("no subscale of the instrument", "one");
}

inline FhirQuestion read_question(const Node& node, const FhirMapping& mapping,
                                  const std::string& system) {
  const Fields fields(node, {},
                      {"system", "code", "questionnaire", "link", "instrument", "item",
                       "subscale", "answers", "unit", "source", "mark"});
  FhirQuestion question;
  question.system = system;
  read_text(fields, "system", question.system);
  read_text(fields, "code", question.code);
  read_text(fields, "questionnaire", question.questionnaire);
  read_text(fields, "link", question.link);
  read_text(fields, "instrument", question.instrument);
  if (fields.has("item")) question.item = read_item_id(fields["item"]);
  read_text(fields, "subscale", question.subscale);
  read_text(fields, "answers", question.answers);
  read_text(fields, "unit", question.unit);
  const bool named = !question.code.empty() || !question.link.empty();
  if (!question.code.empty() && !question.link.empty())
    node.refuse("of a code and a link", "of one of the two");
  if (!question.item.empty() && !question.subscale.empty())
    node.refuse("of an item and a subscale", "of one of the two");
  if (question.instrument.empty() && (question.item.empty() || !named))
    node.refuse("without what it asks", "of an instrument, or of a code and an item");
  if (!question.instrument.empty() && named && question.item.empty() &&
      question.subscale.empty())
    node.refuse("without item and subscale", "of one of the two");
  if (!question.answers.empty() && mapping.find_list(question.answers) == nullptr)
    fields["answers"].refuse("no list of answers of this document", "one");
  require_target(node, question);
  return question;
}

inline FhirMedicationCode read_medication_code(const Node& node) {
  const Fields fields(node, {"system", "code", "name"}, {"source", "mark"});
  return {fields["system"].text(), fields["code"].text(), fields["name"].text()};
}

}  // namespace detail

RELAPSE_INLINE const FhirAnswerList* FhirMapping::find_list(std::string_view list) const {
  const auto found =
      std::find_if(answer_lists.begin(), answer_lists.end(),
                   [&](const FhirAnswerList& each) { return each.id == list; });
  return found == answer_lists.end() ? nullptr : &*found;
}

RELAPSE_INLINE FhirMapping parse_fhir_mapping(std::string_view json) {
  const auto parsed = read_json(json);
  const Fields fields = read_root(parsed, "relapse/fhir_mapping/1", {"schema", "id"},
                                  {"version", "title", "system", "answer_lists",
                                   "questions", "medications", "source", "mark"});
  FhirMapping mapping;
  std::string system;
  detail::read_text(fields, "id", mapping.id);
  detail::read_text(fields, "title", mapping.title);
  detail::read_text(fields, "system", system);
  if (fields.has("answer_lists"))
    mapping.answer_lists = read_list(fields["answer_lists"], [&](const Node& node) {
      return detail::read_answer_list(node, system);
    });
  if (fields.has("questions"))
    mapping.questions = read_list(fields["questions"], [&](const Node& node) {
      return detail::read_question(node, mapping, system);
    });
  if (fields.has("medications"))
    mapping.medications = read_list(fields["medications"], detail::read_medication_code);
  return mapping;
}

RELAPSE_INLINE const std::vector<FhirMapping>& fhir_mappings() {
  static const auto parsed = [] {
    std::vector<FhirMapping> all;
    for (const auto& document : documents::fhir)
      all.push_back(parse_fhir_mapping(document.json));
    return all;
  }();
  return parsed;
}

}  // namespace relapse::io
