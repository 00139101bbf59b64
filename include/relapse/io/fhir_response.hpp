#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/model/model.hpp>

#include <string>
#include <string_view>

/// Check-ins as FHIR R4, and what they answer.
namespace relapse::io {

/// The answers of a check-in to the Questionnaire of a model. `read_fhir` and
/// `check_ins_from` read it back as an equal check-in, its answers sorted by item.
std::string fhir_response(const CheckIn& check_in, const Model& model,
                          std::string_view locale = "en");

/// What the model asks, in our own words, and what a check-in knows besides.
std::string fhir_questionnaire(const Model& model, std::string_view locale = "en");

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/fhir_response.ipp>
#endif
