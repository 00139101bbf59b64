#pragma once

#include <relapse/core/error.hpp>
#include <relapse/domain/action.hpp>

#include <map>
#include <optional>
#include <string>

namespace relapse::care {

/// What is known about how much each action helps this person: Beta posteriors, fed by
/// follow-ups.
struct Helpfulness {
  std::map<std::string, BetaPrior, std::less<>>
      learned;  ///< by action; absent: the prior

  /// Takes in that an action was tried and helped `helped` of 0 to 10. Throws
  /// InvalidInput for another number.
  void follow_up(const Action& action, double helped) {
    if (!(helped >= 0.0 && helped <= 10.0)) {
      throw InvalidInput("follow-up of '" + action.id + "'",
                         "helped must be a number from 0 to 10");
    }
    auto& posterior = learned.try_emplace(action.id, action.helpfulness).first->second;
    posterior.alpha += helped / 10.0;
    posterior.beta += 1.0 - helped / 10.0;
  }

  /// Posterior over prior mean: scales the log of an action's factors.
  double scale(const Action& action) const {
    const auto found = learned.find(action.id);
    return found == learned.end() ? 1.0
                                  : found->second.mean() / action.helpfulness.mean();
  }

  bool operator==(const Helpfulness&) const = default;
};

}  // namespace relapse::care
