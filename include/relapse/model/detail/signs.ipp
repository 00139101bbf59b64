#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/model/detail/signs.hpp>

#include <cmath>

namespace relapse::model {

RELAPSE_INLINE SignLaw::SignLaw(const Emission& emission, int stages)
    : law_(emission),
      kind_(kind_of(emission)),
      stages_(stages),
      levels_(static_cast<int>(levels_of(emission))) {
  visit_law(law_, [&]<class Law>(LawOf<Law> family, const Law& law) {
    if constexpr (has_levels<Law>) {
      for (std::size_t level = 0; level < family.levels(law); ++level) {
        for (std::size_t s = 0; s < static_cast<std::size_t>(stages); ++s) {
          level_.push_back(family.probability(law, s, level));
          log_level_.push_back(elementary::log(level_.back()));
        }
      }
    }
  });
}

RELAPSE_INLINE bool SignLaw::admits(double value) const {
  if (!std::isfinite(value)) return false;
  if (kind_ == AnswerKind::measurement) return true;
  if (value < 0.0 || value != std::floor(value)) return false;
  return levels_ == 0 || value < levels_;
}

template <class Visit>
double SignLaw::of_law(Visit visit) const {
  return visit_law(law_, [&]<class Law>(LawOf<Law> family, const Law& law) {
    if constexpr (!has_levels<Law>) return double{visit(family, law)};
    return 0.0;
  });
}

RELAPSE_INLINE double SignLaw::log_likelihood(double value, int stage) const {
  if (levels_ > 0) return log_level_[place_of(static_cast<int>(value), stage)];
  return of_law([&](auto family, const auto& law) {
    return family.log_density(law, static_cast<std::size_t>(stage), value);
  });
}

RELAPSE_INLINE void SignLaw::add_log_likelihood(double value,
                                                std::span<double> log_likelihood) const {
  for (int s = 0; s < stages_; ++s) {
    log_likelihood[static_cast<std::size_t>(s)] += this->log_likelihood(value, s);
  }
}

RELAPSE_INLINE double SignLaw::mean(int stage) const {
  if (levels_ == 0) {
    return of_law([&](auto family, const auto& law) {
      return family.mean(law, static_cast<std::size_t>(stage));
    });
  }
  double sum = 0.0;
  for (int level = 1; level < levels_; ++level) sum += level * probability(level, stage);
  return sum;
}

RELAPSE_INLINE double SignLaw::variance(int stage) const {
  return of_law([&](auto family, const auto& law) {
    return family.variance(law, static_cast<std::size_t>(stage));
  });
}

RELAPSE_INLINE double SignLaw::sample(int stage, Random& random) const {
  if (levels_ == 0) {
    return of_law([&](auto family, const auto& law) {
      return family.sample(law, static_cast<std::size_t>(stage), random);
    });
  }
  double left = sample_uniform(random);
  int last = 0;
  for (int level = 0; level < levels_; ++level) {
    if (probability(level, stage) <= 0.0) continue;
    last = level;
    left -= probability(level, stage);
    if (left < 0.0) break;
  }
  return last;
}

}  // namespace relapse::model
