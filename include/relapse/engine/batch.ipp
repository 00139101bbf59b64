#pragma once

#include <relapse/engine/batch.hpp>
#include <relapse/engine/crew.hpp>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace relapse {
namespace detail {

inline constexpr double absent = std::numeric_limits<double>::quiet_NaN();

inline Scores empty_scores(std::size_t rows, const Model& model) {
  Scores scores;
  scores.rows = rows;
  scores.stages_count = static_cast<std::size_t>(model.stages());
  scores.horizons_count = model.document().horizons_days.size();
  scores.stages.assign(rows * scores.stages_count, absent);
  for (auto* column : {&scores.risk, &scores.risk_low, &scores.risk_high,
                       &scores.new_lapse, &scores.relapse}) {
    column->assign(rows * scores.horizons_count, absent);
  }
  scores.propensity.assign(rows, absent);
  scores.log_likelihood.assign(rows, absent);
  scores.stage.assign(rows, -1);
  scores.level.assign(rows, -1);
  scores.flags.assign(rows, 0);
  return scores;
}

inline void write_row(const Assessment& assessment, std::uint64_t flags, std::size_t row,
                      Scores& scores) {
  std::copy(assessment.stages.begin(), assessment.stages.end(),
            scores.stages.begin() +
                static_cast<std::ptrdiff_t>(row * scores.stages_count));
  for (std::size_t h = 0; h < scores.horizons_count; ++h) {
    const std::size_t at = row * scores.horizons_count + h;
    const auto& estimate = assessment.risks[h];
    scores.risk[at] = estimate.probability;
    scores.risk_low[at] = estimate.low;
    scores.risk_high[at] = estimate.high;
    scores.new_lapse[at] = estimate.new_lapse.value_or(absent);
    scores.relapse[at] = estimate.relapse.value_or(absent);
  }
  scores.propensity[row] = assessment.propensity;
  scores.log_likelihood[row] = assessment.log_likelihood;
  scores.stage[row] = static_cast<std::int8_t>(assessment.stage);
  scores.level[row] = static_cast<std::int8_t>(assessment.level);
  scores.flags[row] = flags;
}

/// Everything that one thread needs.
struct Worker {
  Worker(const Model& model, const ScoreSettings& settings)
      : assessor(model, {.drivers = settings.drivers, .same_time = settings.same_time}),
        answers(model),
        assessment(model) {}

  Assessor assessor;
  Answers answers;
  Assessment assessment;
  std::vector<RowDriver> drivers;
  std::vector<RowError> errors;
};

inline void score_person(engine::Rows& rows, std::size_t person,
                         const ScoreSettings& settings, Worker& worker, Scores& scores) {
  PersonRecord record;
  for (const std::size_t row : rows.sorted(person)) {
    try {
      rows.read(row, worker.answers);
      worker.assessor.step(record, worker.answers, worker.assessment);
    } catch (const InvalidInput& error) {
      const auto refusal = rows.refusal(row, error);
      if (settings.on_error == OnError::raise) throw refusal;
      worker.errors.push_back({refusal.place(), refusal.problem()});
      continue;
    }
    write_row(worker.assessment, record.flags, row, scores);
    for (const auto& driver : worker.assessment.drivers) {
      worker.drivers.push_back({row, driver});
    }
  }
}

}  // namespace detail

RELAPSE_INLINE Scores score(const Batch& batch, const Model& model,
                            const ScoreSettings& settings) {
  engine::Rows rows(batch, model);
  engine::Crew crew(rows, settings.threads, settings.progress);
  Scores scores = detail::empty_scores(rows.count(), model);
  std::vector<detail::Worker> workers;
  for (int t = 0; t < crew.size(); ++t) workers.emplace_back(model, settings);
  crew.run([&](std::size_t person, int thread) {
    detail::score_person(rows, person, settings,
                         workers[static_cast<std::size_t>(thread)], scores);
  });
  for (auto& worker : workers) {
    std::move(worker.drivers.begin(), worker.drivers.end(),
              std::back_inserter(scores.drivers));
    std::move(worker.errors.begin(), worker.errors.end(),
              std::back_inserter(scores.errors));
  }
  std::stable_sort(scores.drivers.begin(), scores.drivers.end(),
                   [](const auto& a, const auto& b) { return a.row < b.row; });
  std::sort(scores.errors.begin(), scores.errors.end(),
            [](const auto& a, const auto& b) { return a.place.row < b.place.row; });
  return scores;
}

RELAPSE_INLINE Filtered filter(const Batch& batch, const Model& model,
                               const ScoreSettings& settings) {
  engine::Rows rows(batch, model);
  engine::Crew crew(rows, settings.threads, settings.progress);
  const auto stages = static_cast<std::size_t>(model.stages());
  Filtered filtered;
  filtered.stages.assign(rows.count() * stages, detail::absent);
  filtered.log_likelihood.assign(rows.count(), detail::absent);
  crew.run([&](std::size_t person, int) {
    infer::Workspace workspace(model);
    infer::PersonState state;
    Answers answers(model);
    for (const std::size_t row : rows.sorted(person)) {
      try {
        rows.read(row, answers);
        engine::require_new_time(state, answers, settings.same_time);
        filtered.log_likelihood[row] = infer::step(state, answers, {}, model, workspace);
      } catch (const InvalidInput& error) {
        throw rows.refusal(row, error);
      }
      for (std::size_t s = 0; s < stages; ++s) {
        filtered.stages[row * stages + s] = state.belief.stage_mass(static_cast<int>(s));
      }
    }
  });
  return filtered;
}

RELAPSE_INLINE double log_likelihood(const Batch& batch, const Model& model,
                                     const ScoreSettings& settings) {
  double sum = 0.0;
  for (const double step : filter(batch, model, settings).log_likelihood) sum += step;
  return sum;
}

}  // namespace relapse
