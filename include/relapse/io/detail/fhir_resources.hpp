#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/io/detail/fhir_broken.hpp>
#include <relapse/io/detail/fhir_patients.hpp>
#include <relapse/io/fhir_reader.hpp>

#include <cstddef>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace relapse::io::detail {

/// All resources of some files: those in bundles, and those within others that may hold
/// answers or medication, stand by themselves; of several versions of one the last.
class FhirResources {
 public:
  /// Throws ParseError, as `read_fhir`.
  FhirResources(const std::vector<FhirText>& files, std::vector<FhirNote>& notes);

  const std::vector<FhirResource>& all() const noexcept { return resources_; }
  /// Earlier versions, those taken back, and versions that contradict each other without
  /// saying which is later.
  const std::vector<FhirOut>& out() const noexcept { return out_; }
  std::size_t count() const noexcept { return count_; }

  /// The resource that a reference names, within the resource or the files; null: none.
  const Json* resolve(const FhirResource& from, const std::string& reference) const;
  FhirSubject subject(const FhirResource& resource, std::string_view key) const {
    return patients_.subject(resource, key);
  }

 private:
  void read(const FhirText& file);
  void read_lines(const FhirText& file);
  void read_line(std::string_view text, const std::string& place);
  bool take_broken(std::string_view text, const std::string& place,
                   const std::string& problem);
  void take(const Json& json, const std::string& place, const std::string& full_url,
            std::size_t bundle);
  void take_bundle(const Json& json, const std::string& place);
  void take_parts(const Json& holder, const std::string& key, const std::string& place,
                  std::size_t bundle);
  void take_entry(const Json& entry, const std::string& place, std::size_t bundle);
  void choose_versions();
  void choose_among(std::vector<FhirResource> versions);
  void take_contained();
  void note(FhirNoteKind kind, const std::string& place, std::string problem);

  std::deque<Json> documents_;
  std::vector<FhirResource> resources_;
  std::vector<FhirOut> out_;
  std::set<std::string> deleted_;
  std::size_t bundles_ = 0;
  std::size_t count_ = 0;
  std::map<std::string, const Json*> by_name_;  ///< full URLs, and Type/id
  FhirPatients patients_;
  std::vector<FhirNote>& notes_;
};

/// The moment of a dateTime or an instant, or what is wrong with it.
struct FhirMoment {
  std::optional<Time> time;
  std::string problem;
};
FhirMoment read_moment(const Json* value, FhirDates dates);

}  // namespace relapse::io::detail

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/fhir_resources.ipp>
#endif
