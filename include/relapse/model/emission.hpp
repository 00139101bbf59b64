#pragma once

#include <relapse/core/names.hpp>

#include <cstddef>
#include <string_view>
#include <variant>
#include <vector>

/// The laws of an answer given the stage. Vectors are indexed by stage, in the order of
/// the document.
namespace relapse {

/// Yes with a probability.
struct Bernoulli {
  std::vector<double> probability;  ///< in [0, 1]

  bool operator==(const Bernoulli&) const = default;
};

/// Levels 0 .. L-1, ordinal ones included; with one more entry when missing is a level.
struct Categorical {
  std::vector<std::vector<double>> probability;  ///< [stage][level], rows sum to 1

  bool operator==(const Categorical&) const = default;
};

/// Counts with the variance of a Poisson law.
struct Poisson {
  std::vector<double> mean;  ///< > 0

  bool operator==(const Poisson&) const = default;
};

/// Variance = mean + mean^2 / dispersion.
struct NegativeBinomial {
  std::vector<double> mean;        ///< > 0
  std::vector<double> dispersion;  ///< > 0

  bool operator==(const NegativeBinomial&) const = default;
};

/// Measurements.
struct Normal {
  std::vector<double> mean;
  std::vector<double> sd;  ///< > 0

  bool operator==(const Normal&) const = default;
};

/// One of the five families; the order is that of `Family`.
using Emission = std::variant<Bernoulli, Categorical, Poisson, NegativeBinomial, Normal>;

/// The family of the law of an answer.
enum class Family { bernoulli, categorical, poisson, negative_binomial, normal };

template <>
struct Names<Family> {
  static constexpr std::string_view all[] = {"bernoulli", "categorical", "poisson",
                                             "negative_binomial", "normal"};
};

/// The family that an emission is of.
constexpr Family family_of(const Emission& emission) {
  return static_cast<Family>(emission.index());
}

}  // namespace relapse
