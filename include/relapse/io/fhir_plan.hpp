#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/io/fhir_writer.hpp>
#include <relapse/model/model.hpp>
#include <relapse/plan/plan.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace relapse::io {

/// A CarePlan and its Goals, of what a contact may see (`shareable`): triggers, signs and
/// reasons as notes, strategies, medication, meetings, appointments, homework, routine
/// and crisis steps as activities. Other contacts and contact rules are not written.
/// Throws InvalidInput without consent to `share_plan`.
/// @param model whose catalogue has the words of strategies
std::vector<std::string> fhir_care_plan(const Plan& plan, std::string_view contact,
                                        const Model& model, const FhirContext& context);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/fhir_plan.ipp>
#endif
