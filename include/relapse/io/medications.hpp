#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/medication.hpp>

#include <string_view>

/// The medications that come with the library.
namespace relapse::medications {

/// What comes with the library. Parsed at the first call; any thread may call.
const MedicationKnowledge& usual();

/// What the name of a medication says, by what comes with the library.
NamedMedication find(std::string_view name);

}  // namespace relapse::medications

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/medications.ipp>
#endif
