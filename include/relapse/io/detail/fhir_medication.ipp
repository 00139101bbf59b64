#pragma once

#include <relapse/io/detail/fhir_medication.hpp>
#include <relapse/io/detail/fhir_values.hpp>
#include <relapse/io/medications.hpp>

#include <algorithm>
#include <string_view>

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
  const Json* found = resources.resolve(resource, text_of(*reference, "reference"));
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

inline std::string dose_of(const Json& json, std::string_view key) {
  std::string dose;
  for (const Json& each : list_of(json, key)) {
    const auto text = text_of(each, "text");
    if (!text.empty()) dose += (dose.empty() ? "" : "; ") + text;
  }
  return dose;
}

RELAPSE_INLINE std::optional<FhirMedication> medication_of(const FhirResource& resource,
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
    tell(FhirNoteKind::remark, "has a code of a medication that is not known");
  medication.medication_class = medications::find(medication.name).medication_class;
  const bool request = resource.type == "MedicationRequest";
  medication.dose = dose_of(json, request ? "dosageInstruction" : "dosage");
  if (const Json* by = member(json, "requester"))
    medication.prescriber = text_of(*by, "display");
  const Json* period = member(json, "effectivePeriod");
  const bool ended = period != nullptr && member(*period, "end") != nullptr;
  medication.current =
      medication.status == "active" || (medication.status == "recorded" && !ended);
  return medication;
}

}  // namespace relapse::io::detail
