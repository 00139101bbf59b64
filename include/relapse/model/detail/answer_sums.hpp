#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace relapse::model {

/// What is told of the answers to an item in a stage; the answers may be expected ones.
struct AnswerSums {
  double count = 0.0;
  double mean = 0.0;
  double variance = 0.0;
  std::vector<double> by_level;  ///< the share of each level; empty without levels

  /// @param weight how often each of the values was given, by position
  template <class Weight>
  AnswerSums(std::span<const double> values, std::size_t levels, Weight weight)
      : by_level(levels, 0.0) {
    // About one of the answers: of equal ones the mean is exact and the variance 0.
    const double origin = values.empty() ? 0.0 : values.front();
    for (std::size_t k = 0; k < values.size(); ++k) {
      count += weight(k);
      mean += weight(k) * (values[k] - origin);
      if (levels > 0) by_level[static_cast<std::size_t>(values[k])] += weight(k);
    }
    mean = origin + mean / count;
    for (std::size_t k = 0; k < values.size(); ++k)
      variance += weight(k) * (values[k] - mean) * (values[k] - mean);
    variance /= count;
    for (double& share : by_level) share /= count;
  }
};

/// Smallest share or mean that a step of learning leaves, so that it can come back, and
/// that a start from data has.
inline constexpr double least_share = 1e-6;
inline constexpr double least_at_start = 1e-3;

inline bool is_open(double probability) { return probability > 0.0 && probability < 1.0; }

/// Brings the entries above 0 to new values, which are made to sum to 1.
/// @param share by entry
template <class Share>
void set_shares(std::vector<double>& row, Share share) {
  double sum = 0.0;
  for (std::size_t k = 0; k < row.size(); ++k) {
    if (row[k] > 0.0) row[k] = share(k);
    sum += row[k];
  }
  for (double& entry : row) entry /= sum;
}

}  // namespace relapse::model
