#pragma once

#include <relapse/core/detail/ascii.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/likely_days.hpp>
#include <relapse/core/error.hpp>
#include <relapse/core/zone.hpp>
#include <relapse/io/timestamp.hpp>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace relapse::io {
namespace detail {

inline constexpr std::int64_t second_in_microseconds = 1'000'000;
inline constexpr std::int64_t minute_in_microseconds = 60 * second_in_microseconds;
inline constexpr std::int64_t day_in_microseconds =
    std::int64_t{24 * 60} * minute_in_microseconds;

/// Takes a timestamp apart from left to right.
class TimestampCursor {
 public:
  explicit TimestampCursor(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool at_digit() const { return !rest_.empty() && ascii::is_digit(rest_.front()); }
  /// Takes one of `characters`; '\0' when the next is none of them.
  char take(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_.front()) == characters.npos) return '\0';
    const char taken = rest_.front();
    rest_.remove_prefix(1);
    return taken;
  }
  bool take_word(std::string_view word) {
    const bool is_there = rest_.starts_with(word);
    if (is_there) rest_.remove_prefix(word.size());
    return is_there;
  }
  /// Takes a number of so many digits within limits; empty when there is none.
  std::optional<int> number(int digits, int least, int most) {
    int value = 0;
    for (int i = 0; i < digits; ++i) {
      const char digit = take("0123456789");
      if (digit == '\0') return std::nullopt;
      value = 10 * value + (digit - '0');
    }
    return value >= least && value <= most ? std::optional<int>(value) : std::nullopt;
  }
  /// Takes what stands in brackets, if anything; empty where one is open.
  std::optional<std::string_view> brackets() {
    if (take("[") == '\0') return std::string_view();
    const auto end = rest_.find(']');
    if (end == 0 || end == rest_.npos) return std::nullopt;
    const auto inside = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return inside;
  }
  /// The same after a separator.
  std::optional<int> number_after(std::string_view separators, int least, int most) {
    return take(separators) == '\0' ? std::nullopt : number(2, least, most);
  }

 private:
  std::string_view rest_;
};

/// Microseconds of a fraction of a second, the point taken; empty when there is no digit.
inline std::optional<std::int64_t> take_fraction(TimestampCursor& cursor) {
  std::int64_t value = 0;
  std::int64_t unit = second_in_microseconds;
  for (bool first = true;; first = false) {
    const char digit = cursor.take("0123456789");
    if (digit == '\0') return first ? std::nullopt : std::optional<std::int64_t>(value);
    unit /= 10;
    value += unit * (digit - '0');
  }
}

/// Takes Z, UTC or GMT.
inline bool take_utc(TimestampCursor& cursor) {
  return cursor.take("Zz") != '\0' || cursor.take_word("UTC") || cursor.take_word("GMT");
}

/// Offset of a zone from UTC in minutes, +02:00, +0200 or +02; empty when there is none.
inline std::optional<int> take_offset(TimestampCursor& cursor) {
  const char sign = cursor.take("+-");
  const auto hours = sign == '\0' ? std::nullopt : cursor.number(2, 0, 23);
  if (!hours) return std::nullopt;
  const bool alone = cursor.take(":") == '\0' && cursor.at_end();
  const auto minutes = alone ? std::optional<int>(0) : cursor.number(2, 0, 59);
  if (!minutes) return std::nullopt;
  return (sign == '-' ? -1 : 1) * (60 * *hours + *minutes);
}

inline std::atomic<ZoneRules> zone_rules{nullptr};

/// Whether local time in a zone is so far ahead of UTC at a moment, as far as that is
/// known.
inline bool fits_zone(std::string_view zone, int offset_in_minutes, Time moment) {
  TimestampCursor cursor(zone);
  std::optional<int> seconds;
  if (take_utc(cursor) && cursor.at_end()) {
    seconds = 0;
  } else if (const ZoneRules rules = zone_rules.load(); rules != nullptr) {
    seconds = rules(zone, moment);
  }
  return !seconds || *seconds == 60 * offset_in_minutes;
}

}  // namespace detail

RELAPSE_INLINE void set_zone_rules(ZoneRules rules) noexcept {
  detail::zone_rules.store(rules);
}

RELAPSE_INLINE TimestampReading read_timestamp(std::string_view text) {
  constexpr std::string_view malformed = "no timestamp";
  detail::TimestampCursor cursor(text);
  const auto year = cursor.number(4, 0, 9999);
  const bool basic = cursor.at_digit();  // 20260301T080000Z
  const auto part = [&](const char* separator, int least, int most) {
    return basic ? cursor.number(2, least, most)
                 : cursor.number_after(separator, least, most);
  };
  const auto month = year ? part("-", 1, 12) : std::nullopt;
  const auto day = month ? part("-", 1, 31) : std::nullopt;
  const auto hour = day ? cursor.number_after("Tt ", 0, 23) : std::nullopt;
  const auto minute = hour ? part(":", 0, 59) : std::nullopt;
  if (!minute) return {{}, malformed};
  std::int64_t microseconds = (60 * *hour + *minute) * detail::minute_in_microseconds;
  if (basic ? cursor.at_digit() : cursor.take(":") != '\0') {
    const auto second = cursor.number(2, 0, 59);
    if (!second) return {{}, malformed};
    microseconds += *second * detail::second_in_microseconds;
    const bool has_fraction = cursor.take(".,") != '\0';
    const auto fraction = has_fraction ? detail::take_fraction(cursor) : 0;
    if (!fraction) return {{}, malformed};
    microseconds += *fraction;
  }
  if (cursor.at_end()) return {{}, "a time without zone"};
  cursor.take(" ");
  const bool utc = detail::take_utc(cursor);
  const auto offset = utc ? 0 : detail::take_offset(cursor);
  // Java writes the name of the zone behind the offset.
  const auto zone = offset ? cursor.brackets() : std::nullopt;
  if (!zone || !cursor.at_end()) return {{}, malformed};
  const std::chrono::year_month_day date{
      std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
      std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return {{}, "no day of the calendar"};
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const auto time =
      Time::from_microseconds(days * detail::day_in_microseconds + microseconds -
                              *offset * detail::minute_in_microseconds);
  if (std::abs(time.days) > most_days_since_1970)
    return {{}, "further from 1970 than the year 2300"};
  // Z says nothing of the clock there (RFC 9557), so no zone speaks against it.
  if (!utc && !zone->empty() && !detail::fits_zone(*zone, *offset, time))
    return {{}, "a time whose offset is not that of the zone in brackets"};
  return {time, {}};
}

RELAPSE_INLINE std::string unlikely_days(double days) {
  if (!std::isfinite(days) || std::abs(days) <= most_days_since_1970) return {};
  return "beyond the year 2300 as days" + and_looks_like(days);
}

RELAPSE_INLINE Time parse_timestamp(std::string_view text) {
  const auto [time, problem] = read_timestamp(text);
  if (time) return *time;
  throw InvalidInput("timestamp", "is " + std::string(problem) + ", but must be " +
                                      std::string(timestamp_form));
}

RELAPSE_INLINE std::optional<std::string> to_timestamp(Time time) {
  using std::chrono::year;
  constexpr double range_in_days = 4e6;
  if (!(std::abs(time.days) < range_in_days)) return std::nullopt;
  std::int64_t microseconds = std::llround(time.days * detail::day_in_microseconds);
  // The product is rounded, so that the microsecond meant may be a neighbour.
  for (const std::int64_t step : {0, -1, 2}) {
    microseconds += step;
    if (Time::from_microseconds(microseconds) == time) break;
  }
  if (Time::from_microseconds(microseconds) != time) return std::nullopt;
  const std::int64_t into_day =
      (microseconds % detail::day_in_microseconds + detail::day_in_microseconds) %
      detail::day_in_microseconds;
  const std::chrono::days days((microseconds - into_day) / detail::day_in_microseconds);
  const std::chrono::year_month_day date{std::chrono::sys_days(days)};
  if (date.year() < year(0) || date.year() > year(9999)) return std::nullopt;
  const std::chrono::hh_mm_ss clock{std::chrono::microseconds(into_day)};
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02d",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  std::string text(buffer);
  if (clock.subseconds().count() != 0) {
    std::snprintf(buffer, sizeof buffer, ".%06d",
                  static_cast<int>(clock.subseconds().count()));
    text += buffer;
  }
  return text + 'Z';
}

RELAPSE_INLINE bool is_time_of_day(std::string_view text) {
  return minute_of_day(text).has_value();
}

RELAPSE_INLINE std::string time_json(Time time) {
  const auto text = to_timestamp(time);
  return text ? json_string(*text) : json_number(time.days);
}

}  // namespace relapse::io
