#pragma once

#include <relapse/core/error.hpp>
#include <relapse/learn/detail/gradient.hpp>
#include <relapse/learn/detail/objective.hpp>
#include <relapse/learn/detail/units.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace relapse::learn {

RELAPSE_INLINE Objective::Objective(const Likelihood& likelihood,
                                    const ModelDocument& document,
                                    std::vector<FreeNumber> free)
    : likelihood_(&likelihood),
      document_(document),
      parameters_(document),
      free_(std::move(free)),
      centre_(parameters_.read(document)) {}

RELAPSE_INLINE void Objective::hold_near(const ModelDocument& document) {
  centre_ = parameters_.read(document);
  for (auto& number : free_) {
    for (std::size_t i = 0; i < number.parameters.size(); ++i) {
      const auto& parameter = parameters_[number.parameters[i]];
      if (parameter.kind == ParameterKind::answer)
        number.units[i] = unit_of_answer(parameter, document);
    }
  }
}

RELAPSE_INLINE std::vector<double> Objective::read(const ModelDocument& document) const {
  const auto values = parameters_.read(document);
  std::vector<double> numbers;
  for (const auto& number : free_) {
    double sum = 0.0;
    for (const auto j : number.parameters) sum += values[j];
    const double mean = sum / static_cast<double>(number.parameters.size());
    numbers.push_back(std::clamp(mean, number.low, number.high));
  }
  return numbers;
}

RELAPSE_INLINE ModelDocument Objective::write(std::span<const double> numbers) const {
  auto values = centre_;
  for (std::size_t k = 0; k < free_.size(); ++k) {
    for (const auto j : free_[k].parameters) values[j] = numbers[k];
  }
  ModelDocument document = document_;
  parameters_.write(values, document);
  return document;
}

RELAPSE_INLINE std::vector<double>
Objective::gather(const std::vector<double>& by_parameter) const {
  std::vector<double> gradient;
  for (const auto& number : free_) {
    double sum = 0.0;
    for (const auto j : number.parameters) sum += by_parameter[j];
    gradient.push_back(sum);
  }
  return gradient;
}

RELAPSE_INLINE double Objective::log_prior(std::span<const double> numbers) const {
  double sum = 0.0;
  for (std::size_t k = 0; k < free_.size(); ++k) {
    for (std::size_t i = 0; i < free_[k].parameters.size(); ++i) {
      const double away = numbers[k] - centre_[free_[k].parameters[i]];
      sum -= 0.5 * free_[k].precision(i) * away * away;
    }
  }
  return sum;
}

RELAPSE_INLINE void Objective::remember(std::span<const double> numbers, double value) {
  if (!(value > best_value_)) return;
  best_value_ = value;
  best_.assign(numbers.begin(), numbers.end());
}

RELAPSE_INLINE void Objective::offer(const ModelDocument& document,
                                     double log_likelihood) {
  const auto numbers = read(document);
  remember(numbers, log_likelihood + log_prior(numbers));
}

RELAPSE_INLINE double Objective::evaluate(std::span<const double> numbers,
                                          std::span<double> gradient) {
  if (before_evaluation) before_evaluation(evaluations_, best_value_);
  ++evaluations_;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  constexpr double nothing = -std::numeric_limits<double>::infinity();
  try {
    const Model model(write(numbers));
    const auto expected = likelihood_->expect(model);
    if (!std::isfinite(expected.log_likelihood)) return nothing;
    const auto slopes =
        gather(learn::gradient(parameters_, expected, likelihood_->panel(), model));
    for (std::size_t k = 0; k < free_.size(); ++k) {
      if (!std::isfinite(slopes[k])) return nothing;
      gradient[k] = slopes[k];
      for (std::size_t i = 0; i < free_[k].parameters.size(); ++i) {
        const double away = numbers[k] - centre_[free_[k].parameters[i]];
        gradient[k] -= free_[k].precision(i) * away;
      }
    }
    const double value = expected.log_likelihood + log_prior(numbers);
    remember(numbers, value);
    return value;
  } catch (const InvalidInput&) {
    // Too far out: a rate without end, or a probability that left its range.
    return nothing;
  }
}

RELAPSE_INLINE std::vector<std::vector<double>>
Objective::scores(std::span<const double> numbers) const {
  auto rows = likelihood_->scores(Model(write(numbers)), parameters_);
  for (auto& row : rows) row = gather(row);
  return rows;
}

}  // namespace relapse::learn
