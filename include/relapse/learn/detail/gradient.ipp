#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/index.hpp>
#include <relapse/learn/detail/gradient.hpp>

#include <algorithm>
#include <span>

namespace relapse::learn {
namespace detail {

/// Derivative by one number of an answer's law.
/// @param counts expected number of answers, [code][stage]
inline double answer_slope(const Parameter& parameter, std::span<const double> counts,
                           std::span<const double> values, const Emission& emission) {
  const std::size_t stages = counts.size() / std::max<std::size_t>(1, values.size());
  return model::visit_law(emission, [&](auto family, const auto& law) {
    double sum = 0.0;
    for (std::size_t code = 0; code < values.size(); ++code) {
      const double count = counts[code * stages + parameter.second];
      if (count == 0.0) continue;
      sum += count * family.slope(law, parameter.second, parameter.third, values[code]);
    }
    return sum;
  });
}

}  // namespace detail

RELAPSE_INLINE std::vector<double> gradient(const Parameters& parameters,
                                            const infer::Expectation& expected,
                                            const infer::Panel& panel,
                                            const Model& model) {
  const auto& document = model.document();
  const auto stages = static_cast<std::size_t>(model.stages());
  // Effects on the start are kept by stage, in the order of the document.
  std::vector<std::size_t> used(stages, 0);
  std::vector<double> start_effects;
  for (const auto& [stage, effect] : document.start_effects) {
    const auto s = static_cast<std::size_t>(index_of(document.stages, stage));
    start_effects.push_back(expected.start_effect_slope[s][used[s]++]);
  }
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
    case ParameterKind::toward_use:
      slopes.push_back(expected.toward_use_slope);
      break;
    case ParameterKind::recovery:
      slopes.push_back(expected.recovery_slope);
      break;
    case ParameterKind::initial:
      slopes.push_back(expected.start_slope[k]);
      break;
    case ParameterKind::tilt:
      slopes.push_back(expected.tilt_slope[static_cast<std::size_t>(
          index_of(document.stages, document.propensity.start[k].stage))]);
      break;
    case ParameterKind::prior:
      slopes.push_back(expected.prior_slope[k]);
      break;
    case ParameterKind::start_effect:
      slopes.push_back(start_effects[k]);
      break;
    case ParameterKind::answer:
      slopes.push_back(detail::answer_slope(parameter, expected.answers[k],
                                            panel.values(static_cast<int>(k)),
                                            *document.items[k].emission));
    }
  }
  return slopes;
}

}  // namespace relapse::learn
