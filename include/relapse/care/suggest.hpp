#pragma once

#include <relapse/care/helpfulness.hpp>
#include <relapse/care/suggest_settings.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/plan/plan.hpp>
#include <relapse/risk/outlook.hpp>

#include <string>
#include <vector>

namespace relapse {

/// One proposal, with the reason.
struct Suggestion {
  std::string action;   ///< id in the catalogue; empty for an own strategy, "crisis" for
                        ///< the built-in protocol
  std::string words;    ///< what to do, in the person's words where the plan has them
  std::string reason;   ///< one sentence: why this, why now
  double change = 0.0;  ///< of the risk over the ranking horizon, given those before it
  double level_change = 0.0;  ///< of the risk over the level's horizon, the same way
  std::vector<std::string> acts_on;  ///< the raised determinants that it lowers
  bool from_plan = false;
  std::string source;
  double level_change_low = 0.0;   ///< 95 % interval of `level_change` over what is known
  double level_change_high = 0.0;  ///< of how much the action helps this person
  std::string if_then = {};  ///< situation and action in one sentence, to decide ahead
  std::string contact = {};  ///< whom to reach, for an action that needs somebody
  std::string need = {};     ///< what it answers to: "use", a flag, "silence", "doubt" of
                          ///< use, an item, a determinant, the code of a situation ahead,
                          ///< "support", "medication" or "stage"

  bool operator==(const Suggestion&) const = default;
};

namespace care {

/// What to do first about a flag: the step of the built-in protocol, and for a flag of
/// the model to get in touch with somebody who can help. Nothing for a flag of neither.
std::vector<std::string> crisis_words(const std::string& flag, const Model& model,
                                      const Wording& say);

/// The crisis protocol of the flags in the settings and the person's own crisis steps,
/// which need no check-in; nothing without a flag.
std::vector<Suggestion> crisis_steps(const Plan& plan, const Model& model,
                                     const SuggestSettings& settings);

/// Answers the needs of a person (`find_needs`), one after the other: each by the action
/// that changes most of it at its own time scale, by what has helped this person; a
/// second place goes to another need. A strategy of the plan comes before the catalogue
/// where it answers a need about as well, and actions that do so take turns by the day.
/// What was suggested before and not tried, or did not help, steps back. The crisis
/// protocol precedes everything while a flag is up, and somebody to reach follows it. At
/// level `elevated` or above one of the first three is to reach somebody, and what
/// answers to no need comes after all that does; under a flag it is left out. Changes of
/// risk are given those already chosen; what would raise it is not suggested. A strategy
/// that is neither in the catalogue nor in words is passed over (`check_plan` names it).
/// Throws InvalidInput for settings out of range.
std::vector<Suggestion> suggest(const Plan& plan, const risk::Outlook& outlook,
                                const Helpfulness& helpfulness,
                                const SuggestSettings& settings);

}  // namespace care
}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/care/detail/suggest.ipp>
#endif
