#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/infer/cells.hpp>
#include <relapse/model/answers.hpp>
#include <relapse/model/model.hpp>

#include <optional>
#include <span>
#include <vector>

namespace relapse::infer {

/// What is known about a person before the first check-in.
struct Start {
  std::optional<Days> days_since_use = {};    ///< at the first check-in; 0 when absent
  std::optional<Days> days_in_recovery = {};  ///< at the first check-in; 0 when absent

  bool operator==(const Start&) const = default;
};

/// The answers on one determinant item so far, scaled.
struct Channel {
  double value = 0.0;  ///< last answer
  double at = 0.0;     ///< when, in days
  double sum = 0.0;    ///< of all answers; the own mean is sum / count
  double count = 0.0;

  bool asked() const { return count > 0.0; }
  double mean() const { return sum / count; }
  bool operator==(const Channel&) const = default;
};

/// The determinants of one person as they stand: answers with memory, clocks and counts.
/// Plain values, so that a snapshot can hold them.
struct Covariates {
  std::vector<Channel> channels;  ///< by channel of the model
  double updated = 0.0;           ///< origin of the cells, in days
  double use_clock = 0.0;         ///< time from which days since use are counted
  bool use_known = false;         ///< whether that is a use, or only the beginning
  double recovery_clock = 0.0;
  double lapses = 0.0;
  double lapses_at = 0.0;
  bool in_use_run = false;
  double rows = 0.0;
  double missed = 0.0;

  bool operator==(const Covariates&) const = default;
};

/// A determinant in a cell: its deviation from the reference (or from the own mean), and
/// what that is added to when an action multiplies the whole value.
struct Standing {
  double deviation = 0.0;
  double base = 0.0;

  /// x - x_ref when an action multiplies the value by `factor`.
  double times(double factor) const { return factor * deviation + (factor - 1.0) * base; }
};

Covariates first_covariates(const Answers& answers, const Start& start,
                            const Model& model);

/// Takes in the answers: values, own means, clocks, share of missed check-ins.
void update(Covariates& covariates, const Answers& answers, const Model& model);

/// A determinant at one moment, `age` days after the last update.
Standing at_age(const Covariates& covariates, int determinant, double age,
                const Model& model);
/// Its exact mean over a cell under its own memory.
Standing over_cell(const Covariates& covariates, int determinant, Cell cell,
                   const Model& model);
/// Its mean over a cell as its outlook has it, looking ahead from the age `now`; for the
/// two outlooks that start from the present value, over the part of the cell that lies
/// ahead.
Standing ahead_over_cell(const Covariates& covariates, int determinant, Cell cell,
                         double now, const Model& model);

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/covariates.ipp>
#endif
