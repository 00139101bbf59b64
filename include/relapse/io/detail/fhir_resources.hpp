#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/io/fhir_reader.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace relapse::io::detail {

using Json = nlohmann::json;

/// A bundle larger than this is asked for in pages; what a document of ours may have
/// would be too little for one.
inline constexpr std::size_t fhir_size_limit = std::size_t{64} << 20;  // bytes

/// A member of an object; null where there is none.
inline const Json* member(const Json& value, std::string_view key) {
  if (!value.is_object()) return nullptr;
  const auto found = value.find(key);
  return found == value.end() ? nullptr : &*found;
}

/// A text member; empty where there is none.
inline std::string text_of(const Json& value, std::string_view key) {
  const Json* found = member(value, key);
  return found != nullptr && found->is_string() ? found->get<std::string>()
                                                : std::string();
}

/// The elements of a list member; none where it is no list.
inline const Json& list_of(const Json& value, std::string_view key) {
  static const Json none = Json::array();
  const Json* found = member(value, key);
  return found != nullptr && found->is_array() ? *found : none;
}

/// A resource in its file.
struct FhirResource {
  const Json* json = nullptr;
  std::string type;
  std::string id;
  std::string full_url;
  std::string place;       ///< file and pointer
  std::size_t bundle = 0;  ///< number of the innermost bundle; 0: none

  /// Type/id; empty without an id.
  std::string key() const { return id.empty() ? std::string() : type + '/' + id; }
  std::string name() const { return id.empty() ? type : key(); }
  std::string where() const { return place + (place.empty() ? "" : ", ") + name(); }
};

/// A resource that is not read, as a whole.
struct FhirOut {
  FhirResource resource;
  FhirNoteKind kind = FhirNoteKind::left_out;
  std::string problem;
};

/// Who a resource is about, or why that is not known.
struct FhirSubject {
  std::string person;
  std::string problem;
  bool by_rule = false;  ///< left out, and not refused
};

/// All resources of some files: those in bundles stand by themselves, and of several
/// versions of one the last.
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
  FhirSubject subject(const FhirResource& resource, std::string_view key) const;

 private:
  void read(const FhirText& file);
  void take(const Json& json, const std::string& place, const std::string& full_url,
            std::size_t bundle);
  void take_bundle(const Json& json, const std::string& place);
  void take_entry(const Json& entry, const std::string& place, std::size_t bundle);
  void choose_versions();
  void choose_among(std::vector<FhirResource> versions);
  void find_patients();
  void note(FhirNoteKind kind, const std::string& place, std::string problem);

  std::deque<Json> documents_;
  std::vector<FhirResource> resources_;
  std::vector<FhirOut> out_;
  std::set<std::string> deleted_;
  std::size_t bundles_ = 0;
  std::size_t count_ = 0;
  std::map<std::string, const Json*> by_name_;  ///< full URLs, and Type/id
  std::map<std::string, std::string> patient_of_url_;
  std::map<std::string, std::set<std::string>> servers_;   ///< by id of a patient
  std::map<std::size_t, std::set<std::string>> patients_;  ///< by bundle
  std::vector<FhirNote>& notes_;
};

/// The moment of a dateTime or an instant, or what is wrong with it.
struct FhirMoment {
  std::optional<Time> time;
  std::string problem;
};
FhirMoment read_moment(const Json* value, FhirDates dates);

/// `http://x/fhir/Patient/7/_history/2` in parts.
struct FhirReferenceParts {
  std::string server;
  std::string type;
  std::string id;
};
FhirReferenceParts parts_of_reference(std::string_view reference);

}  // namespace relapse::io::detail

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/fhir_resources.ipp>
#endif
