#pragma once

#include <relapse/core/error.hpp>
#include <relapse/ctmc/detail/one_chain.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace relapse::ctmc::detail {

inline void check_length(std::string_view where, std::size_t length, int states) {
  if (length == static_cast<std::size_t>(states)) return;
  throw InvalidInput(where, "the number of entries is " + std::to_string(length) +
                                ", but must be " + std::to_string(states) +
                                ", one for each state");
}

[[noreturn]] inline void refuse_entry(std::string_view where, std::size_t state,
                                      double value, std::string_view must) {
  throw InvalidInput(where, "the entry of state " + std::to_string(state) + " is " +
                                std::to_string(value) + ", but must be " +
                                std::string(must));
}

RELAPSE_INLINE double checked_days(std::string_view where, Days days) {
  if (days.count >= 0.0 && days.count <= std::numeric_limits<double>::max()) {
    return days.count;
  }
  throw InvalidInput(where, "the length of time is " + std::to_string(days.count) +
                                " days, but must be finite and zero or more");
}

RELAPSE_INLINE double checked_mass(std::string_view where, std::span<const double> row,
                                   int states) {
  check_length(where, row.size(), states);
  double sum = 0.0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!(row[i] >= 0.0)) refuse_entry(where, i, row[i], "zero or more");
    sum += row[i];
  }
  if (sum <= std::numeric_limits<double>::max()) return sum;
  throw InvalidInput(where, "the sum of the entries is infinite, but must be finite");
}

RELAPSE_INLINE void check_entries(std::string_view where, std::span<const double> values,
                                  int states) {
  check_length(where, values.size(), states);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) refuse_entry(where, i, values[i], "finite");
  }
}

RELAPSE_INLINE void refuse_rates(std::string_view where) {
  throw InvalidInput(where, "the sum of the rates is infinite or not a number, but must "
                            "be finite");
}

RELAPSE_INLINE LaneOfStates in_first_lane(std::span<const double> values) {
  LaneOfStates lanes{};
  for (std::size_t s = 0; s < values.size(); ++s) lanes[s * lanes_together] = values[s];
  return lanes;
}

RELAPSE_INLINE void from_first_lane(const LaneOfStates& lanes, std::span<double> values) {
  for (std::size_t s = 0; s < values.size(); ++s) values[s] = lanes[s * lanes_together];
}

/// Only movements that are there are moves: so the others cost nothing.
RELAPSE_INLINE OneChain::OneChain(std::string_view where, const Generator& generator,
                                  double days)
    : states_(generator.states()) {
  days_[0] = days;
  double total = 0.0;
  auto between = between_.begin();
  const auto add = [&](double rate) {
    double* to = rates_.data() + moves_ * lanes_together;
    std::fill_n(to, lanes_together, 0.0);
    *to = rate;
    ++moves_;
  };
  for (int from = 0; from < states_; ++from) {
    const auto rates = generator.rates_from(from);
    for (int to = 0; to < states_; ++to) {
      const double rate = rates[static_cast<std::size_t>(to)];
      *between++ = rate == 0.0 ? -1 : moves_;
      if (rate != 0.0) add(rate);
      total += rate;
    }
  }
  if (!(total <= std::numeric_limits<double>::max())) refuse_rates(where);
  still_ = moves_ == 0;
  const int none = moves_;
  add(0.0);
  moves_ = none;
  std::replace(between_.begin(), between, std::int32_t{-1}, std::int32_t{none});
}

RELAPSE_INLINE Bundle OneChain::bundle() const {
  return {.map = {.states = states_,
                  .moves = moves_,
                  .between = between_.data(),
                  .longest_path = states_ - 1},
          .used = 1,
          .rates = rates_.data(),
          .days = days_.data()};
}

}  // namespace relapse::ctmc::detail
