#pragma once

#include <relapse/case_file/detail/fold.hpp>
#include <relapse/case_file/detail/former_items.hpp>
#include <relapse/case_file/detail/responses.hpp>
#include <relapse/core/error.hpp>
#include <relapse/domain/situation.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/plan_json.hpp>
#include <relapse/model/detail/answers.hpp>
#include <relapse/model/instrument_answers.hpp>
#include <relapse/plan/changes.hpp>
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

/// What an event says beside who told it and when.
inline std::string said(const std::string& text) {
  auto event = io::read_json(text);
  for (const char* key : {"id", "told", "by"}) event.erase(key);
  return event.dump();
}

/// Use at a moment, of which nothing else is known.
inline CheckIn use_at(Time at, std::string substance = {}) {
  CheckIn check_in;
  check_in.time = at;
  check_in.used_days_ago = Days{0.0};
  check_in.substance = std::move(substance);
  return check_in;
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
  auto drivers = monitor_.explain();
  if (shown_ == nullptr || drivers.empty()) return shown_;
  auto explained = std::make_shared<Assessment>(*shown_);
  explained->drivers = std::move(drivers);
  return explained;
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
  const auto before = monitor_.flags().flags;
  std::string problem = slot.problem;
  if (problem.empty()) {
    try {
      const Event event = parse_event(*slot.text);
      std::visit([&](const auto& told) { take(told, event, slot); }, event.content);
    } catch (const CheckInError& error) {
      const auto& item = error.place().item;
      problem = item.empty() ? error.problem() : "'" + item + "': " + error.problem();
    } catch (const InvalidInput& error) {
      problem = error.what();
    }
  }
  if (!problem.empty()) {
    raise(place, *slot.text);
    past_.problems.push_back({id, problem, rank});
  }
  const auto after = monitor_.flags().flags;
  const auto holds = [](const auto& flags, const auto& flag) {
    return std::find(flags.begin(), flags.end(), flag) != flags.end();
  };
  for (const auto& flag : before) {
    if (!holds(after, flag)) past_.flags.push_back({flag, place, false});
  }
  for (const auto& flag : after) {
    if (!holds(before, flag)) past_.flags.push_back({flag, place, true});
  }
  // The level follows the flags, whether or not there was a check-in.
  const auto last = monitor_.last();
  if (before == after || past_.levels.size() != levels || (!last && after.empty()))
    return;
  keep_level(place, monitor_.at(last ? std::max(place, *last) : place).level);
}

/// What is told afterwards of a moment counts from what is known by then.
RELAPSE_INLINE void Fold::keep_level(Time at, RiskLevel level) {
  auto& levels = past_.levels;
  levels.push_back({levels.empty() ? at : std::max(at, levels.back().at), level});
}

RELAPSE_INLINE void Fold::raise(Time place, const std::string& text) {
  auto found = parse_answers_there(text);
  auto& check_in = found.check_in;
  check_in.time = std::max(place, found.told.value_or(place));
  try {
    add_alarms(detail::responses_of(found.instruments, false), model_, check_in);
  } catch (const InvalidInput&) {
    // What its own answers raise still counts.
  }
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
  return said.problem;
}

RELAPSE_INLINE void Fold::require_person(const std::string& named) const {
  if (named.empty() || person_.empty() || named == person_) return;
  detail::refuse_event("person", "is another one than that of the case file");
}

RELAPSE_INLINE void Fold::complete(CheckInTold& told) const {
  if (told.instruments.empty()) return;
  const auto responses = detail::responses_of(told.instruments, true);
  for (const auto& response : responses) require_match(response.instrument, model_);
  add_answers(responses, model_, told.check_in);
}

RELAPSE_INLINE void Fold::keep_earlier_use(const Slot& slot) {
  try {
    auto told = std::get<CheckInTold>(parse_event(*slot.text).content);
    require_person(told.check_in.person);
    complete(told);
    const auto said = detail::take_former_answers(told.check_in, *former_, model_);
    if (!said.problem.empty()) return;
    Answers(model_).read(told.check_in, model_);
    const bool is_there =
        std::any_of(earlier_.begin(), earlier_.end(),
                    [&](const EarlierUse& use) { return *use.told == *slot.text; });
    if (!is_there) earlier_.push_back({*slot.earlier_use, slot.text});
  } catch (const InvalidInput&) {
    // It is refused where it stands, and changes nothing.
  }
}

RELAPSE_INLINE bool Fold::knows_use(Time at) const {
  return std::any_of(past_.uses.begin(), past_.uses.end(), [&](const UseReport& use) {
    return use.used && std::abs((use.at - at).count) <= same_use.count;
  });
}

RELAPSE_INLINE void Fold::update(CheckIn check_in, const Slot& slot) {
  for (const auto& use : std::exchange(earlier_, {})) {
    if (!(use.at < check_in.time)) {
      earlier_.push_back(use);
      continue;
    }
    const bool is_late = monitor_.last() && use.at < *monitor_.last();
    if (*use.told == *slot.text || is_late || knows_use(use.at)) continue;
    take_in(detail::use_at(use.at), {use.told});
  }
  take_in(std::move(check_in), slot);
}

RELAPSE_INLINE void Fold::take_in(CheckIn check_in, const Slot& slot) {
  const Time said_at = check_in.time;
  const bool same_moment = !at_moment_.empty() && moment_ == said_at;
  auto own = slot.text;
  if (same_moment) {
    // What the first one says is looked at once there is a second one.
    for (auto* one : {&at_moment_.front(), &own})
      *one = std::make_shared<const std::string>(detail::said(**one));
    const bool again = std::any_of(at_moment_.begin(), at_moment_.end(),
                                   [&](const auto& one) { return *one == *own; });
    if (again)
      detail::refuse_event("event", "says again what another one said of that moment");
  }
  // The model knows one check-in at a moment: another one counts a microsecond later.
  constexpr Days microsecond{1.0 / 86'400'000'000.0};
  if (const auto last = monitor_.last(); last && said_at <= *last) {
    check_in.time = *last + microsecond;
  }
  check_in.person = person_;
  shown_ = std::make_shared<const Assessment>(monitor_.update(check_in));
  if (taken_ != nullptr) taken_->push_back(check_in);
  if (!same_moment) at_moment_.clear();
  moment_ = said_at;
  at_moment_.push_back(std::move(own));
  keep_level(said_at, shown_->level);
}

RELAPSE_INLINE void Fold::keep_use(const CheckIn& check_in) {
  bool asked = false;
  UseReport report{check_in.time, false, 0.0, {}};
  for (const auto& answer : check_in.answers) {
    const int index = model_.find_item(answer.item);
    if (index < 0 || model_.item(index).role != Role::use) continue;
    asked = true;
    const double encoded =
        std::visit([&](const auto& value) { return encode_answer(index, value, model_); },
                   answer.value);
    if (!(encoded > 0.0)) continue;
    report.used = true;
    if (report.substance.empty()) report.substance = model_.item(index).substance;
  }
  if (check_in.used_days_ago) {
    report.used = true;
    report.at = check_in.time - *check_in.used_days_ago;
  }
  if (asked || report.used) past_.uses.push_back(report);
}

RELAPSE_INLINE void Fold::keep_telling(const Event& event) {
  if (event.told && !past_.uses.empty() && past_.uses.back().used)
    past_.told_late.push_back(*event.told);
}

RELAPSE_INLINE void Fold::take(CheckInTold told, const Event& event, const Slot& slot) {
  require_person(told.check_in.person);
  complete(told);
  const auto problem = take_former(told.check_in, told.check_in.time);
  if (!problem.empty()) detail::refuse_event("check_in", problem);
  update(told.check_in, slot);
  if (person_.empty()) person_ = told.check_in.person;
  const auto uses = past_.uses.size();
  keep_use(told.check_in);
  if (past_.uses.size() > uses) keep_telling(event);
  past_.check_ins.push_back(told.check_in.time);
  if (!event.told) return;
  // Who took a flag down before it was told has not seen it.
  told.check_in.time = *event.told;
  monitor_.raise_flags(told.check_in);
}

RELAPSE_INLINE void Fold::take(UseTold told, const Event& event, const Slot& slot) {
  const UseReport report{event.at, told.used, told.amount, told.substance};
  if (told.certainty == Certainty::doubtful) {
    past_.doubted.push_back(report);
    return;
  }
  if (told.used) update(detail::use_at(event.at, told.substance), slot);
  past_.uses.push_back(report);
  keep_telling(event);
}

RELAPSE_INLINE void Fold::take(TestResult told, const Event&, const Slot&) {
  past_.tests.push_back(std::move(told));
}

RELAPSE_INLINE void Fold::take(ScheduleTold told, const Event&, const Slot&) {
  past_.schedules.push_back(told);
  monitor_.expect_every(Days{told.every_days});
}

RELAPSE_INLINE void Fold::take(FollowUpTold told, const Event& event, const Slot&) {
  const FollowUp follow_up{told.action, event.at, told.helped};
  monitor_.follow_up(plan_ ? *plan_ : Plan{}, follow_up);
  past_.follow_ups.push_back(follow_up);
}

RELAPSE_INLINE void Fold::take(Acknowledged told, const Event& event, const Slot&) {
  if (monitor_.acknowledge(told.flag, event.at)) return;
  detail::refuse_event("acknowledge", "is not after the flag rose last: it stays up");
}

RELAPSE_INLINE void Fold::take(MessageSent told, const Event& event, const Slot&) {
  if (told.message == SentKind::suggestion) {
    monitor_.suggested(plan_ ? *plan_ : Plan{}, told.action, event.at);
    return;
  }
  const auto kind =
      told.message == SentKind::contact ? MessageKind::contact : MessageKind::self_nudge;
  past_.sent.push_back({kind, told.contact, told.rule, event.at});
}

RELAPSE_INLINE void Fold::take(HelpWanted told, const Event&, const Slot&) {
  past_.help.push_back(std::move(told));
}

RELAPSE_INLINE void Fold::take(AppointmentTold told, const Event&, const Slot&) {
  past_.appointments.push_back(std::move(told));
}

RELAPSE_INLINE void Fold::take(GoalTold told, const Event&, const Slot&) {
  past_.goals.push_back(std::move(told));
}

RELAPSE_INLINE void Fold::take(StepTold told, const Event&, const Slot&) {
  past_.steps.push_back(std::move(told));
}

RELAPSE_INLINE void Fold::take(Note told, const Event&, const Slot&) {
  past_.notes.push_back(std::move(told));
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

RELAPSE_INLINE std::string Fold::problem_of(const Correction& told) const {
  if (told.event.empty()) return {};
  const auto instead = read_replacement(told);
  const Event event = parse_event(instead.text);
  // What an action or a plan says depends on what came before.
  if (!std::holds_alternative<CheckInTold>(event.content) &&
      !std::holds_alternative<Acknowledged>(event.content) &&
      !std::holds_alternative<LearningRecord>(event.content))
    return {};
  Fold alone(model_, {}, *former_);
  const auto text = std::make_shared<const std::string>(instead.text);
  alone.apply(instead.at, told.of, 0, {text});
  const auto& problems = alone.past_.problems;
  return problems.empty() ? std::string() : "event: " + problems.front().problem;
}

RELAPSE_INLINE void Fold::take(const Unreadable&, const Event&, const Slot&) {
  detail::refuse_event("event",
                       "could not be read: it has no id, no time, or is no JSON");
}

}  // namespace relapse::case_file
