#pragma once

#include <relapse/core/detail/texts.hpp>
#include <relapse/io/detail/fhir_assembly.hpp>
#include <relapse/io/detail/fhir_medication.hpp>
#include <relapse/io/fhir_reader.hpp>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace relapse::io {
namespace detail {

/// Of the responses of one person to one form at one time, an amended one replaces the
/// others.
inline void prefer_amended(std::vector<FhirRecord>& records) {
  std::map<std::tuple<std::string, double, std::string>, bool> amended;
  const auto key = [](const FhirRecord& record) {
    return std::tuple(record.person, record.time->days, record.questionnaire);
  };
  for (const auto& each : records) {
    if (each.out.empty()) amended[key(each)] |= each.amended;
  }
  for (auto& each : records) {
    if (!each.out.empty() || each.amended || !amended[key(each)]) continue;
    leave_out(each, "is amended by another");
    each.alarms = false;
  }
}

/// Observations of one person and moment as one record, so that the items of an
/// instrument are seen together. Those that are left out stay alone.
inline std::vector<FhirRecord> together(std::vector<FhirRecord> records) {
  std::vector<FhirRecord> whole;
  std::map<std::pair<std::string, double>, std::size_t> places;
  for (auto& each : records) {
    if (!each.out.empty()) {
      whole.push_back(std::move(each));
      continue;
    }
    const auto [place, is_new] =
        places.try_emplace({each.person, each.time->days}, whole.size());
    if (is_new) {
      whole.push_back(std::move(each));
      continue;
    }
    FhirRecord& to = whole[place->second];
    std::move(each.asked.begin(), each.asked.end(), std::back_inserter(to.asked));
    std::move(each.panels.begin(), each.panels.end(), std::back_inserter(to.panels));
  }
  return whole;
}

/// What has neither answers nor medication.
class FhirOthers {
 public:
  void add(const FhirResource& resource) {
    constexpr std::string_view used[] = {"Patient", "Questionnaire", "Medication"};
    if (!contains(used, resource.type)) ++count_[resource.type];
  }
  void tell(std::vector<FhirNote>& notes) const {
    for (const auto& [type, count] : count_) {
      const bool problem = type == "OperationOutcome";
      notes.push_back({problem ? FhirNoteKind::remark : FhirNoteKind::left_out,
                       std::to_string(count) + " of " + type,
                       {},
                       problem ? "is what a server says of its own answer"
                               : "is of a kind that holds no answers",
                       {}});
    }
  }

 private:
  std::map<std::string, std::size_t> count_;
};

}  // namespace detail

RELAPSE_INLINE FhirReading read_fhir(const std::vector<FhirText>& files,
                                     const FhirOptions& options) {
  using namespace detail;
  FhirReading reading;
  const FhirResources resources(files, reading.notes);
  reading.resources = resources.count();
  const FhirTable table(options.mappings);
  const auto panels = panels_of(resources, reading.notes);
  std::vector<FhirRecord> responses;
  std::vector<FhirRecord> observations;
  FhirOthers others;
  const auto take = [&](const FhirResource& each, const FhirOut* out) {
    FhirRecord record;
    if (each.type == "QuestionnaireResponse") {
      record = record_of_response(each, resources, options, reading.notes);
    } else if (each.type == "Observation") {
      record = record_of_observation(each, resources, options, panels);
      const bool is_broken = out != nullptr && out->is_broken;
      if (record.asked.empty() && record.out.empty() && !is_broken) return;  // a panel
    } else if (out != nullptr) {
      reading.notes.push_back({out->kind, each.where(), {}, out->problem, {}});
      return;
    } else if (each.type == "MedicationStatement" || each.type == "MedicationRequest") {
      auto medication = medication_of(each, resources, table, options, reading.notes);
      if (medication) reading.medication.push_back(std::move(*medication));
      return;
    } else {
      others.add(each);
      return;
    }
    if (out != nullptr) {
      record.is_broken = out->is_broken;
      if (out->is_broken) record.out.clear();  // what else is wrong comes of that
      leave_out(record, out->problem, out->kind);
      // What was replaced or taken back raises no flag.
      record.alarms = record.alarms && out->kind == FhirNoteKind::refused;
    }
    (each.type == "Observation" ? observations : responses).push_back(std::move(record));
  };
  for (const auto& each : resources.all()) take(each, nullptr);
  for (const auto& each : resources.out()) take(each.resource, &each);
  prefer_amended(responses);
  FhirAssembly assembly(table, reading.notes);
  for (const auto& each : responses) assembly.add(each);
  for (const auto& each : together(std::move(observations))) assembly.add(each);
  std::move(assembly).finish(reading);
  others.tell(reading.notes);
  return reading;
}

RELAPSE_INLINE FhirReading read_fhir(std::string_view text, const FhirOptions& options) {
  return read_fhir(std::vector<FhirText>{{{}, std::string(text)}}, options);
}

}  // namespace relapse::io
