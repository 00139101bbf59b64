#pragma once

#include <relapse/io/fhir_reader.hpp>
#include <relapse/io/timestamp.hpp>

#include <nlohmann/json.hpp>

#include <cctype>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// A text member without spaces around it.
inline std::string trimmed_text_of(const Json& value, std::string_view key) {
  const std::string text = text_of(value, key);
  constexpr std::string_view spaces = " \t\r\n";
  const auto begin = text.find_first_not_of(spaces);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(spaces) - begin + 1);
}

/// The member of an object that is a choice of types: valueCoding, valueInteger, ...
struct FhirChoiceMember {
  std::string kind;  // Coding, Integer, ...; empty: not said
  const Json* json = nullptr;
  bool several = false;
};

inline FhirChoiceMember find_choice(const Json& holder, std::string_view prefix) {
  FhirChoiceMember found;
  if (!holder.is_object()) return found;
  for (const auto& [key, value] : holder.items()) {
    if (!key.starts_with(prefix) || value.is_null()) continue;
    if (found.json != nullptr) found.several = true;
    found.kind = key.substr(prefix.size());
    found.json = &value;
  }
  return found;
}

/// One name for a code system, which is called by its URL, with or without https and a
/// slash at the end, or by its OID.
inline std::string plain_system(std::string_view system) {
  constexpr std::pair<std::string_view, std::string_view> by_oid[] = {
      {"2.16.840.1.113883.6.1", "http://loinc.org"},
      {"2.16.840.1.113883.6.96", "http://snomed.info/sct"},
      {"2.16.840.1.113883.6.88", "http://www.nlm.nih.gov/research/umls/rxnorm"},
      {"2.16.840.1.113883.6.73", "http://www.whocc.no/atc"},
      {"2.16.840.1.113883.5.1008",
       "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"}};
  constexpr std::string_view oid = "urn:oid:";
  constexpr std::string_view safe = "https://";
  if (system.starts_with(oid)) system.remove_prefix(oid.size());
  for (const auto& [number, url] : by_oid) {
    if (system == number) return std::string(url);
  }
  while (system.ends_with('/')) system.remove_suffix(1);
  if (!system.starts_with(safe)) return std::string(system);
  return "http://" + std::string(system.substr(safe.size()));
}

struct FhirCoding {
  std::string system;
  std::string code;
  std::string display = {};
};

/// All codings of a CodeableConcept, or the one that a Coding is.
inline std::vector<FhirCoding> codings_of(const Json& value) {
  std::vector<FhirCoding> codings;
  const auto add = [&](const Json& each) {
    FhirCoding coding{plain_system(trimmed_text_of(each, "system")),
                      text_of(each, "code"), text_of(each, "display")};
    if (!coding.code.empty() || !coding.display.empty())
      codings.push_back(std::move(coding));
  };
  if (member(value, "coding") == nullptr) add(value);
  for (const Json& each : list_of(value, "coding")) add(each);
  return codings;
}

/// Adds them to others.
inline void add_codings(const Json& concept_or_coding, std::vector<FhirCoding>& to) {
  for (auto& coding : codings_of(concept_or_coding)) to.push_back(std::move(coding));
}

/// The moment of a dateTime or an instant, or what is wrong with it.
struct FhirMoment {
  std::optional<Time> time;
  std::string problem;
};

inline FhirMoment read_moment(const Json* value, FhirDates dates) {
  if (value == nullptr) return {{}, "has no time"};
  if (!value->is_string()) return {{}, "has a time that is no text"};
  const auto text = value->get<std::string>();
  const auto digits = [&](std::size_t size) {
    if (text.size() != size) return false;
    for (std::size_t i = 0; i < size; ++i) {
      const bool dash = i == 4 || i == 7;
      if (dash ? text[i] != '-' : std::isdigit(static_cast<unsigned char>(text[i])) == 0)
        return false;
    }
    return true;
  };
  if (digits(4) || digits(7)) return {{}, "has a year or a month in place of a time"};
  const bool whole_day = digits(10);
  if (whole_day && dates == FhirDates::refuse)
    return {{}, "has a date without a time of day"};
  const auto [time, problem] = read_timestamp(whole_day ? text + "T12:00:00Z" : text);
  if (!time) return {{}, "has a time that is " + std::string(problem)};
  return {time, {}};
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
  bool is_broken = false;  ///< what could be made out in a text that is no JSON
};

/// Said of such a text where it raises no flag.
inline constexpr std::string_view fhir_may_be_lost =
    "; answers about safety that it may hold cannot be read";

}  // namespace relapse::io::detail
