#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/io/detail/fhir_values.hpp>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace relapse::io::detail {

/// One question of a resource and what stands under it.
struct FhirAsked {
  std::string name;  ///< linkId, or the code of an Observation
  std::string link;  ///< empty in an Observation
  std::vector<FhirCoding> codings;
  std::vector<const Json*> answers;  ///< objects with a value or a reason
  std::string source;                ///< Type/id
  std::string where;                 ///< with its file
  bool amended = false;
  bool unanswered = false;  ///< asked, with nothing under it
  std::string problem;      ///< why an answer that is there cannot be read
};

/// What a resource asks of whom and when, or Observations of one moment together.
struct FhirRecord {
  std::string where;
  std::string person;
  std::optional<Time> time;
  std::string questionnaire;  ///< canonical URL without version
  std::vector<FhirCoding> panels;
  std::vector<FhirAsked> asked;
  std::shared_ptr<FhirOrdinals> ordinals = std::make_shared<FhirOrdinals>();
  FhirNoteKind out_kind = FhirNoteKind::left_out;
  std::string out;     ///< why it is left out or refused; empty: it is read
  bool alarms = true;  ///< its safety answers stay where it is left out
  bool amended = false;
  bool is_broken = false;  ///< of a text that is no JSON
};

/// The first reason is the one that is told.
inline void leave_out(FhirRecord& record, std::string problem,
                      FhirNoteKind kind = FhirNoteKind::left_out) {
  if (!record.out.empty()) return;
  record.out = std::move(problem);
  record.out_kind = kind;
}

/// The questions of a QuestionnaireResponse in all depths.
FhirRecord record_of_response(const FhirResource& resource,
                              const FhirResources& resources, const FhirOptions& options,
                              std::vector<FhirNote>& notes);
/// Which Observation has which as a member: by what contains both, if anything does, and
/// by Type/id or URL of the member.
using FhirPanels = std::map<std::pair<const Json*, std::string>, const FhirResource*>;

/// Members that are not in the files are named.
FhirPanels panels_of(const FhirResources& resources, std::vector<FhirNote>& notes);
/// The value and the components of an Observation. Its time is that of the panel that
/// has it as a member, where there is one.
FhirRecord record_of_observation(const FhirResource& resource,
                                 const FhirResources& resources,
                                 const FhirOptions& options, const FhirPanels& panels);

}  // namespace relapse::io::detail

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/fhir_records.ipp>
#endif
