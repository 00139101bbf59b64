#pragma once

#include <relapse/core/detail/bits.hpp>
#include <relapse/ctmc/detail/uniformised.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

/// The series of exp(Q t) by numbers of jumps, and how far it must go.
namespace relapse::ctmc::detail {

/// Jumps of a chain in t days: x = (largest exit rate) t, the mean number of them.
inline constexpr double series_limit = 25.0;

/// Whether the series is used, and not the matrix. It divides by the rate, which must not
/// overflow.
inline bool takes_series(double largest_exit, double t) {
  return largest_exit * t <= series_limit &&
         largest_exit >= std::numeric_limits<double>::min();
}

/// Last term of the series that is needed: n such that the terms beyond it are at most
/// 1e-16 of the whole, and n such that they are at most 1e-12 of the first.
struct SeriesLength {
  std::uint8_t of_whole = 0;
  std::uint8_t of_first = 0;
};

constexpr SeriesLength measure_series(double x) {
  SeriesLength length;
  bool whole = false;
  bool first = false;
  double term = 1.0;
  double sum = 1.0;
  for (std::uint8_t n = 0; !whole || !first; ++n) {
    const double next = term * x / (n + 1);
    // Beyond n + 1 the terms fall faster than a geometric series.
    const double tail =
        n + 2 > x ? next / (1.0 - x / (n + 2)) : std::numeric_limits<double>::infinity();
    if (!whole) length.of_whole = n;
    if (!first) length.of_first = n;
    whole = whole || tail <= 1e-16 * sum;
    first = first || tail <= 1e-12;
    term = next;
    sum += next;
  }
  return length;
}

/// x by its exponent and the four leading binary digits, counted from 2^-12.
constexpr std::size_t series_place(double x) {
  constexpr int dropped_bits = 48;
  constexpr std::uint64_t least = bit_cast<std::uint64_t>(0x1p-12) >> dropped_bits;
  const std::uint64_t bits = bit_cast<std::uint64_t>(x) >> dropped_bits;
  return bits <= least ? 0 : static_cast<std::size_t>(bits - least);
}

inline constexpr auto series_lengths = [] {
  std::array<SeriesLength, series_place(series_limit) + 1> lengths;
  double octave = 0x1p-12;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    if (i > 0 && i % 16 == 0) octave *= 2.0;
    lengths[i] = measure_series(octave * (1.0 + static_cast<double>(i % 16 + 1) / 16.0));
  }
  return lengths;
}();

/// Number of the last term for 0 <= x <= 25. A movement that takes `path` jumps begins
/// with term `path`, weight x^path / path!, and its later terms, relative to that one,
/// are at most those of exp(x): so each entry, however small, is right to 1e-12 of
/// itself.
constexpr int series_length(double x, int path) {
  const SeriesLength length = series_lengths[series_place(x)];
  return std::max<int>(length.of_whole, length.of_first + path);
}

/// Sum over n of weight x^n / n! row jumps^n, with jumps = I + Q / c.
template <int K>
inline Row<K> series(Row<K> row, const Square<K>& jumps, double x, double weight) {
  Row<K> sum = row;
  scale(sum, weight);
  const int last = series_length(x, K - 1);
  for (int n = 1; n <= last; ++n) {
    weight *= x / n;
    carry(row, jumps);
    add_multiple(sum, weight, row);
  }
  return sum;
}

}  // namespace relapse::ctmc::detail
