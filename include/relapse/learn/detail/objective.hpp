#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/learn/detail/likelihood.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <string>
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
            std::vector<FreeNumber> free);

  std::size_t size() const noexcept { return free_.size(); }
  const ModelDocument& document() const noexcept { return document_; }
  const Parameters& parameters() const noexcept { return parameters_; }
  const std::vector<FreeNumber>& free() const noexcept { return free_; }
  const Likelihood& likelihood() const noexcept { return *likelihood_; }

  /// From now on the priors stand around the numbers of this document, or of another
  /// objective.
  void hold_near(const ModelDocument& document);
  void hold_as(const Objective& other) {
    centre_ = other.centre_;
    free_ = other.free_;
  }
  /// The free numbers of a document of this structure.
  std::vector<double> read(const ModelDocument& document) const;
  /// The document with these free numbers.
  ModelDocument write(std::span<const double> numbers) const;
  /// Value, and gradient with one entry a free number; -infinity (and a gradient of
  /// zeros) where the check-ins are impossible or the numbers are no model.
  double evaluate(std::span<const double> numbers, std::span<double> gradient);
  /// Adds a document to what has been seen.
  void offer(const ModelDocument& document, double log_likelihood);

  /// Each evaluation calls this first; it may throw Ended.
  std::function<void(int evaluations, double best)> before_evaluation;

  double best_value() const noexcept { return best_value_; }
  const std::vector<double>& best() const noexcept { return best_; }
  int evaluations() const noexcept { return evaluations_; }
  /// Gradient of each person's log-likelihood by the free numbers.
  std::vector<std::vector<double>> scores(std::span<const double> numbers) const;
  double log_prior(std::span<const double> numbers) const;

 private:
  void remember(std::span<const double> numbers, double value);
  std::vector<double> gather(const std::vector<double>& by_parameter) const;

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

#ifndef RELAPSE_COMPILED
#include <relapse/learn/detail/objective.ipp>
#endif
