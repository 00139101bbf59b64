#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/index.hpp>
#include <relapse/infer/detail/panel.hpp>
#include <relapse/learn/detail/parameters.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// What counts as 1 of each number of a model. A number that is a log, log odds or a
/// weight of what is latent counts as it is. The mean of a measurement counts in standard
/// deviations of its law; what multiplies a determinant is counted between determinants
/// that lie two standard deviations of their values apart, each value counted once, which
/// is 1 of one that is 0 or 1 however rare it is (Gelman 2008, Stat Med 27:2865; Gelman
/// et al. 2008, Ann Appl Stat 2:1360). So no choice of units moves a prior, a range or a
/// step.
namespace relapse::learn {

/// Twice the standard deviation of the values that differ; of a single one how far it is
/// from 0; 1 where all are 0 or there are none.
inline double spread_of_values(std::vector<double> values) {
  if (values.empty()) return 1.0;
  std::sort(values.begin(), values.end());
  // What differs by rounding alone is one value.
  constexpr double rounding = 1e-9;
  const double low = values.front();
  const double high = values.back();
  const double most = std::max(std::abs(low), std::abs(high));
  if (!(high - low > rounding * most)) return most > 0.0 ? most : 1.0;
  const double apart = rounding * (high - low);
  const auto is_same = [&](double a, double b) { return b - a <= apart; };
  values.erase(std::unique(values.begin(), values.end(), is_same), values.end());
  const auto count = static_cast<double>(values.size());
  double sum = 0.0;
  for (const double value : values) sum += value - low;
  const double mean = sum / count;
  double squares = 0.0;
  for (const double value : values)
    squares += (value - low - mean) * (value - low - mean);
  return 2.0 * std::sqrt(squares / count);
}

/// The standard deviation of the law of a measurement in a stage; 1 of other numbers.
inline double unit_of_answer(const Parameter& parameter, const ModelDocument& document) {
  if (parameter.scale != model::NumberScale::plain) return 1.0;
  return model::visit_law(
      *document.items[parameter.first].emission,
      [&]<class Law>(model::LawOf<Law> family, const Law& law) -> double {
        if constexpr (model::has_levels<Law>) {
          return 1.0;
        } else {
          return std::sqrt(family.variance(law, parameter.second));
        }
      });
}

/// Whether a number is the standard deviation of a normal law.
inline bool is_sd(const Parameter& parameter, const ModelDocument& document) {
  if (parameter.kind != ParameterKind::answer) return false;
  return std::holds_alternative<Normal>(*document.items[parameter.first].emission) &&
         parameter.scale == model::NumberScale::log;
}

namespace detail {

/// Mean and spread of the answers to an item.
struct Spread {
  double mean = 0.0;
  double sd = 0.0;
};

inline std::vector<Spread> spreads(const infer::Panel& panel) {
  const auto items = static_cast<std::size_t>(panel.model().items());
  std::vector<double> count(items), sum(items), squares(items);
  const auto each = [&](auto add) {
    for (const auto& person : panel.persons()) {
      for (const auto& visit : person.visits) {
        for (const auto& [item, code] : visit.evidence) {
          add(static_cast<std::size_t>(item),
              panel.values(item)[static_cast<std::size_t>(code)]);
        }
      }
    }
  };
  // About one of the answers first, then about their mean: a spread far from 0 stays.
  std::vector<Spread> spreads(items);
  std::vector<double> origin(items);
  each([&](std::size_t i, double value) {
    if (count[i] == 0.0) origin[i] = value;
    count[i] += 1.0;
    sum[i] += value - origin[i];
  });
  for (std::size_t i = 0; i < items; ++i) {
    if (count[i] > 0.0) spreads[i].mean = origin[i] + sum[i] / count[i];
  }
  each([&](std::size_t i, double value) {
    squares[i] += (value - spreads[i].mean) * (value - spreads[i].mean);
  });
  for (std::size_t i = 0; i < items; ++i) {
    if (count[i] > 0.0) spreads[i].sd = std::sqrt(squares[i] / count[i]);
  }
  return spreads;
}

}  // namespace detail

/// The least standard deviation that answers can tell of: a hundredth of their own, and
/// of answers in steps that of what is rounded to one. The likelihood of a smaller one
/// rises without bound at a single value (Hathaway 1985, Ann Stat 13:795).
/// @param values that differ
/// @param sd of all answers
inline double least_sd(std::vector<double> values, double sd) {
  constexpr double rounding = 1e-9;
  constexpr double least = 0.01;
  const double spread = spread_of_values(values);
  std::sort(values.begin(), values.end());
  std::vector<double> steps;
  for (std::size_t k = 1; k < values.size(); ++k) {
    const double step = values[k] - values[k - 1];
    if (step > rounding * spread) steps.push_back(step);
  }
  if (steps.empty()) return least * spread;
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return std::max(*middle / std::sqrt(12.0), least * sd);
}

class Units {
 public:
  explicit Units(const infer::Panel& panel) {
    const auto determinants = panel.model().document().determinants.size();
    const auto columns = [&](int rows, auto row_of) {
      std::vector<double> units;
      for (std::size_t d = 0; d < determinants; ++d) {
        std::vector<double> values;
        for (int at = 0; at < rows; ++at) {
          const auto row = row_of(at);
          for (std::size_t k = d; k < row.size(); k += determinants)
            values.push_back(row[k]);
        }
        units.push_back(spread_of_values(std::move(values)));
      }
      return units;
    };
    moving_ = columns(panel.regimes(), [&](int at) { return panel.regime(at); });
    beginning_ = columns(panel.starts(), [&](int at) { return panel.start(at); });
    const auto answers = detail::spreads(panel);
    for (int item = 0; item < panel.model().items(); ++item) {
      const auto values = panel.values(item);
      least_sd_.push_back(least_sd({values.begin(), values.end()},
                                   answers[static_cast<std::size_t>(item)].sd));
    }
  }

  /// @param document of the structure of the panel's, that of the prior for means
  double of(const Parameter& parameter, const ModelDocument& document) const {
    const auto per = [&](const std::vector<double>& spreads, const Effect& effect) {
      const int at = index_of(document.determinants, effect.determinant);
      return 1.0 / spreads[static_cast<std::size_t>(at)];
    };
    const std::size_t k = parameter.first;
    switch (parameter.kind) {
    case ParameterKind::effect:
      return per(moving_, document.transitions[k].effects[parameter.second]);
    case ParameterKind::group_effect:
      return per(moving_, document.groups[k].effects[parameter.second]);
    case ParameterKind::start_effect:
      return per(beginning_, document.start_effects[k].effect);
    case ParameterKind::prior:
      return per(beginning_, detail::prior_of(document, k)[parameter.second]);
    case ParameterKind::answer:
      return unit_of_answer(parameter, document);
    default:
      return 1.0;
    }
  }

  /// The same of all of them.
  std::vector<double> of(const Parameters& parameters,
                         const ModelDocument& document) const {
    std::vector<double> units;
    for (std::size_t j = 0; j < parameters.size(); ++j)
      units.push_back(of(parameters[j], document));
    return units;
  }

  /// The least value of a number on its scale.
  double least(const Parameter& parameter, const ModelDocument& document) const {
    return is_sd(parameter, document) ? elementary::log(least_sd_[parameter.first])
                                      : -std::numeric_limits<double>::infinity();
  }

 private:
  std::vector<double> least_sd_;   // of the answers to each item
  std::vector<double> moving_;     // of each determinant where it moves
  std::vector<double> beginning_;  // where it acts on the start
};

}  // namespace relapse::learn
