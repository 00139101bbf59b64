#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/probability.hpp>
#include <relapse/core/random.hpp>
#include <relapse/model/detail/answer_sums.hpp>
#include <relapse/model/document.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// The families of answers: one struct each, `LawOf`, holds all that the library knows of
/// it. Documents, checks, the filter, forecasts, simulation and learning go over these,
/// so that a new family is a law in `Emission` and its struct here. What a law says
/// depends on the stage alone: what a person's earlier answers and habits change is laid
/// over it in `SignLaw`.
namespace relapse::model {

enum class AnswerKind { yes_or_no, level, count, measurement };

/// What a number of a law may be, and the scale without bounds on which it is learned.
enum class NumberScale {
  odds,   ///< a probability; log odds
  share,  ///< one of several that sum to 1; log odds against the likeliest of them
  log,    ///< above 0; its log
  plain   ///< any number, in the unit of the answer
};

/// A number that a law has for each stage.
template <class Law>
struct LawNumber {
  std::string_view name;  ///< empty: the law has this number alone
  std::vector<double> Law::*by_stage;
  NumberScale scale;
  bool has_step = true;  ///< whether `improve` brings it to its best value
};

/// log of (k)_y / y!, the rising factorial over the factorial.
inline double log_rising_over_factorial(double k, double y) {
  if (y > 64.0) return log_gamma(k + y) - log_gamma(k) - log_gamma(y + 1.0);
  double sum = 0.0;
  for (double j = 0.0; j < y; j += 1.0) sum += elementary::log((k + j) / (j + 1.0));
  return sum;
}

/// All that a family is. Each has
/// - `kind`, and `numbers`: what documents state by stage (rows of levels apart);
/// - with levels: `levels`, a missing one included, and `probability` of one; without:
///   `log_density`, `mean`, `variance` and `sample`;
/// - `slope`: the derivative of the log density by the number `k` on its scale;
/// - `lean`: what a habit makes of the law in a stage; `lean_slope`: the derivative of
/// the
///   log density by that; where a habit changes what the slope by a number is, `slope`
///   once more, with the law as it is without the habit;
/// - `improve`: the maximum of the likelihood of answers, where it has a closed form, as
/// a
///   step of learning; `begin`: the same for a first guess.
template <class Law>
struct LawOf;

template <>
struct LawOf<Bernoulli> {
  static constexpr AnswerKind kind = AnswerKind::yes_or_no;
  static constexpr std::array numbers{
      LawNumber<Bernoulli>{"", &Bernoulli::probability, NumberScale::odds}};

  static std::size_t levels(const Bernoulli&) { return 2; }
  static double probability(const Bernoulli& law, std::size_t s, std::size_t level) {
    return level == 1 ? law.probability[s] : 1.0 - law.probability[s];
  }
  static double slope(const Bernoulli& law, std::size_t s, std::size_t, double y) {
    return y - law.probability[s];
  }
  static void lean(Bernoulli& law, std::size_t s, double by, std::size_t) {
    double& probability = law.probability[s];
    if (is_open(probability)) probability = expit(logit(probability) + by);
  }
  static double lean_slope(const Bernoulli& leaned, std::size_t s, std::size_t,
                           double y) {
    return is_open(leaned.probability[s]) ? y - leaned.probability[s] : 0.0;
  }
  static void improve(Bernoulli& law, std::size_t s, const AnswerSums& answers) {
    set(law.probability[s], answers.mean, least_share);
  }
  static void begin(Bernoulli& law, std::size_t s, const AnswerSums& answers) {
    set(law.probability[s], answers.mean, least_at_start);
  }

 private:
  static void set(double& probability, double mean, double least) {
    if (is_open(probability)) probability = std::clamp(mean, least, 1.0 - least);
  }
};

template <>
struct LawOf<Categorical> {
  static constexpr AnswerKind kind = AnswerKind::level;

  static std::size_t levels(const Categorical& law) {
    return law.probability.front().size();
  }
  static double probability(const Categorical& law, std::size_t s, std::size_t level) {
    return law.probability[s][level];
  }
  static double slope(const Categorical& law, std::size_t s, std::size_t k, double y) {
    return (y == static_cast<double>(k) ? 1.0 : 0.0) - law.probability[s][k];
  }
  static void lean(Categorical& law, std::size_t s, double by, std::size_t answers) {
    auto& row = law.probability[s];
    const double steps = static_cast<double>(answers) - 1.0;
    double before = 0.0;
    double after = 0.0;
    for (std::size_t level = 0; level < answers; ++level) {
      before += row[level];
      const double score = 2.0 * static_cast<double>(level) / steps - 1.0;
      row[level] *= elementary::exp(by * score);
      after += row[level];
    }
    if (!(after > 0.0)) return;
    for (std::size_t level = 0; level < answers; ++level) row[level] *= before / after;
  }
  static double lean_slope(const Categorical& leaned, std::size_t s, std::size_t answers,
                           double y) {
    const auto& row = leaned.probability[s];
    const double steps = static_cast<double>(answers) - 1.0;
    if (y > steps) return 0.0;  // missing
    double sum = 0.0;
    double mean = 0.0;
    for (std::size_t level = 0; level < answers; ++level) {
      sum += row[level];
      mean += row[level] * static_cast<double>(level);
    }
    return 2.0 * (y - mean / sum) / steps;
  }
  /// An answer among answers, whose probability in all the law without the habit has.
  static double slope(const Categorical& law, const Categorical& leaned, std::size_t s,
                      std::size_t k, double y, double, std::size_t answers) {
    const auto& row = law.probability[s];
    if (y >= static_cast<double>(answers)) return slope(law, s, k, y);
    double sum = 0.0;
    for (std::size_t level = 0; level < answers; ++level) sum += row[level];
    const double missing = 1.0 - sum;
    if (k >= answers) return -missing;
    return (y == static_cast<double>(k) ? 1.0 : 0.0) - leaned.probability[s][k] / sum +
           missing * row[k] / sum;
  }
  static void improve(Categorical& law, std::size_t s, const AnswerSums& answers) {
    set_shares(law.probability[s], [&](std::size_t level) {
      return std::max(least_share, answers.by_level[level]);
    });
  }
  static void begin(Categorical& law, std::size_t s, const AnswerSums& answers) {
    set_shares(law.probability[s], [&](std::size_t level) {
      return least_at_start + answers.by_level[level];
    });
  }
};

template <>
struct LawOf<Poisson> {
  static constexpr AnswerKind kind = AnswerKind::count;
  static constexpr std::array numbers{
      LawNumber<Poisson>{"mean", &Poisson::mean, NumberScale::log}};

  static double log_density(const Poisson& law, std::size_t s, double y) {
    return y * elementary::log(law.mean[s]) - law.mean[s] - log_gamma(y + 1.0);
  }
  static double mean(const Poisson& law, std::size_t s) { return law.mean[s]; }
  static double variance(const Poisson& law, std::size_t s) { return law.mean[s]; }
  static double sample(const Poisson& law, std::size_t s, Random& random) {
    return sample_poisson(law.mean[s], random);
  }
  static double slope(const Poisson& law, std::size_t s, std::size_t, double y) {
    return y - law.mean[s];
  }
  static void lean(Poisson& law, std::size_t s, double by, std::size_t) {
    law.mean[s] *= elementary::exp(by);
  }
  static double lean_slope(const Poisson& leaned, std::size_t s, std::size_t, double y) {
    return slope(leaned, s, 0, y);
  }
  static void improve(Poisson& law, std::size_t s, const AnswerSums& answers) {
    law.mean[s] = std::max(least_share, answers.mean);
  }
  static void begin(Poisson& law, std::size_t s, const AnswerSums& answers) {
    law.mean[s] = std::max(least_at_start, answers.mean);
  }
};

template <>
struct LawOf<NegativeBinomial> {
  using Law = NegativeBinomial;
  static constexpr AnswerKind kind = AnswerKind::count;
  static constexpr std::array numbers{
      LawNumber<Law>{"mean", &Law::mean, NumberScale::log},
      LawNumber<Law>{"dispersion", &Law::dispersion, NumberScale::log, false}};

  static double log_density(const Law& law, std::size_t s, double y) {
    const double m = law.mean[s];
    const double k = law.dispersion[s];
    return log_rising_over_factorial(k, y) - k * elementary::log1p(m / k) +
           y * elementary::log(m / (k + m));
  }
  static double mean(const Law& law, std::size_t s) { return law.mean[s]; }
  static double variance(const Law& law, std::size_t s) {
    return law.mean[s] + law.mean[s] * law.mean[s] / law.dispersion[s];
  }
  static double sample(const Law& law, std::size_t s, Random& random) {
    const double k = law.dispersion[s];
    return sample_poisson(sample_gamma(k, random) * (law.mean[s] / k), random);
  }
  static double slope(const Law& law, std::size_t s, std::size_t number, double y) {
    const double m = law.mean[s];
    const double k = law.dispersion[s];
    if (number == 0) return k * (y - m) / (k + m);
    return k *
           (digamma(k + y) - digamma(k) - elementary::log1p(m / k) + (m - y) / (k + m));
  }
  static void lean(Law& law, std::size_t s, double by, std::size_t) {
    law.mean[s] *= elementary::exp(by);
  }
  static double lean_slope(const Law& leaned, std::size_t s, std::size_t, double y) {
    return slope(leaned, s, 0, y);
  }
  static void improve(Law& law, std::size_t s, const AnswerSums& answers) {
    law.mean[s] = std::max(least_share, answers.mean);
  }
  static void begin(Law& law, std::size_t s, const AnswerSums& answers) {
    const auto [mean, variance] = std::pair(answers.mean, answers.variance);
    constexpr double most = 20.0;
    law.mean[s] = std::max(least_at_start, mean);
    law.dispersion[s] =
        variance > mean ? std::clamp(mean * mean / (variance - mean), 0.05, most) : most;
  }
};

template <>
struct LawOf<Normal> {
  static constexpr AnswerKind kind = AnswerKind::measurement;
  static constexpr std::array numbers{
      LawNumber<Normal>{"mean", &Normal::mean, NumberScale::plain},
      LawNumber<Normal>{"sd", &Normal::sd, NumberScale::log}};

  static double log_density(const Normal& law, std::size_t s, double y) {
    const double z = (y - law.mean[s]) / law.sd[s];
    return -0.5 * z * z - elementary::log(law.sd[s]) - half_log_two_pi;
  }
  static double mean(const Normal& law, std::size_t s) { return law.mean[s]; }
  static double variance(const Normal& law, std::size_t s) {
    return law.sd[s] * law.sd[s];
  }
  static double sample(const Normal& law, std::size_t s, Random& random) {
    return law.mean[s] + law.sd[s] * sample_normal(random);
  }
  static double slope(const Normal& law, std::size_t s, std::size_t number, double y) {
    if (number == 0) return (y - law.mean[s]) / (law.sd[s] * law.sd[s]);
    const double z = (y - law.mean[s]) / law.sd[s];
    return z * z - 1.0;
  }
  static void lean(Normal& law, std::size_t s, double by, std::size_t) {
    law.mean[s] += law.sd[s] * by;
  }
  static double lean_slope(const Normal& leaned, std::size_t s, std::size_t, double y) {
    return (y - leaned.mean[s]) / leaned.sd[s];
  }
  /// The habit moves the mean by SDs.
  static double slope(const Normal&, const Normal& leaned, std::size_t s, std::size_t k,
                      double y, double by, std::size_t) {
    if (k == 0) return slope(leaned, s, k, y);
    const double z = (y - leaned.mean[s]) / leaned.sd[s];
    return z * (z + by) - 1.0;
  }
  static void improve(Normal& law, std::size_t s, const AnswerSums& answers) {
    law.mean[s] = answers.mean;
    // No narrower than a hundredth of what it was: one answer alone has no spread.
    law.sd[s] = std::max(0.01 * law.sd[s], std::sqrt(answers.variance));
  }
  static void begin(Normal& law, std::size_t s, const AnswerSums& answers) {
    law.mean[s] = answers.mean;
    // Of equal answers there is no spread: that of the document stays.
    if (answers.variance > 0.0) law.sd[s] = std::sqrt(answers.variance);
  }
};

template <class Law>
inline constexpr bool has_levels =
    LawOf<Law>::kind == AnswerKind::yes_or_no || LawOf<Law>::kind == AnswerKind::level;

/// Whether documents state a row of levels for each stage, and not `numbers`.
template <class Law>
inline constexpr bool has_rows = LawOf<Law>::kind == AnswerKind::level;

/// Calls `visit(family, law)` with the struct of the family.
template <class AnyEmission, class Visit>
decltype(auto) visit_law(AnyEmission& emission, Visit visit) {
  return std::visit(
      [&](auto& law) -> decltype(auto) {
        return visit(LawOf<std::remove_const_t<std::remove_reference_t<decltype(law)>>>{},
                     law);
      },
      emission);
}

inline AnswerKind kind_of(const Emission& emission) {
  return visit_law(emission, [](auto family, const auto&) { return family.kind; });
}

/// Number of levels, a missing one included; 0 for counts and measurements.
inline std::size_t levels_of(const Emission& emission) {
  return visit_law(emission, []<class Law>(LawOf<Law> family, const Law& law) {
    if constexpr (has_levels<Law>) return family.levels(law);
    return std::size_t{0};
  });
}

/// Number of levels that can be answered; 0 when the answers are no levels.
/// @param rule with a checked emission
inline std::size_t answer_levels(const ItemRule& rule) {
  const std::size_t levels = rule.emission ? levels_of(*rule.emission) : 0;
  return levels > 0 && rule.item.missing_is_a_level ? levels - 1 : levels;
}

/// How many numbers a law has in a stage, and the k-th of them.
template <class Law>
std::size_t count_of_numbers(const Law& law, std::size_t stage) {
  if constexpr (has_rows<Law>) {
    return law.probability[stage].size();
  } else {
    return LawOf<Law>::numbers.size();
  }
}
template <class Law>
auto& number_of(Law& law, std::size_t stage, std::size_t k) {
  using Plain = std::remove_const_t<Law>;
  if constexpr (has_rows<Plain>) {
    return law.probability[stage][k];
  } else {
    return (law.*LawOf<Plain>::numbers[k].by_stage)[stage];
  }
}
template <class Law>
NumberScale scale_of(std::size_t k) {
  if constexpr (has_rows<Law>) {
    return NumberScale::share;
  } else {
    return LawOf<Law>::numbers[k].scale;
  }
}

/// Whether a step of learning moves the k-th number of a law in closed form.
inline bool has_step(const Emission& emission, std::size_t k) {
  return visit_law(emission, [&]<class Law>(LawOf<Law> family, const Law&) {
    if constexpr (has_rows<Law>) {
      return true;
    } else {
      return family.numbers[k].has_step;
    }
  });
}

namespace detail {

template <std::size_t... Index>
Emission blank(Family family, std::index_sequence<Index...>) {
  Emission emission;
  const auto wanted = static_cast<std::size_t>(family);
  ((wanted == Index ? static_cast<void>(emission.emplace<Index>()) : void()), ...);
  return emission;
}

}  // namespace detail

/// A law of the family without any numbers.
inline Emission blank(Family family) {
  return detail::blank(family, std::make_index_sequence<std::variant_size_v<Emission>>{});
}

}  // namespace relapse::model
