#pragma once

#include <relapse/ctmc/detail/refusals.hpp>
#include <relapse/ctmc/path.hpp>

#include <algorithm>
#include <array>

namespace relapse::ctmc {
namespace detail {

/// @param where the function that was called
inline Matrix flow_of(std::string_view where, std::span<const double> row,
                      std::span<double> column, const Generator& generator, Days t) {
  const int states = generator.states();
  const double days = checked_days(where, t);
  check_entries(where, row, states);
  check_entries(where, column, states);
  Matrix integral(states, states);
  if (states == 1 || generator.max_exit_rate() == 0.0) {
    for (int r = 0; r < states; ++r) {
      for (int s = 0; s < states; ++s) {
        integral(r, s) =
            days * row[static_cast<std::size_t>(r)] * column[static_cast<std::size_t>(s)];
      }
    }
    return integral;
  }
  if (!chain_kernel().lone_back(lone_chain(generator, days), row.data(), column.data(),
                                integral.data())) {
    refuse_rates(where);
  }
  return integral;
}

}  // namespace detail

RELAPSE_INLINE Matrix pull_back_with_occupation(std::span<const double> row,
                                                std::span<double> column,
                                                const Generator& generator, Days t) {
  return detail::flow_of("pull_back_with_occupation", row, column, generator, t);
}

RELAPSE_INLINE Matrix occupation_integral(std::span<const double> row,
                                          std::span<const double> column,
                                          const Generator& generator, Days t) {
  std::array<double, max_states> after{};
  const std::size_t length = std::min(column.size(), after.size());
  std::copy_n(column.begin(), length, after.begin());
  if (column.size() > after.size())
    detail::check_entries("occupation_integral", column, generator.states());
  return detail::flow_of("occupation_integral", row,
                         std::span<double>(after).first(length), generator, t);
}

}  // namespace relapse::ctmc
