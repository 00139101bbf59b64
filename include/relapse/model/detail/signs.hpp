#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/random.hpp>
#include <relapse/model/detail/families.hpp>

#include <span>
#include <vector>

namespace relapse::model {

/// The law of one sign, prepared for the filter: log probabilities by level where answers
/// are levels.
class SignLaw {
 public:
  /// @param emission checked; vectors by stage
  SignLaw(const Emission& emission, int stages);

  AnswerKind kind() const noexcept { return kind_; }
  /// Number of levels, a missing one included; 0 for counts and measurements.
  int levels() const noexcept { return levels_; }
  /// Whether the law gives this value a meaning: a level, a whole number, any number.
  bool admits(double value) const;
  /// Adds log p(value | stage) to each of the K entries of `log_likelihood`.
  void add_log_likelihood(double value, std::span<double> log_likelihood) const;
  /// Log of the probability (levels, counts) or density of `value` in `stage`.
  double log_likelihood(double value, int stage) const;
  /// Probability of a level in `stage`, as the document has it; only with levels.
  double probability(int level, int stage) const {
    return level_[place_of(level, stage)];
  }
  /// Expected answer in `stage`.
  double mean(int stage) const;
  /// Variance of the answer in `stage`; only without levels.
  double variance(int stage) const;
  double sample(int stage, Random& random) const;

 private:
  std::size_t place_of(int level, int stage) const {
    return static_cast<std::size_t>(level) * static_cast<std::size_t>(stages_) +
           static_cast<std::size_t>(stage);
  }
  /// The law of the family, where answers are no levels.
  template <class Visit>
  double of_law(Visit visit) const;

  Emission law_;
  AnswerKind kind_;
  int stages_;
  int levels_;
  std::vector<double> level_;      // [level][stage] probability
  std::vector<double> log_level_;  // [level][stage]
};

}  // namespace relapse::model

#ifndef RELAPSE_COMPILED
#include <relapse/model/detail/signs.ipp>
#endif
