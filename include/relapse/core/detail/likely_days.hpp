#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

/// What is wrong with numbers that are told as days.
namespace relapse {

/// As days since 1970, the year 2300; and as many days before.
inline constexpr double most_days_since_1970 = 120'533.0;
/// A hundred years: nobody has been in recovery for longer, or used longer ago.
inline constexpr double most_days_of_a_life = 36'525.0;
/// Between two check-ins that are expected.
inline constexpr double most_days_between = 366.0;

/// What a number looks like that is too large to be days: seconds or less since 1970, or
/// a date. Empty where it looks like nothing.
inline std::string_view looks_like(double number) {
  const double size = std::abs(number);
  const auto within = [&](double least, double most) {
    return size >= least && size < most;
  };
  if (within(18'000'000, 23'000'000) && size == std::floor(size)) {
    const auto date = static_cast<std::int64_t>(size);
    const auto month = date / 100 % 100;
    const auto day = date % 100;
    if (month >= 1 && month <= 12 && day >= 1 && day <= 31) return "a date, YYYYMMDD";
  }
  // As moments since 1970, these are of the years 1973 to 2286.
  if (within(1e8, 1e10)) return "seconds";
  if (within(1e11, 1e13)) return "milliseconds";
  if (within(1e14, 1e16)) return "microseconds";
  if (within(1e17, 1e19)) return "nanoseconds";
  return {};
}

/// ", and looks like seconds"; empty where it looks like nothing.
inline std::string and_looks_like(double number) {
  const auto what = looks_like(number);
  return what.empty() ? std::string() : ", and looks like " + std::string(what);
}

/// What is wrong with a length of time: reads as "is ..., but must be ...". Empty when
/// nothing is.
inline std::string wrong_length(double days, double most = most_days_of_a_life) {
  if (days >= 0.0 && days <= most) return {};
  const std::string longest = std::to_string(static_cast<int>(most)) + " days";
  std::string problem = "is not finite";
  if (std::isfinite(days)) {
    problem =
        days < 0.0 ? "is below 0" : "is more than " + longest + and_looks_like(days);
  }
  return problem + ", but must be 0 to " + longest;
}

}  // namespace relapse
