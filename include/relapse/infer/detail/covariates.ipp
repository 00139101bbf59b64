#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/error.hpp>
#include <relapse/infer/detail/covariates.hpp>

#include <algorithm>
#include <cmath>

namespace relapse::infer {
namespace detail {

using model::fading;

inline double efficacy(const Covariates& x, const model::DeterminantLaw& law) {
  if (law.efficacy_channel < 0) return law.default_efficacy;
  const auto& channel = x.channels[static_cast<std::size_t>(law.efficacy_channel)];
  return channel.asked() ? channel.value : law.default_efficacy;
}

/// Mean over the days since use, in the light of what is known of it, of what `of` makes
/// of those that have gone by on the clock.
template <class Of>
double over_unknown(const Covariates& x, const model::DeterminantLaw& law, Of of) {
  const bool from_use = law.builtin == BuiltinKind::log_days_since_use;
  if (!from_use || x.use_known || law.unknown_days.empty()) return of(0.0);
  double sum = 0.0;
  for (const double days : law.unknown_days) sum += of(days);
  return sum / static_cast<double>(law.unknown_days.size());
}

inline double clock_origin(const Covariates& x, const model::DeterminantLaw& law) {
  if (law.builtin == BuiltinKind::log_days_in_study) return x.study_clock;
  return law.builtin == BuiltinKind::log_days_since_use ? x.use_clock : x.recovery_clock;
}

/// A determinant when it was last set, and since when it fades.
struct Held {
  Standing standing;
  double since = 0.0;
};

inline Held held(const Covariates& x, const model::DeterminantLaw& law) {
  using model::Origin;
  if (law.builtin == BuiltinKind::recent_use && law.origin == Origin::held) {
    return {{x.use_known ? 1.0 : law.unknown_recent, 0.0}, x.use_clock};
  }
  if (law.origin == Origin::held) {
    const bool lapses = law.builtin == BuiltinKind::lapses;
    const double value = lapses         ? std::min(x.lapses, most_lapses)
                         : x.rows > 0.0 ? x.missed / x.rows
                                        : 0.0;
    return {{value - law.reference, law.reference}, lapses ? x.lapses_at : x.updated};
  }
  const auto& channel = x.channels[static_cast<std::size_t>(law.channel)];
  if (!channel.asked()) return {{0.0, law.reference}, x.updated};
  switch (law.origin) {
  case Origin::deviation:
    return {{channel.value - channel.mean(), channel.mean()}, channel.at};
  case Origin::excess:
    return {{std::max(channel.value - channel.mean(), 0.0), channel.mean()}, channel.at};
  case Origin::situation:
    return {{channel.value * (1.0 - efficacy(x, law)), 0.0}, channel.at};
  default:
    return {{channel.value - law.reference, law.reference}, channel.at};
  }
}

inline Standing standing_at(const Covariates& x, const model::DeterminantLaw& law,
                            double age) {
  if (law.origin == model::Origin::log_clock) {
    const double elapsed = x.updated + age - clock_origin(x, law);
    const double value = over_unknown(x, law, [&](double before) {
      return elementary::log1p((before + elapsed) / 30.0);
    });
    return {value - law.reference, law.reference};
  }
  auto [standing, since] = held(x, law);
  if (law.half_life > 0.0 && standing.deviation != 0.0) {
    const double elapsed = x.updated - since + age;
    if (elapsed != 0.0) standing.deviation *= fading(elapsed, law.half_life);
  }
  return standing;
}

}  // namespace detail

RELAPSE_INLINE Covariates first_covariates(Time at, const Start& start,
                                           const Model& model) {
  Covariates x;
  x.channels.resize(static_cast<std::size_t>(model.determinants().channels()));
  const double now = at.days;
  x.updated = x.lapses_at = x.study_clock = now;
  x.use_clock = now - start.days_since_use.value_or(Days{0.0}).count;
  x.use_known = start.days_since_use.has_value();
  x.recovery_clock = now - start.days_in_recovery.value_or(Days{0.0}).count;
  return x;
}

RELAPSE_INLINE const Channel* find_channel(const Covariates& x, std::string_view item,
                                           const Model& model) {
  const auto items = model.determinants().channel_items();
  const auto found = std::find(items.begin(), items.end(), model.find_item(item));
  return found == items.end()
             ? nullptr
             : &x.channels[static_cast<std::size_t>(found - items.begin())];
}

RELAPSE_INLINE Standing at_age(const Covariates& x, int determinant, double age,
                               const Model& model) {
  return detail::standing_at(
      x, model.determinants().laws()[static_cast<std::size_t>(determinant)], age);
}

RELAPSE_INLINE void fill_updated(const Covariates& x, const Model& model,
                                 std::span<double> deviations) {
  double* deviation = deviations.data();
  for (const auto& law : model.determinants().laws()) {
    *deviation++ = detail::standing_at(x, law, 0.0).deviation;
  }
}

RELAPSE_INLINE void fill_cell(const Covariates& x, std::span<const double> updated,
                              Cell cell, int points, const Model& model,
                              std::span<double> centred) {
  const auto& laws = model.determinants();
  for (int point = 0; point < points; ++point) {
    const auto at = centred.first(updated.size());
    laws.fade(cell, point, points, updated, at);
    for (const int d : laws.clocks()) {
      at[static_cast<std::size_t>(d)] =
          in_cell(x, d, cell, point, points, model).deviation;
    }
    centred = centred.subspan(updated.size());
  }
}

RELAPSE_INLINE Standing in_cell(const Covariates& x, int determinant, Cell cell,
                                int point, int points, const Model& model) {
  const auto& law = model.determinants().laws()[static_cast<std::size_t>(determinant)];
  if (law.origin == model::Origin::log_clock) {
    return detail::standing_at(x, law,
                               model::age_at_point(point, points, cell.begin, cell.end));
  }
  // Fading to the last update, then from there: the second part is known by cell.
  Standing standing = detail::standing_at(x, law, 0.0);
  standing.deviation *= model.determinants().left(determinant, cell, point, points);
  return standing;
}

RELAPSE_INLINE Standing ahead_in_cell(const Covariates& x, int determinant, Cell cell,
                                      int point, int points, double now,
                                      const Model& model) {
  const auto& law = model.determinants().laws()[static_cast<std::size_t>(determinant)];
  if (law.outlook.kind == OutlookKind::memory)
    return in_cell(x, determinant, cell, point, points, model);
  Standing standing = at_age(x, determinant, now, model);
  if (law.outlook.kind == OutlookKind::hold) return standing;
  const auto& channel = x.channels[static_cast<std::size_t>(law.channel)];
  if (!channel.asked()) return standing;
  double target = 0.0;
  if (law.origin == model::Origin::level) target = channel.mean() - law.reference;
  if (law.origin == model::Origin::situation) {
    target = channel.mean() * (1.0 - detail::efficacy(x, law));
  }
  const double age =
      model::age_at_point(point, points, std::max(cell.begin, now), cell.end);
  standing.deviation = target + (standing.deviation - target) *
                                    detail::fading(age - now, law.outlook.half_life_days);
  return standing;
}

}  // namespace relapse::infer
