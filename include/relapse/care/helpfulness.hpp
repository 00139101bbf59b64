#pragma once

#include <relapse/core/error.hpp>
#include <relapse/core/random.hpp>
#include <relapse/core/time.hpp>
#include <relapse/domain/action.hpp>
#include <relapse/plan/follow_up.hpp>

#include <cmath>
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
  void follow_up(const Action& action, const FollowUp& told) {
    const auto before = last_tried.find(action.id);
    if (!std::isfinite(told.at.days) ||
        (before != last_tried.end() && told.at < before->second)) {
      throw InvalidInput("follow-up of '" + action.id + "'",
                         "the time must be finite and not before the last one");
    }
    constexpr double half = 5.0;  // of 10; below it, it did not help
    if (told.helped) {
      follow_up(action, *told.helped);
      last_tried.insert_or_assign(action.id, told.at);
    }
    if (told.helped && *told.helped >= half) {
      last_passed.erase(action.id);
    } else {
      last_passed.insert_or_assign(action.id, told.at);
    }
  }

  /// Takes in that an action was suggested. Throws InvalidInput for a time that is not
  /// finite.
  void suggested(const Action& action, Time at) {
    if (!std::isfinite(at.days)) {
      throw InvalidInput("suggestion of '" + action.id + "'", "the time must be finite");
    }
    last_suggested.insert_or_assign(action.id, at);
  }

  /// Whether an action steps back for now: it was suggested before and not tried since,
  /// or was not tried or did not help when it was asked after last.
  bool steps_back(const Action& action, Time now) const {
    const auto lately = [&](Time at) { return now < at + rest; };
    const auto passed = last_passed.find(action.id);
    if (passed != last_passed.end() && lately(passed->second)) return true;
    const auto shown = last_suggested.find(action.id);
    if (shown == last_suggested.end()) return false;
    const auto tried = last_tried.find(action.id);
    if (tried != last_tried.end() && tried->second >= shown->second) return false;
    return shown->second < now && lately(shown->second);
  }

  static constexpr Days rest{3.0};  ///< how long it steps back; expert default

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

  /// What is known of an action: the posterior, or the prior of the catalogue.
  BetaPrior of(const Action& action) const {
    const auto found = learned.find(action.id);
    return found == learned.end() ? action.helpfulness : found->second;
  }

  /// Posterior over prior mean: scales the log of an action's factors.
  double scale(const Action& action) const {
    return of(action).mean() / action.helpfulness.mean();
  }

  bool operator==(const Helpfulness&) const = default;
};

/// Ends of the 95 % interval of how often an action helps, on the logit scale as the
/// intervals of risks are (`RiskEstimate`).
struct HelpfulnessRange {
  double low = 0.0;
  double high = 1.0;
};

/// Where 95 % of what is believed of an action lies.
inline HelpfulnessRange range_of(const BetaPrior& law) {
  const double mean = law.mean();
  const double count = law.alpha + law.beta;
  const double spread = 1.0 / std::sqrt(mean * (1.0 - mean) * (count + 1.0));
  const auto share = [](double logit) { return 1.0 / (1.0 + std::exp(-logit)); };
  const double middle = std::log(mean / (1.0 - mean));
  return {share(middle - 1.96 * spread), share(middle + 1.96 * spread)};
}

/// A draw of how often an action helps, the same for a seed whatever else is drawn.
/// Choosing by such draws is Thompson sampling (Thompson 1933, Biometrika 25:285).
inline double draw_helpfulness(const Action& action, const BetaPrior& law,
                               std::uint64_t seed) {
  std::uint64_t stream = 14695981039346656037ULL;  // FNV-1a of the id
  for (const char c : action.id) {
    stream = (stream ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  Random random = random_stream(seed, stream);
  const double a = sample_gamma(law.alpha, random);
  const double b = sample_gamma(law.beta, random);
  return a + b > 0.0 ? a / (a + b) : law.mean();
}

}  // namespace relapse::care
