#pragma once

#include <relapse/care/suggest.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/io/fhir_writer.hpp>
#include <relapse/risk/assessment.hpp>

#include <string>
#include <vector>

/// Cards of CDS Hooks 2.0, for a service that a clinic's record asks when somebody opens
/// a person's chart (`patient-view`).
namespace relapse::io {

/// The cards of an assessment as a JSON text, `{"cards": [...]}`: one for each safety
/// flag that is up, before one for the level with its reasons, its floors and what could
/// help. The second offers the RiskAssessment to be filed. The same assessment gives the
/// same uuids, by which feedback comes back.
/// @param suggestions of `Monitor::suggest`; may be empty
std::string cds_cards(const Assessment& assessment,
                      const std::vector<Suggestion>& suggestions,
                      const FhirContext& context);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/cds_cards.ipp>
#endif
