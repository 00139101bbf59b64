#pragma once

#include <relapse/care/helpfulness.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/domain/level.hpp>
#include <relapse/domain/plan.hpp>
#include <relapse/risk/outlook.hpp>

#include <span>
#include <string>
#include <string_view>
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

  bool operator==(const Suggestion&) const = default;
};

struct SuggestSettings {
  int count = 3;            ///< at most so many, crisis steps not counted
  Days horizon{1.0};        ///< ranking is by the risk within this time
  double minutes = 1440.0;  ///< time available
  bool contact_available = true;
  std::vector<std::string> flags =
      {};  ///< safety flags that are up; the crisis protocol comes first
};

namespace care {

/// The action of the catalogue, or an own strategy of the plan (which has no modelled
/// effect). Throws InvalidInput when it is in neither.
Action find_action(const Plan& plan, const Model& model, std::string_view id);

/// Chooses actions greedily: each next one is valued given those already chosen, by the
/// risk under do(action) against the risk as it stands. Strategies of
/// the plan come first; the catalogue fills up. The crisis protocol precedes everything
/// while a flag is up. Throws InvalidInput for settings out of range and for a strategy
/// that is neither in the catalogue nor in words.
std::vector<Suggestion> suggest(const Plan& plan, const risk::Outlook& outlook,
                                const Helpfulness& helpfulness,
                                const SuggestSettings& settings);

}  // namespace care
}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/care/suggest.ipp>
#endif
