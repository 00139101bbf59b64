#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/engine/detail/held_determinants.hpp>
#include <relapse/infer/detail/covariates.hpp>
#include <relapse/infer/detail/laid_ways.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace relapse::engine {

/// The forward filter over whole columns, for models whose determinants move the rates:
/// eight persons side by side, each with generators of their own. One a thread.
class MovingFilter {
 public:
  explicit MovingFilter(const Model& model);

  /// Follows persons through the columns read last.
  /// @param task where the results go
  /// @param lost set where a person could not be followed to the end
  void follow(const Columns& columns, std::span<const infer::Stretch> stretches,
              const infer::CheckInTask& task, std::span<std::uint8_t> lost);

 private:
  /// A person in a lane.
  struct Traveller {
    std::size_t stretch = 0;
    std::size_t at = 0;
    std::size_t end = 0;
    double time = 0.0;
    infer::Covariates covariates;
  };

  void set_out(int lane, const Columns& columns);
  void find_first(Traveller& one, const Columns& columns);
  void prepare_way(int lane, const Columns& columns);
  void prepare_held_way(int lane, const Columns& columns);
  void take_in(const infer::CheckInTask& check_ins, unsigned here,
               std::span<std::uint8_t> lost);

  Model model_;
  std::optional<HeldDeterminants> held_;
  infer::LaidWays ways_;
  infer::NodePath lanes_;
  std::vector<double> updated_;  // of one person, x - x_ref by determinant
  std::vector<double> centred_;  // the same at the points of a cell
  std::array<Traveller, infer::row_width> traveller_;
  ColumnsRow row_;
};

}  // namespace relapse::engine

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/moving_filter.ipp>
#endif
