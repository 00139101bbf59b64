#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/panel.hpp>
#include <relapse/learn/detail/objective.hpp>
#include <relapse/learn/fit.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <string>
#include <vector>

/// Which numbers of a model a fit may move, how far, and which of them are one.
namespace relapse::learn {

/// Whether the number is a log, log odds, an effect or a loading: its range is
/// `farthest` of its units.
bool on_log_scale(const Parameter& parameter);

/// Whether a number changes with the unit of an item: means, and whatever multiplies a
/// determinant.
bool has_unit(const Parameter& parameter);

/// What keeps the steps of a search short where the scores hardly differ: of a number
/// with a unit a part of its own spread, so that no unit moves the place where a search
/// ends.
/// @param spread of the scores, for each number
Eigen::VectorXd least_spread(const Objective& objective, const Eigen::VectorXd& spread);

/// The numbers that may move, those that are one put together, with their bounds. Throws
/// InvalidInput for names that mean nothing or constraints that contradict each other.
/// @param document checked
/// @param units of all parameters
std::vector<FreeNumber> free_numbers(const ModelDocument& document,
                                     const FitSettings& settings,
                                     const std::vector<double>& units);

/// The settings with a prior where there are too many numbers for the data, if that is
/// wanted.
FitSettings with_usual_prior(FitSettings settings, std::size_t numbers,
                             const infer::Panel& panel);
/// Whether the prior stands around the numbers that a start found in the data.
bool holds_data_start(const FitSettings& settings);

/// The names of one number, joined by " = ".
std::string joined(const FreeNumber& number, const Parameters& parameters);

}  // namespace relapse::learn

#ifndef RELAPSE_COMPILED
#include <relapse/learn/detail/free_numbers.ipp>
#endif
