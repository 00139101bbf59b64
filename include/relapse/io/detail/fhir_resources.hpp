#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/core/error.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/detail/fhir_broken.hpp>
#include <relapse/io/detail/fhir_patients.hpp>
#include <relapse/io/fhir_reader.hpp>
#include <relapse/io/timestamp.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace relapse::io::detail {

/// Whether a line is a resource, as no line of one that takes several is.
inline bool is_resource(std::string_view line) {
  if (!line.starts_with('{')) return false;
  constexpr bool throws = false;
  return !text_of(Json::parse(line, nullptr, throws), "resourceType").empty();
}

/// Whether a file says by its name that it has a resource a line.
inline bool is_named_by_lines(std::string_view name) {
  if (name.ends_with(".gz")) name.remove_suffix(3);
  return name.ends_with(".ndjson") || name.ends_with(".jsonl");
}

/// Whether the first line that is not empty is a JSON document and others follow.
inline bool is_line_by_line(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (begin == text.npos || text[begin] != '{') return false;
  const auto end = text.find('\n', begin);
  if (end == text.npos || text.find_first_not_of(" \t\r\n", end) == text.npos)
    return false;
  return Json::accept(text.substr(begin, end - begin));
}

/// The same of what is no JSON as a whole, whose first line may be the broken one.
inline bool has_lines(const FhirText& file) {
  if (is_named_by_lines(file.name)) return true;
  std::string_view rest = file.text;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    if (is_resource(rest.substr(0, end))) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

/// When a version was written, for the order of versions.
inline std::pair<double, double> version_of(const FhirResource& resource) {
  const Json* meta = member(*resource.json, "meta");
  std::pair<double, double> version{-1e300, -1e300};
  if (meta == nullptr) return version;
  if (const auto read = read_timestamp(text_of(*meta, "lastUpdated")); read.time)
    version.first = read.time->days;
  if (const auto number = decimal_number(text_of(*meta, "versionId")))
    version.second = *number;
  return version;
}

/// Gives what does not say any more what it is the name of what holds such answers.
inline void name_type(Json& resource) {
  if (!text_of(resource, "resourceType").empty()) return;
  const bool has_value = find_choice(resource, "value").json != nullptr;
  if (resource.contains("item")) {
    resource["resourceType"] = "QuestionnaireResponse";
  } else if (resource.contains("code") && (has_value || resource.contains("component"))) {
    resource["resourceType"] = "Observation";
  }
}

/// What stands within a resource and is read by itself.
inline std::vector<FhirResource> contained_in(const FhirResource& whole) {
  constexpr std::string_view read[] = {"Observation", "QuestionnaireResponse",
                                       "MedicationStatement", "MedicationRequest"};
  std::vector<FhirResource> found;
  const Json& contained = list_of(*whole.json, "contained");
  for (std::size_t k = 0; k < contained.size(); ++k) {
    const std::string type = text_of(contained[k], "resourceType");
    if (!contains(read, type)) continue;
    found.push_back({&contained[k],
                     type,
                     '#' + text_of(contained[k], "id"),
                     {},
                     whole.where() + "/contained/" + std::to_string(k),
                     whole.bundle,
                     whole.server,
                     whole.json});
  }
  return found;
}

/// All resources of some files: those in bundles, and those within others that may hold
/// answers or medication, stand by themselves; of several versions of one the last.
class FhirResources {
 public:
  /// Throws ParseError, as `read_fhir`.
  FhirResources(const std::vector<FhirText>& files, std::vector<FhirNote>& notes)
      : notes_(notes) {
    for (const auto& file : files) {
      try {
        read(file);
      } catch (const ParseError& error) {
        if (file.name.empty()) throw;
        throw InvalidInput(file.name, error.what());
      }
    }
    count_ = resources_.size();
    for (const auto& each : resources_) {
      if (!each.full_url.empty()) by_name_.emplace(each.full_url, each.json);
    }
    choose_versions();
    for (const auto& each : resources_) {
      if (!each.id.empty()) by_name_.emplace(each.key(), each.json);
      if (each.type == "Questionnaire")
        by_name_.emplace(text_of(*each.json, "url"), each.json);
    }
    take_contained();
    patients_ = FhirPatients(resources_, out_);
  }

  const std::vector<FhirResource>& all() const noexcept { return resources_; }
  /// Earlier versions, those taken back, and versions that contradict each other without
  /// saying which is later.
  const std::vector<FhirOut>& out() const noexcept { return out_; }
  std::size_t count() const noexcept { return count_; }

  /// The resource that a reference names, within the resource or the files; null: none.
  const Json* resolve(const FhirResource& from, const std::string& reference) const {
    if (reference.empty()) return nullptr;
    if (reference.front() == '#') {
      for (const Json& each : list_of(from.whole(), "contained")) {
        if ('#' + text_of(each, "id") == reference) return &each;
      }
      return nullptr;
    }
    if (const auto found = by_name_.find(reference); found != by_name_.end())
      return found->second;
    const auto parts = parts_of_reference(reference);
    const auto found = by_name_.find(parts.type + '/' + parts.id);
    return found == by_name_.end() ? nullptr : found->second;
  }

  FhirSubject subject(const FhirResource& resource, std::string_view key) const {
    return patients_.subject(resource, key);
  }

 private:
  void read(const FhirText& file) {
    if (is_line_by_line(file.text)) {
      read_lines(file);
      return;
    }
    try {
      documents_.push_back(read_json(file.text, fhir_size_limit));
    } catch (const ParseError& error) {
      if (has_lines(file)) {
        read_lines(file);
      } else if (!take_broken(file.text, file.name, error.what())) {
        throw;
      }
      return;
    }
    const Json& root = documents_.back();
    if (root.is_array()) {
      for (std::size_t k = 0; k < root.size(); ++k)
        take(root[k], file.name + (file.name.empty() ? "/" : ", /") + std::to_string(k),
             {}, 0);
      return;
    }
    if (text_of(root, "resourceType").empty())
      throw ParseError("/resourceType", "is missing, but must name a FHIR resource");
    take(root, file.name, {}, 0);
  }

  void read_lines(const FhirText& file) {
    std::string_view rest = file.text;
    for (std::size_t line = 1; !rest.empty(); ++line) {
      const auto end = std::min(rest.find('\n'), rest.size() - 1);
      const auto text = rest.substr(0, end + 1);
      rest.remove_prefix(end + 1);
      if (text.find_first_not_of(" \t\r\n") == text.npos) continue;
      read_line(text, file.name + (file.name.empty() ? "line " : ", line ") +
                          std::to_string(line));
    }
  }

  void read_line(std::string_view text, const std::string& place) {
    try {
      documents_.push_back(read_json(text, fhir_size_limit));
    } catch (const ParseError& error) {
      if (!take_broken(text, place, error.what()))
        note(FhirNoteKind::refused, place, error.what() + std::string(fhir_may_be_lost));
      return;
    }
    take(documents_.back(), place, {}, 0);
  }

  /// What is there of a text that cannot be read is out: it is named, and what it says
  /// about safety may raise its flags. It takes no other resource back. Returns whether
  /// there is anything.
  bool take_broken(std::string_view text, const std::string& place,
                   const std::string& problem) {
    const auto first = static_cast<std::ptrdiff_t>(resources_.size());
    const auto told = static_cast<std::ptrdiff_t>(notes_.size());
    const auto deleted = deleted_;
    for (auto& each : mended_resources(text)) {
      if (!each.is_array()) each = Json::array({std::move(each)});
      documents_.push_back(std::move(each));
      for (Json& resource : documents_.back()) {
        name_type(resource);
        take(resource, place, {}, 0);
      }
    }
    deleted_ = deleted;
    notes_.erase(notes_.begin() + told, notes_.end());
    const auto begin = resources_.begin() + first;
    const bool any = begin != resources_.end();
    for (auto each = begin; each != resources_.end(); ++each)
      out_.push_back({std::move(*each), FhirNoteKind::refused, problem, true});
    resources_.erase(begin, resources_.end());
    return any;
  }

  void take(const Json& json, const std::string& place, const std::string& full_url,
            std::size_t bundle) {
    const std::string type = text_of(json, "resourceType");
    if (type.empty()) {
      note(FhirNoteKind::refused, place, "is no FHIR resource");
    } else if (type == "Bundle") {
      take_bundle(json, place);
    } else {
      // A relative reference is one to the server of its own resource.
      const auto own = parts_of_reference(full_url);
      const bool served = full_url.starts_with("http") && own.type == type;
      resources_.push_back({&json, type, trimmed_text_of(json, "id"), full_url, place,
                            bundle, served ? own.server : std::string()});
      if (type == "Parameters")
        take_parts(json, "parameter", place + (place.empty() ? "/" : ", /"), bundle);
    }
  }

  void take_bundle(const Json& json, const std::string& place) {
    const std::size_t bundle = ++bundles_;
    const auto inside = [&](std::string_view key, std::size_t k) {
      return place + (place.empty() ? "/" : ", /") + std::string(key) + '/' +
             std::to_string(k);
    };
    if (const Json* entries = member(json, "entry");
        entries != nullptr && !entries->is_array())
      note(FhirNoteKind::refused, place, "has entries that are no list");
    const Json& entries = list_of(json, "entry");
    for (std::size_t k = 0; k < entries.size(); ++k)
      take_entry(entries[k], inside("entry", k), bundle);
    for (const Json& link : list_of(json, "link")) {
      if (text_of(link, "relation") == "next")
        note(FhirNoteKind::remark, place.empty() ? "/" : place,
             "has a next page that is not here");
    }
  }

  /// An operation returns resources as its parameters, and as parts of them.
  void take_parts(const Json& holder, const std::string& key, const std::string& place,
                  std::size_t bundle) {
    const Json& parts = list_of(holder, key);
    for (std::size_t k = 0; k < parts.size(); ++k) {
      const std::string here = place + key + '/' + std::to_string(k);
      if (const Json* resource = member(parts[k], "resource"))
        take(*resource, here, {}, bundle);
      take_parts(parts[k], "part", here + '/', bundle);
    }
  }

  void take_entry(const Json& entry, const std::string& place, std::size_t bundle) {
    if (const Json* request = member(entry, "request");
        request != nullptr && text_of(*request, "method") == "DELETE") {
      const auto parts = parts_of_reference(text_of(*request, "url"));
      deleted_.insert(parts.type + '/' + parts.id);
      note(FhirNoteKind::left_out, place, "takes a resource back");
      return;
    }
    const Json* resource = member(entry, "resource");
    if (resource == nullptr) {
      note(FhirNoteKind::remark, place, "is an entry without a resource");
      return;
    }
    take(*resource, place + "/resource", text_of(entry, "fullUrl"), bundle);
  }

  void choose_versions() {
    const std::vector<FhirResource> read = std::move(resources_);
    resources_.clear();
    // An id is that of one server; what does not say of which is of the only one.
    std::map<std::string, std::set<std::string>> servers;
    for (const auto& each : read) {
      const auto server = parts_of_reference(each.full_url).server;
      if (!each.id.empty() && !server.empty()) servers[each.key()].insert(server);
    }
    std::map<std::string, std::vector<FhirResource>> versions;
    std::vector<std::string> order;
    for (const auto& each : read) {
      // What has no id is another resource unless it is the same to the letter.
      std::string key =
          each.id.empty() ? each.type + ' ' + each.json->dump() : each.key();
      if (const auto known = servers.find(key);
          known != servers.end() && known->second.size() > 1)
        key = parts_of_reference(each.full_url).server + ' ' + key;
      auto& group = versions[key];
      if (group.empty()) order.push_back(key);
      group.push_back(each);
    }
    for (const auto& key : order) choose_among(std::move(versions[key]));
  }

  void choose_among(std::vector<FhirResource> versions) {
    const auto leave_out = [&](const FhirResource& each, std::string problem) {
      out_.push_back({each, FhirNoteKind::left_out, std::move(problem)});
    };
    if (deleted_.contains(versions.front().key())) {
      for (const auto& each : versions) leave_out(each, "is taken back by another entry");
      return;
    }
    const auto last = std::max_element(
        versions.begin(), versions.end(),
        [](const auto& a, const auto& b) { return version_of(a) < version_of(b); });
    std::vector<FhirResource> contradicting;
    for (auto each = versions.begin(); each != versions.end(); ++each) {
      if (each == last) continue;
      if (*each->json == *last->json) {
        note(FhirNoteKind::left_out, each->where(), "is there again");
      } else if (version_of(*each) < version_of(*last)) {
        leave_out(*each, "is there in a later version");
      } else {
        contradicting.push_back(*each);
      }
    }
    if (contradicting.empty()) {
      resources_.push_back(*last);
      return;
    }
    contradicting.push_back(*last);
    for (const auto& each : contradicting)
      out_.push_back({each, FhirNoteKind::refused, "is there twice with other content"});
  }

  void take_contained() {
    std::vector<FhirResource> found;
    for (const auto& each : resources_) {
      const std::string status = text_of(*each.json, "status");
      const bool back = status == "entered-in-error" || status == "cancelled";
      for (auto& inner : contained_in(each)) {
        if (back) {
          out_.push_back({std::move(inner), FhirNoteKind::left_out,
                          "is within what was entered in error or cancelled"});
        } else {
          found.push_back(std::move(inner));
        }
      }
    }
    std::vector<FhirOut> out;
    for (const auto& each : out_) {
      for (auto& inner : contained_in(each.resource))
        out.push_back({std::move(inner), each.kind, each.problem, each.is_broken});
    }
    std::move(found.begin(), found.end(), std::back_inserter(resources_));
    std::move(out.begin(), out.end(), std::back_inserter(out_));
  }

  void note(FhirNoteKind kind, const std::string& place, std::string problem) {
    notes_.push_back({kind, place, {}, std::move(problem), {}});
  }

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

}  // namespace relapse::io::detail
