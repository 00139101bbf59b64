#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/engine/score.hpp>
#include <relapse/model/model.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace relapse {

/// Predictive distributions of one answer, for each person of a data set.
struct Forecasts {
  std::size_t answers = 0;     ///< levels, a missing one included; 1 where it is the mean
  std::vector<double> values;  ///< [person][answer], probabilities, or the mean
};

/// What each person is expected to answer a time after the last check-in, with no
/// check-in in between. NaN is the stated sentinel of a person without rows. Throws
/// InvalidInput for an item that is no sign, CheckInError for a row refused.
Forecasts forecast(const Batch& batch, const Model& model, std::string_view item,
                   Days after, const ScoreSettings& settings = {});

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/forecast.ipp>
#endif
