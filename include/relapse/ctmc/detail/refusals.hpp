#pragma once

#include <relapse/core/error.hpp>
#include <relapse/core/time.hpp>
#include <relapse/ctmc/detail/bundle.hpp>
#include <relapse/ctmc/generator.hpp>

#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <string_view>

/// What the functions on one generator refuse.
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

/// Length of time in days; refuses one that is negative or not finite. The refusals bear
/// the name of the function that was called.
inline double checked_days(std::string_view where, Days days) {
  if (days.count >= 0.0 && days.count <= std::numeric_limits<double>::max()) {
    return days.count;
  }
  throw InvalidInput(where, "the length of time is " + std::to_string(days.count) +
                                " days, but must be finite and zero or more");
}

/// Sum of a row of masses; refuses a wrong length, negative entries, a sum not finite.
inline double checked_mass(std::string_view where, std::span<const double> row,
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

/// Refuses a wrong length and entries that are not finite.
inline void check_entries(std::string_view where, std::span<const double> values,
                          int states) {
  check_length(where, values.size(), states);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) refuse_entry(where, i, values[i], "finite");
  }
}

[[noreturn]] inline void refuse_rates(std::string_view where) {
  throw InvalidInput(where, "the sum of the rates is infinite or not a number, but must "
                            "be finite");
}

/// The chain of a generator, for the loops. Valid as long as the generator.
inline LoneChain lone_chain(const Generator& generator, double days) {
  static_assert(lanes_together == max_states);
  return {.states = generator.states(),
          .rates = generator.rates_from(0).data(),
          .days = days};
}

}  // namespace relapse::ctmc::detail
