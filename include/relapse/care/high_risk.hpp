#pragma once

#include <relapse/care/page.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/core/zone.hpp>
#include <relapse/domain/wording.hpp>
#include <relapse/plan/plan.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace relapse {

/// A day or a stretch of days ahead on which a trigger of the plan comes.
struct HighRiskDay {
  std::string trigger;     ///< what the trigger is known by
  std::string words;       ///< situation and place, in the person's words
  std::int64_t day = 0;    ///< local days since 1970-01-01
  std::int64_t until = 0;  ///< the last one; `day` itself for a single day

  bool operator==(const HighRiskDay&) const = default;
};

namespace care {

/// The next day of each kind of time of each trigger, from the day of `now` on, by date.
/// A time of year that has begun counts from today.
/// @param days to look ahead, 1 to 366. Throws InvalidInput for another number.
std::vector<HighRiskDay> high_risk_ahead(const Plan& plan, Time now, int days,
                                         const Zone& zone, const Wording& say = {});

/// The same to read.
std::vector<PageLine> high_risk_lines(const std::vector<HighRiskDay>& ahead,
                                      const Wording& say = {});

/// When and where a trigger comes, one sentence each.
std::vector<std::string> when_in_words(const Trigger& trigger, const Wording& say = {});

/// A day of the calendar, such as 12 April 2026.
std::string day_in_words(std::int64_t day, const Wording& say = {});

}  // namespace care
}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/care/detail/high_risk.ipp>
#endif
