#pragma once

#include <relapse/care/needs.hpp>
#include <relapse/domain/situation.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string_view>
#include <variant>
#include <vector>

namespace relapse::care::detail {

/// Far above what an action without effect changes, far below what counts.
inline constexpr double rounding = 1e-12;

/// A number from 0 to 1 for an action on a day, the same whenever it is asked for.
inline double turn_of(const Action& action, Time now) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a of day and id
  const auto take = [&](std::uint64_t byte) { hash = (hash ^ byte) * 1099511628211ULL; };
  const auto day = static_cast<std::int64_t>(std::floor(std::clamp(now.days, -1e9, 1e9)));
  for (int k = 0; k < 4; ++k) take(static_cast<std::uint64_t>(day) >> (8 * k) & 0xFFU);
  for (const char c : action.id) take(static_cast<unsigned char>(c));
  hash ^= hash >> 33U;  // MurmurHash3's finish, so that days in a row differ in all bits
  hash *= 0xFF51AFD7ED558CCDULL;
  hash ^= hash >> 33U;
  return static_cast<double>(hash >> 11U) * 0x1p-53;
}

/// How well a candidate answers a need; 0 for not at all.
class Answering {
 public:
  Answering(const risk::Outlook& outlook, const Helpfulness& helpfulness)
      : outlook_(outlook), helpfulness_(helpfulness) {}

  double operator()(const Need& need, const Candidate& candidate) {
    const double bare = candidate.fits ? value(need, candidate) : 0.0;
    return bare > 0.0 ? bare * standing(candidate) : 0.0;
  }

  /// The same for reaching somebody now.
  double support(const Candidate& candidate) {
    if (!candidate.action.needs.contact || candidate.action.quiet_day) return 0.0;
    const double changes = relative_change(candidate.ranked_by, Days{1.0});
    return (called + changes) * standing(candidate) *
           (candidate.after_use && candidate.fits ? 1.0 + by_plan : 1.0);
  }

 private:
  // All expert default.
  static constexpr double called = 0.02;  // for what is called for, whatever it changes
  static constexpr double by_plan = 3.0;  // the person's own choice
  static constexpr double stepped_back = 0.4;
  static constexpr double least_turn = 0.6;  // about equal actions take turns
  static constexpr double shortest = 0.125;
  static constexpr double longest = 30.0;  // days looked ahead

  double value(const Need& need, const Candidate& candidate) {
    const auto& action = candidate.action;
    switch (need.kind) {
    case NeedKind::use:
    case NeedKind::recent_use:
      return candidate.after_use ? called + whole(candidate) : 0.0;
    case NeedKind::coming:
      return own_choice(need.id, candidate) ||
                     SituationSet(action.situations).covers(need.id)
                 ? called + whole(candidate)
                 : 0.0;
    case NeedKind::stage:
      return value_in_stage(candidate);
    default:
      break;
    }
    if (!need.determinants.empty()) return value_on(need, candidate);
    return is_among(need.id, action.items) ? called + whole(candidate) : 0.0;
  }

  /// Whether the person chose an own strategy for a situation.
  static bool own_choice(std::string_view situation, const Candidate& candidate) {
    return candidate.strategy != nullptr && candidate.action.acts_on.empty() &&
           SituationSet(candidate.strategy->situations).covers(situation);
  }

  /// By what it changes of the determinants of the need; the less else it does, the more
  /// it is meant for them.
  double value_on(const Need& need, const Candidate& candidate) {
    const auto& rule = outlook_.model().document().determinants[static_cast<std::size_t>(
        need.determinants.front())];
    const auto* met = std::get_if<FromSituation>(&rule.from);
    if (met != nullptr && own_choice(met->situation, candidate)) return 1.0;
    std::vector<risk::Intervention> on_need;
    double meant = 0.0;
    double all = 0.0;
    for (const auto& effect : candidate.ranked_by) {
      if (!(effect.factor < 1.0)) continue;
      const double strength = -std::log(std::max(effect.factor, rounding));
      all += strength;
      const auto& own = need.determinants;
      if (std::find(own.begin(), own.end(), effect.determinant) == own.end()) continue;
      meant += strength;
      on_need.push_back(effect);
    }
    if (on_need.empty()) return 0.0;
    return relative_change(on_need, candidate.action.lasts) * std::sqrt(meant / all);
  }

  /// What the stage calls for, what belongs to a quiet day, and what eases anything.
  double value_in_stage(const Candidate& candidate) {
    const auto& action = candidate.action;
    if (candidate.from_plan && action.acts_on.empty()) return 1.0;
    const auto& stages = outlook_.model().document().stages;
    const auto& here = stages[static_cast<std::size_t>(outlook_.stage())].id;
    if (action.quiet_day || is_among(here, action.stages)) {
      return called + whole(candidate);
    }
    return candidate.acts_on.empty() ? 0.0 : whole(candidate);
  }

  double whole(const Candidate& candidate) {
    return relative_change(candidate.ranked_by, candidate.action.lasts);
  }

  /// By what share the use ahead falls, at the time scale of what is done.
  double relative_change(const std::vector<risk::Intervention>& done, Days lasts) {
    if (done.empty()) return 0.0;
    const Days ahead{std::clamp(lasts.count, shortest, longest)};
    const auto [at, is_new] = as_it_stands_.try_emplace(ahead.count, 0.0);
    if (is_new) at->second = outlook_.use_ahead(ahead);
    if (!(at->second > 0.0)) return 0.0;
    return std::max(0.0, 1.0 - outlook_.use_ahead(ahead, done) / at->second);
  }

  /// What has helped, what the person chose, whose turn it is, what steps back.
  double standing(const Candidate& candidate) const {
    const auto& action = candidate.action;
    const double helps = candidate.helps / action.helpfulness.mean();
    const double turn = least_turn + (1.0 - least_turn) * turn_of(action, outlook_.now());
    const bool back = helpfulness_.steps_back(action, outlook_.now());
    return helps * helps * (candidate.from_plan ? by_plan : turn) *
           (back ? stepped_back : 1.0);
  }

  const risk::Outlook& outlook_;
  const Helpfulness& helpfulness_;
  std::map<double, double> as_it_stands_;  // use ahead, by days
};

}  // namespace relapse::care::detail
