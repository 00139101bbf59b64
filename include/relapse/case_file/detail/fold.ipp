#pragma once

#include <relapse/case_file/detail/event_there.ipp>
#include <relapse/case_file/detail/fold.hpp>
#include <relapse/case_file/detail/former_items.hpp>
#include <relapse/case_file/detail/responses.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/core/error.hpp>
#include <relapse/domain/situation.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/flagged_items.hpp>
#include <relapse/io/plan_json.hpp>
#include <relapse/model/detail/answers.hpp>
#include <relapse/model/instrument_answers.hpp>
#include <relapse/plan/changes.hpp>
#include <relapse/plan/detail/fields.hpp>
#include <relapse/plan/versions.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace relapse::case_file {
namespace detail {

[[noreturn]] inline void refuse_event(const char* what, const std::string& problem) {
  throw InvalidInput(what, problem);
}

}  // namespace detail

RELAPSE_INLINE Past::Sizes Past::sizes() const {
  return std::apply([](auto&... list) { return Sizes{list.size()...}; },
                    const_cast<Past*>(this)->lists());
}

RELAPSE_INLINE void Past::cut(const Sizes& sizes) {
  std::size_t k = 0;
  std::apply(
      [&](auto&... list) {
        (list.erase(list.begin() + static_cast<std::ptrdiff_t>(sizes[k++]), list.end()),
         ...);
      },
      lists());
}

RELAPSE_INLINE Fold::Fold(Model model, const CaseFileStart& start,
                          const std::vector<Item>& former)
    : model_(model),
      former_(std::make_shared<const std::vector<Item>>(former)),
      monitor_(std::move(model), {.explain_later = true, .start = start.before}),
      person_(start.person) {}

RELAPSE_INLINE std::shared_ptr<const Assessment> Fold::explained() const {
  if (shown_ == nullptr) return nullptr;
  if (explained_of_ == shown_) return explained_;
  auto drivers = monitor_.explain();
  if (drivers.empty()) return shown_;
  auto explained = std::make_shared<Assessment>(*shown_);
  explained->drivers = std::move(drivers);
  explained_ = std::move(explained);
  explained_of_ = shown_;
  return explained_;
}

RELAPSE_INLINE Checkpoint Fold::checkpoint() const {
  return {monitor_.snapshot(), plan_,         explained(), person_, moment_,
          at_moment_,          past_.sizes(), earlier_};
}

RELAPSE_INLINE void Fold::take_over(const Checkpoint& to, Past past) {
  past_ = std::move(past);
  go_back(to);
}

RELAPSE_INLINE void Fold::go_back(const Checkpoint& to) {
  monitor_ = Monitor(model_, to.snapshot, {.explain_later = true});
  plan_ = to.plan;
  shown_ = to.shown;
  person_ = to.person;
  moment_ = to.moment;
  at_moment_ = to.at_moment;
  earlier_ = to.earlier;
  past_.cut(to.sizes);
}

RELAPSE_INLINE void Fold::apply(Time place, const std::string& id, int rank,
                                const Slot& slot) {
  if (slot.earlier_use) return keep_earlier_use(slot);
  const auto levels = past_.levels.size();
  const auto before = flags().flags;
  std::string problem = slot.problem;
  if (problem.empty()) {
    try {
      const Event event = parse_event(*slot.text);
      std::visit([&](const auto& told) { take(told, event, slot); }, event.content);
    } catch (const CheckInError& error) {
      const auto& item = error.place().item;
      problem = io::problem_of(error);
      if (!item.empty()) problem = "'" + item + "': " + problem;
    } catch (const InvalidInput& error) {
      problem = error.what();
    }
  }
  if (!problem.empty()) {
    raise(std::max(place, slot.heard), *slot.text);
    past_.problems.push_back({id, problem, rank});
  }
  const auto tells = [&](const EarlierUse& use) { return *use.told == *slot.text; };
  earlier_.erase(std::remove_if(earlier_.begin(), earlier_.end(), tells), earlier_.end());
  keep_flags(place, before, past_.levels.size() != levels);
}

RELAPSE_INLINE void Fold::keep_flags(Time place, const std::vector<std::string>& before,
                                     bool new_level) {
  const auto after = flags().flags;
  const auto keep = [&](const std::string& flag, const auto& others, bool up) {
    // How former flags move is kept where they do.
    if (!contains(others, flag) && model_.find_flag(flag) >= 0)
      past_.flags.push_back({flag, place, up});
  };
  for (const auto& flag : before) keep(flag, after, false);
  for (const auto& flag : after) keep(flag, before, true);
  // The level follows the flags, whether or not there was a check-in.
  const auto last = monitor_.last();
  if (before == after || new_level || (!last && after.empty())) return;
  const bool known = last || !monitor_.flags().flags.empty();
  keep_level(place, known ? monitor_.at(last ? std::max(place, *last) : place).level
                          : RiskLevel::critical);
}

RELAPSE_INLINE void Fold::raise_ahead(Time now, const std::string& text,
                                      const std::vector<std::string>& up) {
  const auto before = flags().flags;
  const Monitor kept = monitor_;
  const auto sizes = past_.sizes();
  raise(now, text);
  const auto after = flags().flags;
  const bool is_up = std::any_of(after.begin(), after.end(), [&](const auto& flag) {
    return !contains(before, flag) && contains(up, flag);
  });
  if (is_up) return keep_flags(now, before, false);
  monitor_ = kept;
  past_.cut(sizes);
}

/// What is told afterwards of a moment counts from what is known by then.
RELAPSE_INLINE void Fold::keep_level(Time at, RiskLevel level) {
  if (!former_flags().empty()) level = RiskLevel::critical;
  auto& levels = past_.levels;
  levels.push_back({levels.empty() ? at : std::max(at, levels.back().at), level});
}

RELAPSE_INLINE void Fold::raise(Time place, const std::string& text) {
  auto found = parse_answers_there(text);
  auto& check_in = found.check_in;
  check_in.time = std::max(place, found.told.value_or(place));
  io::add_flagged_items(model_, check_in);
  take_former(check_in, check_in.time);
  monitor_.raise_flags(check_in);
}

RELAPSE_INLINE std::string Fold::take_former(CheckIn& check_in, Time place) {
  auto said = detail::take_former_answers(check_in, *former_, model_);
  if (!said.flags.empty()) {
    CheckIn flags;
    flags.time = place;
    flags.answers = std::move(said.flags);
    monitor_.raise_flags(flags);
  }
  auto& dealt_with = check_in.acknowledge;
  const auto is_former = [&](const std::string& flag) {
    return model_.find_flag(flag) < 0 && detail::is_former_flag(*former_, flag);
  };
  for (const auto& flag : dealt_with) {
    if (is_former(flag)) acknowledge_former(flag, check_in.time);
  }
  dealt_with.erase(std::remove_if(dealt_with.begin(), dealt_with.end(), is_former),
                   dealt_with.end());
  for (const auto& flag : said.unknown) raise_former(flag, place);
  return said.problem;
}

RELAPSE_INLINE std::vector<std::string> Fold::former_flags() const {
  std::vector<std::string> up;
  if (former_->empty()) return up;
  for (const auto& move : past_.flags) {
    if (model_.find_flag(move.flag) >= 0) continue;
    const auto there = std::find(up.begin(), up.end(), move.flag);
    if (move.up && there == up.end()) up.push_back(move.flag);
    if (!move.up && there != up.end()) up.erase(there);
  }
  return up;
}

RELAPSE_INLINE RaisedFlags Fold::flags() const {
  auto flags = monitor_.flags();
  for (auto& flag : former_flags()) flags.flags.push_back(std::move(flag));
  return flags;
}

RELAPSE_INLINE const FlagMove* Fold::last_move(const std::string& flag) const {
  const auto last = std::find_if(past_.flags.rbegin(), past_.flags.rend(),
                                 [&](const FlagMove& move) { return move.flag == flag; });
  return last == past_.flags.rend() ? nullptr : &*last;
}

RELAPSE_INLINE void Fold::raise_former(const std::string& flag, Time at) {
  const auto* last = last_move(flag);
  if (last != nullptr && last->up && last->at >= at) return;
  past_.flags.push_back({flag, at, true});
}

RELAPSE_INLINE bool Fold::acknowledge_former(const std::string& flag, Time at) {
  const auto* last = last_move(flag);
  if (last == nullptr || !last->up) return true;
  if (!(at > last->at)) return false;
  past_.flags.push_back({flag, at, false});
  return true;
}

RELAPSE_INLINE void Fold::require_person(const std::string& named) const {
  if (named.empty() || person_.empty() || named == person_) return;
  detail::refuse_event("person", "is another one than that of the case file");
}

RELAPSE_INLINE void Fold::complete(CheckInTold& told) const {
  if (told.instruments.empty()) return;
  const auto responses = detail::responses_of(told.instruments);
  for (const auto& response : responses) require_match(response.instrument, model_);
  add_answers(responses, model_, told.check_in);
}

RELAPSE_INLINE void Fold::take(ScheduleTold told, const Event&, const Slot&) {
  past_.schedules.push_back(told);
  monitor_.expect_every(Days{told.every_days});
}

RELAPSE_INLINE void Fold::take(FollowUpTold told, const Event& event, const Slot&) {
  const FollowUp follow_up{told.action, event.at, told.helped};
  monitor_.follow_up(plan() ? *plan() : Plan{}, follow_up);
  past_.follow_ups.push_back(follow_up);
}

RELAPSE_INLINE void Fold::take(Acknowledged told, const Event& event, const Slot&) {
  const bool former =
      model_.find_flag(told.flag) < 0 && detail::is_former_flag(*former_, told.flag);
  if (former ? acknowledge_former(told.flag, event.at)
             : monitor_.acknowledge(told.flag, event.at))
    return;
  detail::refuse_event("acknowledge", "is not after the flag rose last: it stays up");
}

/// A name that no version of the plan has would begin no cool-down.
template <class IsThere>
void Fold::require_known(const char* what, IsThere is_there) const {
  bool known = false;
  if (plan() != nullptr) {
    known = is_there(*plan_.told);
    for (const auto& each : plan_.edited) known |= is_there(*each);
    for (const auto& each : plan_.told->history) known |= is_there(each);
  }
  if (!known) detail::refuse_event(what, "is none that the plan has, or had");
}

RELAPSE_INLINE void Fold::take(MessageSent told, const Event& event, const Slot&) {
  if (told.message == SentKind::suggestion) {
    monitor_.suggested(plan() ? *plan() : Plan{}, told.action, event.at);
    return;
  }
  require_known("/contact", [&](const Plan& version) {
    return std::any_of(version.contacts.begin(), version.contacts.end(),
                       [&](const auto& each) { return each.name == told.contact; });
  });
  require_known("/rule", [&](const Plan& version) {
    return std::any_of(version.contact_rules.begin(), version.contact_rules.end(),
                       [&](const auto& each) { return key_of(each) == told.rule; });
  });
  const auto kind =
      told.message == SentKind::contact ? MessageKind::contact : MessageKind::self_nudge;
  past_.sent.push_back({kind, told.contact, told.rule, event.at});
}

RELAPSE_INLINE void Fold::take(LearningRecord told, const Event&, const Slot&) {
  for (const auto& code : told.situations) {
    if (find_situation(code) == nullptr)
      detail::refuse_event("/situations", "hold one that is no code of the taxonomy");
  }
  past_.learning.push_back(std::move(told));
}

RELAPSE_INLINE void Fold::take(const Correction&, const Event&, const Slot&) {
  // What it changes stands in the place of what it corrects.
}

RELAPSE_INLINE Fold Fold::with(const Telling& telling, std::string person) const {
  Fold alone(model_, {std::move(person), {}}, *former_);
  alone.apply(telling.at, telling.id, 0,
              {std::make_shared<const std::string>(telling.text)});
  return alone;
}

RELAPSE_INLINE std::vector<std::string> Fold::raised_by(const Telling& telling) const {
  const bool replaces = telling.correction && !telling.correction->event.empty();
  const auto alone = with(replaces ? read_replacement(*telling.correction) : telling);
  return alone.flags().flags;
}

RELAPSE_INLINE std::string Fold::problem_of(const Correction& told) const {
  if (told.event.empty()) return {};
  const auto instead = read_replacement(told);
  const Event event = parse_event(instead.text);
  // What an action or a plan says depends on what came before.
  if (!std::holds_alternative<CheckInTold>(event.content) &&
      !std::holds_alternative<Acknowledged>(event.content) &&
      !std::holds_alternative<LearningRecord>(event.content))
    return {};
  const Fold alone = with(instead);
  const auto& problems = alone.past_.problems;
  return problems.empty() ? std::string() : "event: " + problems.front().problem;
}

}  // namespace relapse::case_file
