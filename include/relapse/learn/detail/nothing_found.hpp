#pragma once

#include <relapse/learn/detail/free_numbers.hpp>
#include <relapse/learn/detail/likelihood.hpp>
#include <relapse/learn/detail/objective.hpp>
#include <relapse/learn/fit.hpp>

#include <limits>
#include <string>

/// What is said of a search that found no point.
namespace relapse::learn::detail {

/// A search that was ended before it saw a possible point has what it was given.
inline FitResult nothing_seen(const infer::Panel& panel, const Objective& objective,
                              FitStatus status, const Model& model) {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  FitResult result{.model = model, .status = status};
  result.message = "ended before anything was found; the model is as it was given";
  result.log_likelihood = unknown;
  result.estimates = objective.read(model.document());
  for (const auto& number : objective.free())
    result.names.push_back(joined(number, objective.parameters()));
  result.standard_errors.assign(result.names.size(), unknown);
  result.persons = panel.persons().size();
  result.check_ins = panel.visits();
  return result;
}

inline FitResult impossible(const infer::Panel& panel, const Likelihood& likelihood,
                            const Model& model) {
  FitResult result{.model = model, .status = FitStatus::impossible};
  result.log_likelihood = -std::numeric_limits<double>::infinity();
  const auto person = likelihood.first_impossible(model);
  result.message = person < 0 ? std::string("no start was possible under the model")
                              : "the check-ins of person " + std::to_string(person) +
                                    " (counted from 0) are impossible under the model";
  result.persons = panel.persons().size();
  result.check_ins = panel.visits();
  return result;
}

}  // namespace relapse::learn::detail
