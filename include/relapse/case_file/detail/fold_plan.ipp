#pragma once

#include <relapse/care/contact_rules.hpp>
#include <relapse/case_file/detail/event_fields.hpp>
#include <relapse/case_file/detail/fold_use.ipp>
#include <relapse/core/detail/sha256.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/plan_json.hpp>
#include <relapse/plan/changes.hpp>
#include <relapse/plan/detail/fields.hpp>
#include <relapse/plan/merge.hpp>
#include <relapse/plan/versions.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <tuple>
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
  try {
    return io::parse_plan(document.dump());
  } catch (const ParseError& error) {
    refuse_within("/set", error);
  }
}

/// A hash of all that a plan says; who made it when is not in it.
inline std::string hash_of(const Plan& plan) {
  Plan content = without_history(plan);
  content.person.clear();
  content.version = 1;
  content.created.reset();
  content.device.clear();
  content.edits.clear();
  constexpr std::size_t digits = 16;
  return sha256(io::to_json(content)).substr(0, digits);
}

/// Whether a version has all edits of another.
inline bool knows(const Plan& version, const Plan& other) {
  const auto made = edits_of(version);
  const auto edits = edits_of(other);
  return std::all_of(edits.begin(), edits.end(), [&](const auto& each) {
    const auto found = made.find(each.first);
    return found != made.end() && found->second >= each.second;
  });
}

/// The entry of a list that has a key; null without one.
template <class Entry>
const Entry* entry_of(const std::vector<Entry>& list, const std::string& key) {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const Entry& each) { return key_of(each) == key; });
  return found == list.end() ? nullptr : &*found;
}

/// Whether a version may give a contact anything that the one before did not.
inline bool gives_more(const Plan& before, const Plan& after) {
  return std::any_of(
      after.contacts.begin(), after.contacts.end(), [&](const Contact& now) {
        const auto* was = entry_of(before.contacts, key_of(now));
        return was == nullptr || was->consent != now.consent || was->sees != now.sees;
      });
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

RELAPSE_INLINE const std::string& PlanKept::hash() const {
  if (content_hash.empty()) content_hash = detail::hash_of(now() ? *now() : Plan{});
  return content_hash;
}

RELAPSE_INLINE void Fold::keep_conflict(PlanConflict conflict) {
  // One that was told again is no other one.
  const auto is_same = [&](const PlanConflict& each) {
    return std::tie(each.part, each.entry, each.field) ==
           std::tie(conflict.part, conflict.entry, conflict.field);
  };
  if (std::none_of(past_.conflicts.begin(), past_.conflicts.end(), is_same))
    past_.conflicts.push_back(std::move(conflict));
}

RELAPSE_INLINE void Fold::merge_in(const Plan& current, const Plan& next) {
  auto merged = merge(current, next);
  plan_ = {std::make_shared<const Plan>(std::move(merged.plan))};
  for (auto& conflict : merged.conflicts) keep_conflict(std::move(conflict));
}

RELAPSE_INLINE void Fold::hold_back(const Plan& whole, Plan& next) {
  for (auto& contact : next.contacts) {
    const auto take_out = [&](const auto& field) {
      auto& given = contact.*field.member;
      const auto has = [&](const Plan& plan, const std::string& word) {
        const auto* there = detail::entry_of(plan.contacts, key_of(contact));
        return there != nullptr && contains(there->*field.member, word);
      };
      const auto is_withdrawn = [&](const std::string& word) {
        return !has(whole, word) &&
               std::any_of(whole.history.begin(), whole.history.end(),
                           [&](const Plan& version) { return has(version, word); });
      };
      const auto told = given;
      given.erase(std::remove_if(given.begin(), given.end(), is_withdrawn), given.end());
      if (told == given) return;
      keep_conflict({"contacts", contact.name, std::string(field.name), {}, given, told});
    };
    take_out(Field{"consent", &Contact::consent});
    take_out(Field{"sees", &Contact::sees});
  }
}

RELAPSE_INLINE void Fold::take(PlanTold told, const Event& event, const Slot&) {
  const Plan before = plan() ? without_history(*plan()) : Plan{};
  if (told.whole) {
    take_whole(std::move(*told.whole));
  } else if (plan() && !told.base.empty() && told.base != plan_hash()) {
    take_apart(told, event);
  } else {
    take_parts(told, event);
  }
  tell_again(before, event.at);
}

RELAPSE_INLINE void Fold::take_whole(Plan next) {
  require_person(next.person);
  detail::require_few_rules(next);
  if (next.person.empty()) detail::name(next, person_);
  const std::string named = next.person;
  if (auto current = whole_plan()) {
    if (current->person.empty()) detail::name(*current, next.person);
    const auto known = [&](const Plan& version) { return detail::knows(next, version); };
    const bool knows_one = known(*current) || std::any_of(current->history.begin(),
                                                          current->history.end(), known);
    if (!knows_one) hold_back(*current, next);
    merge_in(*current, next);
  } else {
    plan_ = {std::make_shared<const Plan>(std::move(next))};
  }
  if (person_.empty()) person_ = named;
}

RELAPSE_INLINE void Fold::take_parts(const PlanTold& told, const Event& event) {
  Plan current = plan() ? without_history(*plan()) : Plan{};
  if (!plan()) current.person = person_;
  Plan next = detail::with_parts(current, told.parts);
  detail::require_few_rules(next);
  if (!plan()) {
    next.created = event.at;
    plan_ = {std::make_shared<const Plan>(std::move(next))};
    return;
  }
  if (told.base.empty() && detail::gives_more(current, next))
    hold_back(plan_.whole(), next);
  if (diff(current, next).empty()) return;
  // As `revise`, but for the history and who made how many edits.
  next.version = count_edits(edits_of(current)) + 1;
  next.edits.clear();
  next.device = "event " + event.id;
  next.created = current.created ? std::max(*current.created, event.at) : event.at;
  plan_.edited.push_back(std::make_shared<const Plan>(std::move(next)));
  plan_.content_hash.clear();
}

RELAPSE_INLINE void Fold::take_apart(const PlanTold& told, const Event& event) {
  const Plan whole = plan_.whole();
  const Plan nothing;
  const Plan* base = told.base == detail::hash_of(nothing) ? &nothing : nullptr;
  for (auto each = whole.history.rbegin();
       base == nullptr && each != whole.history.rend(); ++each) {
    if (detail::hash_of(*each) == told.base) base = &*each;
  }
  // Of a plan that nobody knows here the other parts are taken to be the present ones.
  Plan next = detail::with_parts(base ? *base : without_history(whole), told.parts);
  detail::require_few_rules(next);
  next.person = whole.person;
  const bool follows = base != nullptr && base != &nothing;
  next.edits = follows ? edits_of(*base) : EditCounts{};
  next.device = "event " + event.id;
  ++next.edits[next.device];
  next.version = count_edits(next.edits);
  next.created = whole.created ? std::max(*whole.created, event.at) : event.at;
  next.history = whole.history;
  if (!follows) hold_back(whole, next);
  merge_in(whole, next);
}

}  // namespace relapse::case_file
