#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Days of the calendar as texts, without a time of day and without a zone.
namespace relapse {

/// A day of some year.
struct MonthDay {
  unsigned month = 1;
  unsigned day = 1;

  auto operator<=>(const MonthDay&) const = default;
};

namespace detail {

/// The number that `count` digits from `from` on stand for.
inline std::optional<unsigned> calendar_digits(std::string_view text, std::size_t from,
                                               std::size_t count) {
  if (text.size() < from + count) return std::nullopt;
  unsigned number = 0;
  for (const char c : text.substr(from, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = 10 * number + static_cast<unsigned>(c - '0');
  }
  return number;
}

}  // namespace detail

/// The day MM-DD; empty for another text and for a day that no year has.
inline std::optional<MonthDay> month_day(std::string_view text) {
  if (text.size() != 5 || text[2] != '-') return std::nullopt;
  const auto month = detail::calendar_digits(text, 0, 2);
  const auto day = detail::calendar_digits(text, 3, 2);
  if (!month || !day) return std::nullopt;
  const std::chrono::month_day date{std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;  // 29 February is
  return MonthDay{*month, *day};
}

/// Days from 1970-01-01 to YYYY-MM-DD; empty for another text and for a day that the
/// calendar does not have.
inline std::optional<std::int64_t> calendar_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-') return std::nullopt;
  const auto year = detail::calendar_digits(text, 0, 4);
  const auto day = month_day(text.substr(5));
  if (!year || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(day->month),
                                         std::chrono::day(day->day)};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

/// The date of a day counted from 1970-01-01.
inline std::chrono::year_month_day date_of(std::int64_t day) {
  return std::chrono::sys_days(std::chrono::days(day));
}

/// A day counted from 1970-01-01 as YYYY-MM-DD.
inline std::string date_text(std::int64_t day) {
  const auto date = date_of(day);
  const auto padded = [](std::string number, std::size_t digits) {
    return std::string(digits - std::min(digits, number.size()), '0') + number;
  };
  return padded(std::to_string(static_cast<int>(date.year())), 4) + "-" +
         padded(std::to_string(static_cast<unsigned>(date.month())), 2) + "-" +
         padded(std::to_string(static_cast<unsigned>(date.day())), 2);
}

}  // namespace relapse
