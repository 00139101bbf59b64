#pragma once

#include <relapse/core/error.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/infer/detail/kernel.hpp>
#include <relapse/model/detail/answers.hpp>
#include <relapse/model/detail/person_grid.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

/// What the answers of a check-in make of a belief: the one step of weighing.
namespace relapse::infer::detail {

/// The row of each sign table that the answers select.
inline void select_rows(const Answers& answers, const Model& model,
                        std::span<std::uint8_t> rows) {
  const auto& tables = model.sign_tables();
  std::fill(rows.begin(), rows.end(), std::uint8_t{0});
  for (const auto& member : tables.members()) {
    const auto level = answers.evidence(member.item, model);
    const int code = level ? static_cast<int>(*level) : member.levels;
    auto& row = rows[static_cast<std::size_t>(member.table)];
    row = static_cast<std::uint8_t>(row + code * member.stride);
  }
}

/// Log-likelihoods become what they are of, by the largest one; returns that one.
/// @param rows [way][8]
inline double exponentiate(std::span<double> rows, std::size_t stages) {
  // No answer says more than a double can hold, unless a stage is excluded.
  constexpr double least = -690.0;
  constexpr double excluded = -std::numeric_limits<double>::infinity();
  double largest = excluded;
  for (std::size_t first = 0; first < rows.size(); first += row_width) {
    for (const double value : rows.subspan(first, stages))
      largest = std::max(largest, value);
  }
  if (largest == excluded) return excluded;
  for (std::size_t first = 0; first < rows.size(); first += row_width) {
    const auto row = rows.subspan(first, stages);
    for (double& value : row)
      value = value == excluded ? value : std::max(least, value - largest);
    kernel().exponentials(row.data(), stages);
  }
  return largest;
}

/// The likelihood of the signs without rows that are the same for everybody, by the
/// largest one, whose log is returned.
inline double measure_others(const Answers& answers, const Model& model,
                             std::span<double> factor) {
  const auto stages = static_cast<std::size_t>(model.stages());
  std::fill(factor.begin(), factor.end(), 0.0);
  bool any = false;
  for (const int item : model.sign_tables().others()) {
    const auto value = answers.evidence(item, model);
    if (!value) continue;
    model.sign(item)->add_log_likelihood(*value, factor.first(stages));
    any = true;
  }
  if (!any) {
    std::fill_n(factor.begin(), stages, 1.0);
    return 0.0;
  }
  return exponentiate(factor, stages);
}

/// What the check-in says of the signs that depend on the person. Those without levels
/// have a row a way, made for this answer.
inline void measure_personal(const Answers& answers, Time at,
                             std::span<const GivenAnswer> given, const Model& model,
                             Workspace& workspace) {
  const auto tables = model.sign_tables().personal();
  const auto stages = static_cast<std::size_t>(model.stages());
  const int ways = model.sign_tables().ways();
  std::size_t with_rows = 0;
  double* row = workspace.own_rows.data();
  auto said = workspace.said.begin();
  auto personal = workspace.personal.begin();
  for (const int item : model.personal_signs()) {
    const auto& sign = *model.sign(item);
    const GivenAnswer last = last_given(item, given, model);
    const auto answer = answers.evidence(item, model);
    const auto repeat = answer ? last.repeat_at(at, sign) : model::Repeat{};
    if (model::SignTables::has_rows(sign)) {
      *personal++ = tables[with_rows++];
      *said++ = answer ? sign.said(*answer, repeat) : sign.said_nothing();
      continue;
    }
    *personal++ = {row, ways > 1 ? row_width : 0, 0, false};
    *said++ = {};
    for (int way = 0; way < ways; ++way, row += row_width) {
      for (std::size_t s = 0; s < stages; ++s)
        row[s] =
            answer ? sign.likelihood(*answer, repeat, static_cast<int>(s), way) : 1.0;
    }
  }
}

/// log p(answers | stage) summed over the signs, [way][stage].
inline void sign_log_likelihood(const Answers& answers, Time at,
                                std::span<const GivenAnswer> given, const Model& model,
                                std::span<double> log_likelihood) {
  std::fill(log_likelihood.begin(), log_likelihood.end(), 0.0);
  for_each_sign(
      answers, model,
      [&](const model::SignLaw& sign, std::size_t k) {
        return given[k].repeat_at(at, sign);
      },
      [&](int, const model::SignLaw& sign, double answer, const model::Repeat& repeat) {
        double* entry = log_likelihood.data();
        for (int way = 0; way < model.answer_ways(); ++way) {
          for (int s = 0; s < model.stages(); ++s)
            *entry++ += sign.log_likelihood(answer, repeat, s, way);
        }
      });
}

/// Multiplies by the likelihood of the signs in each stage and normalises; returns the
/// log of the normaliser, -infinity when nothing is left. In the log domain where
/// products of tiny numbers could vanish.
inline double weigh(PersonState& state, const Answers& answers, Time at,
                    const Model& model, Workspace& workspace) {
  Belief& belief = state.belief;
  const auto& tables = model.sign_tables();
  static_assert(table_step == std::size_t{model::SignTables::most_rows} * row_width);
  static_assert(most_nodes == model::most_nodes);
  if (tables.linear()) {
    select_rows(answers, model, workspace.rows);
    Evidence evidence{.tables = tables.tables() > 0 ? tables.table(0) : nullptr,
                      .count = tables.tables(),
                      .rows = workspace.rows.data()};
    double shift = 0.0;
    if (!tables.others().empty()) {
      shift = measure_others(answers, model, workspace.factor);
      evidence.factor = workspace.factor.data();
    }
    if (!model.personal_signs().empty()) {
      measure_personal(answers, at, state.given, model, workspace);
      evidence.personal = workspace.personal.data();
      evidence.personal_count = static_cast<int>(workspace.personal.size());
      evidence.said = workspace.said.data();
      evidence.ways = tables.ways();
    }
    double total =
        kernel().weigh(belief.joint.data(), belief.nodes, belief.stages, evidence);
    if (total > smallest_total && total <= std::numeric_limits<double>::max()) {
      kernel().logarithms(&total, 1, smallest_total);
      return shift + total;
    }
  }
  sign_log_likelihood(answers, at, state.given, model, workspace.log_likelihood);
  return belief.weigh_in_logs(workspace.log_likelihood);
}

/// Weighs, and refuses what the model has no place for.
inline double require_weight(PersonState& state, const Answers& answers, Time at,
                             const Model& model, Workspace& workspace) {
  const double log_normaliser = weigh(state, answers, at, model, workspace);
  if (!(log_normaliser > -std::numeric_limits<double>::infinity())) {
    if (answers.known) {
      throw CheckInError({{}, {}, "stage"},
                         "is impossible beside the answers, or beside what was known "
                         "before; one of the two must be left out");
    }
    throw CheckInError({}, "is impossible under the model");
  }
  return log_normaliser;
}

}  // namespace relapse::infer::detail
