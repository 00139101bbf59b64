#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/io/detail/fhir_resources.hpp>
#include <relapse/io/detail/fhir_table.hpp>

#include <optional>
#include <vector>

namespace relapse::io::detail {

/// The medications of a MedicationStatement or MedicationRequest; empty where none is
/// read, with a note.
std::optional<FhirMedication> medication_of(const FhirResource& resource,
                                            const FhirResources& resources,
                                            const FhirTable& table,
                                            const FhirOptions& options,
                                            std::vector<FhirNote>& notes);

}  // namespace relapse::io::detail

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/fhir_medication.ipp>
#endif
