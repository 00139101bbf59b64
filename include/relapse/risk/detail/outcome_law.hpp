#pragma once

#include <relapse/model/detail/signs.hpp>
#include <relapse/model/document.hpp>
#include <relapse/risk/run_outcome.hpp>

/// What an outcome of a model says of the answers to its item.
namespace relapse::risk::detail {

/// Where somebody is who answers.
struct Answering {
  int stage = 0;
  int way = 0;
};

/// Calls visit(probability) of each answer that is the outcome.
template <class Visit>
void for_each_chance(const OutcomeRule& rule, const model::SignLaw& sign,
                     const model::Repeat& repeat, Answering by, Visit visit) {
  if (rule.at_least) visit(sign.at_least(*rule.at_least, repeat, by.stage, by.way));
  for (const double answer : rule.answers)
    visit(sign.likelihood(answer, repeat, by.stage, by.way));
  if (rule.or_missing)
    visit(sign.likelihood(sign.missing_level(), repeat, by.stage, by.way));
}

/// The probability that there is an answer of those that the outcome is of.
inline double there_in(const OutcomeRule& rule, const model::SignLaw& sign, int stage,
                       int way) {
  return rule.given == OutcomeGiven::observed ? sign.answered(stage, way) : 1.0;
}

/// The answers of a run.
inline RunOutcome run_outcome(const OutcomeRule& rule, int item,
                              const model::SignLaw& sign) {
  RunOutcome outcome{item, rule.answers, 0};
  if (rule.or_missing) outcome.levels.push_back(sign.missing_level());
  for (int level = 0; rule.at_least && level < sign.levels(); ++level) {
    if (level >= *rule.at_least && level != sign.missing_level())
      outcome.levels.push_back(level);
  }
  return outcome;
}

}  // namespace relapse::risk::detail
