#pragma once

#include <relapse/care/detail/support_words.hpp>
#include <relapse/care/detail/words.hpp>
#include <relapse/care/plan_page.hpp>
#include <relapse/care/support_step.hpp>
#include <relapse/core/error.hpp>
#include <relapse/domain/phrases.hpp>

#include <cmath>
#include <set>
#include <string>
#include <utility>

namespace relapse::care {
namespace detail {

inline constexpr double week_in_days = 7.0;

class SupportRule {
 public:
  SupportRule(const SupportInput& input, const SupportSettings& settings)
      : input_(input), settings_(settings), say_(settings.wording) {}

  SupportStep step() const {
    if (auto why = why_more()) return made(SupportChange::step_up, std::move(*why));
    if (auto why = why_not_less()) return made(SupportChange::stay, std::move(*why));
    return made(SupportChange::step_down,
                say_(words::support::calm,
                     {std::to_string(settings_.calm_weeks), level(settings_.calm)}));
  }

 private:
  SupportStep made(SupportChange change, std::string why) const {
    const auto& phrase = words::support::changes[static_cast<std::size_t>(change)];
    return {change, std::string(say_(phrase)), std::move(why)};
  }

  std::string_view level(RiskLevel level) const {
    return say_(phrases::levels[static_cast<std::size_t>(level)]);
  }
  std::string date(Time at) const { return date_in_words(at, settings_.zone, say_); }

  bool used_within(Days length) const {
    return input_.last_use && input_.now - *input_.last_use <= length;
  }

  /// The highest level of a week counted back from now; empty without a check-in.
  std::optional<RiskLevel> highest(int weeks_ago) const {
    std::optional<RiskLevel> most;
    for (const auto& shown : input_.levels) {
      const double ago = (input_.now - shown.at).count / week_in_days;
      if (static_cast<int>(std::floor(ago)) != weeks_ago) continue;
      if (!most || shown.level > *most) most = shown.level;
    }
    return most;
  }

  std::optional<std::string> why_more() const {
    if (used_within(settings_.after_use)) {
      return say_(words::support::used, {date(*input_.last_use)});
    }
    std::set<std::int64_t> days;
    for (const auto& shown : input_.levels) {
      const bool recent = input_.now - shown.at < settings_.high_within;
      if (recent && shown.level >= settings_.high) {
        days.insert(settings_.zone.local(shown.at).day);
      }
    }
    if (static_cast<int>(days.size()) >= settings_.high_days) {
      const int count = static_cast<int>(days.size());
      const auto on = count == 1 ? std::string(say_(words::length::on_day))
                                 : say_(words::length::on_days, {std::to_string(count)});
      return say_(
          words::support::high_days,
          {level(settings_.high), on, length_in_words(settings_.high_within, say_)});
    }
    for (int week = 0; week < settings_.lasting_weeks; ++week) {
      const auto most = highest(week);
      if (!most || *most < settings_.lasting) return std::nullopt;
    }
    return say_(words::support::lasting,
                {level(settings_.lasting), std::to_string(settings_.lasting_weeks)});
  }

  std::optional<std::string> why_not_less() const {
    const Days weeks{week_in_days * settings_.calm_weeks};
    if (used_within(weeks)) return say_(words::support::used, {date(*input_.last_use)});
    for (auto shown = input_.levels.rbegin(); shown != input_.levels.rend(); ++shown) {
      if (!(input_.now - shown->at < weeks)) break;
      if (shown->level <= settings_.calm) continue;
      return say_(words::support::not_calm, {level(settings_.calm), date(shown->at),
                                             std::to_string(settings_.calm_weeks)});
    }
    for (int week = 0; week < settings_.calm_weeks; ++week) {
      if (!highest(week)) {
        return say_(words::support::too_short, {std::to_string(settings_.calm_weeks)});
      }
    }
    return std::nullopt;
  }

  const SupportInput& input_;
  const SupportSettings& settings_;
  const Wording& say_;
};

inline void require_sense(const SupportInput& input, const SupportSettings& settings) {
  if (settings.calm_weeks < 1 || settings.lasting_weeks < 1 || settings.high_days < 1) {
    throw InvalidInput("support step", "weeks and days must be 1 or more");
  }
  if (!(settings.high_within.count > 0.0 && settings.after_use.count >= 0.0)) {
    throw InvalidInput("support step", "lengths of time must be above 0");
  }
  if (!std::isfinite(input.now.days) ||
      (input.last_use && !(*input.last_use <= input.now))) {
    throw InvalidInput("support step", "the last use must not lie after now");
  }
  const Time* before = nullptr;
  for (const auto& shown : input.levels) {
    if (!(shown.at <= input.now) || (before != nullptr && shown.at < *before)) {
      throw InvalidInput("support step",
                         "levels must be in the order of time and not after now");
    }
    before = &shown.at;
  }
}

}  // namespace detail

RELAPSE_INLINE SupportStep support_step(const SupportInput& input,
                                        const SupportSettings& settings) {
  detail::require_sense(input, settings);
  return detail::SupportRule(input, settings).step();
}

}  // namespace relapse::care
