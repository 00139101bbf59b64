#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/domain/action.hpp>
#include <relapse/plan/follow_up.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace relapse::care {

/// What is known about how much each action helps this person: Beta posteriors, fed by
/// follow-ups.
struct Helpfulness {
  std::map<std::string, BetaPrior, std::less<>>
      learned;  ///< by action; absent: the prior

  using Times = std::map<std::string, Time, std::less<>>;
  Times last_tried = {};      ///< by action, where known
  Times last_suggested = {};  ///< by action, where it was recorded
  /// By action: when it was said last that it was not tried or did not help.
  Times last_passed = {};

  /// Takes in what became of an action; of one that was not tried nothing is learned but
  /// that. Throws InvalidInput for a help outside 0 to 10, a time that is not finite and
  /// one before the last try.
  void follow_up(const Action& action, const FollowUp& told);

  /// Takes in that an action was suggested. Throws InvalidInput for a time that is not
  /// finite.
  void suggested(const Action& action, Time at);

  /// Whether an action steps back for now: it was suggested before and not tried since,
  /// or was not tried or did not help when it was asked after last.
  bool steps_back(const Action& action, Time now) const;

  static constexpr Days rest{3.0};  ///< how long it steps back; expert default

  /// Takes in that an action was tried and helped `helped` of 0 to 10. Throws
  /// InvalidInput for another number.
  void follow_up(const Action& action, double helped);

  /// What is known of an action: the posterior, or the prior of the catalogue.
  BetaPrior of(const Action& action) const;

  bool operator==(const Helpfulness&) const = default;
};

/// Ends of the 95 % interval of how often an action helps, on the logit scale as the
/// intervals of risks are (`RiskEstimate`).
struct HelpfulnessRange {
  double low = 0.0;
  double high = 1.0;
};

/// Where 95 % of what is believed of an action lies.
HelpfulnessRange range_of(const BetaPrior& law);

/// A draw of how often an action helps, the same for a seed whatever else is drawn.
/// Choosing by such draws is Thompson sampling (Thompson 1933, Biometrika 25:285).
double draw_helpfulness(const Action& action, const BetaPrior& law, std::uint64_t seed);

}  // namespace relapse::care

#ifndef RELAPSE_COMPILED
#include <relapse/care/detail/helpfulness.ipp>
#endif
