#pragma once

#include <relapse/core/detail/texts.hpp>
#include <relapse/core/error.hpp>
#include <relapse/infer/detail/panel.hpp>
#include <relapse/learn/detail/objective.hpp>
#include <relapse/learn/detail/units.hpp>
#include <relapse/learn/fit.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

/// Which numbers of a model a fit may move, how far, and which of them are one.
namespace relapse::learn {

/// Whether the number is a log, log odds, an effect or a loading: its range is
/// `farthest` of its units.
inline bool on_log_scale(const Parameter& parameter) { return !parameter.is_measured; }

/// Whether a number changes with the unit of an item: means, and whatever multiplies a
/// determinant.
inline bool has_unit(const Parameter& parameter) {
  return parameter.kind == ParameterKind::effect ||
         parameter.kind == ParameterKind::group_effect ||
         parameter.kind == ParameterKind::start_effect ||
         parameter.kind == ParameterKind::prior ||
         (parameter.kind == ParameterKind::answer &&
          parameter.scale == model::NumberScale::plain);
}

/// What keeps the steps of a search short where the scores hardly differ: of a number
/// with a unit a part of its own spread, so that no unit moves the place where a search
/// ends.
/// @param spread of the scores, for each number
inline Eigen::VectorXd least_spread(const Objective& objective,
                                    const Eigen::VectorXd& spread) {
  const auto unit = [&](Eigen::Index k) {
    const auto& number = objective.free()[static_cast<std::size_t>(k)];
    return has_unit(objective.parameters()[number.parameters.front()]);
  };
  double most = 0.0;
  for (Eigen::Index k = 0; k < spread.size(); ++k) {
    if (!unit(k)) most = std::max(most, spread(k));
  }
  Eigen::VectorXd least(spread.size());
  for (Eigen::Index k = 0; k < least.size(); ++k) {
    const double size = objective.free()[static_cast<std::size_t>(k)].unit();
    const double own = spread(k) > 0.0 ? 1e-6 * spread(k) : 1.0 / (size * size);
    least(k) = unit(k) ? own : std::max(1e-4, 1e-6 * most);
  }
  return least;
}

namespace detail {

inline bool is_meant(const std::vector<std::string>& patterns, const std::string& name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches(pattern, name); });
}

inline void require_names(const std::vector<std::string>& patterns,
                          const Parameters& parameters) {
  // A kind may be named whether or not the model has any of it.
  const std::vector<std::string_view> kinds{
      "*",     "rate",    "effect", "start",       "start_effect", "initial",
      "prior", "loading", "given",  "persistence", "half_life",    "habit"};
  for (const auto& pattern : patterns) {
    bool found = contains(kinds, pattern);
    for (std::size_t j = 0; j < parameters.size(); ++j) {
      found |= matches(pattern, parameters[j].name);
    }
    if (!found) {
      throw InvalidInput("fit", "'" + pattern + "' is no parameter of the model");
    }
  }
}

/// Bounds of one parameter that has this value in the document.
inline FreeNumber bounded(const Parameter& parameter, double value, double unit,
                          const FitSettings& settings) {
  const auto& constraints = settings.constraints;
  const bool keeps = is_meant(constraints.keep_sign, parameter.name);
  const bool not_negative = is_meant(constraints.not_negative, parameter.name);
  const bool not_positive = is_meant(constraints.not_positive, parameter.name);
  FreeNumber number{.parameters = {}, .units = {unit}};
  if (on_log_scale(parameter)) {
    number.low = -number.range();
    number.high = number.range();
  }
  if (not_negative || (keeps && value > 0.0)) number.low = 0.0;
  if (not_positive || (keeps && value < 0.0)) number.high = 0.0;
  number.prior_strength = settings.prior_strength;
  for (const auto& [pattern, strength] : settings.prior_strengths) {
    if (matches(pattern, parameter.name)) number.prior_strength = strength;
  }
  return number;
}

}  // namespace detail

/// The numbers that may move, those that are one put together, with their bounds. Throws
/// InvalidInput for names that mean nothing or constraints that contradict each other.
/// @param document checked
inline std::vector<FreeNumber> free_numbers(const ModelDocument& document,
                                            const FitSettings& settings,
                                            const Units& units) {
  const Parameters parameters(document);
  const auto unit = units.of(parameters, document);
  const auto values = parameters.read(document);
  const auto& constraints = settings.constraints;
  detail::require_names(settings.free, parameters);
  detail::require_names(constraints.fixed, parameters);
  detail::require_names(constraints.not_negative, parameters);
  detail::require_names(constraints.not_positive, parameters);
  detail::require_names(constraints.keep_sign, parameters);
  for (const auto& names : constraints.equal) detail::require_names(names, parameters);
  for (const auto& [pattern, strength] : settings.prior_strengths)
    detail::require_names({pattern}, parameters);
  std::vector<FreeNumber> numbers;
  std::vector<std::ptrdiff_t> of_list(constraints.equal.size(), -1);
  for (std::size_t j = 0; j < parameters.size(); ++j) {
    const auto& name = parameters[j].name;
    if (!detail::is_meant(settings.free, name) ||
        detail::is_meant(constraints.fixed, name))
      continue;
    if (values[j] == 0.0 && detail::is_meant(constraints.keep_sign, name)) continue;
    std::ptrdiff_t* place = nullptr;
    for (std::size_t l = 0; l < of_list.size(); ++l) {
      if (!detail::is_meant(constraints.equal[l], name)) continue;
      if (place != nullptr) {
        throw InvalidInput("fit", "'" + name + "' is in two lists of equal numbers");
      }
      place = &of_list[l];
    }
    const bool joins = place != nullptr && *place >= 0;
    auto own = detail::bounded(parameters[j], values[j], unit[j], settings);
    own.low = std::max(own.low, units.least(parameters[j], document));
    if (!joins) numbers.push_back(own);
    if (place != nullptr && *place < 0)
      *place = static_cast<std::ptrdiff_t>(numbers.size()) - 1;
    auto& number = joins ? numbers[static_cast<std::size_t>(*place)] : numbers.back();
    number.parameters.push_back(j);
    if (joins) number.units.push_back(unit[j]);
    number.low = std::max(number.low, own.low);
    number.high = std::min(number.high, own.high);
    if (joins && number.low == 0.0 && number.high == 0.0) {
      throw InvalidInput("fit", "'" + name + "' is to be one number with '" +
                                    parameters[number.parameters.front()].name +
                                    "', but they keep other signs");
    }
  }
  return numbers;
}

/// The settings with a prior where there are too many numbers for the data, if that is
/// wanted.
inline FitSettings with_usual_prior(FitSettings settings, std::size_t numbers,
                                    const infer::Panel& panel) {
  if (!settings.prior_where_few || settings.prior_strength > 0.0) return settings;
  const bool few = numbers > panel.persons().size() && numbers * numbers > panel.visits();
  // What a start finds in the answers is rough: so much as keeps it in range.
  if (settings.start == FitStart::data) settings.prior_strength = 0.1;
  if (few) settings.prior_strength = 1.0;
  return settings;
}

/// Whether the prior stands around the numbers that a start found in the data.
inline bool holds_data_start(const FitSettings& settings) {
  return settings.prior_where_few && settings.start == FitStart::data;
}

/// The names of one number, joined by " = ".
inline std::string joined(const FreeNumber& number, const Parameters& parameters) {
  std::string text;
  for (const auto j : number.parameters) {
    if (!text.empty()) text += " = ";
    text += parameters[j].name;
  }
  return text;
}

}  // namespace relapse::learn
