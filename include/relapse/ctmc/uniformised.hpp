#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/ctmc/compact.hpp>
#include <relapse/ctmc/generator.hpp>

#include <algorithm>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>

/// The generator made non-negative: A = (Q + cI) scale with c the largest exit rate. Sums
/// of products of such numbers never cancel, so every entry of exp(Q t) = exp(-c t) exp(Q
/// t + c t I), however small, keeps its digits. Jensen 1953; Grassmann 1977.
namespace relapse::ctmc::detail {

/// Length of time in days; refuses one that is negative or not finite. The refusals bear
/// the name of the function that was called.
double checked_days(std::string_view where, Days days);
/// Sum of a row of masses; refuses a wrong length, negative entries, a sum not finite.
double checked_mass(std::string_view where, std::span<const double> row, int states);
/// Refuses a wrong length and entries that are not finite.
void check_entries(std::string_view where, std::span<const double> values, int states);
[[noreturn]] void refuse_rates(std::string_view where);

/// How fast the states are left, in 1/day.
template <int K>
struct Exits {
  Row<K> rate;
  double largest = 0.0;
};

/// The rates out of a state, whose padding is stored with them.
template <int K>
inline Row<K> load_rates(const Generator& generator, int state) {
  Row<K> row;
  std::memcpy(row.pair, generator.rates_from(state).data(), sizeof(row.pair));
  return row;
}

/// Refuses rates that are not finite.
template <int K>
inline Exits<K> exits(std::string_view where, const Generator& generator) {
  Exits<K> out;
  double total = 0.0;
  for (int i = 0; i < K; ++i) {
    const double rate = sum_of(load_rates<K>(generator, i));
    out.rate.set(i, rate);
    out.largest = std::max(out.largest, rate);
    total += rate;
  }
  if (!(total <= std::numeric_limits<double>::max())) refuse_rates(where);
  return out;
}

/// (Q + cI) scale.
template <int K>
inline Square<K> uniformised(const Generator& generator, const Exits<K>& exits,
                             double scale) {
  Square<K> matrix;
  for (int i = 0; i < K; ++i) {
    set_multiple(matrix[i], scale, load_rates<K>(generator, i));
    matrix[i].set(i, (exits.largest - exits.rate[i]) * scale);
  }
  return matrix;
}

}  // namespace relapse::ctmc::detail

#ifndef RELAPSE_COMPILED
#include <relapse/ctmc/uniformised.ipp>
#endif
