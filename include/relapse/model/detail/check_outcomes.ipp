#pragma once

#include <relapse/core/detail/index.hpp>
#include <relapse/model/detail/check_care.ipp>
#include <relapse/model/detail/families.hpp>
#include <relapse/model/detail/signs.hpp>
#include <relapse/model/detail/vocabulary.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// The checks of what a model foretells that can be observed.
namespace relapse::model {

/// Whether there is a stage in which somebody answers.
inline bool is_ever_answered(const ItemRule& rule, int stages) {
  const SignLaw law(rule, stages);
  for (int s = 0; s < stages; ++s) {
    if (law.answered(s, 0) > 0.0) return true;
  }
  return false;
}

inline void check_outcome_answers(const JsonPointer& at, const OutcomeRule& outcome,
                                  const ItemRule& asked) {
  const JsonPointer answer = at / "answer";
  const std::size_t levels = answer_levels(asked);
  const bool says_any = !outcome.answers.empty() || outcome.or_missing;
  if (says_any == outcome.at_least.has_value()) {
    refuse(answer, says_any ? "there beside `at_least`" : "missing",
           "given, or `at_least` in its place");
  }
  if (outcome.at_least) {
    require_finite(at / "at_least", *outcome.at_least);
    const double highest = static_cast<double>(levels) - 1.0;
    if (levels > 0 && !(*outcome.at_least > 0.0 && *outcome.at_least <= highest)) {
      refuse(at / "at_least", *outcome.at_least,
             "above the lowest level and not above the highest");
    }
    return;
  }
  if (kind_of(*asked.emission) == AnswerKind::measurement)
    refuse(answer, "there", "left out for a normal item: say `at_least`");
  for (std::size_t k = 0; k < outcome.answers.size(); ++k) {
    const double value = outcome.answers[k];
    const auto end = outcome.answers.begin() + static_cast<std::ptrdiff_t>(k);
    if (std::find(outcome.answers.begin(), end, value) != end)
      refuse(answer, "with one answer twice", "a list of different answers");
    const bool is_whole = value >= 0.0 && value == std::floor(value);
    if (!is_whole || (levels > 0 && !(value < static_cast<double>(levels))))
      refuse(answer, value, "an answer that can be given");
  }
  if (outcome.or_missing && !asked.item.missing_is_a_level)
    refuse(answer, "null", "an answer, as missing is no level of the item");
  if (outcome.or_missing && outcome.given == OutcomeGiven::observed)
    refuse(answer, "null", "an answer, as the outcome is of observed ones");
}

/// One answer some days ahead, or a run of weekly ones.
inline void check_outcome_time(const JsonPointer& at, const OutcomeRule& outcome,
                               const ItemRule& asked) {
  const bool is_run = outcome.run > 0 || outcome.weeks > 0;
  if (is_run == outcome.after_days.has_value()) {
    refuse(at / "after_days", is_run ? "there beside `run`" : "missing",
           "given, or `run` and `weeks` in its place");
  }
  if (outcome.after_days) return require_horizon(at / "after_days", *outcome.after_days);
  if (outcome.run < 1) refuse(at / "run", "missing", "given with `weeks`");
  if (outcome.weeks < outcome.run)
    refuse(at / "weeks", std::to_string(outcome.weeks), "no fewer than `run`");
  if (outcome.given == OutcomeGiven::observed)
    refuse(at / "given", "\"observed\"", "left out for a run, which is of all answers");
  const AnswerKind kind = kind_of(*asked.emission);
  const bool counts_again = kind == AnswerKind::count && asked.persistence;
  if (kind == AnswerKind::measurement || counts_again)
    refuse(at / "run", "of measurements, or of counts that persist", "of another item");
  if (asked.item.missing_is_a_level && asked.persistence &&
      !asked.persistence->half_life_days.empty()) {
    refuse(at / "run",
           "of an item whose persistence has a half-life while missing is a level",
           "of another item");
  }
}

inline void check_recalibration(const JsonPointer& at, const Recalibration& line) {
  require_finite(at / "intercept", line.intercept);
  if (!(line.slope > 0.0) || !std::isfinite(line.slope))
    refuse(at / "slope", line.slope, "above 0: with 0 it says nothing of the person");
}

inline void check_risk_recalibration(const ModelDocument& document) {
  if (document.risk_recalibration)
    check_recalibration(JsonPointer{} / "risk_recalibration",
                        *document.risk_recalibration);
}

inline void check_outcomes(const ModelDocument& document) {
  const JsonPointer root = JsonPointer{} / "outcomes";
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < document.outcomes.size(); ++i) {
    const OutcomeRule& outcome = document.outcomes[i];
    const JsonPointer at = root / i;
    take_id(at / "id", outcome.id, ids);
    const int item = index_of(document.items, outcome.item);
    const auto index = static_cast<std::size_t>(std::max(item, 0));
    if (item < 0 || !document.items[index].emission) {
      refuse(at / "item", json_string(outcome.item), "a sign or a use item of the model");
    }
    const ItemRule& asked = document.items[index];
    if (!is_ever_answered(asked, static_cast<int>(document.stages.size()))) {
      refuse(at / "item", json_string(outcome.item),
             "an item that is ever answered: in every stage its answer is missing");
    }
    check_outcome_answers(at, outcome, asked);
    check_outcome_time(at, outcome, asked);
    if (outcome.recalibration)
      check_recalibration(at / "recalibration", *outcome.recalibration);
  }
}

}  // namespace relapse::model
