#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/ctmc/state_set.hpp>

#include <Eigen/Core>

#include <array>
#include <cassert>
#include <cstddef>
#include <span>

namespace relapse::ctmc {

/// One number for each pair of states, held without allocation.
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor,
                             max_states, max_states>;

/// One number for each state, held without allocation.
using Vector = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, max_states, 1>;

/// The generator Q of a continuous-time Markov chain with 1 to 8 states: rates of
/// movement in 1/day, zero or more. The diagonal is not stored, it is minus the sum of
/// its row.
class Generator {
 public:
  /// A chain that does not move.
  explicit Generator(int states);

  /// @param rates square; row = from, column = to, in 1/day. The diagonal is not read.
  explicit Generator(const Eigen::Ref<const Eigen::MatrixXd>& rates);

  int states() const noexcept { return states_; }

  /// Rate in 1/day of the movement between two different states.
  double rate(int from, int to) const {
    assert(holds(from) && holds(to) && from != to);
    return rates_[place(from, to)];
  }

  /// Made for inner loops, so unchecked: `rate` must be finite and zero or more.
  void set_rate(int from, int to, double rate) {
    assert(holds(from) && holds(to) && from != to && rate >= 0.0);
    rates_[place(from, to)] = rate;
  }

  /// Rate in 1/day at which a state is left: the sum of its row.
  double exit_rate(int state) const;
  /// The largest exit rate.
  double max_exit_rate() const;

  /// The rates out of one state, with zeros for itself and for the states beyond the
  /// last.
  std::span<const double, max_states> rates_from(int state) const {
    assert(holds(state));
    return std::span<const double, max_states>(&rates_[place(state, 0)], max_states);
  }

  /// Q with its diagonal.
  Matrix matrix() const;

  bool operator==(const Generator&) const = default;

 private:
  bool holds(int state) const { return 0 <= state && state < states_; }
  static std::size_t place(int from, int to) {
    return static_cast<std::size_t>(from) * max_states + static_cast<std::size_t>(to);
  }

  std::array<double, std::size_t{max_states} * max_states> rates_{};
  int states_;
};

/// The same chain, stopped when it enters one of `states`: their rows are zero.
Generator absorbing(const Generator& generator, StateSet states);

}  // namespace relapse::ctmc

#ifndef RELAPSE_COMPILED
#include <relapse/ctmc/detail/generator.ipp>
#endif
