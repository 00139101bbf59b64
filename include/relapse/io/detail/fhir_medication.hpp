#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/io/detail/fhir_resources.hpp>
#include <relapse/io/detail/fhir_table.hpp>
#include <relapse/io/detail/fhir_values.hpp>
#include <relapse/io/medications.hpp>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

namespace relapse::io::detail {

/// The concept that names a medication: in R4 beside a reference, in R5 within one
/// member.
inline const Json* medication_concept(const FhirResource& resource,
                                      const FhirResources& resources) {
  const Json& json = *resource.json;
  if (const Json* named = member(json, "medicationCodeableConcept")) return named;
  const Json* reference = member(json, "medicationReference");
  if (const Json* both = member(json, "medication")) {
    if (const Json* named = member(*both, "concept")) return named;
    reference = member(*both, "reference");
  }
  if (reference == nullptr) return nullptr;
  const Json* found =
      resources.resolve(resource, trimmed_text_of(*reference, "reference"));
  return found == nullptr ? reference : member(*found, "code");
}

inline std::string name_of_medication(const Json& named, const FhirTable& table) {
  if (auto text = text_of(named, "text"); !text.empty()) return text;
  const auto codings = codings_of(named);
  for (const auto& coding : codings) {
    if (!coding.display.empty()) return coding.display;
  }
  for (const auto& coding : codings) {
    if (auto name = table.medication(coding); !name.empty()) return name;
  }
  return {};
}

/// `8 mg`, or `8 to 16 mg`; empty for what is neither a quantity nor a range.
inline std::string amount_of(const Json& holder) {
  const auto found = find_choice(holder, "dose");
  if (found.json == nullptr) return {};
  const Json* least = member(*found.json, "low");
  const Json* most = member(*found.json, "high");
  const bool range = found.kind == "Range" && least != nullptr && most != nullptr;
  const Json& last = range ? *most : *found.json;
  const auto number = [](const Json& quantity) {
    const Json* value = member(quantity, "value");
    const bool plain =
        value != nullptr && value->is_number() && text_of(quantity, "comparator").empty();
    return plain ? plain_decimals(value->get<double>()) : std::string();
  };
  std::string amount = number(last);
  auto unit = text_of(last, "unit");
  if (unit.empty()) unit = text_of(last, "code");
  if (range) amount = number(*least) + " to " + amount;
  return amount.empty() || unit.empty() ? std::string() : amount + ' ' + unit;
}

/// What was said of the doses: the words, or else the amounts.
struct FhirDose {
  std::string words;
  bool unread = false;  ///< something else was said
};

inline FhirDose dose_of(const Json& json, std::string_view key) {
  FhirDose dose;
  for (const Json& each : list_of(json, key)) {
    std::vector<std::string> said{text_of(each, "text")};
    if (said.front().empty()) {
      said.clear();
      for (const Json& amount : list_of(each, "doseAndRate")) {
        said.push_back(amount_of(amount));
        dose.unread = dose.unread || find_choice(amount, "rate").json != nullptr;
      }
      if (find_choice(each, "dose").json != nullptr && said.empty())
        said.push_back(amount_of(each));  // of older FHIR
      dose.unread = dose.unread || said.empty() || member(each, "timing") != nullptr ||
                    member(each, "asNeededBoolean") != nullptr;
    }
    for (const auto& text : said) {
      dose.unread = dose.unread || text.empty();
      if (!text.empty()) dose.words += (dose.words.empty() ? "" : "; ") + text;
    }
  }
  return dose;
}

/// The medications of a MedicationStatement or MedicationRequest; empty where none is
/// read, with a note.
inline std::optional<FhirMedication> medication_of(const FhirResource& resource,
                                                   const FhirResources& resources,
                                                   const FhirTable& table,
                                                   const FhirOptions& options,
                                                   std::vector<FhirNote>& notes) {
  const Json& json = *resource.json;
  FhirMedication medication;
  const auto tell = [&](FhirNoteKind kind, std::string problem) {
    notes.push_back({kind, resource.where(), medication.person, std::move(problem), {}});
  };
  const auto subject = resources.subject(resource, "subject");
  medication.person = subject.person;
  if (!subject.problem.empty()) {
    tell(subject.by_rule ? FhirNoteKind::left_out : FhirNoteKind::refused,
         subject.problem);
    return std::nullopt;
  }
  if (!is_wanted(subject.person, options)) {
    tell(FhirNoteKind::left_out, "is about another person");
    return std::nullopt;
  }
  if (member(json, "modifierExtension") != nullptr ||
      member(json, "implicitRules") != nullptr) {
    tell(FhirNoteKind::refused, "has what may change what it means");
    return std::nullopt;
  }
  medication.status = text_of(json, "status");
  if (medication.status == "entered-in-error") {
    tell(FhirNoteKind::left_out, "was entered in error");
    return std::nullopt;
  }
  const Json* not_to_be = member(json, "doNotPerform");
  if (not_to_be != nullptr && *not_to_be == Json(true)) {
    tell(FhirNoteKind::left_out, "says not to take it");
    return std::nullopt;
  }
  const std::string intent = text_of(json, "intent");
  if (intent == "proposal" || intent == "plan" || intent == "option" ||
      medication.status == "draft") {
    tell(FhirNoteKind::left_out, "is not prescribed, only proposed");
    return std::nullopt;
  }
  const Json* named = medication_concept(resource, resources);
  if (named == nullptr) {
    tell(FhirNoteKind::refused, "does not say which medication it is");
    return std::nullopt;
  }
  medication.source = resource.name();
  medication.name = name_of_medication(*named, table);
  if (medication.name.empty())
    tell(FhirNoteKind::remark, member(*named, "reference") != nullptr
                                   ? "refers to a Medication that is not here"
                                   : "has a code of a medication that is not known");
  medication.medication_class = medications::find(medication.name).medication_class;
  const bool request = resource.type == "MedicationRequest";
  const auto dose = dose_of(json, request ? "dosageInstruction" : "dosage");
  medication.dose = dose.words;
  if (dose.unread)
    tell(FhirNoteKind::remark, "says more of its doses than is read, look there");
  if (const Json* by = member(json, "requester"))
    medication.prescriber = text_of(*by, "display");
  const Json* period = member(json, "effectivePeriod");
  const bool ended = period != nullptr && member(*period, "end") != nullptr;
  medication.current =
      medication.status == "active" || (medication.status == "recorded" && !ended);
  return medication;
}

}  // namespace relapse::io::detail
