#pragma once

#include <relapse/core/error.hpp>
#include <relapse/model/detail/prepared_model.hpp>
#include <relapse/model/detail/signs.hpp>
#include <relapse/risk/run_outcome.hpp>

#include <algorithm>
#include <vector>

/// What a week of a run of weekly answers may be.
namespace relapse::risk {
namespace detail {

/// An answer, or several that count alike, in a chain of weekly answers.
struct RunStep {
  std::vector<double> levels;
  bool is_outcome = false;
  int remembered = -1;  ///< place of the answer among those that may be repeated
};

inline const model::SignLaw& sign_of(const RunOutcome& outcome, const Model& model) {
  const auto* sign = outcome.item >= 0 && outcome.item < model.items()
                         ? model.sign(outcome.item)
                         : nullptr;
  if (sign == nullptr || sign->kind() == model::AnswerKind::measurement) {
    throw InvalidInput("run_probability",
                       "the outcome must be a sign with levels or counts");
  }
  if (!sign->persists()) return *sign;
  if (sign->levels() == 0) {
    throw InvalidInput("run_probability", "the outcome must not be counts that persist");
  }
  const auto& rule = model.document().items[static_cast<std::size_t>(outcome.item)];
  if (rule.item.missing_is_a_level && !rule.persistence->half_life_days.empty()) {
    throw InvalidInput(
        "run_probability",
        "the outcome must not be an item whose persistence has a half-life "
        "while missing is a level");
  }
  return *sign;
}

inline void require_levels(const RunOutcome& outcome, const model::SignLaw& sign) {
  for (auto at = outcome.levels.begin(); at != outcome.levels.end(); ++at) {
    if (std::find(outcome.levels.begin(), at, *at) != at) {
      throw InvalidInput("run_probability", "the outcome names a level twice");
    }
    if (!sign.admits(*at)) {
      throw InvalidInput("run_probability",
                         "the outcome names a level that does not exist");
    }
  }
}

/// The ways a week may go: with and without the outcome, and, where answers persist, by
/// the answer.
inline std::vector<RunStep> run_steps(const RunOutcome& outcome,
                                      const model::SignLaw& sign, int missing) {
  if (!sign.persists()) return {{outcome.levels, true}, {outcome.levels, false}};
  std::vector<RunStep> steps;
  for (int level = 0; level < sign.levels(); ++level) {
    const bool counts = std::find(outcome.levels.begin(), outcome.levels.end(), level) !=
                        outcome.levels.end();
    steps.push_back(
        {{static_cast<double>(level)}, counts, level == missing ? -1 : level});
  }
  return steps;
}

/// The probability of a step in a stage.
inline double chance(const RunStep& step, const model::SignLaw& sign,
                     const model::Repeat& repeat, int stage, int way) {
  double sum = 0.0;
  for (const double level : step.levels)
    sum += sign.likelihood(level, repeat, stage, way);
  return step.is_outcome || sign.persists() ? sum : 1.0 - sum;
}

/// The same of every step of a week, [way][stage][answer before][step].
/// @param repeats by answer before
inline std::vector<double> chances_of(const std::vector<RunStep>& steps,
                                      const model::SignLaw& sign,
                                      const std::vector<model::Repeat>& repeats,
                                      int stages) {
  std::vector<double> chances;
  for (int way = 0; way < sign.ways(); ++way) {
    for (int s = 0; s < stages; ++s) {
      for (const auto& repeat : repeats) {
        for (const auto& step : steps)
          chances.push_back(chance(step, sign, repeat, s, way));
      }
    }
  }
  return chances;
}

}  // namespace detail

}  // namespace relapse::risk
