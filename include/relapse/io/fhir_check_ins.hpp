#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/io/fhir_reader.hpp>
#include <relapse/model/model.hpp>

#include <vector>

namespace relapse::io {

/// Check-ins for a model, and what of the responses it has no use for.
struct FhirCheckIns {
  std::vector<CheckIn> check_ins;  ///< one a person and moment, in their order
  /// Of alarms without a time: they are refused, and raise their flags. Their `time` says
  /// nothing.
  std::vector<CheckIn> untimed;
  std::vector<FhirNote> notes;

  bool operator==(const FhirCheckIns&) const = default;
};

/// Answers of instruments become those of the items that refer to them, as in
/// `add_answers`, and raise their flags in any case; other answers are taken by their
/// name.
FhirCheckIns check_ins_from(const FhirReading& reading, const Model& model);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/fhir_check_ins.ipp>
#endif
