#pragma once

#include <relapse/core/error.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/infer/start.hpp>
#include <relapse/model/detail/answers.hpp>
#include <relapse/model/detail/cells.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace relapse::infer {

using model::Cell;
using model::cell_after;

/// Returns to use beyond which more of them move nothing any more, so that no rate grows
/// without end; all stay counted. Expert default.
inline constexpr double most_lapses = 100.0;

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
  double study_clock = 0.0;  ///< time of the first check-in
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

/// @param at time of the first check-in
Covariates first_covariates(Time at, const Start& start, const Model& model);

/// The answers to an item so far; null when the model reads no such item.
const Channel* find_channel(const Covariates& covariates, std::string_view item,
                            const Model& model);

/// Takes in the answers: values, own means, clocks, share of missed check-ins.
/// @param answers `Answers`, or what says the same of a check-in
template <class Given>
void update(Covariates& covariates, const Given& answers, const Model& model);

/// Takes in the answers to determinants alone, at a time.
/// @return whether anything that is read has changed
template <class Given>
bool take_answers(Covariates& covariates, const Given& answers, Time now,
                  const Model& model);

/// Calls use(cell, days) for the pieces of a stretch of time on each of which the
/// determinants are constant, in their order.
template <class Use>
void for_each_piece(const Covariates& covariates, Time from, Time to, const Model& model,
                    Use use);

/// x - x_ref of every determinant at the last update.
void fill_updated(const Covariates& covariates, const Model& model,
                  std::span<double> deviations);
/// The same at the points of a cell, under the memory of each.
/// @param updated as `fill_updated` gives them
/// @param points of the rule, see `model::cell_weights`
/// @param centred [point][determinant]
void fill_cell(const Covariates& covariates, std::span<const double> updated, Cell cell,
               int points, const Model& model, std::span<double> centred);
/// A determinant at one moment, `age` days after the last update.
Standing at_age(const Covariates& covariates, int determinant, double age,
                const Model& model);
/// At one of the points of a cell under its own memory: one by one what `fill_cell`
/// gives.
Standing in_cell(const Covariates& covariates, int determinant, Cell cell, int point,
                 int points, const Model& model);
/// The same as its outlook has it, looking ahead from the age `now`; for the two outlooks
/// that start from the present value, in the part of the cell that lies ahead.
Standing ahead_in_cell(const Covariates& covariates, int determinant, Cell cell,
                       int point, int points, double now, const Model& model);

template <class Given>
void update(Covariates& x, const Given& answers, const Model& model) {
  const double now = answers.time.days;
  const auto& laws = model.determinants();
  x.rows += 1.0;
  if (!answers.any_answer()) x.missed += 1.0;
  bool changed = laws.reads_missed();
  if (const auto reported = answers.use_reported()) {
    if (*reported) {
      const double used = now - answers.used_days_ago.value_or(Days{0.0}).count;
      const bool told_again = answers.used_days_ago && x.use_known &&
                              std::abs(used - x.use_clock) <= same_use.count;
      x.use_clock = x.use_known ? std::max(x.use_clock, used) : used;
      x.use_known = true;
      if (!told_again && !x.in_use_run) x.lapses += 1.0;
      x.in_use_run |= !told_again;
      x.lapses_at = now;
      changed |= laws.reads_use();
    } else {
      x.in_use_run = false;
    }
  }
  changed |= take_answers(x, answers, answers.time, model);
  if (changed) x.updated = now;
}

template <class Given>
bool take_answers(Covariates& x, const Given& answers, Time now, const Model& model) {
  const auto& laws = model.determinants();
  bool changed = false;
  for (std::size_t channel = 0; channel < x.channels.size(); ++channel) {
    const int item = laws.channel_items()[channel];
    if (!answers.is_answered(item)) continue;
    auto& asked = x.channels[channel];
    asked.value = answers.value(item);
    asked.at = now.days;
    asked.sum += asked.value;
    if (!std::isfinite(asked.sum)) {
      throw CheckInError({{}, {}, model.item(item).id},
                         "is too large to be averaged with the answers before");
    }
    asked.count += 1.0;
    changed |= laws.is_read(static_cast<int>(channel));
  }
  return changed;
}

template <class Use>
void for_each_piece(const Covariates& covariates, Time from, Time to, const Model& model,
                    Use use) {
  const double last = to.days - covariates.updated;
  double age = from.days - covariates.updated;
  while (age < last) {
    const Cell cell = cell_after(age);
    const double until = model.determinants().drift() ? std::min(cell.end, last) : last;
    use(cell, until - age);
    age = until;
  }
}

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/covariates.ipp>
#endif
