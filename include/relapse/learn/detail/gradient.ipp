#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/index.hpp>
#include <relapse/core/detail/probability.hpp>
#include <relapse/learn/detail/gradient.hpp>

#include <cmath>

namespace relapse::learn {
namespace detail {

/// Expected answers of one item in one stage.
class Answered {
 public:
  Answered(const infer::Expectation& expected, const infer::Panel& panel,
           const Parameter& parameter, std::size_t stages)
      : counts_(expected.answers[parameter.first]),
        values_(panel.values(static_cast<int>(parameter.first))),
        stage_(parameter.second),
        stages_(stages) {}

  /// Sum over the answers of the expected number times f(value).
  template <class Function>
  double sum(Function f) const {
    double total = 0.0;
    for (std::size_t code = 0; code < values_.size(); ++code) {
      const double count = counts_[code * stages_ + stage_];
      if (count != 0.0) total += count * f(values_[code]);
    }
    return total;
  }

 private:
  const std::vector<double>& counts_;
  std::span<const double> values_;
  std::size_t stage_;
  std::size_t stages_;
};

/// Derivative by one parameter of an answer's law.
inline double answer_slope(const Parameter& parameter, const Answered& answered,
                           const Emission& emission) {
  const double number = *number_of(parameter, emission);
  switch (parameter.kind) {
  case ParameterKind::yes:
    return answered.sum([&](double y) { return y - number; });
  case ParameterKind::level: {
    const auto level = static_cast<double>(parameter.third);
    return answered.sum([&](double y) { return (y == level ? 1.0 : 0.0) - number; });
  }
  case ParameterKind::mean: {
    const double sd = std::get<Normal>(emission).sd[parameter.second];
    return answered.sum([&](double y) { return (y - number) / (sd * sd); });
  }
  case ParameterKind::sd: {
    const double mean = std::get<Normal>(emission).mean[parameter.second];
    return answered.sum([&](double y) {
      const double z = (y - mean) / number;
      return z * z - 1.0;
    });
  }
  case ParameterKind::dispersion: {
    const double mean = std::get<NegativeBinomial>(emission).mean[parameter.second];
    return number * answered.sum([&](double y) {
      return digamma(number + y) - digamma(number) - elementary::log1p(mean / number) +
             (mean - y) / (number + mean);
    });
  }
  default:
    break;
  }
  if (const auto* over = std::get_if<NegativeBinomial>(&emission)) {
    const double k = over->dispersion[parameter.second];
    return answered.sum([&](double y) { return k * (y - number) / (k + number); });
  }
  return answered.sum([&](double y) { return y - number; });
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
    default:
      slopes.push_back(detail::answer_slope(
          parameter, detail::Answered(expected, panel, parameter, stages),
          *document.items[k].emission));
    }
  }
  return slopes;
}

}  // namespace relapse::learn
