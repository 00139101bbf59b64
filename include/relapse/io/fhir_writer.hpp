#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/model/model.hpp>
#include <relapse/risk/assessment.hpp>

#include <string>
#include <string_view>
#include <vector>

/// What we say, as FHIR R4 (4.0.1; the same shapes are valid R4B). Each resource is a
/// JSON text with an id made of what it is about, so that the same thing written twice is
/// one. Times are written to the microsecond; a time before 1980 is refused, as it is one
/// of data without a calendar. Throws InvalidInput for a person without a name.
namespace relapse::io {

/// Whom resources are about, and what they rest on.
struct FhirContext {
  std::string person;      ///< id of the Patient; another text becomes an identifier
  std::string basis = {};  ///< such as QuestionnaireResponse/12; empty: none
  std::string locale = "en";
};

/// One prediction for each outcome and horizon. A probability is a percentage, as FHIR
/// wants it; the horizon is `whenPeriod`; rationale, method and calibration are in words.
std::string fhir_risk_assessment(const Assessment& assessment,
                                 const FhirContext& context);

/// A Flag for each floor in force and for each safety flag: active since it rose, and
/// inactive from when it was taken down.
std::vector<std::string> fhir_flags(const Assessment& assessment,
                                    const FhirContext& context);

/// Who made resources, when, and from what.
/// @param resources JSON texts
std::string fhir_provenance(const std::vector<std::string>& resources, const Model& model,
                            Time recorded, const FhirContext& context);

/// A transaction that puts every resource under its id. Throws ParseError for a text that
/// is no resource with an id, and InvalidInput for two different ones under one id; what
/// is there twice is put once.
/// @param base URL of the server that it goes to, which full URLs begin with
std::string fhir_bundle(const std::vector<std::string>& resources,
                        std::string_view base = "http://relapse.invalid");

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/fhir_writer.ipp>
#endif
