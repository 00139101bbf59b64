#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/domain/medication.hpp>
#include <relapse/io/fhir_mapping.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Answers out of FHIR R4 (and R4B and R5, where the shape is the same):
/// QuestionnaireResponse, Observation, MedicationStatement and MedicationRequest, alone,
/// in a Bundle of any type, in a list, or a line each (NDJSON). The rules are in
/// docs/how_to/fhir.md. What is not read is named in the notes, and no answer is made up.
namespace relapse::io {

/// A file of resources. Texts end up in the places of notes by this name.
struct FhirText {
  std::string name;
  std::string text;
};

/// What becomes of a date without a time of day.
enum class FhirDates { refuse, noon_utc };

/// How to read.
struct FhirOptions {
  std::string patient;                ///< read what is about this one alone; empty: all
  std::vector<FhirMapping> mappings;  ///< asked before those that come with the library
  FhirDates dates = FhirDates::refuse;
};

/// Stands for an answer about safety that cannot be read.
inline constexpr std::string_view fhir_unreadable = "unreadable";

/// What one person answered at one moment to one instrument, or to questions that belong
/// to none. Each (person, time, instrument) stands once, besides alarms that stand alone.
struct FhirResponse {
  /// Id of the Patient, or value of an identifier; the whole reference, or
  /// `system|value`, where that would be the name of several. Empty in alarms of a
  /// resource that does not say who it is about.
  std::string person;
  Time time;
  std::string instrument;  ///< id; empty: the items have the names of the file
  /// Numbers, or texts where there is no number; of an instrument numbers that its items
  /// have. Where a question outside of instruments has several answers, one entry each.
  /// One about safety that cannot be read is `fhir_unreadable`, to raise its flag.
  std::vector<Answer> answers;
  std::vector<MissingAnswer> missing;
  std::vector<std::string> unread;  ///< other items with an answer that cannot be read
  /// Those of them that are in per cent, for an item of a model from 0 to 100.
  std::vector<std::pair<std::string, double>> percents;
  std::vector<std::pair<std::string, double>> stated;  ///< subscales, as the file says
  std::vector<std::string> sources;                    ///< such as Observation/12
  /// Of a response that was left out: those answers alone that raise a safety flag.
  bool alarms_only = false;

  bool operator==(const FhirResponse&) const = default;
};

/// A medication of the record.
struct FhirMedication {
  std::string person;
  std::string name;  ///< as the record has it, or of its code; empty: not known
  std::string dose;  ///< in the words of the record
  std::string prescriber;
  std::string status;
  bool current = false;  ///< being taken, as far as the record says
  MedicationClass medication_class = MedicationClass::unknown;
  std::string source;

  bool operator==(const FhirMedication&) const = default;
};

/// left_out: by a rule, such as entered-in-error. refused: cannot be read. remark: read,
/// but look at it.
enum class FhirNoteKind { left_out, refused, remark };

/// What was not read, or not as it stands. Names places and questions, never an answer.
struct FhirNote {
  FhirNoteKind kind = FhirNoteKind::remark;
  std::string place;   ///< such as "bundle.json, /entry/3/resource, Observation/12"
  std::string person;  ///< empty where it is not known
  std::string problem;
  std::vector<std::string> questions;  ///< that it is about

  bool operator==(const FhirNote&) const = default;
};

/// What was read, and of everything left out a note.
struct FhirReading {
  std::size_t resources = 0;            ///< that the files hold, bundles not counted
  std::vector<FhirResponse> responses;  ///< by person, then time, then instrument
  /// Alarms of resources without a time that can be read; their `time` says nothing.
  std::vector<FhirResponse> untimed;
  std::vector<FhirMedication> medication;
  std::vector<FhirNote> notes;

  bool operator==(const FhirReading&) const = default;
};

/// Throws ParseError for text in which no resource can be made out (InvalidInput with the
/// name of the file where it has one); everything else that cannot be read is a note. Of
/// text that is no JSON nothing is read but what raises a flag.
FhirReading read_fhir(const std::vector<FhirText>& files,
                      const FhirOptions& options = {});
/// The same for one text.
FhirReading read_fhir(std::string_view text, const FhirOptions& options = {});

}  // namespace relapse::io

namespace relapse {

template <>
struct Names<io::FhirNoteKind> {
  static constexpr std::string_view all[] = {"left_out", "refused", "remark"};
};

template <>
struct Names<io::FhirDates> {
  static constexpr std::string_view all[] = {"refuse", "noon_utc"};
};

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/fhir_reader.ipp>
#endif
