#pragma once

#include <relapse/core/error.hpp>
#include <relapse/ctmc/generator.hpp>

#include <algorithm>
#include <limits>
#include <string>

namespace relapse::ctmc {
namespace detail {

inline int checked_states(Eigen::Index states) {
  if (states < 1 || states > max_states) {
    throw InvalidInput("Generator", "the number of states is " + std::to_string(states) +
                                        ", but must be 1 to " +
                                        std::to_string(max_states));
  }
  return static_cast<int>(states);
}

inline void check_rate(double rate, int from, int to) {
  if (rate >= 0.0 && rate <= std::numeric_limits<double>::max()) return;
  throw InvalidInput("Generator", "the rate in row " + std::to_string(from) +
                                      ", column " + std::to_string(to) + " is " +
                                      std::to_string(rate) +
                                      ", but must be finite and zero or more");
}

inline void check_set(StateSet states, int known) {
  for (int state = known; state < max_states; ++state) {
    if (!states[static_cast<std::size_t>(state)]) continue;
    throw InvalidInput("absorbing", "the set holds state " + std::to_string(state) +
                                        ", but must hold states from 0 to " +
                                        std::to_string(known - 1));
  }
}

}  // namespace detail

RELAPSE_INLINE Generator::Generator(int states)
    : states_(detail::checked_states(states)) {}

RELAPSE_INLINE Generator::Generator(const Eigen::Ref<const Eigen::MatrixXd>& rates)
    : states_(detail::checked_states(rates.rows())) {
  if (rates.cols() != rates.rows()) {
    throw InvalidInput("Generator", "the matrix of rates has " +
                                        std::to_string(rates.rows()) + " rows and " +
                                        std::to_string(rates.cols()) +
                                        " columns, but must be square");
  }
  for (int from = 0; from < states_; ++from) {
    for (int to = 0; to < states_; ++to) {
      if (to == from) continue;
      detail::check_rate(rates(from, to), from, to);
      rates_[place(from, to)] = rates(from, to);
    }
    if (!(exit_rate(from) <= std::numeric_limits<double>::max())) {
      throw InvalidInput("Generator", "the sum of the rates in row " +
                                          std::to_string(from) +
                                          " is infinite, but must be finite");
    }
  }
}

RELAPSE_INLINE double Generator::exit_rate(int state) const {
  const auto rates = rates_from(state);
  double sum = 0.0;
  for (int to = 0; to < states_; ++to) sum += rates[static_cast<std::size_t>(to)];
  return sum;
}

RELAPSE_INLINE double Generator::max_exit_rate() const {
  double largest = 0.0;
  for (int state = 0; state < states_; ++state) {
    largest = std::max(largest, exit_rate(state));
  }
  return largest;
}

RELAPSE_INLINE Matrix Generator::matrix() const {
  Matrix full(states_, states_);
  for (int from = 0; from < states_; ++from) {
    for (int to = 0; to < states_; ++to) full(from, to) = rates_[place(from, to)];
    full(from, from) = -exit_rate(from);
  }
  return full;
}

RELAPSE_INLINE Generator absorbing(const Generator& generator, StateSet states) {
  detail::check_set(states, generator.states());
  Generator stopped = generator;
  for (int from = 0; from < generator.states(); ++from) {
    if (!states[static_cast<std::size_t>(from)]) continue;
    for (int to = 0; to < generator.states(); ++to) {
      if (to != from) stopped.set_rate(from, to, 0.0);
    }
  }
  return stopped;
}

}  // namespace relapse::ctmc
