#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/medication.hpp>

#include <string_view>

namespace relapse::io {

/// Reads a document `relapse/medication/1`. Throws ParseError, with the pointer of the
/// place, for anything that is not one, a name that stands twice among them.
MedicationKnowledge parse_medication(std::string_view json);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/medication_json.ipp>
#endif
