#pragma once

#include <relapse/care/helpfulness.hpp>
#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/error.hpp>
#include <relapse/core/random.hpp>

#include <cmath>

namespace relapse::care {

RELAPSE_INLINE void Helpfulness::follow_up(const Action& action, const FollowUp& told) {
  const auto before = last_tried.find(action.id);
  if (!std::isfinite(told.at.days) ||
      (before != last_tried.end() && told.at < before->second)) {
    throw InvalidInput("follow-up",
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

RELAPSE_INLINE void Helpfulness::suggested(const Action& action, Time at) {
  if (!std::isfinite(at.days)) {
    throw InvalidInput("suggestion", "the time must be finite");
  }
  last_suggested.insert_or_assign(action.id, at);
}

RELAPSE_INLINE bool Helpfulness::steps_back(const Action& action, Time now) const {
  const auto lately = [&](Time at) { return now < at + rest; };
  const auto passed = last_passed.find(action.id);
  if (passed != last_passed.end() && lately(passed->second)) return true;
  const auto shown = last_suggested.find(action.id);
  if (shown == last_suggested.end()) return false;
  const auto tried = last_tried.find(action.id);
  if (tried != last_tried.end() && tried->second >= shown->second) return false;
  return shown->second < now && lately(shown->second);
}

RELAPSE_INLINE void Helpfulness::follow_up(const Action& action, double helped) {
  if (!(helped >= 0.0 && helped <= 10.0)) {
    throw InvalidInput("follow-up", "helped must be a number from 0 to 10");
  }
  auto& posterior = learned.try_emplace(action.id, action.helpfulness).first->second;
  posterior.alpha += helped / 10.0;
  posterior.beta += 1.0 - helped / 10.0;
}

RELAPSE_INLINE BetaPrior Helpfulness::of(const Action& action) const {
  const auto found = learned.find(action.id);
  return found == learned.end() ? action.helpfulness : found->second;
}

RELAPSE_INLINE HelpfulnessRange range_of(const BetaPrior& law) {
  const double mean = law.mean();
  const double count = law.alpha + law.beta;
  const double spread = 1.0 / std::sqrt(mean * (1.0 - mean) * (count + 1.0));
  const auto share = [](double logit) { return 1.0 / (1.0 + elementary::exp(-logit)); };
  const double middle = elementary::log(mean / (1.0 - mean));
  return {share(middle - 1.96 * spread), share(middle + 1.96 * spread)};
}

RELAPSE_INLINE double draw_helpfulness(const Action& action, const BetaPrior& law,
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
