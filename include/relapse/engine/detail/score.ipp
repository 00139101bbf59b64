#pragma once

#include <relapse/core/detail/instruction_set.hpp>
#include <relapse/engine/detail/assessor.hpp>
#include <relapse/engine/detail/assessor_abreast.hpp>
#include <relapse/engine/detail/column_filter.hpp>
#include <relapse/engine/detail/crew.hpp>
#include <relapse/engine/detail/person_filter.hpp>
#include <relapse/engine/detail/planned.hpp>
#include <relapse/engine/detail/rows.hpp>
#include <relapse/engine/detail/score_on.hpp>
#include <relapse/engine/score.hpp>

#include <algorithm>
#include <deque>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace relapse {
namespace detail {

inline Scores empty_scores(std::size_t rows, const Model& model) {
  Scores scores;
  scores.rows = rows;
  scores.stages_count = static_cast<std::size_t>(model.stages());
  scores.horizons_count = model.document().horizons_days.size();
  scores.stages.assign(rows * scores.stages_count, absent);
  for (auto* column : {&scores.risk, &scores.risk_low, &scores.risk_high, &scores.new_use,
                       &scores.relapse}) {
    column->assign(rows * scores.horizons_count, absent);
  }
  scores.outcomes_count = model.document().outcomes.size();
  scores.outcomes.assign(rows * scores.outcomes_count, absent);
  scores.latent.assign(rows * static_cast<std::size_t>(model.latent_numbers()), absent);
  scores.log_likelihood.assign(rows, absent);
  scores.stage.assign(rows, -1);
  scores.level.assign(rows, -1);
  scores.flags.assign(rows, 0);
  scores.floor.assign(rows, -1);
  scores.floor_until.assign(rows, absent);
  scores.unreadable_flags.assign(rows, 0);
  scores.unknown_flags.assign(rows, 0);
  return scores;
}

/// The highest floor, of equal ones the one that holds longest.
inline void write_floor(std::span<const Floor> floors, std::size_t row, Scores& scores) {
  const Floor* highest = nullptr;
  const auto until = [](const Floor& floor) {
    return floor.until.value_or(Time{std::numeric_limits<double>::infinity()});
  };
  for (const auto& floor : floors) {
    const bool higher = highest == nullptr || floor.level > highest->level ||
                        (floor.level == highest->level && until(floor) > until(*highest));
    if (higher) highest = &floor;
  }
  if (highest == nullptr) return;
  scores.floor[row] = static_cast<std::int8_t>(highest->level);
  if (highest->until) scores.floor_until[row] = highest->until->days;
}

inline void write_flags(const FlagBits& flags, std::size_t row, Scores& scores) {
  scores.flags[row] = flags.up;
  scores.unreadable_flags[row] = flags.unreadable;
  scores.unknown_flags[row] = flags.unknown;
}

inline void write_row(const Assessment& assessment, const FlagBits& flags,
                      std::size_t row, Scores& scores) {
  std::copy(assessment.stages.begin(), assessment.stages.end(),
            scores.stages.begin() +
                static_cast<std::ptrdiff_t>(row * scores.stages_count));
  for (std::size_t h = 0; h < scores.horizons_count; ++h) {
    const std::size_t at = row * scores.horizons_count + h;
    const auto& estimate = assessment.risks[h];
    scores.risk[at] = estimate.probability;
    scores.risk_low[at] = estimate.low;
    scores.risk_high[at] = estimate.high;
    scores.new_use[at] = estimate.new_use.value_or(absent);
    scores.relapse[at] = estimate.relapse.value_or(absent);
  }
  for (std::size_t k = 0; k < scores.outcomes_count; ++k)
    scores.outcomes[row * scores.outcomes_count + k] = assessment.outcomes[k].probability;
  const int own = assessment.model.document().propensity.dimensions;
  const std::size_t latent = static_cast<std::size_t>(own) + assessment.dimensions.size();
  auto number = scores.latent.begin() + static_cast<std::ptrdiff_t>(row * latent);
  *number++ = assessment.propensity;
  if (own == 2) *number++ = assessment.recovery_propensity;
  std::copy(assessment.dimensions.begin(), assessment.dimensions.end(), number);
  scores.log_likelihood[row] = assessment.log_likelihood;
  scores.stage[row] = static_cast<std::int8_t>(assessment.stage);
  scores.level[row] = static_cast<std::int8_t>(assessment.level);
  write_floor(assessment.floors, row, scores);
  write_flags(flags, row, scores);
}

/// Everything that one thread needs.
struct Worker {
  Worker(const Model& model, const ScoreSettings& settings)
      : assessor(model, {.drivers = settings.drivers,
                         .outcome_drivers = settings.outcome_drivers,
                         .same_time = settings.same_time}),
        answers(engine::AssessorAbreast::most, Answers(model)),
        assessment(model) {}

  Assessor assessor;
  engine::AssessorAbreast abreast{assessor};
  std::vector<Answers> answers;  ///< of the check-ins in hand
  std::vector<Answers> told;     ///< of the time ahead
  Assessment assessment;
  PersonRecord record;
  PersonRecord begun;  ///< where the person in hand began
  std::vector<RowDriver> drivers;
  std::vector<RowOutcomeDriver> outcome_drivers;
  std::vector<RowError> errors;
};

/// Scores a person's rows, several at a time. False, and `record` unspecified, when one
/// of them is refused.
inline bool score_abreast(engine::Rows& rows, std::span<const std::size_t> sorted,
                          Worker& worker, PersonRecord& record, Scores& scores) {
  auto& abreast = worker.abreast;
  const auto conclude = [&] {
    return abreast.conclude(
        record, [&](const Assessment& assessment, const FlagBits& flags,
                    std::size_t row) { write_row(assessment, flags, row, scores); });
  };
  abreast.clear();
  try {
    while (!sorted.empty()) {
      const auto some = sorted.first(std::min(sorted.size(), worker.answers.size()));
      sorted = sorted.subspan(some.size());
      rows.read(some, worker.answers);
      for (std::size_t k = 0; k < some.size(); ++k) {
        rows.read_start(some[k], !record.state.started, record.start);
        abreast.add(record, worker.answers[k], some[k]);
      }
      if (!conclude()) return false;
    }
  } catch (const InvalidInput&) {
    return false;
  }
  return true;
}

/// @param plan what is told of the determinants ahead
/// @param record where the person stands before the first row, and then after the last
inline void score_person(engine::Rows& rows, std::span<const std::size_t> sorted,
                         std::span<const Answers> plan, const ScoreSettings& settings,
                         Worker& worker, PersonRecord& record, Scores& scores) {
  const bool many = sorted.size() >= engine::AssessorAbreast::worth_while;
  const bool explains = settings.drivers || settings.outcome_drivers;
  if (many && plan.empty() && !explains) {
    worker.begun = record;
    if (score_abreast(rows, sorted, worker, record, scores)) return;
    record = worker.begun;
  }
  Answers& answers = worker.answers.front();
  for (const std::size_t row : sorted) {
    try {
      rows.read(row, answers);
      rows.read_start(row, !record.state.started, record.start);
      worker.assessor.step(record, answers, worker.assessment, plan);
    } catch (const InvalidInput& error) {
      if (settings.on_error == OnError::raise) throw rows.refusal(row, error);
      const auto refusal = rows.refusal(row, error);
      worker.errors.push_back({refusal.place(), refusal.problem()});
      // A mistake beside it must not silence a cry for help.
      const FlagBits raised = rows.raised(row, answers);
      record.raise(raised, Time{rows.batch().time[row]});
      write_flags({record.flags, record.unreadable, raised.unknown}, row, scores);
      continue;
    }
    write_row(
        worker.assessment,
        {record.flags, record.unreadable, answers.unknown_flags(worker.assessor.model())},
        row, scores);
    for (const auto& driver : worker.assessment.drivers) {
      worker.drivers.push_back({row, driver});
    }
    for (std::size_t k = 0; k < worker.assessment.outcomes.size(); ++k) {
      for (const auto& driver : worker.assessment.outcomes[k].drivers)
        worker.outcome_drivers.push_back({row, k, driver});
    }
  }
}

/// Scores every person; `record_of(person, worker)` is where each begins, and ends.
template <class RecordOf>
Scores score_each(const Batch& batch, const Model& model, const ScoreSettings& settings,
                  RecordOf record_of) {
  if (settings.plan != nullptr && (settings.drivers || settings.outcome_drivers))
    throw InvalidInput("plan", "has no drivers: they compare with what was told before");
  engine::Rows rows(batch, model);
  engine::Planned planned(rows, settings.plan, model);
  engine::Crew crew(rows, settings.threads, settings.progress);
  Scores scores = empty_scores(rows.count(), model);
  std::deque<Worker> workers;
  for (int t = 0; t < crew.size(); ++t) workers.emplace_back(model, settings);
  crew.run([&](std::size_t person, int thread) {
    Worker& worker = workers[static_cast<std::size_t>(thread)];
    PersonRecord& record = record_of(person, worker);
    const auto sorted = rows.sorted(person);
    if (sorted.empty()) return;
    score_person(rows, sorted, planned.of(person, worker.told), settings, worker, record,
                 scores);
  });
  for (auto& worker : workers) {
    std::move(worker.drivers.begin(), worker.drivers.end(),
              std::back_inserter(scores.drivers));
    std::move(worker.outcome_drivers.begin(), worker.outcome_drivers.end(),
              std::back_inserter(scores.outcome_drivers));
    std::move(worker.errors.begin(), worker.errors.end(),
              std::back_inserter(scores.errors));
  }
  const auto by_row = [](const auto& a, const auto& b) { return a.row < b.row; };
  std::stable_sort(scores.drivers.begin(), scores.drivers.end(), by_row);
  std::stable_sort(scores.outcome_drivers.begin(), scores.outcome_drivers.end(), by_row);
  std::sort(scores.errors.begin(), scores.errors.end(),
            [](const auto& a, const auto& b) { return a.place.row < b.place.row; });
  return scores;
}

}  // namespace detail

RELAPSE_INLINE Scores score(const Batch& batch, const Model& model,
                            const ScoreSettings& settings) {
  return detail::score_each(batch, model, settings,
                            [](std::size_t, detail::Worker& worker) -> PersonRecord& {
                              worker.record = PersonRecord{};
                              return worker.record;
                            });
}

RELAPSE_INLINE Scores engine::score_on(const Batch& batch, const Model& model,
                                       const ScoreSettings& settings,
                                       std::span<PersonRecord> records) {
  for (const std::int32_t person : batch.person) {
    if (person >= 0 && static_cast<std::size_t>(person) >= records.size()) {
      throw InvalidInput("person", "a number is beyond the records given");
    }
  }
  return relapse::detail::score_each(
      batch, model, settings,
      [&](std::size_t person, relapse::detail::Worker&) -> PersonRecord& {
        return records[person];
      });
}

namespace detail {

/// What one thread needs to filter.
struct Filterer {
  Filterer(engine::Rows& rows, const Model& model, const ScoreSettings& settings)
      : by_row(model) {
    if (engine::ColumnFilter::takes(rows, model)) {
      columns.emplace(rows, model, settings.same_time);
    }
  }

  engine::PersonFilter by_row;
  std::optional<engine::ColumnFilter> columns;
};

/// Filters every person: where that can be, at_once(columns, first, last) does it for
/// some together, and write(person, row, log likelihood, belief) follows each row of the
/// others.
template <class AtOnce, class Write>
void filter_each(engine::Rows& rows, const Model& model, const ScoreSettings& settings,
                 AtOnce at_once, Write write) {
  engine::Crew crew(rows, settings.threads, settings.progress);
  std::deque<Filterer> filterers;
  for (int t = 0; t < crew.size(); ++t) filterers.emplace_back(rows, model, settings);
  crew.run(
      [&](std::size_t person, int thread) {
        auto& [by_row, columns] = filterers[static_cast<std::size_t>(thread)];
        if (columns && columns->done(person)) return;
        const auto& belief = by_row.state.belief;
        by_row.follow(
            rows, person, settings.same_time,
            [&](std::size_t row, double step) { write(person, row, step, belief); });
      },
      [&](std::size_t first, std::size_t last, int thread) {
        auto& columns = filterers[static_cast<std::size_t>(thread)].columns;
        if (columns) at_once(*columns, first, last);
      });
}

inline void require_room(std::size_t given, std::size_t needed, const char* what) {
  if (given == needed) return;
  throw InvalidInput("filter", std::string(what) + " has " + std::to_string(given) +
                                   " numbers, but must have " + std::to_string(needed));
}

}  // namespace detail

RELAPSE_INLINE void filter(const Batch& batch, const Model& model,
                           const ScoreSettings& settings, std::span<double> stages,
                           std::span<double> log_likelihood) {
  engine::Rows rows(batch, model);
  const auto width = static_cast<std::size_t>(model.stages());
  detail::require_room(log_likelihood.size(), rows.count(), "log_likelihood");
  if (!stages.empty())
    detail::require_room(stages.size(), rows.count() * width, "stages");
  detail::filter_each(
      rows, model, settings,
      [&](engine::ColumnFilter& columns, std::size_t first, std::size_t last) {
        const std::size_t begin = rows.before(first);
        const std::size_t count = rows.before(last) - begin;
        columns.follow(
            first, last,
            {log_likelihood.subspan(begin, count),
             stages.empty() ? stages : stages.subspan(begin * width, count * width)});
      },
      [&](std::size_t, std::size_t row, double step, const infer::Belief& belief) {
        log_likelihood[row] = step;
        for (std::size_t s = 0; s < width && !stages.empty(); ++s)
          stages[row * width + s] = belief.stage_mass(static_cast<int>(s));
      });
}

RELAPSE_INLINE Filtered filter(const Batch& batch, const Model& model,
                               const ScoreSettings& settings) {
  const std::size_t rows = batch.time.size();
  Filtered filtered;
  filtered.stages.assign(rows * static_cast<std::size_t>(model.stages()), detail::absent);
  filtered.log_likelihood.assign(rows, detail::absent);
  filter(batch, model, settings, filtered.stages, filtered.log_likelihood);
  return filtered;
}

RELAPSE_INLINE double log_likelihood(const Batch& batch, const Model& model,
                                     const ScoreSettings& settings) {
  engine::Rows rows(batch, model);
  std::vector<double> of_person(rows.persons(), 0.0);
  detail::filter_each(
      rows, model, settings,
      [&](engine::ColumnFilter& columns, std::size_t first, std::size_t last) {
        columns.add_up(first, last, of_person);
      },
      [&](std::size_t person, std::size_t, double step, const infer::Belief&) {
        of_person[person] += step;
      });
  double sum = 0.0;
  for (const double part : of_person) sum += part;
  return sum;
}

RELAPSE_INLINE std::vector<FlagBits> raised_flags(const Batch& batch,
                                                  const Model& model) {
  return engine::Rows(batch, model).raised();
}

RELAPSE_INLINE std::string instruction_set() { return chosen_set(); }

}  // namespace relapse
