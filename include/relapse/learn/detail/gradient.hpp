#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/index.hpp>
#include <relapse/infer/detail/expectation.hpp>
#include <relapse/learn/detail/expected_answers.hpp>
#include <relapse/learn/detail/parameters.hpp>

#include <numbers>
#include <span>
#include <vector>

namespace relapse::learn {

namespace detail {

/// Derivative of the log density of a fresh answer by one number of its law.
inline double fresh_slope(const Parameter& parameter, double answer, int way,
                          const model::SignLaw& sign, const ItemRule& rule) {
  return model::visit_law(
      *rule.emission, [&]<class Law>(model::LawOf<Law> family, const Law& law) {
        const auto& leaned = std::get<Law>(sign.law(way));
        const std::size_t s = parameter.second;
        const std::size_t k = parameter.third;
        if constexpr (requires { family.slope(law, leaned, s, k, answer, 0.0, k); }) {
          if (sign.lean(way) != 0.0) {
            return family.slope(law, leaned, s, k, answer, sign.lean(way),
                                model::answer_levels(rule));
          }
        }
        return family.slope(leaned, s, k, answer);
      });
}

/// Derivative by an effect that transitions share; it stands behind their own.
inline double group_slope(const Parameter& parameter, const infer::Expectation& expected,
                          const ModelDocument& document) {
  const auto& group = document.groups[parameter.first];
  double sum = 0.0;
  for (std::size_t m = 0; m < document.transitions.size(); ++m) {
    const auto& rule = document.transitions[m];
    if (group_of(rule) == group.id)
      sum += expected.effect_slope[m][rule.effects.size() + parameter.second];
  }
  return sum;
}

/// Derivative by one number of an answer's law.
inline double answer_slope(const Parameter& parameter, const infer::Expectation& expected,
                           const infer::Panel& panel, const Model& model) {
  const auto item = static_cast<int>(parameter.first);
  const auto& sign = *model.sign(item);
  const auto& rule = model.document().items[parameter.first];
  double sum = 0.0;
  each_answer(item, expected, panel, model, [&](const ExpectedAnswer& told) {
    if (told.stage != static_cast<int>(parameter.second)) return;
    double slope = told.fresh * fresh_slope(parameter, told.answer, told.way, sign, rule);
    if (told.copied > 0.0) {
      slope -= told.copied *
               fresh_slope(parameter, sign.missing_level(), told.way, sign, rule);
    }
    sum += told.count * slope;
  });
  return sum;
}

/// Derivative by the log odds of a share of copies, or by the log of their half-life.
inline double persistence_slope(const Parameter& parameter,
                                const infer::Expectation& expected,
                                const infer::Panel& panel, const Model& model) {
  const auto item = static_cast<int>(parameter.first);
  const auto& rule = *model.document().items[parameter.first].persistence;
  const bool of_share = parameter.kind == ParameterKind::persistence;
  double sum = 0.0;
  each_answer(item, expected, panel, model, [&](const ExpectedAnswer& told) {
    if (!(told.copy > 0.0)) return;
    const auto& numbers = of_share ? rule.share : rule.half_life_days;
    const auto level = static_cast<std::size_t>(told.repeat.answer);
    if (numbers.size() > 1 && level != parameter.second) return;
    const double number = numbers[parameter.second];
    // By the log of the copy's probability: what copies are more than fresh ones less.
    const double copies = told.among_copies > 0.0 ? 1.0 - told.fresh : 0.0;
    const double slope = copies - told.fresh * told.copy / (1.0 - told.copy);
    const double by_number =
        of_share ? 1.0 - number : std::numbers::ln2 * told.repeated_days / number;
    sum += told.count * slope * by_number;
  });
  return sum;
}

/// Derivative by the weight of a habit in an item.
/// @param number of the habit, by way
inline double habit_slope(int item, std::span<const double> number,
                          const infer::Expectation& expected, const infer::Panel& panel,
                          const Model& model) {
  const auto& sign = *model.sign(item);
  const auto& rule = model.document().items[static_cast<std::size_t>(item)];
  double sum = 0.0;
  each_answer(item, expected, panel, model, [&](const ExpectedAnswer& told) {
    const double slope =
        model::visit_law(sign.law(told.way), [&](auto family, const auto& leaned) {
          return family.lean_slope(leaned, static_cast<std::size_t>(told.stage),
                                   model::answer_levels(rule), told.answer);
        });
    sum += told.count * told.fresh * slope * number[static_cast<std::size_t>(told.way)];
  });
  return sum;
}

/// Derivative by a loading that the transitions which `has` names share.
/// @param slope by transition
template <class Has>
double loading_slope(std::span<const double> slope, const ModelDocument& document,
                     Has has) {
  double sum = 0.0;
  for (std::size_t m = 0; m < slope.size(); ++m)
    if (has(document.transitions[m])) sum += slope[m];
  return sum;
}

}  // namespace detail

/// Gradient of the log-likelihood by every parameter, exact.
/// @param model the one under which `expected` was found
inline std::vector<double> gradient(const Parameters& parameters,
                                    const infer::Expectation& expected,
                                    const infer::Panel& panel, const Model& model) {
  const auto& document = model.document();
  const auto stages = static_cast<std::size_t>(model.stages());
  // Effects on the start are kept by stage, in the order of the document.
  std::vector<std::size_t> used(stages, 0);
  std::vector<double> start_effects;
  for (const auto& [stage, effect] : document.start_effects) {
    const auto s = static_cast<std::size_t>(index_of(document.stages, stage));
    start_effects.push_back(expected.start_effect_slope[s][used[s]++]);
  }
  // The propensity, or a dimension, counted from 1.
  const auto latent_of = [&](std::size_t k) {
    return k == 0 ? 0 : static_cast<std::size_t>(document.propensity.dimensions) + k - 1;
  };
  std::vector<double> slopes;
  for (std::size_t j = 0; j < parameters.size(); ++j) {
    const auto& parameter = parameters[j];
    const std::size_t k = parameter.first;
    switch (parameter.kind) {
    case ParameterKind::rate:
      slopes.push_back(expected.slope[k]);
      break;
    case ParameterKind::effect:
      slopes.push_back(expected.effect_slope[k][parameter.second]);
      break;
    case ParameterKind::group_effect:
      slopes.push_back(detail::group_slope(parameter, expected, document));
      break;
    case ParameterKind::toward_use:
      slopes.push_back(detail::loading_slope(
          expected.loading_slope.front(), document,
          [](const auto& rule) { return rule.direction == Direction::toward_use; }));
      break;
    case ParameterKind::recovery:
      slopes.push_back(detail::loading_slope(
          expected.loading_slope[document.propensity.dimensions == 2 ? 1 : 0], document,
          [](const auto& rule) { return rule.direction == Direction::recovery; }));
      break;
    case ParameterKind::loading:
      slopes.push_back(detail::loading_slope(
          expected.loading_slope[latent_of(k)], document, [&](const auto& rule) {
            return group_of(rule) ==
                   document.dimensions[k - 1].loadings[parameter.second].group;
          }));
      break;
    case ParameterKind::initial:
      slopes.push_back(expected.start_slope[k]);
      break;
    case ParameterKind::tilt:
      slopes.push_back(
          expected.tilt_slope[latent_of(k)][static_cast<std::size_t>(index_of(
              document.stages, detail::start_of(document, k)[parameter.second].stage))]);
      break;
    case ParameterKind::prior:
      slopes.push_back(expected.prior_slope[latent_of(k)][parameter.second]);
      break;
    case ParameterKind::start_effect:
      slopes.push_back(start_effects[k]);
      break;
    case ParameterKind::answer:
      slopes.push_back(detail::answer_slope(parameter, expected, panel, model));
      break;
    case ParameterKind::persistence:
    case ParameterKind::half_life:
      slopes.push_back(detail::persistence_slope(parameter, expected, panel, model));
      break;
    case ParameterKind::own_habit:
      slopes.push_back(detail::habit_slope(
          static_cast<int>(k), model.grid().numbers[model.grid().own_habit[k]], expected,
          panel, model));
      break;
    case ParameterKind::habit:
      slopes.push_back(detail::habit_slope(
          index_of(document.items, detail::habit_of(document, k)[parameter.second].item),
          model.grid().numbers[k], expected, panel, model));
    }
  }
  return slopes;
}

}  // namespace relapse::learn
