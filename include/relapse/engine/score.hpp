#pragma once

#include <relapse/core/error.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/domain/safety.hpp>
#include <relapse/engine/batch.hpp>
#include <relapse/model/model.hpp>
#include <relapse/risk/assessment.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace relapse {

/// What a check-in that is refused does: ends the run, or is listed.
enum class OnError { raise, collect };

/// How a data set is scored.
struct ScoreSettings {
  bool drivers = false;
  bool outcome_drivers = false;  ///< why each outcome of the model changed
  int threads = 0;               ///< 0: as many as the machine has
  OnError on_error = OnError::raise;
  SameTime same_time = SameTime::refuse;
  /// What is told of the determinants ahead (weeks of treatment, phases of a study):
  /// answers to determinants of the same persons, by the same numbers. Each row holds
  /// from its time until the next one, the last says where the plan of the person ends.
  /// Read by `score` without drivers and by `forecast`; null: nothing is told.
  const Batch* plan = nullptr;
  /// Called now and then with the share of rows done, from one thread at a time;
  /// returning false stops with InvalidInput.
  std::function<bool(double)> progress = {};
};

/// A check-in that was refused while the others were scored.
struct RowError {
  Place place;
  std::string problem;

  bool operator==(const RowError&) const = default;
};

/// One reason for the risk in a row.
struct RowDriver {
  std::size_t row = 0;
  Driver driver;

  bool operator==(const RowDriver&) const = default;
};

/// One reason for the probability of an outcome in a row.
struct RowOutcomeDriver {
  std::size_t row = 0;
  std::size_t outcome = 0;  ///< among those of the model
  Driver driver;

  bool operator==(const RowOutcomeDriver&) const = default;
};

/// Scores in the order of the input rows. Matrices are row-major. NaN is the stated
/// sentinel for what does not exist (a refused row, new_use when surely in use).
struct Scores {
  std::size_t rows = 0;
  std::size_t stages_count = 0;
  std::size_t horizons_count = 0;
  std::vector<double> stages;     ///< [row][stage]
  std::vector<double> risk;       ///< [row][horizon]
  std::vector<double> risk_low;   ///< [row][horizon]
  std::vector<double> risk_high;  ///< [row][horizon]
  std::vector<double> new_use;    ///< [row][horizon]
  std::vector<double> relapse;    ///< [row][horizon]
  std::size_t outcomes_count = 0;
  std::vector<double> outcomes;  ///< [row][outcome of the model]
  std::vector<double> latent;    ///< [row][latent number], see `Model::latent_name`
  std::vector<double> log_likelihood;
  std::vector<std::int8_t> stage;    ///< most likely; -1 in a refused row
  std::vector<std::int8_t> level;    ///< -1 in a refused row
  std::vector<std::uint64_t> flags;  ///< up at the row; a refused row raises them too
  std::vector<std::int8_t> floor;    ///< level of the highest floor in force; -1: none
  std::vector<double> floor_until;   ///< when it ends, in days; NaN: not by time
  std::vector<std::uint64_t> unreadable_flags;    ///< those with an answer not to be read
  std::vector<std::uint64_t> unknown_flags;       ///< asked about in the row, no answer
  std::vector<RowDriver> drivers;                 ///< by row, when asked for
  std::vector<RowOutcomeDriver> outcome_drivers;  ///< by row and outcome, likewise
  std::vector<RowError> errors;                   ///< by row, when collected
};

/// Scores a whole data set in one pass, person by person, each in the order of time
/// (stable; the rows may come in any order). The doubles do not depend on the number of
/// threads, on the order of rows or on how a data set is cut between persons, and are
/// those of a Monitor. Throws CheckInError at the first row refused unless errors are
/// collected, and InvalidInput for columns that do not fit together.
Scores score(const Batch& batch, const Model& model, const ScoreSettings& settings = {});

/// The flags that the safety answers of each row raise, whatever else is wrong with it.
/// Throws InvalidInput for columns that do not fit together.
std::vector<FlagBits> raised_flags(const Batch& batch, const Model& model);

/// What the forward filter alone gives, in the order of the input rows.
struct Filtered {
  std::vector<double> stages;          ///< [row][stage], given the answers so far
  std::vector<double> log_likelihood;  ///< by row, given the past
};

/// Stage probabilities and log-likelihoods without risks and levels. A refused row throws
/// CheckInError, whatever `settings.on_error` says; `drivers` is not read.
Filtered filter(const Batch& batch, const Model& model,
                const ScoreSettings& settings = {});

/// The same into the caller's memory.
/// @param stages [row][stage], may be empty
/// @param log_likelihood by row
void filter(const Batch& batch, const Model& model, const ScoreSettings& settings,
            std::span<double> stages, std::span<double> log_likelihood);

/// Sum of the log-likelihoods of `filter`, rounded less often: the same whatever the
/// threads, over the persons in the order of their numbers.
double log_likelihood(const Batch& batch, const Model& model,
                      const ScoreSettings& settings = {});

/// The instruction set of the loops that score here: `plain`, `avx2` or `avx512`. Doubles
/// are identical in one build, target and instruction set, and agree to 1e-12 between
/// them.
std::string instruction_set();

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/score.ipp>
#endif
