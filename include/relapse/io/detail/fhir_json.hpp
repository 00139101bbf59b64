#pragma once

#include <relapse/io/fhir_reader.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace relapse::io::detail {

using Json = nlohmann::json;

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

/// `http://x/fhir/Patient/7/_history/2` in parts.
struct FhirReferenceParts {
  std::string server;
  std::string type;
  std::string id;
};

inline FhirReferenceParts parts_of_reference(std::string_view reference) {
  FhirReferenceParts parts;
  if (const auto history = reference.find("/_history/"); history != reference.npos)
    reference = reference.substr(0, history);
  const auto slash = reference.rfind('/');
  if (slash == reference.npos) return {{}, {}, std::string(reference)};
  parts.id = reference.substr(slash + 1);
  const auto before = reference.substr(0, slash);
  const auto other = before.rfind('/');
  parts.type = other == before.npos ? before : before.substr(other + 1);
  if (other != before.npos) parts.server = before.substr(0, other);
  return parts;
}

/// A resource in its file, or within another.
struct FhirResource {
  const Json* json = nullptr;
  std::string type;
  std::string id;  ///< `#a` within another
  std::string full_url;
  std::string place;             ///< file and pointer
  std::size_t bundle = 0;        ///< number of the innermost bundle; 0: none
  std::string server = {};       ///< that its relative references are of
  const Json* within = nullptr;  ///< what contains it; null: nothing

  /// Type/id; empty without an id.
  std::string key() const { return id.empty() ? std::string() : type + '/' + id; }
  std::string name() const { return id.empty() ? type : key(); }
  std::string where() const { return place + (place.empty() ? "" : ", ") + name(); }
  /// What its references to `#...` are within.
  const Json& whole() const { return within == nullptr ? *json : *within; }
  /// A member, or that of what contains it.
  const Json* own_or_whole(std::string_view key) const {
    const Json* own = member(*json, key);
    return own != nullptr ? own : member(whole(), key);
  }
};

/// A resource that is not read, as a whole.
struct FhirOut {
  FhirResource resource;
  FhirNoteKind kind = FhirNoteKind::left_out;
  std::string problem;
};

}  // namespace relapse::io::detail
