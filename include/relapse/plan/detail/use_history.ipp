#pragma once

#include <relapse/core/detail/likely_days.hpp>
#include <relapse/core/error.hpp>
#include <relapse/plan/use_history.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>

namespace relapse {
namespace detail {

inline void require_order(std::span<const UseReport> reports) {
  double before = -std::numeric_limits<double>::infinity();
  for (const auto& report : reports) {
    if (!(report.at.days >= before)) {
      throw InvalidInput("reports of use", "the times must be in their order");
    }
    if (!(report.amount >= 0.0)) {
      throw InvalidInput("reports of use", "an amount must be 0 or more");
    }
    before = report.at.days;
  }
}

/// Days of use, of which a new one may meet the definition of a relapse.
class UseDays {
 public:
  explicit UseDays(const UseDefinition& definition) : definition_(definition) {}

  bool meets(std::int64_t day, double amount) {
    days_.insert(day);
    const bool heavy =
        definition_.heavy_amount > 0.0 && amount >= definition_.heavy_amount;
    const bool row =
        definition_.consecutive_days > 0 && run_to(day) >= definition_.consecutive_days;
    const bool week =
        definition_.days_a_week > 0 &&
        std::distance(days_.upper_bound(day - 7), days_.end()) >= definition_.days_a_week;
    return heavy || row || week;
  }

 private:
  int run_to(std::int64_t day) const {
    int run = 0;
    while (days_.contains(day - run)) ++run;
    return run;
  }

  const UseDefinition& definition_;
  std::set<std::int64_t> days_;
};

}  // namespace detail

RELAPSE_INLINE std::vector<UseEpisode> find_episodes(std::span<const UseReport> reports,
                                                     const UseDefinition& definition,
                                                     const Zone& zone) {
  detail::require_order(reports);
  std::vector<UseEpisode> episodes;
  detail::UseDays use_days(definition);
  bool open = false;
  std::int64_t last_day = 0;
  for (const auto& report : reports) {
    if (!report.used) {
      if (open) episodes.back().prolapse = report.at;
      open = false;
      continue;
    }
    const auto day = zone.local(report.at).day;
    if (!open) episodes.push_back({report.at, report.at, 0, UseKind::lapse, {}});
    auto& episode = episodes.back();
    episode.days += !open || day != last_day ? 1 : 0;
    episode.last = report.at;
    if (use_days.meets(day, report.amount)) episode.kind = UseKind::relapse;
    open = true;
    last_day = day;
  }
  return episodes;
}

RELAPSE_INLINE RecoveryCounts count_recovery(std::span<const UseReport> reports,
                                             const UseDefinition& definition,
                                             const Zone& zone, const RecoverySpan& span) {
  if (!(span.now >= span.start)) throw InvalidInput("recovery", "starts after now");
  const double before = span.without_before.count;
  if (const auto problem = wrong_length(before); !problem.empty())
    throw InvalidInput("without_before", problem);
  RecoveryCounts counts;
  for (const auto& episode : find_episodes(reports, definition, zone)) {
    if (episode.kind == UseKind::lapse) ++counts.lapses;
    if (episode.kind == UseKind::relapse) ++counts.relapses;
    if (episode.prolapse) ++counts.prolapses;
  }
  std::set<std::int64_t> with_use;
  for (const auto& report : reports) {
    if (!(report.at >= span.start && report.at <= span.now)) {
      throw InvalidInput("reports of use",
                         "a report lies before the start of recovery or after now");
    }
    if (report.used) with_use.insert(zone.local(report.at).day);
  }
  const auto today = zone.local(span.now).day;
  std::set<std::int64_t> without;
  int run = counts.longest_run = static_cast<int>(before);
  for (const auto& report : reports) {
    const auto day = zone.local(report.at).day;
    if (with_use.contains(day)) {
      run = 0;
    } else if (day != today && without.insert(day).second) {
      counts.longest_run = std::max(counts.longest_run, ++run);
    }
  }
  counts.days_without_use = static_cast<int>(before) + static_cast<int>(without.size());
  counts.days_in_recovery = static_cast<int>(today - zone.local(span.start).day);
  return counts;
}

}  // namespace relapse
