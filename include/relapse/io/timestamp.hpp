#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>

#include <optional>
#include <string>
#include <string_view>

/// Times as text: RFC 3339, such as 2026-03-01T08:00:00.5+02:00, and offsets as in the
/// basic form of ISO 8601, +0200 and +02. Seconds may be left out; a zone (`Z` or an
/// offset) may not, because a time without one is no moment. A fraction is read to the
/// microsecond, as the clocks of most tools have it; what is finer is cut off.
namespace relapse::io {

/// What a text says: a moment, or what is wrong with it.
struct TimestampReading {
  std::optional<Time> time;
  std::string_view problem;  ///< reads as "is <problem>"; empty when there is a time
};

/// What a timestamp must be, for messages.
inline constexpr std::string_view timestamp_form =
    "a time with its zone, such as 2026-03-01T08:00:00+02:00";

/// Seconds that local time in a zone is ahead of UTC at a moment; empty for a zone that
/// is not known.
using ZoneRules = std::optional<int> (*)(std::string_view zone, Time moment);
/// By which rules `read_timestamp` holds an offset against the zone in brackets behind
/// it, on all threads; null: none. The library has no rules of its own, and knows UTC
/// alone.
void set_zone_rules(ZoneRules rules) noexcept;

/// Reads a time as it is written in exports; says what is wrong with one that is none,
/// that lies further from 1970 than the year 2300, or whose offset is not that of the
/// zone in brackets behind it (`+01:00[Europe/Berlin]`), as in the hour that is left out.
TimestampReading read_timestamp(std::string_view text);
/// The same; throws InvalidInput in place of a problem.
Time parse_timestamp(std::string_view text);

/// What speaks against a number being days since 1970-01-01 or since any other beginning:
/// beyond the year 2300 lie no check-ins, but seconds and dates as YYYYMMDD do. Reads as
/// "is <problem>"; empty when nothing does.
std::string unlikely_days(double days);

/// In UTC, to the microsecond. Empty when the text would be another time: between two
/// microseconds, or outside the years 0 to 9999.
std::optional<std::string> to_timestamp(Time time);

/// Whether a text is a time of day, HH:MM.
bool is_time_of_day(std::string_view text);

/// JSON of a time, which reads back as the same double: a timestamp where there is one,
/// otherwise a number of days.
std::string time_json(Time time);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/timestamp.ipp>
#endif
