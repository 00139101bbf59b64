#pragma once

#include <relapse/core/error.hpp>
#include <relapse/learn/detail/gradient.hpp>
#include <relapse/learn/detail/likelihood.hpp>
#include <relapse/learn/detail/units.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace relapse::learn {

/// How far from 0 a search looks on a log scale, in the unit of the number (see
/// units.hpp): rates of 1e13 a day and odds of 1e13 to 1 are no more told by data than
/// larger ones.
inline constexpr double farthest = 30.0;

/// Numbers that are one in a fit: positions among the parameters, and bounds.
struct FreeNumber {
  std::vector<std::size_t> parameters;
  std::vector<double> units;  ///< what counts as 1, of each of them
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  double prior_strength = 0.0;  ///< 1 / variance of the normal prior in units; 0: none

  /// The least of the units.
  double unit() const { return *std::min_element(units.begin(), units.end()); }
  /// How far from 0 a search looks on a log scale.
  double range() const { return farthest * unit(); }
  /// 1 / variance of the prior of one of them, and of all together.
  double precision(std::size_t which) const {
    return prior_strength / (units[which] * units[which]);
  }
  double precision() const {
    double sum = 0.0;
    for (std::size_t k = 0; k < units.size(); ++k) sum += precision(k);
    return sum;
  }
};

/// Thrown out of an optimiser to end it; `why` says so in words.
struct Ended {
  enum class Why { time, stopped } why;
};

/// Log-likelihood plus log prior as a function of the free numbers, with its gradient.
/// Remembers the best point seen.
class Objective {
 public:
  /// @param document the priors stand around its numbers, unless `hold_near` says others
  Objective(const Likelihood& likelihood, const ModelDocument& document,
            std::vector<FreeNumber> free)
      : likelihood_(&likelihood),
        document_(document),
        parameters_(document),
        free_(std::move(free)),
        centre_(parameters_.read(document)) {}

  std::size_t size() const noexcept { return free_.size(); }
  const ModelDocument& document() const noexcept { return document_; }
  const Parameters& parameters() const noexcept { return parameters_; }
  const std::vector<FreeNumber>& free() const noexcept { return free_; }
  const Likelihood& likelihood() const noexcept { return *likelihood_; }

  /// From now on the priors stand around the numbers of this document, or of another
  /// objective.
  void hold_near(const ModelDocument& document) {
    centre_ = parameters_.read(document);
    for (auto& number : free_) {
      for (std::size_t i = 0; i < number.parameters.size(); ++i) {
        const auto& parameter = parameters_[number.parameters[i]];
        if (parameter.kind == ParameterKind::answer)
          number.units[i] = unit_of_answer(parameter, document);
      }
    }
  }

  void hold_as(const Objective& other) {
    centre_ = other.centre_;
    free_ = other.free_;
  }

  /// The free numbers of a document of this structure.
  std::vector<double> read(const ModelDocument& document) const {
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

  /// The document with these free numbers.
  ModelDocument write(std::span<const double> numbers) const {
    auto values = centre_;
    for (std::size_t k = 0; k < free_.size(); ++k) {
      for (const auto j : free_[k].parameters) values[j] = numbers[k];
    }
    ModelDocument document = document_;
    parameters_.write(values, document);
    return document;
  }

  /// Value, and gradient with one entry a free number; -infinity (and a gradient of
  /// zeros) where the check-ins are impossible or the numbers are no model.
  double evaluate(std::span<const double> numbers, std::span<double> gradient) {
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

  /// Adds a document to what has been seen.
  void offer(const ModelDocument& document, double log_likelihood) {
    const auto numbers = read(document);
    remember(numbers, log_likelihood + log_prior(numbers));
  }

  /// Each evaluation calls this first; it may throw Ended.
  std::function<void(int evaluations, double best)> before_evaluation;

  double best_value() const noexcept { return best_value_; }
  const std::vector<double>& best() const noexcept { return best_; }
  int evaluations() const noexcept { return evaluations_; }
  /// Gradient of each person's log-likelihood by the free numbers.
  std::vector<std::vector<double>> scores(std::span<const double> numbers) const {
    auto rows = likelihood_->scores(Model(write(numbers)), parameters_);
    for (auto& row : rows) row = gather(row);
    return rows;
  }

  double log_prior(std::span<const double> numbers) const {
    double sum = 0.0;
    for (std::size_t k = 0; k < free_.size(); ++k) {
      for (std::size_t i = 0; i < free_[k].parameters.size(); ++i) {
        const double away = numbers[k] - centre_[free_[k].parameters[i]];
        sum -= 0.5 * free_[k].precision(i) * away * away;
      }
    }
    return sum;
  }

 private:
  void remember(std::span<const double> numbers, double value) {
    if (!(value > best_value_)) return;
    best_value_ = value;
    best_.assign(numbers.begin(), numbers.end());
  }

  std::vector<double> gather(const std::vector<double>& by_parameter) const {
    std::vector<double> gradient;
    for (const auto& number : free_) {
      double sum = 0.0;
      for (const auto j : number.parameters) sum += by_parameter[j];
      gradient.push_back(sum);
    }
    return gradient;
  }

  const Likelihood* likelihood_;
  ModelDocument document_;
  Parameters parameters_;
  std::vector<FreeNumber> free_;
  std::vector<double> centre_;  // all parameters of the document
  double best_value_ = -std::numeric_limits<double>::infinity();
  std::vector<double> best_;
  int evaluations_ = 0;
};

}  // namespace relapse::learn
