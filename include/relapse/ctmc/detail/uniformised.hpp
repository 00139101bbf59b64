#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/ctmc/detail/compact.hpp>
#include <relapse/ctmc/generator.hpp>

#include <algorithm>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>

/// The generator made non-negative: A = (Q + cI) factor with c the largest exit rate.
/// Sums of products of such numbers never cancel, so every entry of exp(Q t) = exp(-c t)
/// exp(Q t + c t I), however small, keeps its digits. Jensen 1953; Grassmann 1977.
namespace relapse::ctmc::detail {

/// Length of time in days; refuses one that is negative or not finite. The refusals bear
/// the name of the function that was called.
double checked_days(std::string_view where, Days days);
/// Sum of a row of masses; refuses a wrong length, negative entries, a sum not finite.
double checked_mass(std::string_view where, std::span<const double> row, int states);
/// Refuses a wrong length and entries that are not finite.
void check_entries(std::string_view where, std::span<const double> values, int states);
[[noreturn]] void refuse_rates(std::string_view where);

/// The rates of a generator, in 1/day, and how fast its states are left.
template <int K>
struct Rates {
  Square<K> between{};
  Row<K> exit{};
  double largest_exit = 0.0;
};

/// Refuses rates that are not finite.
template <int K>
inline Rates<K> load_rates(std::string_view where, const Generator& generator) {
  Rates<K> rates;
  double total = 0.0;
  for (int i = 0; i < K; ++i) {
    // The padding is stored with the rates.
    Row<K>& row = rates.between[i];
    std::memcpy(row.pair, generator.rates_from(i).data(), sizeof(row.pair));
    const double exit = sum_of(row);
    rates.exit.set(i, exit);
    rates.largest_exit = std::max(rates.largest_exit, exit);
    total += exit;
  }
  if (!(total <= std::numeric_limits<double>::max())) refuse_rates(where);
  return rates;
}

/// (Q + cI) factor
template <int K>
inline Square<K> uniformised(const Rates<K>& rates, double factor) {
  Square<K> matrix = rates.between;
  for (int i = 0; i < K; ++i) {
    scale(matrix[i], factor);
    matrix[i].set(i, (rates.largest_exit - rates.exit[i]) * factor);
  }
  return matrix;
}

}  // namespace relapse::ctmc::detail

#ifndef RELAPSE_COMPILED
#include <relapse/ctmc/detail/uniformised.ipp>
#endif
