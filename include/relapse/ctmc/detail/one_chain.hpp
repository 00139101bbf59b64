#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/ctmc/detail/bundle.hpp>
#include <relapse/ctmc/generator.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// What the functions on one generator share: refusals, and the bundle of a single chain.
namespace relapse::ctmc::detail {

static_assert(lanes_together >= max_states);

/// Length of time in days; refuses one that is negative or not finite. The refusals bear
/// the name of the function that was called.
double checked_days(std::string_view where, Days days);
/// Sum of a row of masses; refuses a wrong length, negative entries, a sum not finite.
double checked_mass(std::string_view where, std::span<const double> row, int states);
/// Refuses a wrong length and entries that are not finite.
void check_entries(std::string_view where, std::span<const double> values, int states);
[[noreturn]] void refuse_rates(std::string_view where);

/// A number for each state, in the first lane of a row of lanes.
using LaneOfStates = std::array<double, std::size_t{max_states} * lanes_together>;

LaneOfStates in_first_lane(std::span<const double> values);
void from_first_lane(const LaneOfStates& lanes, std::span<double> values);

/// A generator of 2 to 8 states in the first lane.
class OneChain {
 public:
  /// Refuses rates that are not finite, in the name of `where`.
  OneChain(std::string_view where, const Generator& generator, double days);

  /// Whether it does not move at all.
  bool is_still() const { return still_; }
  /// Valid as long as this.
  Bundle bundle() const;

 private:
  static constexpr std::size_t most_moves = std::size_t{max_states} * (max_states - 1);

  int states_;
  int moves_ = 0;
  bool still_;
  std::array<std::int32_t, std::size_t{max_states} * max_states> between_;
  std::array<double, (most_moves + 1) * lanes_together> rates_;
  std::array<double, lanes_together> days_{};
};

}  // namespace relapse::ctmc::detail

#ifndef RELAPSE_COMPILED
#include <relapse/ctmc/detail/one_chain.ipp>
#endif
