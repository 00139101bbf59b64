#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>
#include <relapse/core/zone.hpp>
#include <relapse/domain/level.hpp>
#include <relapse/domain/wording.hpp>
#include <relapse/plan/plan.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// Who is told what, by the rules that the person wrote, apart from any model: the same
/// plan, past and moment give the same messages. Nothing is sent from here; what is
/// returned is what the rules ask for, and why.
namespace relapse {

/// The level that was shown after a check-in.
struct LevelShown {
  Time at;
  RiskLevel level = RiskLevel::low;

  bool operator==(const LevelShown&) const = default;
};

/// A safety flag that was up.
struct FlagRaised {
  std::string flag;
  Time raised;
  std::optional<Time> lowered = {};  ///< when it was dealt with; empty: still up

  bool operator==(const FlagRaised&) const = default;
};

/// To whom a message goes: the person first, or the contact.
enum class MessageKind { self_nudge, contact };

template <>
struct Names<MessageKind> {
  static constexpr std::string_view all[] = {"self_nudge", "contact"};
};

/// A message that a rule asks for.
struct Message {
  MessageKind kind = MessageKind::contact;
  std::string contact;  ///< whom the rule is about
  std::string rule;     ///< what the rule is known by (`key_of`)
  Time at;

  bool operator==(const Message&) const = default;
};

/// The past that rules look at, each list in the order of time.
struct ContactHistory {
  std::vector<LevelShown> levels = {};
  std::vector<FlagRaised> flags = {};
  std::optional<Time> last_check_in = {};
  std::vector<Message> sent = {};  ///< messages that were really sent
};

/// What came of a contact rule at a moment.
enum class RuleOutcome {
  told,           ///< the contact is told
  nudged,         ///< the person is told first
  not_reached,    ///< the state does not hold now
  not_sustained,  ///< it holds now, but did on too few days
  waiting,        ///< for an answer to the self-nudge
  cooling_down,   ///< too soon after the last message
  quiet_hours,
  expired,
  no_consent,
  already_told  ///< by another rule at this moment
};

template <>
struct Names<RuleOutcome> {
  static constexpr std::string_view all[] = {
      "told",         "nudged",      "not_reached", "not_sustained", "waiting",
      "cooling_down", "quiet_hours", "expired",     "no_consent",    "already_told"};
};

/// What became of one rule.
struct RuleTrace {
  std::size_t rule = 0;  ///< position in the plan
  std::string key;       ///< what the rule is known by
  std::string contact;
  RuleOutcome outcome = RuleOutcome::not_reached;
  int days_held = 0;  ///< days on which the state held, of the rule's last so many
  std::optional<Time> not_before = {};  ///< when what holds it back ends, where time does
  std::string why;                      ///< one sentence, in English

  bool operator==(const RuleTrace&) const = default;
};

/// What the contact rules of a plan come to at a moment.
struct ContactDecision {
  std::vector<Message> messages;  ///< in the order of the rules
  std::vector<RuleTrace> trace;   ///< one for each rule

  bool operator==(const ContactDecision&) const = default;
};

/// What is wrong with rules.
enum class RuleProblemKind { impossible, overlapping, contradictory };

template <>
struct Names<RuleProblemKind> {
  static constexpr std::string_view all[] = {"impossible", "overlapping",
                                             "contradictory"};
};

/// What is wrong with a rule, or with two of them together.
struct RuleProblem {
  RuleProblemKind kind = RuleProblemKind::impossible;
  std::size_t rule = 0;
  std::size_t other = 0;  ///< the second rule; `rule` itself where one alone is wrong
  std::string problem;

  bool operator==(const RuleProblem&) const = default;
};

namespace care {

/// Each rule is compared with each other one.
inline constexpr std::size_t most_contact_rules = 256;

/// Rules that can never hold (`impossible`), that never say more than another one
/// (`overlapping`: same contact, and the other fires whenever the one does), and that
/// want different things of the same contact in the same state, or cannot be told apart
/// (`contradictory`). Empty for rules that can be applied. Throws InvalidInput for more
/// than `most_contact_rules`.
std::vector<RuleProblem> find_rule_problems(const Plan& plan, const Wording& say = {});

/// What the rules ask for at a moment. A rule fires when its state holds at the last
/// check-in and held on `days` local days within the last `of_days` times 24 hours, with
/// consent of the contact for `contact_rule`, outside quiet hours, after the cool-down
/// (which counts from the last message to this contact, whichever rule sent it), before
/// it expires, and, where the person is told first, `nudge_wait` after that. A contact
/// gets one message at a moment.
/// @param zone known over the rules' days back from `now`, and a day ahead
/// Throws InvalidInput for rules with a problem, for a past that is not in the order of
/// time and for one that lies after `now`.
ContactDecision apply_contact_rules(const Plan& plan, const ContactHistory& past,
                                    const Zone& zone, Time now);

/// What the trace of a rule of the plan says, in one sentence of another language.
std::string why_in_words(const Plan& plan, const RuleTrace& trace, const Wording& say);

}  // namespace care
}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/care/detail/contact_rules.ipp>
#endif
