#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/probability.hpp>
#include <relapse/model/detail/signs.hpp>

#include <algorithm>
#include <cmath>

namespace relapse::model {
namespace detail {

/// log of (k)_y / y!, the rising factorial over the factorial.
inline double log_rising_over_factorial(double k, double y) {
  if (y > 64.0) return log_gamma(k + y) - log_gamma(k) - log_gamma(y + 1.0);
  double sum = 0.0;
  for (double j = 0.0; j < y; j += 1.0) sum += elementary::log((k + j) / (j + 1.0));
  return sum;
}

}  // namespace detail

RELAPSE_INLINE SignLaw::SignLaw(const Emission& emission, int stages)
    : family_(family_of(emission)), stages_(stages) {
  const auto by_level = [this](int levels, auto probability) {
    levels_ = levels;
    for (int level = 0; level < levels; ++level) {
      for (int stage = 0; stage < stages_; ++stage) {
        level_.push_back(probability(static_cast<std::size_t>(stage),
                                     static_cast<std::size_t>(level)));
        log_level_.push_back(elementary::log(level_.back()));
      }
    }
  };
  if (const auto* yes = std::get_if<Bernoulli>(&emission)) {
    by_level(2, [&](std::size_t s, std::size_t level) {
      return level == 1 ? yes->probability[s] : 1.0 - yes->probability[s];
    });
  } else if (const auto* levels = std::get_if<Categorical>(&emission)) {
    by_level(
        static_cast<int>(levels->probability.front().size()),
        [&](std::size_t s, std::size_t level) { return levels->probability[s][level]; });
  } else if (const auto* count = std::get_if<Poisson>(&emission)) {
    first_ = count->mean;
  } else if (const auto* over = std::get_if<NegativeBinomial>(&emission)) {
    first_ = over->mean;
    second_ = over->dispersion;
  } else if (const auto* measure = std::get_if<Normal>(&emission)) {
    first_ = measure->mean;
    second_ = measure->sd;
  }
}

RELAPSE_INLINE bool SignLaw::admits(double value) const {
  if (!std::isfinite(value)) return false;
  if (family_ == Family::normal) return true;
  if (value < 0.0 || value != std::floor(value)) return false;
  return levels_ == 0 || value < levels_;
}

RELAPSE_INLINE double SignLaw::log_likelihood(double value, int stage) const {
  const auto s = static_cast<std::size_t>(stage);
  switch (family_) {
  case Family::bernoulli:
  case Family::categorical:
    return log_level_[static_cast<std::size_t>(value) *
                          static_cast<std::size_t>(stages_) +
                      s];
  case Family::poisson:
    return value * elementary::log(first_[s]) - first_[s] - log_gamma(value + 1.0);
  case Family::negative_binomial:
    return detail::log_rising_over_factorial(second_[s], value) -
           second_[s] * elementary::log1p(first_[s] / second_[s]) +
           value * elementary::log(first_[s] / (second_[s] + first_[s]));
  case Family::normal:
    break;
  }
  const double z = (value - first_[s]) / second_[s];
  return -0.5 * z * z - elementary::log(second_[s]) - half_log_two_pi;
}

RELAPSE_INLINE void SignLaw::add_log_likelihood(double value,
                                                std::span<double> log_likelihood) const {
  for (int s = 0; s < stages_; ++s) {
    log_likelihood[static_cast<std::size_t>(s)] += this->log_likelihood(value, s);
  }
}

RELAPSE_INLINE double SignLaw::mean(int stage) const {
  const auto s = static_cast<std::size_t>(stage);
  if (levels_ == 0) return first_[s];
  double sum = 0.0;
  for (int level = 1; level < levels_; ++level) {
    sum += level * elementary::exp(log_likelihood(level, stage));
  }
  return sum;
}

RELAPSE_INLINE double SignLaw::sample(int stage, Random& random) const {
  const auto s = static_cast<std::size_t>(stage);
  switch (family_) {
  case Family::poisson:
    return sample_poisson(first_[s], random);
  case Family::negative_binomial:
    return sample_poisson(sample_gamma(second_[s], random) * (first_[s] / second_[s]),
                          random);
  case Family::normal:
    return first_[s] + second_[s] * sample_normal(random);
  case Family::bernoulli:
  case Family::categorical:
    break;
  }
  double left = sample_uniform(random);
  int last = 0;
  for (int level = 0; level < levels_; ++level) {
    const double probability = elementary::exp(log_likelihood(level, stage));
    if (probability <= 0.0) continue;
    last = level;
    left -= probability;
    if (left < 0.0) break;
  }
  return last;
}

}  // namespace relapse::model
