#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/io/detail/fhir_resources.hpp>
#include <relapse/io/detail/fhir_table.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace relapse::io::detail {

/// What an answer says: one of the three, or nothing at all. A code for a gap that the
/// question does not have is both missing and a problem.
struct FhirValue {
  std::optional<AnswerValue> answer;
  std::optional<MissingReason> missing;
  std::string problem;                 ///< why it cannot be read
  std::optional<double> percent = {};  ///< that the problem is about
};

/// Scores of coded answers, from a Questionnaire: by `system|code`.
using FhirOrdinals = std::map<std::string, double, std::less<>>;

/// In which unit the numbers of a question stand, by its name.
using FhirUnits = std::map<std::string, std::string, std::less<>>;

/// All codings of a CodeableConcept, or the one that a Coding is.
std::vector<FhirCoding> codings_of(const Json& concept_or_coding);
/// Adds them to others.
inline void add_codings(const Json& concept_or_coding, std::vector<FhirCoding>& to) {
  for (auto& coding : codings_of(concept_or_coding)) to.push_back(std::move(coding));
}
/// The score that stands beside a coded answer.
std::optional<double> ordinal_of(const Json& element);
/// Why there is no answer, where that is said.
std::optional<MissingReason> missing_reason(const Json& holder);
/// Whether an object has a member `value...` that is not null.
bool has_value(const Json& holder);

/// The number that a whole text is; none that would lose digits or is no plain decimal.
std::optional<double> number_in_text(std::string_view text);
/// The one of several answers, at least one, that raises a flag sooner than others: the
/// highest number above 0, or else a text that is no number.
AnswerValue most_alarming(const std::vector<AnswerValue>& values);

/// The number that an answer to an item of an instrument is. Texts count only where they
/// are the number, codes only by a score that the file or a mapping states.
FhirValue read_score(const Json& holder, const FhirTarget& target,
                     const FhirOrdinals& ordinals);
/// What any other question is answered with.
FhirValue read_any(const Json& holder, const std::string& name, const FhirTarget* target,
                   const FhirOrdinals& ordinals, FhirUnits& units);

}  // namespace relapse::io::detail

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/fhir_values.ipp>
#endif
