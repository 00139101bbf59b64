#pragma once

#include <relapse/care/detail/answering.hpp>
#include <relapse/care/detail/candidates.ipp>
#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/domain/situation.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <variant>

namespace relapse::care {
namespace detail {

/// Far above what an action without effect changes, far below what counts.
inline constexpr double rounding = 1e-12;

// All expert default.
inline constexpr double called_for = 0.02;  // of what is called for, whatever it changes
inline constexpr double by_plan = 3.0;      // the person's own choice
inline constexpr double stepped_back = 0.4;
inline constexpr double least_turn = 0.6;    // about equal actions take turns
inline constexpr double days_of_use = 2.0;   // help with it is for these
inline constexpr double least_share = 0.25;  // of the time since then that it lasts
inline constexpr Days shortest{0.125};       // looked ahead
inline constexpr Days longest{30.0};

/// A number from 0 to 1 for an action on a day, the same whenever it is asked for.
inline double turn_of(const Action& action, Time now) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a of day and id
  const auto take = [&](std::uint64_t byte) { hash = (hash ^ byte) * 1099511628211ULL; };
  constexpr double far = 1e9;
  const auto day = static_cast<std::int64_t>(std::floor(std::clamp(now.days, -far, far)));
  for (int k = 0; k < 4; ++k) take((static_cast<std::uint64_t>(day) >> (8 * k)) & 0xFFU);
  for (const char c : action.id) take(static_cast<unsigned char>(c));
  // The finish of MurmurHash3, so that days in a row differ in all bits.
  hash ^= hash >> 33U;
  hash *= 0xFF51AFD7ED558CCDULL;
  hash ^= hash >> 33U;
  return static_cast<double>(hash >> 11U) * 0x1p-53;
}

/// The part of the use ahead that nothing prevents: the chance to be in use already. None
/// where the most likely stage is one of use, as that can be left.
inline double in_use_already(const risk::Outlook& outlook) {
  const auto& use = outlook.model().use();
  const auto masses = outlook.stages();
  double mass = 0.0;
  for (std::size_t s = 0; s < masses.size(); ++s) {
    if (use[s]) mass += masses[s];
  }
  return use[static_cast<std::size_t>(outlook.stage())] ? 0.0 : mass;
}

/// Whether it is to reach somebody, whatever happened.
inline bool reaches(const Candidate& candidate) {
  return candidate.action.needs.contact && !candidate.action.quiet_day &&
         !candidate.after_use && candidate.rule.empty();
}

/// Whether the person chose an own strategy for a situation.
inline bool is_own_choice(std::string_view situation, const Candidate& candidate) {
  return candidate.strategy != nullptr && candidate.action.acts_on.empty() &&
         SituationSet(candidate.strategy->situations).covers(situation);
}

}  // namespace detail

RELAPSE_INLINE Answering::Answering(risk::Counterfactuals& looks,
                                    const Helpfulness& helpfulness)
    : looks_(looks),
      outlook_(looks.outlook()),
      helpfulness_(helpfulness),
      in_use_already_(detail::in_use_already(outlook_)) {}

RELAPSE_INLINE double Answering::operator()(const Need& need,
                                            const Candidate& candidate) {
  const auto& action = candidate.action;
  const bool called =
      candidate.in_place && (contains(action.items, need.id) ||
                             detail::is_called_by_flag(action, need.id, model()));
  if (!candidate.fits && !called) return 0.0;
  const double bare = value(need, candidate);
  if (!(bare > 0.0)) return 0.0;
  const double lasts = std::max(1.0, action.lasts.count);
  const bool fades = need.kind == NeedKind::recent_flag || need.id == "use";
  const double since = fades ? need.since.count : 0.0;
  // What is for the day of the use itself is for no later one, but by own choice.
  if (since > detail::days_of_use && !candidate.from_plan) {
    const double share = std::min(lasts / since, 1.0);
    return share < detail::least_share ? 0.0 : bare * standing(candidate) * share;
  }
  const bool soon = need.kind == NeedKind::use || need.kind == NeedKind::urgent ||
                    need.kind == NeedKind::flag;
  return bare * standing(candidate) / (soon ? lasts : 1.0);
}

RELAPSE_INLINE double Answering::support(const Candidate& candidate) {
  if (!candidate.action.needs.contact || candidate.action.quiet_day) return 0.0;
  // Has a place of its own, or is for what was not told.
  if (!candidate.rule.empty() || !candidate.wanted) return 0.0;
  const double changes = relative_change(candidate.ranked_by, Days{1.0});
  const bool is_meant = (candidate.after_use && candidate.fits) || candidate.by_flag;
  const double meant = is_meant ? detail::by_plan : 1.0;
  return (detail::called_for + changes) * meant * standing(candidate);
}

RELAPSE_INLINE double Answering::value(const Need& need, const Candidate& candidate) {
  const auto& action = candidate.action;
  bool called = false;
  double meant = 1.0;
  switch (need.kind) {
  case NeedKind::flag:
    called = detail::is_called_by_flag(action, need.id, model());
    break;
  case NeedKind::recent_flag:
    if (detail::is_called_by_flag(action, need.id, model())) meant = detail::by_plan;
    called = meant > 1.0 || (tells_of_use(need.id) && candidate.after_use);
    break;
  case NeedKind::silence:
    if (candidate.answers == need.id) return 1.0;
    called = detail::reaches(candidate);
    break;
  case NeedKind::doubt:
    called = detail::reaches(candidate);
    break;
  case NeedKind::recent_use:
    // The body comes second: nobody knows yet what it took.
    if (candidate.for_the_body && need.since < Days{1.0}) return 1.0;
    [[fallthrough]];
  case NeedKind::use:
    called = candidate.after_use;
    break;
  case NeedKind::coming:
    called = detail::is_own_choice(need.id, candidate) ||
             SituationSet(action.situations).covers(need.id);
    break;
  case NeedKind::stage:
    return value_in_stage(candidate);
  default:
    if (!need.determinants.empty()) return value_on(need, candidate);
    called = contains(action.items, need.id);
  }
  return called ? meant * (detail::called_for + whole(candidate)) : 0.0;
}

/// By what it changes of the determinants of the need; the less else of what is raised it
/// eases, the more it is meant for them.
RELAPSE_INLINE double Answering::value_on(const Need& need, const Candidate& candidate) {
  const auto& own = need.determinants;
  const auto& rule =
      model().document().determinants[static_cast<std::size_t>(own.front())];
  const auto* met = std::get_if<FromSituation>(&rule.from);
  if (met != nullptr && detail::is_for_the_moment(candidate.action)) return 0.0;
  if (met != nullptr && detail::is_own_choice(met->situation, candidate)) return 1.0;
  std::vector<risk::Intervention> on_need;
  double meant = 0.0;
  double all = 0.0;
  for (const auto& effect : candidate.ranked_by) {
    const bool on_it = contains(own, effect.determinant);
    // What is urgent is for what is meant for it and for nothing else.
    const bool counts = on_it || need.kind == NeedKind::urgent ||
                        outlook_.determinant(effect.determinant) > 0.0;
    if (!(effect.factor < 1.0) || !counts) continue;
    const double strength = -elementary::log(std::max(effect.factor, detail::rounding));
    all += strength;
    if (!on_it) continue;
    meant += strength;
    on_need.push_back(effect);
  }
  if (on_need.empty()) return 0.0;
  // Where the model knows no way from the need to use, as of craving in continued use, it
  // is still a need.
  const double changes = relative_change(on_need, candidate.action.lasts);
  return (changes + detail::called_for * meant) * std::sqrt(meant / all);
}

/// What the stage calls for, what belongs to a quiet day, and what eases anything.
RELAPSE_INLINE double Answering::value_in_stage(const Candidate& candidate) {
  const auto& action = candidate.action;
  if (candidate.from_plan && action.acts_on.empty()) return 1.0;
  if (!candidate.wanted) return 0.0;
  const auto& stages = model().document().stages;
  const auto& here = stages[static_cast<std::size_t>(outlook_.stage())].id;
  if (action.quiet_day || contains(action.stages, here)) {
    return detail::called_for;
  }
  return candidate.acts_on.empty() ? 0.0 : detail::called_for * whole(candidate);
}

RELAPSE_INLINE double Answering::whole(const Candidate& candidate) {
  return relative_change(candidate.ranked_by, candidate.action.lasts);
}

/// By what share the use ahead falls, at the time scale of what is done. Over hours, the
/// chance to be in use already would hide it, and is left out.
RELAPSE_INLINE double
Answering::relative_change(const std::vector<risk::Intervention>& done, Days lasts) {
  if (done.empty()) return 0.0;
  const Days ahead = std::clamp(lasts, detail::shortest, detail::longest);
  const double standing = use_ahead(ahead, {});
  if (!(standing > detail::rounding)) return 0.0;
  return std::max(0.0, 1.0 - use_ahead(ahead, done) / standing);
}

/// Without the chance to be in use already.
RELAPSE_INLINE double Answering::use_ahead(Days ahead,
                                           const std::vector<risk::Intervention>& done) {
  return looks_.use_ahead(ahead, done) - in_use_already_;
}

RELAPSE_INLINE double Answering::standing(const Candidate& candidate) const {
  const auto& action = candidate.action;
  const double helps = candidate.helps / action.helpfulness.mean();
  const double turn = detail::least_turn + (1.0 - detail::least_turn) *
                                               detail::turn_of(action, outlook_.now());
  const bool back = helpfulness_.steps_back(action, outlook_.now());
  return helps * helps * (candidate.from_plan ? detail::by_plan : turn) *
         (back ? detail::stepped_back : 1.0);
}

}  // namespace relapse::care
