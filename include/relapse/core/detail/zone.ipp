#pragma once

#include <relapse/core/error.hpp>
#include <relapse/core/zone.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace relapse {
namespace detail {

inline constexpr std::int64_t microseconds_a_second = 1'000'000;
inline constexpr std::int64_t microseconds_a_minute = 60 * microseconds_a_second;
inline constexpr std::int64_t microseconds_a_day = 24 * (60 * microseconds_a_minute);

/// Whole microseconds, so that clocks are compared without rounding.
inline constexpr double range_in_days = 1e8;
inline std::int64_t microseconds_of(Time time) {
  if (!(std::abs(time.days) < range_in_days)) {
    throw InvalidInput("local time", "the moment is not finite or too far away");
  }
  return std::llround(time.days * static_cast<double>(microseconds_a_day));
}

inline std::int64_t time_on_clock(std::string_view text) {
  const auto minute = minute_of_day(text);
  if (!minute) throw InvalidInput("hours", "a time of day must be one such as 22:30");
  return *minute * microseconds_a_minute;
}

}  // namespace detail

RELAPSE_INLINE std::optional<int> minute_of_day(std::string_view text) {
  const auto number = [&](std::size_t at, int most) -> int {
    const int tens = text[at] - '0';
    const int ones = text[at + 1] - '0';
    const bool digits = tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9;
    return digits && 10 * tens + ones <= most ? 10 * tens + ones : -1;
  };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const int hour = number(0, 23);
  const int minute = number(3, 59);
  if (hour < 0 || minute < 0) return std::nullopt;
  return 60 * hour + minute;
}

RELAPSE_INLINE Zone::Zone(std::vector<ZoneTransition> transitions, Time known_until)
    : transitions_(std::move(transitions)), known_until_(known_until) {
  constexpr int seconds_a_day = 86'400;
  if (transitions_.empty()) throw InvalidInput("zone", "there must be an offset");
  double before = -1e300;
  for (const auto& each : transitions_) {
    if (!(each.at.days > before && each.at < known_until)) {
      throw InvalidInput("zone", "times must increase and lie before the end");
    }
    if (std::abs(each.offset_seconds) >= seconds_a_day) {
      throw InvalidInput("zone", "an offset must be shorter than a day");
    }
    before = each.at.days;
  }
}

RELAPSE_INLINE int Zone::offset_seconds(Time moment) const {
  if (transitions_.empty()) return 0;
  if (!(moment >= transitions_.front().at && moment < known_until_)) {
    throw InvalidInput("zone", "is not known at a moment that is asked for");
  }
  const auto later = std::upper_bound(
      transitions_.begin(), transitions_.end(), moment,
      [](Time time, const ZoneTransition& each) { return time < each.at; });
  return (later - 1)->offset_seconds;
}

RELAPSE_INLINE LocalTime Zone::local(Time moment) const {
  const std::int64_t clock = detail::microseconds_of(moment) +
                             offset_seconds(moment) * detail::microseconds_a_second;
  const std::int64_t into_day =
      (clock % detail::microseconds_a_day + detail::microseconds_a_day) %
      detail::microseconds_a_day;
  return {(clock - into_day) / detail::microseconds_a_day, into_day};
}

RELAPSE_INLINE std::optional<Time> Zone::next_change(Time moment) const {
  if (transitions_.empty()) return std::nullopt;
  for (const auto& each : transitions_) {
    if (each.at > moment) return each.at;
  }
  return known_until_;
}

RELAPSE_INLINE Zone Zone::everywhere() const {
  Zone zone = *this;
  if (transitions_.empty()) return zone;
  zone.transitions_.front().at =
      std::min(transitions_.front().at, Time{-detail::range_in_days});
  zone.known_until_ = std::max(known_until_, Time{detail::range_in_days});
  return zone;
}

RELAPSE_INLINE DailyHours::DailyHours(std::string_view from, std::string_view to)
    : from_(detail::time_on_clock(from)), to_(detail::time_on_clock(to)) {
  if (from_ == to_) {
    throw InvalidInput("hours", "from and to are the same, but must leave time outside");
  }
}

RELAPSE_INLINE bool DailyHours::contain(LocalTime local) const {
  const auto clock = local.microseconds;
  return from_ < to_ ? clock >= from_ && clock < to_ : clock >= from_ || clock < to_;
}

RELAPSE_INLINE Time DailyHours::end(Time moment, const Zone& zone) const {
  // Local clocks jump, so the end is looked for in stretches of one offset.
  while (true) {
    const LocalTime local = zone.local(moment);
    if (!contain(local)) return moment;
    const std::int64_t left = (to_ - local.microseconds + detail::microseconds_a_day) %
                              detail::microseconds_a_day;
    const Time end = Time::from_microseconds(detail::microseconds_of(moment) + left);
    const auto change = zone.next_change(moment);
    if (!change || end < *change) return end;
    moment = *change;
  }
}

}  // namespace relapse
