#pragma once

#include <relapse/core/detail/texts.hpp>
#include <relapse/learn/detail/free_numbers.hpp>
#include <relapse/learn/detail/likelihood.hpp>
#include <relapse/learn/detail/objective.hpp>
#include <relapse/learn/fit.hpp>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

/// What is said of the place where a search ended.
namespace relapse::learn::detail {

/// Stages and numbers that a user should look at.
inline std::string warnings(const Likelihood& likelihood, const Objective& objective,
                            const FitResult& result) {
  std::string text;
  const Model& model = result.model;
  const auto expected = likelihood.expect(model);
  constexpr double nobody = 0.5;
  for (std::size_t s = 0; s < expected.visits.size(); ++s) {
    if (expected.visits[s] >= nobody) continue;
    text += "; next to nobody is ever in stage '" + model.document().stages[s].id + "'";
  }
  constexpr double far = 12.0;
  std::vector<std::string> at_end;
  for (std::size_t k = 0; k < result.estimates.size(); ++k) {
    const auto& number = objective.free()[k];
    const auto& parameter = objective.parameters()[number.parameters.front()];
    if (is_sd(parameter, objective.document())) continue;  // is said by itself
    const bool log_scale = on_log_scale(parameter);
    const bool at_bound =
        result.estimates[k] == number.low || result.estimates[k] == number.high;
    if (at_bound || (log_scale && std::abs(result.estimates[k]) > far * number.unit())) {
      at_end.push_back(result.names[k]);
    }
  }
  if (!at_end.empty())
    text += "; at the end of its range: " + relapse::joined(at_end, ", ");
  return text;
}

inline std::string in_words(FitStatus status) {
  switch (status) {
  case FitStatus::converged:
    return "a maximum was found";
  case FitStatus::iteration_limit:
    return "the search ended at its limit of iterations; this is the best seen";
  case FitStatus::time_limit:
    return "the time was up; this is the best seen";
  case FitStatus::end_of_range:
    return "the search ended where it looks no further";
  case FitStatus::stopped:
    return "stopped; this is the best seen";
  default:
    return "";
  }
}

/// The names of the numbers of which something holds where the search ended.
/// @param holds of a number, its first parameter and where it ended
template <class Holds>
std::string names_where(const Objective& objective, Holds holds) {
  std::vector<std::string> names;
  for (std::size_t k = 0; k < objective.size(); ++k) {
    const auto& number = objective.free()[k];
    const auto& parameter = objective.parameters()[number.parameters.front()];
    if (holds(number, parameter, objective.best()[k]))
      names.push_back(joined(number, objective.parameters()));
  }
  return relapse::joined(names, ", ");
}

/// Names of the numbers that are as far from 0 as the search looks.
inline std::string ran_out_of_range(const Objective& objective) {
  return names_where(objective, [](const auto& number, const auto& parameter, double at) {
    return on_log_scale(parameter) && !(std::abs(at) < number.range());
  });
}

/// Names of the standard deviations that are as small as answers can tell of.
inline std::string ended_at_least_sd(const Objective& objective) {
  return names_where(objective,
                     [&](const auto& number, const auto& parameter, double at) {
                       return is_sd(parameter, objective.document()) && at <= number.low;
                     });
}

}  // namespace relapse::learn::detail
