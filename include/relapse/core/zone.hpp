#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

/// Local time. The rules of the time zones change several times a year, so the library
/// holds none: whoever calls passes the transitions, from the system's or a library's tz
/// database, and the same transitions give the same result everywhere.
namespace relapse {

/// Minutes after midnight of HH:MM; empty for another text.
std::optional<int> minute_of_day(std::string_view text);

/// From this moment on, local time is so many seconds ahead of UTC.
struct ZoneTransition {
  Time at;
  int offset_seconds = 0;

  bool operator==(const ZoneTransition&) const = default;
};

/// A day of the calendar and the time on the clock there.
struct LocalTime {
  std::int64_t day = 0;           ///< days since 1970-01-01, by the local calendar
  std::int64_t microseconds = 0;  ///< after local midnight

  auto operator<=>(const LocalTime&) const = default;
};

/// The offsets of one place over a stretch of time.
class Zone {
 public:
  /// Local time is UTC, at all times.
  Zone() = default;
  /// @param transitions in the order of time; the first says from when the zone is known
  /// @param known_until the zone is not known from here on
  /// Throws InvalidInput when times do not increase or offsets are of a day or more.
  Zone(std::vector<ZoneTransition> transitions, Time known_until);

  /// Throw InvalidInput for a moment at which the zone is not known.
  LocalTime local(Time moment) const;
  /// Offset from UTC at a moment.
  int offset_seconds(Time moment) const;
  /// The next moment at which the offset changes or stops being known; empty: never.
  std::optional<Time> next_change(Time moment) const;
  /// The same clock at all times: before it is known its first offset holds, and after
  /// that its last.
  Zone everywhere() const;

  bool operator==(const Zone&) const = default;

 private:
  std::vector<ZoneTransition> transitions_;  // empty: UTC
  Time known_until_;
};

/// Hours of the day, from one time on the local clock up to another, over midnight where
/// the second is the earlier one.
class DailyHours {
 public:
  /// @param from,to HH:MM. Throws InvalidInput for other texts and for equal ones.
  DailyHours(std::string_view from, std::string_view to);

  bool contain(LocalTime local) const;
  /// The first moment from `moment` on outside these hours. Throws InvalidInput where the
  /// zone is not known.
  Time end(Time moment, const Zone& zone) const;

 private:
  std::int64_t from_;  // microseconds after midnight
  std::int64_t to_;
};

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/core/detail/zone.ipp>
#endif
