#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/random.hpp>
#include <relapse/model/detail/families.hpp>
#include <relapse/model/detail/personal_sign.hpp>

#include <optional>
#include <span>
#include <vector>

namespace relapse::model {

/// What an answer may repeat: the one before it, and how likely it is only repeated.
struct Repeat {
  double answer = -1.0;  ///< below 0: there is none
  double share = 0.0;

  bool operator==(const Repeat&) const = default;
};

/// The law of one sign, prepared for the filter: probabilities by level where answers are
/// levels. What it says depends on the stage, on the way of the person's habits, and,
/// where answers persist, on the last one.
class SignLaw {
 public:
  /// @param rule checked, with an emission; vectors by stage
  /// @param lean by way, what habits add; empty: nothing
  SignLaw(const ItemRule& rule, int stages, std::span<const double> lean = {});

  AnswerKind kind() const noexcept { return kind_; }
  /// Number of levels, a missing one included; 0 for counts and measurements.
  int levels() const noexcept { return levels_; }
  /// Ways in which the law differs: those of the model, or 1.
  int ways() const noexcept { return ways_; }
  bool persists() const noexcept { return persistence_.has_value(); }
  /// Whether it is not the same for everybody in a stage.
  bool is_personal() const noexcept { return ways_ > 1 || persists(); }
  /// Whether the law gives this value a meaning: a level, a whole number, any number.
  bool admits(double value) const;
  /// How likely an answer only repeats one given some days ago.
  /// @param last below 0 where there is none
  Repeat repeat(double last, double days) const;
  /// How much of the share of an answer is left after some days.
  double kept(double last, double days) const;
  /// How likely an answer right after this one only repeats it.
  double share(double last) const;

  /// Log of the probability (levels, counts) or density of `value` in `stage`, nothing
  /// being repeated.
  double log_likelihood(double value, int stage, int way = 0) const {
    if (levels_ > 0) return log_level_[place_of(static_cast<int>(value), stage, way)];
    return log_density(value, stage, way);
  }
  /// The same when the answer may be a repeated one.
  double log_likelihood(double value, const Repeat& repeat, int stage, int way) const;
  /// The probability (levels, counts) or density itself.
  double likelihood(double value, const Repeat& repeat, int stage, int way) const;
  /// The probability of an answer of `least` or more, a missing one left out.
  double at_least(double least, const Repeat& repeat, int stage, int way) const;
  /// Adds log p(value | stage) to each of the K entries of `log_likelihood`.
  void add_log_likelihood(double value, std::span<double> log_likelihood) const;
  /// Probability of a level in `stage`, nothing being repeated; only with levels.
  double probability(int level, int stage, int way = 0) const {
    return level_[place_of(level, stage, way)];
  }
  /// A level, or none, as the inner loops take it.
  Said said(double level, const Repeat& repeat) const;
  Said said_nothing() const;
  /// Expected answer in `stage`, nothing being repeated.
  double mean(int stage, int way = 0) const;
  /// Variance of the answer in `stage`; only without levels.
  double variance(int stage, int way = 0) const;
  double sample(const Repeat& repeat, int stage, int way, Random& random) const;

  /// How likely a copy of the last answer is this one.
  double among_copies(double answer, double last) const {
    if (settled_.empty()) return answer == last ? 1.0 : 0.0;
    return settled_[static_cast<std::size_t>(last) * static_cast<std::size_t>(levels_) +
                    static_cast<std::size_t>(answer)];
  }
  /// How likely an answer in a stage is a copy: none of what the stage does not allow.
  double copied(const Repeat& repeat, int stage, int way) const;
  /// Probability that there is an answer, where a missing one is a level; else 1.
  double answered(int stage, int way) const;
  /// The level of a missing answer; -1: it says nothing.
  int missing_level() const noexcept { return missing_level_; }
  /// The law in one way of the habits, and what these added to it.
  const Emission& law(int way) const { return law_[way_of(way)]; }
  double lean(int way) const { return lean_.empty() ? 0.0 : lean_[way_of(way)]; }

 private:
  std::size_t way_of(int way) const {
    return ways_ == 1 ? 0 : static_cast<std::size_t>(way);
  }
  std::size_t place_of(int level, int stage, int way) const {
    const std::size_t of_way =
        way_of(way) * static_cast<std::size_t>(levels_) + static_cast<std::size_t>(level);
    return of_way * static_cast<std::size_t>(stages_) + static_cast<std::size_t>(stage);
  }
  double sample_copy(double last, Random& random) const;
  /// The law of the family, where answers are no levels.
  template <class Visit>
  double of_law(int way, Visit visit) const;
  double log_density(double value, int stage, int way) const;

  std::vector<Emission> law_;  // by way
  std::vector<double> lean_;   // by way
  std::optional<Persistence> persistence_;
  AnswerKind kind_;
  int stages_;
  int levels_;
  int ways_;
  int missing_level_ = -1;
  std::vector<double> level_;      // [way][level][stage] probability
  std::vector<double> log_level_;  // [way][level][stage]
  std::vector<double> settled_;    // [last][level] of copies; empty: they are the last
};

}  // namespace relapse::model

#ifndef RELAPSE_COMPILED
#include <relapse/model/detail/signs.ipp>
#endif
