#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/random.hpp>
#include <relapse/model/emission.hpp>

#include <span>
#include <vector>

namespace relapse::model {

/// The law of one sign, prepared for the filter: log probabilities by level where answers
/// are levels, parameters otherwise.
class SignLaw {
 public:
  /// @param emission checked; vectors by stage
  SignLaw(const Emission& emission, int stages);

  Family family() const noexcept { return family_; }
  /// Number of levels, a missing one included; 0 for counts and measurements.
  int levels() const noexcept { return levels_; }
  /// Whether the law gives this value a meaning: a level, a whole number, any number.
  bool admits(double value) const;
  /// Adds log p(value | stage) to each of the K entries of `log_likelihood`.
  void add_log_likelihood(double value, std::span<double> log_likelihood) const;
  /// Probability (levels) or density of `value` in `stage`.
  double log_likelihood(double value, int stage) const;
  /// Probability of a level in `stage`, as the document has it; only with levels.
  double probability(int level, int stage) const {
    return level_[static_cast<std::size_t>(level) * static_cast<std::size_t>(stages_) +
                  static_cast<std::size_t>(stage)];
  }
  /// Expected answer in `stage`.
  double mean(int stage) const;
  double sample(int stage, Random& random) const;

 private:
  Family family_;
  int stages_;
  int levels_ = 0;
  std::vector<double> level_;      // [level][stage] probability
  std::vector<double> log_level_;  // [level][stage]
  std::vector<double> first_;      // [stage] mean
  std::vector<double> second_;     // [stage] sd or dispersion
};

}  // namespace relapse::model

#ifndef RELAPSE_COMPILED
#include <relapse/model/detail/signs.ipp>
#endif
