#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/core/zone.hpp>
#include <relapse/domain/stage.hpp>
#include <relapse/plan/plan.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

/// Use and abstinence over time, as a person reported it. Nothing here ever goes back to
/// zero: days in recovery, lapses and returns to abstinence only add up.
namespace relapse {

/// What was reported about one moment or day.
struct UseReport {
  Time at;
  bool used = false;
  double amount = 0.0;         ///< in the units that are asked; 0: not asked
  std::string substance = {};  ///< empty: not stated

  bool operator==(const UseReport&) const = default;
};

/// A run of reports of use with none without use in between.
struct UseEpisode {
  Time first;
  Time last;
  int days = 0;                       ///< local days with use
  UseKind kind = UseKind::lapse;      ///< by the person's own definition
  std::optional<Time> prolapse = {};  ///< first report without use after it

  bool operator==(const UseEpisode&) const = default;
};

/// Episodes in the order of time. An episode is a relapse from the day on which the
/// definition is met (a heavy-use day, days of use in a row, days of use within seven,
/// earlier episodes included), otherwise a lapse.
/// @param reports in the order of time
/// Throws InvalidInput for reports out of order and amounts below 0.
std::vector<UseEpisode> find_episodes(std::span<const UseReport> reports,
                                      const UseDefinition& definition, const Zone& zone);

/// What stays, whatever happens. A day counts once it is over.
struct RecoveryCounts {
  int days_in_recovery = 0;  ///< local days since its start
  int days_without_use = 0;  ///< local days told of without use, all together
  int longest_run = 0;       ///< most days told of without use between two with use
  int lapses = 0;
  int relapses = 0;
  int prolapses = 0;  ///< returns to abstinence

  bool operator==(const RecoveryCounts&) const = default;
};

/// The time over which is counted.
struct RecoverySpan {
  Time start;                ///< of recovery; not after the first report
  Time now;                  ///< not before the last one
  Days without_before{0.0};  ///< without use right before the first report, told at once
};

/// Throws InvalidInput for reports before the start or after now, and for a time before
/// them that is below 0 or not finite.
RecoveryCounts count_recovery(std::span<const UseReport> reports,
                              const UseDefinition& definition, const Zone& zone,
                              const RecoverySpan& span);

/// What a person made of a return to use.
struct LearningRecord {
  Time at;
  std::vector<std::string> situations = {};  ///< codes of the taxonomy
  std::string words = {};                    ///< what happened, in the person's words
  std::vector<std::string> signs = {};       ///< that came before: items, or own words
  std::vector<std::string> tried = {};  ///< actions, or own strategies by their words
  std::string change = {};              ///< what the person would change

  bool operator==(const LearningRecord&) const = default;
};

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/plan/detail/use_history.ipp>
#endif
