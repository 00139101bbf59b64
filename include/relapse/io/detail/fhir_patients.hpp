#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/io/detail/fhir_json.hpp>

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace relapse::io::detail {

/// Who a resource is about, or why that is not known.
struct FhirSubject {
  std::string person;
  std::string problem;
  bool by_rule = false;  ///< left out, and not refused
};

/// Whether what is about a person is to be read, who may be asked for as `Patient/7`.
inline bool is_wanted(const std::string& person, const FhirOptions& options) {
  const std::string& wanted = options.patient;
  return wanted.empty() || person == wanted || "Patient/" + person == wanted;
}

/// A patient as resources refer to one.
struct FhirWho {
  std::string
      whole;  ///< `Patient/7`, `http://x/fhir/Patient/7`, `urn:uuid:7`, `system|7`
  std::string brief;     ///< `7`
  bool unknown = false;  ///< by an identifier that is that of no Patient in the files
};

/// The patients of some files. Persons have brief names, but whole ones where a brief
/// name would be that of several.
class FhirPatients {
 public:
  FhirPatients() = default;
  /// @param out those that are not read as a whole
  FhirPatients(const std::vector<FhirResource>& resources,
               const std::vector<FhirOut>& out);

  /// @param key the member that refers to the patient
  FhirSubject subject(const FhirResource& resource, std::string_view key) const;

 private:
  void find_servers(const FhirResource& resource);
  void take(const FhirResource& patient);
  void take_names(const FhirResource& resource);
  FhirWho who(const FhirResource& resource, const Json& subject) const;
  FhirWho by_reference(const FhirResource& resource, const std::string& reference,
                       const std::string& type) const;
  FhirWho by_identifiers(const Json& value, std::size_t bundle) const;
  FhirWho by_url(const std::string& url, std::size_t bundle) const;
  FhirWho by_id(const std::string& server, const std::string& id) const;
  const FhirWho* find(const std::string& name, std::size_t bundle) const;
  const FhirWho* find_in(const std::string& name, std::size_t bundle) const;
  std::string name(const FhirWho& who) const;

  std::map<std::string, std::set<std::string>> servers_;  // by id of a patient
  // Patients by what may refer to them, in a bundle, and in all files (0).
  std::map<std::pair<std::size_t, std::string>, std::map<std::string, FhirWho>> known_;
  std::map<std::size_t, std::set<std::string>> of_bundle_;  // whole names
  std::map<std::string, std::set<std::string>> meanings_;   // whole names by any name
};

}  // namespace relapse::io::detail

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/fhir_patients.ipp>
#endif
