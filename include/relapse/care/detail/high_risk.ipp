#pragma once

#include <relapse/care/detail/support_words.hpp>
#include <relapse/care/detail/words.hpp>
#include <relapse/care/high_risk.hpp>
#include <relapse/core/detail/calendar.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/core/error.hpp>
#include <relapse/plan/detail/fields.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace relapse::care {
namespace detail {

inline MonthDay month_day_of(std::int64_t day) {
  const auto date = date_of(day);
  return {static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())};
}

/// The ends of MM-DD/MM-DD.
inline std::optional<std::pair<MonthDay, MonthDay>> season_of(const Trigger& trigger) {
  const std::string_view text = trigger.time_of_year;
  const auto middle = text.find('/');
  if (middle == text.npos) return std::nullopt;
  const auto first = month_day(text.substr(0, middle));
  const auto last = month_day(text.substr(middle + 1));
  if (!first || !last) return std::nullopt;
  return std::pair(*first, *last);
}

inline bool in_season(const Trigger& trigger, std::int64_t day) {
  const auto season = season_of(trigger);
  if (!season) return false;
  const auto at = month_day_of(day);
  const auto& [first, last] = *season;
  return first <= last ? first <= at && at <= last : first <= at || at <= last;
}

inline bool is_pay_day(const Trigger& trigger, std::int64_t day) {
  if (trigger.pay_day == 0) return false;
  const auto date = date_of(day);
  const std::chrono::year_month_day_last last{date.year() / date.month() /
                                              std::chrono::last};
  const int of_month = static_cast<int>(static_cast<unsigned>(last.day()));
  return static_cast<int>(static_cast<unsigned>(date.day())) ==
         std::min(trigger.pay_day, of_month);
}

inline bool is_weekday(const Trigger& trigger, std::int64_t day) {
  const std::chrono::weekday weekday{std::chrono::sys_days(std::chrono::days(day))};
  const auto name = name_of(static_cast<Weekday>(weekday.iso_encoding() - 1));
  return contains(trigger.days, name);
}

inline bool is_date(const Trigger& trigger, std::int64_t day) {
  if (trigger.date.empty()) return false;
  const auto yearly = month_day(trigger.date);
  return yearly ? *yearly == month_day_of(day) : calendar_day(trigger.date) == day;
}

inline std::string day_of_year(MonthDay day, const Wording& say) {
  return say(words::ahead::day_of_year,
             {std::to_string(day.day), say(words::months[day.month - 1])});
}

}  // namespace detail

RELAPSE_INLINE std::string day_in_words(std::int64_t day, const Wording& say) {
  const auto date = date_of(day);
  return say(words::date, {std::to_string(static_cast<unsigned>(date.day())),
                           say(words::months[static_cast<unsigned>(date.month()) - 1]),
                           std::to_string(static_cast<int>(date.year()))});
}

RELAPSE_INLINE std::vector<HighRiskDay> high_risk_ahead(const Plan& plan, Time now,
                                                        int days, const Zone& zone,
                                                        const Wording& say) {
  if (days < 1 || days > 366) {
    throw InvalidInput("high-risk days", "the days to look ahead must be 1 to 366");
  }
  const std::int64_t today = zone.local(now).day;
  std::vector<HighRiskDay> ahead;
  for (const auto& trigger : plan.triggers) {
    std::string text(words::situation(trigger, say));
    if (!trigger.place.empty()) text += ", " + trigger.place;
    // Each kind of time by itself: a weekday must not hide a date that comes later.
    for (const auto comes :
         {detail::is_date, detail::is_weekday, detail::is_pay_day, detail::in_season}) {
      std::int64_t day = today;
      while (day < today + days && !comes(trigger, day)) ++day;
      if (day == today + days) continue;
      std::int64_t until = day;
      if (comes == detail::in_season) {
        while (until < day + 366 && comes(trigger, until + 1)) ++until;
      }
      ahead.push_back({key_of(trigger), text, day, until});
    }
  }
  std::stable_sort(ahead.begin(), ahead.end(), [](const auto& one, const auto& other) {
    return one.day < other.day;
  });
  return ahead;
}

RELAPSE_INLINE std::vector<PageLine>
high_risk_lines(const std::vector<HighRiskDay>& ahead, const Wording& say) {
  std::vector<PageLine> lines;
  for (const auto& each : ahead) {
    const auto day = day_in_words(each.day, say);
    lines.push_back({each.until == each.day
                         ? say(words::ahead::on, {day, each.words})
                         : say(words::ahead::from_to,
                               {day, day_in_words(each.until, say), each.words})});
  }
  return lines;
}

RELAPSE_INLINE std::vector<std::string> when_in_words(const Trigger& trigger,
                                                      const Wording& say) {
  std::vector<std::string> lines;
  if (const auto yearly = month_day(trigger.date)) {
    lines.push_back(say(words::ahead::yearly, {detail::day_of_year(*yearly, say)}));
  } else if (const auto day = calendar_day(trigger.date)) {
    lines.push_back(day_in_words(*day, say));
  }
  std::string days;
  for (const auto& name : trigger.days) {
    if (!days.empty()) days += ", ";
    const auto day = from_name<Weekday>(name);
    days += day ? say(words::weekdays[static_cast<std::size_t>(*day)]) : name;
  }
  if (!days.empty()) lines.push_back(days);
  if (const auto season = detail::season_of(trigger)) {
    lines.push_back(
        say(words::ahead::season, {detail::day_of_year(season->first, say),
                                   detail::day_of_year(season->second, say)}));
  }
  if (trigger.pay_day > 0) {
    lines.push_back(say(words::ahead::pay_day, {std::to_string(trigger.pay_day)}));
  }
  if (!trigger.place.empty()) lines.push_back(trigger.place);
  return lines;
}

}  // namespace relapse::care
