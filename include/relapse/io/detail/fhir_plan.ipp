#pragma once

#include <relapse/core/detail/texts.hpp>
#include <relapse/io/detail/fhir_text.hpp>
#include <relapse/io/fhir_plan.hpp>
#include <relapse/io/wordings.hpp>
#include <relapse/plan/detail/fields.hpp>
#include <relapse/plan/share.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace relapse::io {
namespace detail {

/// `monday, tuesday, 08:00`; empty where neither is said.
inline std::string when_words(const std::vector<std::string>& days,
                              const std::string& at) {
  auto parts = days;
  if (!at.empty()) parts.push_back(at);
  return plain_text(joined(parts, ", "));
}

/// One activity of a CarePlan.
struct FhirActivity {
  std::string description;
  std::string status = "not-started";
  std::string when = {};  ///< in words
  std::optional<Time> at = {};
  std::string kind = {};  ///< a resource type that FHIR allows; empty: none
  std::string code = {};  ///< of an action of the catalogue
};

inline std::string activity_json(const FhirActivity& activity) {
  JsonObject detail;
  detail.add("status", activity.status);
  detail.add_unless_empty("kind", activity.kind);
  detail.add_unless_empty("description", plain_text(activity.description));
  if (!activity.code.empty())
    detail.add_json("code", own_concept("action", activity.code, activity.description));
  if (activity.at) {
    detail.add("scheduledPeriod", JsonObject().add("start", fhir_time(*activity.at)));
  } else {
    detail.add_unless_empty("scheduledString", plain_text(activity.when));
  }
  return JsonObject().add("detail", detail).json();
}

inline std::string with_place(std::string words, const std::string& place) {
  if (!plain_text(place).empty()) words += " (" + plain_text(place) + ')';
  return words;
}

class FhirPlan {
 public:
  FhirPlan(const Plan& plan, std::string_view contact, const Model& model,
           const FhirContext& context)
      : plan_(plan),
        contact_(contact),
        model_(model),
        context_(context),
        say_(find_wording(context.locale)) {}

  std::vector<std::string> resources() {
    std::vector<std::string> goals;
    std::vector<std::string> references;
    for (std::size_t k = 0; k < plan_.goals.size(); ++k) {
      const std::string id =
          fhir_id({"Goal", context_.person, key_of(plan_.goals[k]), std::to_string(k)});
      goals.push_back(goal_json(plan_.goals[k], id));
      references.push_back(reference_json("Goal/" + id));
    }
    std::vector<std::string> all{care_plan(references)};
    for (auto& goal : goals) all.push_back(std::move(goal));
    return all;
  }

 private:
  std::string care_plan(const std::vector<std::string>& goals) {
    const auto activities = activities_json();
    const auto notes = notes_json();
    JsonObject period;
    if (plan_.created) period.add("start", fhir_time(*plan_.created));
    if (plan_.review) period.add("end", fhir_time(*plan_.review));
    const std::string version = std::to_string(plan_.version);
    JsonObject object;
    object.add("resourceType", "CarePlan");
    object.add("id", fhir_id({"CarePlan", context_.person, contact_}));
    object.add("status", "active");
    object.add("intent", "plan");
    object.add("title", "Plan to prevent a return to use, version " + version);
    object.add_json("subject", subject_json(context_.person));
    if (!period.empty()) object.add("period", period);
    if (plan_.created) object.add("created", fhir_time(*plan_.created));
    if (!goals.empty()) object.add_json("goal", json_array(goals));
    if (!activities.empty()) object.add_json("activity", json_array(activities));
    if (!notes.empty()) object.add_json("note", json_array(notes));
    object.add_json("text", narrative({"The person's own plan, version " + version +
                                       ", as far as it is shared."}));
    return object.json();
  }

  std::string goal_json(const Goal& goal, const std::string& id) const {
    const auto is_done = [&](const std::string& step) {
      return contains(goal.done, step);
    };
    const bool reached =
        !goal.steps.empty() && std::all_of(goal.steps.begin(), goal.steps.end(), is_done);
    JsonObject object;
    object.add("resourceType", "Goal");
    object.add("id", id);
    object.add("lifecycleStatus", reached ? "completed" : "active");
    object.add_json("description", words_json(goal.words));
    object.add_json("subject", subject_json(context_.person));
    if (!plain_text(goal.area).empty())
      object.add_json("category", json_array({words_json(goal.area)}));
    if (!goal.by.empty())
      object.add_json("target",
                      json_array({JsonObject().add("dueDate", goal.by).json()}));
    std::vector<std::string> notes;
    for (const auto& step : goal.steps)
      notes.push_back(words_json((is_done(step) ? "Done: " : "Step: ") + step));
    if (!notes.empty()) object.add_json("note", json_array(notes));
    object.add_json("text", narrative({goal.words}));
    return object.json();
  }

  std::vector<std::string> notes_json() const {
    std::vector<std::string> notes;
    for (const auto& reason : plan_.reasons)
      notes.push_back(words_json("A reason for recovery: " + reason));
    for (const auto& trigger : plan_.triggers)
      notes.push_back(
          words_json("A high-risk situation: " +
                     with_place(trigger.words.empty() ? trigger.situation : trigger.words,
                                trigger.place)));
    for (const auto& sign : plan_.signs)
      notes.push_back(words_json("A warning sign: " + sign.words));
    if (!plan_.substances.empty())
      notes.push_back(words_json("Of: " + joined(plan_.substances, ", ")));
    return notes;
  }

  std::vector<std::string> activities_json() const {
    std::vector<std::string> all;
    const auto add = [&](FhirActivity activity) {
      if (!plain_text(activity.description).empty())
        all.push_back(activity_json(activity));
    };
    for (const auto& each : plan_.strategies) {
      if (each.available) add({.description = strategy_words(each), .code = each.action});
    }
    for (const auto& each : plan_.medication)
      add({.description =
               "Medication: " + each.name + (each.dose.empty() ? "" : ", " + each.dose),
           .status = "in-progress",
           .when = joined(each.times, ", "),
           .kind = "MedicationRequest"});
    for (const auto& each : plan_.meetings)
      add({.description = with_place(each.words, each.place),
           .status = "in-progress",
           .when = when_words(each.days, each.at)});
    for (const auto& each : plan_.routine)
      add({.description = each.words,
           .status = "in-progress",
           .when = when_words(each.days, each.at)});
    for (const auto& each : plan_.appointments)
      add({.description = with_place(each.words, each.place),
           .status = status_of(each.state),
           .at = each.at,
           .kind = "Appointment"});
    for (const auto& each : plan_.homework)
      add({.description = each.words,
           .status = each.done ? "completed" : "not-started",
           .when = "by " + each.by,
           .kind = "Task"});
    for (const auto& each : plan_.crisis_steps)
      add({.description = "In a crisis: " + each});
    return all;
  }

  static std::string status_of(AppointmentState state) {
    if (state == AppointmentState::kept) return "completed";
    return state == AppointmentState::missed ? "stopped" : "scheduled";
  }

  std::string strategy_words(const Strategy& strategy) const {
    if (!strategy.words.empty()) return strategy.words;
    for (const auto& action : model_.document().actions) {
      if (action.id == strategy.action && !action.label.empty())
        return std::string(say_.known(action.label));
    }
    return strategy.action;
  }

  const Plan& plan_;
  std::string_view contact_;  // whose copy it is
  const Model& model_;
  const FhirContext& context_;
  const Wording& say_;
};

}  // namespace detail

RELAPSE_INLINE std::vector<std::string> fhir_care_plan(const Plan& plan,
                                                       std::string_view contact,
                                                       const Model& model,
                                                       const FhirContext& context) {
  const Plan shared = shareable(plan, contact);
  FhirContext of = context;
  if (of.person.empty()) of.person = plan.person;
  return detail::FhirPlan(shared, contact, model, of).resources();
}

}  // namespace relapse::io
