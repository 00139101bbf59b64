#pragma once

#include <relapse/io/detail/fhir_form.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
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

/// Which Observation has which as a member: by what contains both, if anything does, and
/// by Type/id or URL of the member.
using FhirPanels = std::map<std::pair<const Json*, std::string>, const FhirResource*>;

/// A rule by which a record is not read.
struct FhirStatusRule {
  std::string_view status;
  std::string_view problem;  // empty: it is read
  bool alarms = true;
};

inline constexpr FhirStatusRule response_statuses[] = {
    {"completed", {}},
    {"amended", {}},
    {"stopped", {}},
    {"in-progress", "is still in progress"},
    {"entered-in-error", "was entered in error", false}};

inline constexpr FhirStatusRule observation_statuses[] = {
    {"final", {}},
    {"amended", {}},
    {"corrected", {}},
    {"preliminary", "is preliminary"},
    {"registered", "is registered alone"},
    {"unknown", "has a status that nobody knows"},
    {"cancelled", "was cancelled", false},
    {"entered-in-error", "was entered in error", false}};

template <std::size_t count>
void take_status(const Json& json, const FhirStatusRule (&rules)[count],
                 FhirRecord& record) {
  const std::string status = text_of(json, "status");
  record.amended = status == "amended" || status == "corrected";
  const auto rule = std::find_if(std::begin(rules), std::end(rules),
                                 [&](const auto& each) { return each.status == status; });
  if (rule == std::end(rules)) {
    leave_out(record, "has no status that such a resource may have",
              FhirNoteKind::refused);
  } else if (!rule->problem.empty()) {
    leave_out(record, std::string(rule->problem));
    record.alarms = record.alarms && rule->alarms;
  }
}

/// Who it is about. Answers about somebody else raise no flag of anybody; those of nobody
/// who can be named raise theirs without a name.
inline void take_subject(const FhirResource& resource, const FhirResources& resources,
                         const FhirOptions& options, FhirRecord& record) {
  const auto [person, problem, by_rule] = resources.subject(resource, "subject");
  record.person = person;
  if (!problem.empty()) {
    leave_out(record, problem, by_rule ? FhirNoteKind::left_out : FhirNoteKind::refused);
    record.alarms = !by_rule;
  } else if (!is_wanted(person, options)) {
    leave_out(record, "is about another person");
    record.alarms = false;
  }
}

/// What changes the meaning of a resource in a way that we do not know.
inline void require_known(const Json& json, FhirRecord& record) {
  for (const auto* key : {"modifierExtension", "implicitRules"}) {
    if (member(json, key) != nullptr)
      leave_out(record, std::string("has ") + key + ", which may change what it means",
                FhirNoteKind::refused);
  }
}

inline void take_time(const FhirMoment& moment, FhirRecord& record) {
  record.time = moment.time;
  if (!moment.time) leave_out(record, moment.problem, FhirNoteKind::refused);
}

/// A canonical URL without the version.
inline std::string without_version(std::string url) {
  return url.substr(0, url.find('|'));
}

/// Walks over the items of a response.
class FhirWalk {
 public:
  FhirWalk(FhirRecord& record, const FhirForm& form, std::string source)
      : record_(record), form_(form), source_(std::move(source)) {}

  void items(const Json& holder) {
    const Json* found = member(holder, "item");
    if (found == nullptr) return;
    if (!found->is_array()) {
      leave_out(record_, "has items that are no list", FhirNoteKind::refused);
      return;
    }
    for (const Json& item : *found) one(item);
  }

 private:
  void one(const Json& item) {
    if (!item.is_object()) {
      leave_out(record_, "has an item that is no object", FhirNoteKind::refused);
      return;
    }
    require_known(item, record_);
    FhirAsked asked;
    asked.link = text_of(item, "linkId");
    asked.name = asked.link;
    asked.source = source_;
    asked.where = record_.where;
    asked.amended = record_.amended;
    asked.codings = form_.codings(asked.link);
    // of older drafts
    for (const Json& code : list_of(item, "code")) add_codings(code, asked.codings);
    const Json* answer = member(item, "answer");
    // R5 and XML that was converted by hand: one answer without its list.
    if (answer != nullptr && answer->is_object()) {
      take(*answer, asked);
    } else if (answer != nullptr && answer->is_array()) {
      for (const Json& each : *answer) take(each, asked);
    } else if (answer != nullptr && !answer->is_null()) {
      asked.problem = "has an answer that is no list";
      leave_out(record_, asked.problem, FhirNoteKind::refused);
    }
    if (has_value(item)) asked.problem = "has its value outside of `answer`";
    if (asked.answers.empty() && missing_reason(item)) asked.answers.push_back(&item);
    // A question that is there without an answer was asked.
    const bool is_bare = asked.answers.empty() && asked.problem.empty();
    asked.unanswered = is_bare && member(item, "item") == nullptr &&
                       !asked.link.empty() && !form_.asks_nothing(asked.link);
    if (asked.link.empty() && !is_bare)
      leave_out(record_, "has an answer to a question without a linkId",
                FhirNoteKind::refused);
    if (!is_bare || asked.unanswered) record_.asked.push_back(std::move(asked));
    items(item);
    if (answer != nullptr && answer->is_object()) items(*answer);
    if (answer == nullptr || !answer->is_array()) return;
    for (const Json& each : *answer) items(each);
  }
  void take(const Json& answer, FhirAsked& asked) {
    if (!answer.is_object()) {
      leave_out(record_, "has an answer that is no object", FhirNoteKind::refused);
      if (!answer.is_null()) asked.problem = "has an answer that is no object";
      return;
    }
    require_known(answer, record_);
    if (has_value(answer) || missing_reason(answer)) asked.answers.push_back(&answer);
  }

  FhirRecord& record_;
  const FhirForm& form_;
  std::string source_;
};

/// The questions of a QuestionnaireResponse in all depths.
inline FhirRecord record_of_response(const FhirResource& resource,
                                     const FhirResources& resources,
                                     const FhirOptions& options,
                                     std::vector<FhirNote>& notes) {
  const Json& json = *resource.json;
  FhirRecord record;
  record.where = resource.where();
  const Json* form = member(json, "questionnaire");
  if ((form != nullptr && form->is_object()) || member(json, "group") != nullptr) {
    leave_out(record, "is of an older FHIR, but must be of R4, R4B or R5",
              FhirNoteKind::refused);
  } else {
    record.questionnaire = without_version(text_of(json, "questionnaire"));
  }
  require_known(json, record);
  take_subject(resource, resources, options, record);
  take_status(json, response_statuses, record);
  take_time(read_moment(member(json, "authored"), options.dates), record);
  const Json* questions = form_of(resource, resources, record.questionnaire);
  if (questions != nullptr) {
    for (const Json& code : list_of(*questions, "code")) add_codings(code, record.panels);
  }
  const FhirForm known(questions, *record.ordinals);
  FhirWalk(record, known, resource.name()).items(json);
  if (record.asked.empty()) leave_out(record, "holds no answer");
  if (const Json* source = member(json, "source");
      source != nullptr && record.out.empty()) {
    const auto parts = parts_of_reference(trimmed_text_of(*source, "reference"));
    if (!parts.type.empty() && parts.type != "Patient")
      notes.push_back({FhirNoteKind::remark,
                       record.where,
                       record.person,
                       "was answered by somebody else (" + parts.type + ")",
                       {}});
  }
  return record;
}

/// The end of a period; its begin where it has no end.
inline FhirMoment end_of(const Json& period, FhirDates dates) {
  const Json* end = member(period, "end");
  const auto start = read_moment(member(period, "start"), dates);
  if (end == nullptr) return start;
  auto moment = read_moment(end, dates);
  if (start.time && moment.time && *moment.time < *start.time)
    return {{}, "has a period that ends before it begins"};
  return moment;
}

/// Of what is within another, where it says none, that of the other.
inline FhirMoment moment_of(const FhirResource& observation, FhirDates dates) {
  for (const Json* json : {observation.json, &observation.whole()}) {
    const auto found = find_choice(*json, "effective");
    if (found.json == nullptr) continue;
    if (found.several) return {{}, "has several times (effective)"};
    if (found.kind == "Period") return end_of(*found.json, dates);
    if (found.kind == "DateTime" || found.kind == "Instant")
      return read_moment(found.json, dates);
    return {{}, "has a time of a kind that is not read (effective" + found.kind + ")"};
  }
  return read_moment(nullptr, dates);
}

/// Whether the files hold what a panel refers to, read or not.
inline bool is_here(const FhirResource& panel, const std::string& reference,
                    const FhirResources& resources) {
  if (resources.resolve(panel, reference) != nullptr) return true;
  const auto parts = parts_of_reference(reference);
  return std::any_of(resources.out().begin(), resources.out().end(),
                     [&](const FhirOut& each) {
                       return each.resource.key() == parts.type + '/' + parts.id;
                     });
}

/// Members that are not in the files are named.
inline FhirPanels panels_of(const FhirResources& resources,
                            std::vector<FhirNote>& notes) {
  FhirPanels panels;
  for (const auto& each : resources.all()) {
    if (each.type != "Observation") continue;
    for (const Json& reference : list_of(*each.json, "hasMember")) {
      const std::string text = trimmed_text_of(reference, "reference");
      if (!is_here(each, text, resources))
        notes.push_back({FhirNoteKind::remark,
                         each.where(),
                         {},
                         "has a member that is not here",
                         {}});
      if (text.empty()) continue;
      const bool is_within = text.front() == '#';
      panels.emplace(std::pair(is_within ? &each.whole() : nullptr, text), &each);
      const auto parts = parts_of_reference(text);
      if (!parts.type.empty())
        panels.emplace(std::pair(nullptr, parts.type + '/' + parts.id), &each);
    }
  }
  return panels;
}

/// The panel of an Observation; null where it has none.
inline const FhirResource* panel_of(const FhirResource& member,
                                    const FhirPanels& panels) {
  for (const auto& key : {member.full_url, member.key(), member.id}) {
    const Json* within = key.starts_with('#') ? &member.whole() : nullptr;
    const auto panel = key.empty() ? panels.end() : panels.find({within, key});
    if (panel != panels.end()) return panel->second;
  }
  return nullptr;
}

/// A value or a component of an Observation as a question.
inline void ask(const Json& holder, const std::string& source, FhirRecord& record) {
  const Json* code = member(holder, "code");
  FhirAsked asked;
  asked.unanswered = !has_value(holder) && !missing_reason(holder);
  asked.source = source;
  asked.where = record.where;
  asked.amended = record.amended;
  if (code != nullptr) asked.codings = codings_of(*code);
  for (const auto& coding : asked.codings) {
    if (asked.name.empty())
      asked.name = coding.code.empty() ? coding.display : coding.code;
  }
  if (asked.name.empty() && code != nullptr) asked.name = text_of(*code, "text");
  if (asked.name.empty())
    leave_out(record, "has a value without a code", FhirNoteKind::refused);
  if (!asked.unanswered) asked.answers.push_back(&holder);
  record.asked.push_back(std::move(asked));
}

/// Takes over what a panel says of its members.
inline void take_panel(const FhirResource& panel, const FhirResources& resources,
                       FhirMoment& moment, FhirDates dates, FhirRecord& record) {
  if (const Json* code = member(*panel.json, "code")) {
    add_codings(*code, record.panels);
  }
  if (const auto of_panel = moment_of(panel, dates); of_panel.time) moment = of_panel;
  const auto whose = resources.subject(panel, "subject").person;
  if (!whose.empty() && !record.person.empty() && whose != record.person)
    leave_out(record, "is about another person than its panel", FhirNoteKind::refused);
}

/// The value and the components of an Observation. Its time is that of the panel that
/// has it as a member, where there is one.
inline FhirRecord record_of_observation(const FhirResource& resource,
                                        const FhirResources& resources,
                                        const FhirOptions& options,
                                        const FhirPanels& panels) {
  const Json& json = *resource.json;
  FhirRecord record;
  record.where = resource.where();
  require_known(json, record);
  take_subject(resource, resources, options, record);
  if (member(json, "focus") != nullptr) {
    leave_out(record, "is about something else than the person (focus)");
    record.alarms = false;
  }
  take_status(json, observation_statuses, record);
  auto moment = moment_of(resource, options.dates);
  if (const FhirResource* panel = panel_of(resource, panels))
    take_panel(*panel, resources, moment, options.dates, record);
  take_time(moment, record);
  if (const Json* code = member(json, "code")) {
    add_codings(*code, record.panels);
  }
  const Json* components = member(json, "component");
  const bool is_whole =
      !list_of(json, "component").empty() || !list_of(json, "hasMember").empty();
  if (!is_whole || has_value(json) || missing_reason(json))
    ask(json, resource.name(), record);
  if (components != nullptr && !components->is_array())
    leave_out(record, "has components that are no list", FhirNoteKind::refused);
  for (const Json& component : list_of(json, "component")) {
    require_known(component, record);
    ask(component, resource.name(), record);
  }
  return record;
}

}  // namespace relapse::io::detail
