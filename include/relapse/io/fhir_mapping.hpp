#pragma once

#include <relapse/core/inline.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Which question of a FHIR resource is which item, as data (`relapse/fhir_mapping/1`).
namespace relapse::io {

/// What coded answers count as.
struct FhirAnswerList {
  std::string id;
  std::string system;  ///< of the codes; empty: any
  std::vector<std::pair<std::string, double>> codes;
  std::string source;

  bool operator==(const FhirAnswerList&) const = default;
};

/// A question, by its code or by its linkId, and what it asks. One without code and
/// linkId says of an instrument's item (or all its items) by which list answers count.
struct FhirQuestion {
  std::string system;
  std::string code;
  std::string questionnaire;  ///< canonical URL without version; empty: any
  std::string link;           ///< a whole linkId
  std::string instrument;     ///< id; empty: the item is one of a model
  std::string item;
  std::string subscale;  ///< the question states its value
  std::string answers;   ///< id of an answer list of the same document
  std::string unit;      ///< UCUM code in which the number is wanted

  bool operator==(const FhirQuestion&) const = default;
};

/// The name of a medication that a record gives as a code alone.
struct FhirMedicationCode {
  std::string system;
  std::string code;
  std::string name;

  bool operator==(const FhirMedicationCode&) const = default;
};

/// What codes, links and answers of FHIR mean here (`relapse/fhir_mapping/1`).
struct FhirMapping {
  std::string id;
  std::string title;
  std::vector<FhirAnswerList> answer_lists;
  std::vector<FhirQuestion> questions;
  std::vector<FhirMedicationCode> medications;

  const FhirAnswerList* find_list(std::string_view list) const;

  bool operator==(const FhirMapping&) const = default;
};

/// Throws ParseError with the JSON pointer of what is not known, missing, or refers to
/// an answer list, an instrument or an item that is not there.
FhirMapping parse_fhir_mapping(std::string_view json);

/// Those that come with the library: LOINC, SNOMED CT, SDC, codes of medications. Parsed
/// at the first call; any thread may call.
const std::vector<FhirMapping>& fhir_mappings();

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/fhir_mapping.ipp>
#endif
