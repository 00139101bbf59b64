#pragma once

#include <relapse/care/contact_rules.hpp>
#include <relapse/case_file/detail/fold_use.ipp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/plan_json.hpp>
#include <relapse/plan/changes.hpp>
#include <relapse/plan/versions.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

/// What an event that tells of a plan makes of the one that is there.
namespace relapse::case_file {
namespace detail {

inline void require_few_rules(const Plan& plan) {
  if (plan.contact_rules.size() <= care::most_contact_rules) return;
  refuse_event("/plan/contact_rules",
               "are more than " + std::to_string(care::most_contact_rules));
}

/// Says whose plan it is, all versions.
inline void name(Plan& plan, const std::string& person) {
  plan.person = person;
  for (auto& earlier : plan.history) earlier.person = person;
}

/// The plan with parts set anew.
inline Plan with_parts(const Plan& plan, const std::string& parts) {
  auto document = io::read_json(io::to_json(plan));
  document.update(io::read_json(parts));
  return io::parse_plan(document.dump());
}

}  // namespace detail

RELAPSE_INLINE Plan PlanKept::whole() const {
  Plan plan = *told;
  for (const auto& each : edited) {
    Plan next = *each;
    next.edits = edits_of(plan);
    ++next.edits[next.device];
    auto history = std::exchange(plan.history, {});
    history.push_back(std::move(plan));
    next.history = std::move(history);
    plan = std::move(next);
  }
  return plan;
}

RELAPSE_INLINE std::optional<Plan> Fold::whole_plan() const {
  return plan_.told ? std::optional(plan_.whole()) : std::nullopt;
}

RELAPSE_INLINE void Fold::take(PlanTold told, const Event& event, const Slot&) {
  if (told.whole) {
    require_person(told.whole->person);
    detail::require_few_rules(*told.whole);
    Plan& next = *told.whole;
    if (next.person.empty()) detail::name(next, person_);
    MergedPlan merged{next, {}};
    if (auto current = whole_plan()) {
      if (current->person.empty()) detail::name(*current, next.person);
      merged = merge(*current, next);
    }
    if (person_.empty()) person_ = merged.plan.person;
    plan_ = {std::make_shared<const Plan>(std::move(merged.plan))};
    for (auto& conflict : merged.conflicts)
      past_.conflicts.push_back(std::move(conflict));
    return;
  }
  Plan current = plan() ? without_history(*plan()) : Plan{};
  if (!plan()) current.person = person_;
  Plan next = detail::with_parts(current, told.parts);
  detail::require_few_rules(next);
  if (!plan()) {
    next.created = event.at;
    plan_ = {std::make_shared<const Plan>(std::move(next))};
    return;
  }
  if (diff(current, next).empty()) return;
  // As `revise`, but for the history and who made how many edits.
  next.version = count_edits(edits_of(current)) + 1;
  next.edits.clear();
  next.device = "event " + event.id;
  next.created = current.created ? std::max(*current.created, event.at) : event.at;
  plan_.edited.push_back(std::make_shared<const Plan>(std::move(next)));
}

}  // namespace relapse::case_file
