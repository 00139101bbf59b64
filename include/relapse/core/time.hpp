#pragma once

#include <compare>
#include <cstdint>

namespace relapse {

/// A length of time in days.
struct Days {
  double count = 0.0;

  constexpr Days() = default;
  constexpr explicit Days(double days) : count(days) {}
  auto operator<=>(const Days&) const = default;
};

/// A moment: days since 1970-01-01T00:00 UTC. Data without a calendar may count from any
/// other moment.
struct Time {
  double days = 0.0;

  constexpr Time() = default;
  constexpr explicit Time(double days_since_epoch) : days(days_since_epoch) {}
  auto operator<=>(const Time&) const = default;

  /// Converts once from integer microseconds since the epoch.
  static constexpr Time from_microseconds(std::int64_t microseconds) {
    return Time{static_cast<double>(microseconds) / 86'400'000'000.0};
  }
};

/// The time between two moments.
constexpr Days operator-(Time later, Time earlier) {
  return Days{later.days - earlier.days};
}
/// The moment some days later.
constexpr Time operator+(Time time, Days days) { return Time{time.days + days.count}; }
/// The moment some days earlier.
constexpr Time operator-(Time time, Days days) { return Time{time.days - days.count}; }

}  // namespace relapse
