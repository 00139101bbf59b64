#pragma once

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

inline constexpr std::string_view identifier_query = "Patient?identifier=";

/// What an identifier calls somebody: `system|value`; empty without a value.
inline FhirWho who_has(const std::string& system, const std::string& value) {
  if (value.empty()) return {};
  return {system + '|' + value, value, true};
}

/// Whether a reference says no type of what it refers to.
inline bool is_no_path(const std::string& reference) {
  return reference.starts_with("urn:") || reference.starts_with("Patient?");
}

/// All identifiers that have a value.
inline std::vector<FhirWho> identifiers_of(const Json& value) {
  std::vector<FhirWho> found;
  const auto add = [&](const Json& each) {
    auto who = who_has(trimmed_text_of(each, "system"), trimmed_text_of(each, "value"));
    if (!who.whole.empty()) found.push_back(std::move(who));
  };
  if (const Json* one = member(value, "identifier"); one != nullptr && one->is_object())
    add(*one);
  for (const Json& each : list_of(value, "identifier")) add(each);
  return found;
}

/// The patients of some files. Persons have brief names, but whole ones where a brief
/// name would be that of several.
class FhirPatients {
 public:
  FhirPatients() = default;

  /// @param out those that are not read as a whole
  FhirPatients(const std::vector<FhirResource>& resources,
               const std::vector<FhirOut>& out) {
    const auto for_all = [&](auto&& action) {
      for (const auto& each : resources) action(each);
      for (const auto& each : out) action(each.resource);
    };
    for_all([&](const FhirResource& each) { find_servers(each); });
    // What has no id may be known by an identifier of what has one.
    for (const bool has_id : {true, false}) {
      for_all([&](const FhirResource& each) {
        if (each.type == "Patient" && each.id.empty() != has_id) take(each);
      });
    }
    for_all([&](const FhirResource& each) { take_names(each); });
  }

  /// @param key the member that refers to the patient
  FhirSubject subject(const FhirResource& resource, std::string_view key) const {
    const Json* subject = resource.own_or_whole(key);
    if (subject == nullptr) return {{}, "does not say who it is about"};
    const std::string reference = trimmed_text_of(*subject, "reference");
    const auto said = parts_of_reference(reference).type;
    const auto type = said.empty() ? text_of(*subject, "type") : said;
    if (!type.empty() && type != "Patient" && !is_no_path(reference) &&
        find(reference, resource.bundle) == nullptr)
      return {{}, "is not about a patient", true};
    const FhirWho found = who(resource, *subject);
    if (found.whole.empty()) return {{}, "does not say who it is about"};
    const std::string person = name(found);
    const auto patients = of_bundle_.find(resource.bundle);
    if (!found.unknown && patients != of_bundle_.end() && patients->second.size() == 1 &&
        !patients->second.contains(found.whole) && !patients->second.contains({}))
      return {person, "is about another person than the patient of its bundle", true};
    return {person, {}, false};
  }

 private:
  void find_servers(const FhirResource& resource) {
    if (resource.type == "Patient") {
      if (!resource.id.empty() && !resource.server.empty())
        servers_[resource.id].insert(resource.server);
      return;
    }
    for (const auto* key : {"subject", "patient"}) {
      const Json* subject = resource.own_or_whole(key);
      if (subject == nullptr) continue;
      const auto parts = parts_of_reference(trimmed_text_of(*subject, "reference"));
      const auto& server = parts.server.empty() ? resource.server : parts.server;
      if (parts.type == "Patient" && !server.empty()) servers_[parts.id].insert(server);
    }
  }

  /// A Patient that is new in a transaction has no id yet: what a clinic calls somebody
  /// lasts, and the name that the bundle gives is better than none.
  void take(const FhirResource& patient) {
    FhirWho who;
    if (!patient.id.empty()) {
      who = by_id(patient.server, patient.id);
    } else {
      who = by_identifiers(*patient.json, patient.bundle);
      if (who.whole.empty()) who = by_url(patient.full_url, patient.bundle);
    }
    who.unknown = false;
    if (patient.bundle > 0) of_bundle_[patient.bundle].insert(who.whole);
    if (who.whole.empty()) return;
    std::vector<std::string> names{patient.full_url};
    for (const auto& each : identifiers_of(*patient.json)) names.push_back(each.whole);
    for (const auto& each : names) {
      if (each.empty()) continue;
      for (const std::size_t bundle : {std::size_t{0}, patient.bundle})
        known_[{bundle, each}].emplace(who.whole, who);
    }
    if (patient.bundle > 0 && !patient.id.empty())
      known_[{patient.bundle, patient.key()}].emplace(who.whole, who);
  }

  void take_names(const FhirResource& resource) {
    for (const auto* key : {"subject", "patient"}) {
      const Json* subject = resource.own_or_whole(key);
      if (subject == nullptr) continue;
      const FhirWho found = who(resource, *subject);
      if (found.whole.empty()) continue;
      meanings_[found.brief].insert(found.whole);
      meanings_[found.whole].insert(found.whole);
    }
  }

  FhirWho who(const FhirResource& resource, const Json& subject) const {
    const std::string reference = trimmed_text_of(subject, "reference");
    const auto parts = parts_of_reference(reference);
    const auto type = parts.type.empty() ? text_of(subject, "type") : parts.type;
    FhirWho found = by_reference(resource, reference, type);
    if (found.whole.empty()) found = by_identifiers(subject, resource.bundle);
    return found;
  }

  FhirWho by_reference(const FhirResource& resource, const std::string& reference,
                       const std::string& type) const {
    if (reference.empty()) return {};
    if (reference.front() == '#') {
      for (const Json& each : list_of(resource.whole(), "contained")) {
        if ('#' + text_of(each, "id") == reference &&
            text_of(each, "resourceType") == "Patient")
          return by_identifiers(each, resource.bundle);
      }
      return {};
    }
    const auto parts = parts_of_reference(reference);
    if (is_no_path(reference) ||
        (!parts.server.empty() && find(reference, resource.bundle) != nullptr))
      return by_url(reference, resource.bundle);
    if (type != "Patient") return {};
    const auto& server = parts.server.empty() ? resource.server : parts.server;
    // The Patient of the bundle by its id, where it is not said to be on another server.
    const std::string key = "Patient/" + parts.id;
    const FhirWho* near = resource.bundle > 0 ? find_in(key, resource.bundle) : nullptr;
    if (near != nullptr && (server.empty() || near->whole == key)) return *near;
    return by_id(server, parts.id);
  }

  FhirWho by_identifiers(const Json& value, std::size_t bundle) const {
    const auto all = identifiers_of(value);
    for (const auto& each : all) {
      if (const FhirWho* known = find(each.whole, bundle)) return *known;
    }
    return all.empty() ? FhirWho{} : all.front();
  }

  /// By `urn:uuid:7`, a query for an identifier, or what any Patient has as its full URL.
  FhirWho by_url(const std::string& url, std::size_t bundle) const {
    if (const FhirWho* known = find(url, bundle)) return *known;
    if (url.starts_with("urn:")) return {url, url.substr(url.rfind(':') + 1)};
    if (url.starts_with("Patient?")) {
      if (!url.starts_with(identifier_query) || url.find('&') != url.npos) return {};
      const auto token = url.substr(identifier_query.size());
      const auto bar = token.find('|');
      const auto asked = bar == token.npos
                             ? who_has({}, token)
                             : who_has(token.substr(0, bar), token.substr(bar + 1));
      const FhirWho* known = find(asked.whole, bundle);
      return known != nullptr ? *known : asked;
    }
    const auto parts = parts_of_reference(url);
    if (parts.type == "Patient") return by_id(parts.server, parts.id);
    return {url, parts.id};
  }

  /// An id is that of one server; what does not say of which is of the only one.
  FhirWho by_id(const std::string& server, const std::string& id) const {
    const auto servers = servers_.find(id);
    const bool several = servers != servers_.end() && servers->second.size() > 1;
    const std::string whole = "Patient/" + id;
    return {several && !server.empty() ? server + '/' + whole : whole, id};
  }

  const FhirWho* find(const std::string& name, std::size_t bundle) const {
    const FhirWho* near = find_in(name, bundle);
    return near != nullptr ? near : find_in(name, 0);
  }
  /// Null where it is the name of several, or of none.
  const FhirWho* find_in(const std::string& name, std::size_t bundle) const {
    const auto found = known_.find({bundle, name});
    if (found == known_.end() || found->second.size() != 1) return nullptr;
    return &found->second.begin()->second;
  }
  /// What has only an id keeps it: other persons are told from it by their whole names.
  std::string name(const FhirWho& who) const {
    const auto found = meanings_.find(who.brief);
    const bool only = found == meanings_.end() || found->second.size() <= 1;
    return only || who.whole == "Patient/" + who.brief ? who.brief : who.whole;
  }

  std::map<std::string, std::set<std::string>> servers_;  // by id of a patient
  // Patients by what may refer to them, in a bundle, and in all files (0).
  std::map<std::pair<std::size_t, std::string>, std::map<std::string, FhirWho>> known_;
  std::map<std::size_t, std::set<std::string>> of_bundle_;  // whole names
  std::map<std::string, std::set<std::string>> meanings_;   // whole names by any name
};

}  // namespace relapse::io::detail
