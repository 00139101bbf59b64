#pragma once

#include <relapse/care/contact_rules.hpp>
#include <relapse/care/detail/words.hpp>
#include <relapse/core/error.hpp>
#include <relapse/plan/detail/fields.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace relapse::care {
namespace detail {

// Rules as they are written.

inline const Contact* contact_of(const Plan& plan, const ContactRule& rule) {
  for (const auto& contact : plan.contacts) {
    if (contact.name == rule.contact) return &contact;
  }
  return nullptr;
}

/// Why a rule alone can never work; null when it can.
inline const Phrase* why_impossible(const ContactRule& rule, const Plan& plan) {
  if (contact_of(plan, rule) == nullptr) return &words::rule::nobody;
  if (!(rule.days >= 1 && rule.of_days >= rule.days)) {
    return &words::rule::too_many_days;
  }
  if (!(rule.cool_down.count >= 0.0 && rule.nudge_wait.count >= 0.0)) {
    return &words::rule::negative;
  }
  if (!(rule.silence.count >= 0.0)) return &words::rule::no_silence;
  if (!rule.flag.empty() && rule.silence.count > 0.0) return &words::rule::two_states;
  if (rule.state() == ContactState::silence && rule.of_days > 1) {
    return &words::rule::days_of_silence;
  }
  if (rule.quiet_from.empty() != rule.quiet_to.empty()) return &words::rule::half_quiet;
  if (!rule.quiet_from.empty()) {
    const auto from = minute_of_day(rule.quiet_from);
    const auto to = minute_of_day(rule.quiet_to);
    if (!from || !to) return &words::rule::no_times;
    if (*from == *to) return &words::rule::all_day;
  }
  if (rule.expires && plan.created && *rule.expires <= *plan.created) {
    return &words::rule::expires_early;
  }
  return nullptr;
}

inline bool same_state(const ContactRule& one, const ContactRule& other) {
  return one.contact == other.contact && one.state() == other.state() &&
         one.flag == other.flag && one.silence == other.silence &&
         (one.state() != ContactState::level || one.level == other.level);
}

/// Whether the state of the first includes that of the second.
inline bool implies(const ContactRule& one, const ContactRule& other) {
  if (one.contact != other.contact || one.state() != other.state()) return false;
  if (one.state() == ContactState::silence) return one.silence >= other.silence;
  const bool state = one.state() == ContactState::level ? one.level >= other.level
                                                        : one.flag == other.flag;
  return state && one.days >= other.days && one.of_days <= other.of_days;
}

/// Whether the first holds back at least as long as the second, wherever its state holds.
inline bool holds_back_more(const ContactRule& one, const ContactRule& other) {
  const bool nudge = other.self_nudge_first
                         ? one.self_nudge_first && one.nudge_wait >= other.nudge_wait
                         : true;
  const bool quiet = other.quiet_from.empty() || (one.quiet_from == other.quiet_from &&
                                                  one.quiet_to == other.quiet_to);
  const bool until = !other.expires || (one.expires && *one.expires <= *other.expires);
  return nudge && quiet && until && one.cool_down >= other.cool_down;
}

inline std::string rule_number(std::size_t index, const Wording& say) {
  return say(words::rule::number, {std::to_string(index + 1)});
}

/// How a message of one rule follows from what was sent before.
struct RulePast {
  std::optional<Time> nudged;        // by this rule, since it last told the contact
  std::optional<Time> last_by_rule;  // any message of this rule
  std::optional<Time> contact_told;  // by any rule
};

inline RulePast past_of(const ContactRule& rule, const ContactHistory& past) {
  RulePast found;
  const std::string key = key_of(rule);
  for (const auto& message : past.sent) {
    if (message.contact != rule.contact) continue;
    if (message.kind == MessageKind::contact) found.contact_told = message.at;
    if (message.rule != key) continue;
    found.last_by_rule = message.at;
    found.nudged = message.kind == MessageKind::self_nudge
                       ? std::optional<Time>(message.at)
                       : std::nullopt;
  }
  return found;
}

/// Looks at one rule after the other at a moment.
class ContactRuleWalk {
 public:
  ContactRuleWalk(const Plan& plan, const ContactHistory& past, const Zone& zone,
                  Time now)
      : plan_(plan),
        past_(past),
        zone_(zone),
        now_(now),
        level_days_(past.levels.size()) {}

  ContactDecision decide() {
    for (std::size_t r = 0; r < plan_.contact_rules.size(); ++r) {
      const auto& rule = plan_.contact_rules[r];
      RuleTrace trace{r, key_of(rule), rule.contact, {}, 0, {}, {}};
      trace.outcome = outcome(rule, trace);
      trace.why = why_in_words(plan_, trace, {});
      if (trace.outcome == RuleOutcome::told || trace.outcome == RuleOutcome::nudged) {
        const auto kind = trace.outcome == RuleOutcome::told ? MessageKind::contact
                                                             : MessageKind::self_nudge;
        decision_.messages.push_back({kind, rule.contact, trace.key, now_});
      }
      decision_.trace.push_back(std::move(trace));
    }
    return std::move(decision_);
  }

 private:
  RuleOutcome outcome(const ContactRule& rule, RuleTrace& trace) const {
    if (rule.expires && now_ >= *rule.expires) return RuleOutcome::expired;
    if (!contact_of(plan_, rule)->allows(ConsentPurpose::contact_rule)) {
      return RuleOutcome::no_consent;
    }
    if (!holds_now(rule)) return RuleOutcome::not_reached;
    trace.days_held = days_held(rule);
    if (rule.state() != ContactState::silence && trace.days_held < rule.days) {
      return RuleOutcome::not_sustained;
    }
    const RulePast past = past_of(rule, past_);
    const bool nudge = rule.self_nudge_first && !nudge_counts(rule, past.nudged);
    const auto last =
        nudge ? latest(past.last_by_rule, past.contact_told) : past.contact_told;
    if (last && now_ < *last + rule.cool_down) {
      trace.not_before = *last + rule.cool_down;
      return RuleOutcome::cooling_down;
    }
    if (!nudge && rule.self_nudge_first && now_ < *past.nudged + rule.nudge_wait) {
      trace.not_before = *past.nudged + rule.nudge_wait;
      return RuleOutcome::waiting;
    }
    if (!rule.quiet_from.empty()) {
      const DailyHours quiet(rule.quiet_from, rule.quiet_to);
      const Time end = quiet.end(now_, zone_);
      if (end > now_) {
        trace.not_before = end;
        return RuleOutcome::quiet_hours;
      }
    }
    if (nudge) return RuleOutcome::nudged;
    const bool told = std::any_of(
        decision_.messages.begin(), decision_.messages.end(), [&](const auto& message) {
          return message.kind == MessageKind::contact && message.contact == rule.contact;
        });
    return told ? RuleOutcome::already_told : RuleOutcome::told;
  }

  static std::optional<Time> latest(std::optional<Time> one, std::optional<Time> other) {
    return !one || (other && *other > *one) ? other : one;
  }

  /// A self-nudge opens the way to the contact as long as it belongs to the same strain.
  bool nudge_counts(const ContactRule& rule, std::optional<Time> nudged) const {
    if (!nudged) return false;
    if (rule.state() == ContactState::silence) return *nudged >= *past_.last_check_in;
    const Days reach{static_cast<double>(rule.of_days) + rule.nudge_wait.count};
    return now_ <= *nudged + reach;
  }

  bool holds_now(const ContactRule& rule) const {
    switch (rule.state()) {
    case ContactState::flag:
      return std::any_of(past_.flags.begin(), past_.flags.end(), [&](const auto& each) {
        return each.flag == rule.flag && !each.lowered;
      });
    case ContactState::silence:
      return past_.last_check_in && now_ >= *past_.last_check_in + rule.silence;
    case ContactState::level:
      break;
    }
    return !past_.levels.empty() && past_.levels.back().level >= rule.level;
  }

  int days_held(const ContactRule& rule) const {
    const Time from = now_ - Days{static_cast<double>(rule.of_days)};
    if (rule.state() == ContactState::level) return days_at_level(rule.level, from);
    return rule.state() == ContactState::flag ? days_of_flag(rule.flag, from) : 0;
  }

  int days_at_level(RiskLevel level, Time from) const {
    const auto& shown = past_.levels;
    auto k = static_cast<std::size_t>(
        std::upper_bound(shown.begin(), shown.end(), from,
                         [](Time at, const auto& each) { return at < each.at; }) -
        shown.begin());
    int days = 0;
    for (std::optional<std::int64_t> last; k < shown.size(); ++k) {
      if (shown[k].level < level) continue;
      auto& day = level_days_[k];
      if (!day) day = zone_.local(shown[k].at).day;
      if (last != day) ++days;  // the times are in their order, and so are the days
      last = day;
    }
    return days;
  }

  int days_of_flag(std::string_view flag, Time from) const {
    std::int64_t days = 0;
    std::int64_t counted_to = std::numeric_limits<std::int64_t>::min();
    for (const auto& each : past_.flags) {
      const Time end = each.lowered.value_or(now_);
      if (each.flag != flag || end <= from) continue;
      const auto last = zone_.local(end).day;
      auto first = zone_.local(std::max(each.raised, from)).day;
      if (first <= counted_to) first = counted_to + 1;
      if (first > last) continue;
      days += last - first + 1;
      counted_to = last;
    }
    return static_cast<int>(days);
  }

  const Plan& plan_;
  const ContactHistory& past_;
  const Zone& zone_;
  Time now_;
  mutable std::vector<std::optional<std::int64_t>> level_days_;  // as far as looked at
  ContactDecision decision_;
};

constexpr double earliest_and_latest = 1e8;  // days from 1970, as far as calendars go

/// Times that do not go back and do not lie after now.
template <class Event, class When>
void require_past(const char* what, const std::vector<Event>& events, Time now,
                  When when) {
  double before = -earliest_and_latest;
  for (const auto& event : events) {
    const Time at = when(event);
    if (!(at.days > -earliest_and_latest)) {
      throw InvalidInput(what, "a time is none that a calendar has");
    }
    if (!(at.days >= before)) {
      throw InvalidInput(what, "the times must be in their order");
    }
    if (!(at <= now)) throw InvalidInput(what, "a time lies after now");
    before = at.days;
  }
}

inline void require_past(const ContactHistory& past, Time now) {
  if (!(std::abs(now.days) < earliest_and_latest)) {
    throw InvalidInput("contact rules", "now must be a finite time");
  }
  require_past("levels", past.levels, now, [](const auto& shown) { return shown.at; });
  require_past("sent", past.sent, now, [](const auto& message) { return message.at; });
  require_past("flags", past.flags, now, [](const auto& each) { return each.raised; });
  for (const auto& each : past.flags) {
    if (!each.lowered) continue;
    if (!(*each.lowered >= each.raised && *each.lowered <= now)) {
      throw InvalidInput("flags", "a flag must be lowered after it rose and before now");
    }
  }
  if (past.last_check_in && !(*past.last_check_in <= now)) {
    throw InvalidInput("last check-in", "lies after now");
  }
}

}  // namespace detail

RELAPSE_INLINE std::string why_in_words(const Plan& plan, const RuleTrace& trace,
                                        const Wording& say) {
  namespace phrase = words::contact;
  if (trace.rule >= plan.contact_rules.size()) {
    throw InvalidInput("rule trace", "is of no rule of this plan");
  }
  const auto& rule = plan.contact_rules[trace.rule];
  switch (trace.outcome) {
  case RuleOutcome::told:
    return say(phrase::told, {rule.contact});
  case RuleOutcome::nudged:
    return say(phrase::nudged, {rule.contact});
  case RuleOutcome::not_reached:
    return std::string(say(phrase::not_reached));
  case RuleOutcome::not_sustained:
    return say(phrase::not_sustained,
               {trace.days_held == 1
                    ? std::string(say(words::length::on_day))
                    : say(words::length::on_days, {std::to_string(trace.days_held)}),
                std::to_string(rule.days), std::to_string(rule.of_days)});
  case RuleOutcome::waiting:
    return std::string(say(phrase::waiting));
  case RuleOutcome::cooling_down:
    return say(phrase::cooling_down, {rule.contact});
  case RuleOutcome::quiet_hours:
    return say(phrase::quiet_hours, {rule.quiet_to});
  case RuleOutcome::expired:
    return std::string(say(phrase::expired));
  case RuleOutcome::no_consent:
    return say(phrase::no_consent, {rule.contact});
  case RuleOutcome::already_told:
    break;
  }
  return say(phrase::already_told, {rule.contact});
}

RELAPSE_INLINE std::vector<RuleProblem> find_rule_problems(const Plan& plan,
                                                           const Wording& say) {
  std::vector<RuleProblem> problems;
  const auto& rules = plan.contact_rules;
  if (rules.size() > most_contact_rules) {
    throw InvalidInput("contact rules", "are " + std::to_string(rules.size()) +
                                            ", but must be at most " +
                                            std::to_string(most_contact_rules));
  }
  std::vector<std::string> keys;
  for (const auto& rule : rules) keys.push_back(key_of(rule));
  for (std::size_t r = 0; r < rules.size(); ++r) {
    const auto* why = detail::why_impossible(rules[r], plan);
    if (why == nullptr) continue;
    problems.push_back({RuleProblemKind::impossible, r, r, std::string(say(*why))});
  }
  for (std::size_t r = 0; r < rules.size(); ++r) {
    for (std::size_t q = 0; q < rules.size(); ++q) {
      if (q == r) continue;
      const auto other = [&] { return detail::rule_number(q, say); };
      if (q < r && keys[r] == keys[q]) {
        problems.push_back({RuleProblemKind::contradictory, r, q,
                            say(words::rule::same_words, {other()})});
      }
      const bool same = detail::same_state(rules[r], rules[q]) &&
                        rules[r].days == rules[q].days &&
                        rules[r].of_days == rules[q].of_days;
      const bool covered = detail::implies(rules[r], rules[q]) &&
                           detail::holds_back_more(rules[r], rules[q]);
      const bool covers = detail::implies(rules[q], rules[r]) &&
                          detail::holds_back_more(rules[q], rules[r]);
      if (covered && (!covers || q < r)) {
        problems.push_back({RuleProblemKind::overlapping, r, q,
                            say(words::rule::says_no_more, {other()})});
      } else if (same && !covered && !covers && q < r) {
        problems.push_back({RuleProblemKind::contradictory, r, q,
                            say(words::rule::another_way, {other()})});
      }
    }
  }
  return problems;
}

RELAPSE_INLINE ContactDecision apply_contact_rules(const Plan& plan,
                                                   const ContactHistory& past,
                                                   const Zone& zone, Time now) {
  const auto problems = find_rule_problems(plan);
  if (!problems.empty()) {
    const auto& first = problems.front();
    throw InvalidInput(detail::rule_number(first.rule, {}),
                       "is " + std::string(name_of(first.kind)) + ": it " +
                           first.problem);
  }
  detail::require_past(past, now);
  return detail::ContactRuleWalk(plan, past, zone, now).decide();
}

}  // namespace relapse::care
