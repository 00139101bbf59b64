#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/model/detail/signs.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace relapse::model {

namespace detail {

inline Emission leaned(const ItemRule& rule, int stages, double by) {
  Emission emission = *rule.emission;
  if (by == 0.0) return emission;
  visit_law(emission, [&](auto family, auto& law) {
    for (std::size_t s = 0; s < static_cast<std::size_t>(stages); ++s)
      family.lean(law, s, by, answer_levels(rule));
  });
  return emission;
}

/// A share of nothing is none.
inline std::optional<Persistence> lasting(const std::optional<Persistence>& rule) {
  const auto repeats = [](double share) { return share > 0.0; };
  const bool any = rule && std::any_of(rule->share.begin(), rule->share.end(), repeats);
  return any ? rule : std::nullopt;
}

/// One number stands for every answer.
inline double of_level(const std::vector<double>& numbers, double level) {
  return numbers.size() == 1 ? numbers[0] : numbers[static_cast<std::size_t>(level)];
}

/// How likely each level is among copies of another, [last][level].
inline std::vector<double> settled(int levels, double settle) {
  const auto count = static_cast<std::size_t>(levels);
  std::vector<double> among(count * count, 0.0);
  for (std::size_t last = 0; last < count; ++last) {
    double* row = among.data() + last * count;
    double sum = 0.0;
    double weight = 1.0;
    for (std::size_t below = 0; below <= last; ++below, weight *= settle) {
      row[last - below] = weight;
      sum += weight;
    }
    for (std::size_t level = 0; level <= last; ++level) row[level] /= sum;
  }
  return among;
}

}  // namespace detail

RELAPSE_INLINE SignLaw::SignLaw(const ItemRule& rule, int stages,
                                std::span<const double> lean)
    : lean_(lean.begin(), lean.end()),
      persistence_(detail::lasting(rule.persistence)),
      kind_(kind_of(*rule.emission)),
      stages_(stages),
      levels_(static_cast<int>(levels_of(*rule.emission))),
      ways_(std::max(1, static_cast<int>(lean.size()))) {
  if (rule.item.missing_is_a_level) missing_level_ = levels_ - 1;
  if (persistence_ && persistence_->settle > 0.0)
    settled_ = detail::settled(levels_, persistence_->settle);
  for (std::size_t way = 0; way < static_cast<std::size_t>(ways_); ++way) {
    law_.push_back(detail::leaned(rule, stages, lean.empty() ? 0.0 : lean[way]));
    visit_law(law_.back(), [&]<class Law>(LawOf<Law> family, const Law& law) {
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
}

RELAPSE_INLINE bool SignLaw::admits(double value) const {
  if (!std::isfinite(value)) return false;
  if (kind_ == AnswerKind::measurement) return true;
  if (value < 0.0 || value != std::floor(value)) return false;
  return levels_ == 0 || value < levels_;
}

RELAPSE_INLINE Repeat SignLaw::repeat(double last, double days) const {
  // What is missing repeats nothing, and has no share.
  if (!persistence_ || last < 0.0 || last == missing_level_) return {};
  return {last, share(last) * kept(last, days)};
}

RELAPSE_INLINE double SignLaw::kept(double last, double days) const {
  const auto& half_life = persistence_->half_life_days;
  if (half_life.empty()) return 1.0;
  return elementary::exp2(-days / detail::of_level(half_life, last));
}

RELAPSE_INLINE double SignLaw::share(double last) const {
  return detail::of_level(persistence_->share, last);
}

RELAPSE_INLINE Said SignLaw::said(double level, const Repeat& repeat) const {
  const auto now = static_cast<std::uint8_t>(level);
  // What is missing repeats nothing.
  if (repeat.answer < 0.0 || now == missing_level_) return {0.0, 0.0, now, now};
  return {repeat.share, repeat.share * among_copies(level, repeat.answer), now,
          static_cast<std::uint8_t>(repeat.answer)};
}

RELAPSE_INLINE Said SignLaw::said_nothing() const {
  const auto nothing = static_cast<std::uint8_t>(levels_);
  return {0.0, 0.0, nothing, nothing};
}

template <class Visit>
double SignLaw::of_law(int way, Visit visit) const {
  return visit_law(law_[way_of(way)], [&]<class Law>(LawOf<Law> family, const Law& law) {
    if constexpr (!has_levels<Law>) return double{visit(family, law)};
    return 0.0;
  });
}

RELAPSE_INLINE double SignLaw::log_density(double value, int stage, int way) const {
  return of_law(way, [&](auto family, const auto& law) {
    return family.log_density(law, static_cast<std::size_t>(stage), value);
  });
}

RELAPSE_INLINE double SignLaw::answered(int stage, int way) const {
  return missing_level_ < 0 ? 1.0 : 1.0 - probability(missing_level_, stage, way);
}

RELAPSE_INLINE double SignLaw::copied(const Repeat& repeat, int stage, int way) const {
  const bool allowed =
      levels_ == 0 || probability(static_cast<int>(repeat.answer), stage, way) > 0.0;
  return allowed ? repeat.share : 0.0;
}

RELAPSE_INLINE double SignLaw::likelihood(double value, const Repeat& repeat, int stage,
                                          int way) const {
  const double fresh = levels_ > 0 ? probability(static_cast<int>(value), stage, way)
                                   : elementary::exp(log_density(value, stage, way));
  const bool missing = levels_ > 0 && static_cast<int>(value) == missing_level_;
  if (repeat.share == 0.0 || missing) return fresh;
  const double copy = copied(repeat, stage, way);
  const double again = copy * among_copies(value, repeat.answer) * answered(stage, way);
  return again + (1.0 - copy) * fresh;
}

RELAPSE_INLINE double SignLaw::at_least(double least, const Repeat& repeat, int stage,
                                        int way) const {
  if (kind_ == AnswerKind::measurement) {
    const double above = (least - mean(stage, way)) / std::sqrt(variance(stage, way));
    return 0.5 * elementary::erfc(above / std::numbers::sqrt2);
  }
  // Of counts, those below are few, and the others have no end.
  const bool counts = levels_ == 0;
  const double last = counts ? least : static_cast<double>(levels_);
  double sum = 0.0;
  for (double value = counts ? 0.0 : std::ceil(least); value < last; value += 1.0) {
    if (static_cast<int>(value) == missing_level_) continue;
    sum += likelihood(value, repeat, stage, way);
  }
  return counts ? std::max(0.0, 1.0 - sum) : sum;
}

RELAPSE_INLINE double SignLaw::log_likelihood(double value, const Repeat& repeat,
                                              int stage, int way) const {
  const bool missing = levels_ > 0 && static_cast<int>(value) == missing_level_;
  if (repeat.share == 0.0 || missing) return log_likelihood(value, stage, way);
  if (levels_ == 0 && value != repeat.answer)
    return elementary::log1p(-repeat.share) + log_density(value, stage, way);
  return elementary::log(likelihood(value, repeat, stage, way));
}

RELAPSE_INLINE void SignLaw::add_log_likelihood(double value,
                                                std::span<double> log_likelihood) const {
  for (int s = 0; s < stages_; ++s) {
    log_likelihood[static_cast<std::size_t>(s)] += this->log_likelihood(value, s);
  }
}

RELAPSE_INLINE double SignLaw::mean(int stage, int way) const {
  if (levels_ == 0) {
    return of_law(way, [&](auto family, const auto& law) {
      return family.mean(law, static_cast<std::size_t>(stage));
    });
  }
  double sum = 0.0;
  for (int level = 1; level < levels_; ++level)
    sum += level * probability(level, stage, way);
  return sum;
}

RELAPSE_INLINE double SignLaw::variance(int stage, int way) const {
  return of_law(way, [&](auto family, const auto& law) {
    return family.variance(law, static_cast<std::size_t>(stage));
  });
}

RELAPSE_INLINE double SignLaw::sample_copy(double last, Random& random) const {
  if (settled_.empty()) return last;
  double left = sample_uniform(random);
  for (double level = last; level > 0.0; level -= 1.0) {
    left -= among_copies(level, last);
    if (left < 0.0) return level;
  }
  return 0.0;
}

RELAPSE_INLINE double SignLaw::sample(const Repeat& repeat, int stage, int way,
                                      Random& random) const {
  // A copy stands among answers: whether there is one comes first.
  if (repeat.share > 0.0) {
    const double among = answered(stage, way) * copied(repeat, stage, way);
    if (sample_uniform(random) < among) return sample_copy(repeat.answer, random);
  }
  if (levels_ == 0) {
    return of_law(way, [&](auto family, const auto& law) {
      return family.sample(law, static_cast<std::size_t>(stage), random);
    });
  }
  // What is left once the copies are taken away.
  const double copy = repeat.share > 0.0 ? copied(repeat, stage, way) : 0.0;
  const double fresh = 1.0 - copy * answered(stage, way);
  double left = sample_uniform(random) * fresh;
  int last = 0;
  for (int level = 0; level < levels_; ++level) {
    const double probability = this->probability(level, stage, way) *
                               (level == missing_level_ ? 1.0 : 1.0 - copy);
    if (probability <= 0.0) continue;
    last = level;
    left -= probability;
    if (left < 0.0) break;
  }
  return last;
}

}  // namespace relapse::model
