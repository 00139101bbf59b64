#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/engine/detail/columns.hpp>
#include <relapse/infer/detail/transitions.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace relapse::engine {

/// The forward filter over whole columns, for models whose rates nothing changes. One a
/// thread.
class ConstantFilter {
 public:
  /// Whether it can take a model at all.
  static bool takes(const Model& model);

  explicit ConstantFilter(const Model& model);

  /// Follows persons through the columns read last. False when there are more times than
  /// can be kept.
  /// @param task where the results go
  bool follow(const Columns& columns, std::span<const infer::Stretch> stretches,
              const infer::CheckInTask& task);

 private:
  bool find_matrices(std::span<const double> days_before);

  Model model_;
  infer::Transitions transitions_;
  std::array<std::uint32_t, usual_days> of_days_;  // places of whole numbers of days
  std::vector<double> start_;                      // [node][8]
  std::vector<std::uint32_t> matrix_;              // by row
};

}  // namespace relapse::engine

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/constant_filter.ipp>
#endif
