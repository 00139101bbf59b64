#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/ctmc/detail/bundle.hpp>

#include <cstdint>

/// The series of exp(Q t) by numbers of jumps, and how far it must go.
namespace relapse::ctmc::RELAPSE_LANES {

using namespace relapse::RELAPSE_LANES;

/// Jumps of a chain in t days: x = (largest exit rate) t, the mean number of them. The
/// series is taken up to this, the matrix beyond.
inline constexpr double series_limit = 25.0;

/// Last term of the series that is needed: n such that the terms beyond it are at most
/// 1e-16 of the whole, and n such that they are at most 1e-12 of the first.
struct SeriesLength {
  int of_whole = 0;
  int of_first = 0;
};

constexpr SeriesLength measure_series(double x) {
  SeriesLength length;
  bool whole = false;
  bool first = false;
  double term = 1.0;
  double sum = 1.0;
  for (int n = 0; !whole || !first; ++n) {
    const double next = term * x / (n + 1);
    // Beyond n + 1 the terms fall faster than a geometric series.
    const bool falls = n + 2 > x;
    const double tail = falls ? next / (1.0 - x / (n + 2)) : 0.0;
    if (!whole) length.of_whole = n;
    if (!first) length.of_first = n;
    whole = whole || (falls && tail <= 1e-16 * sum);
    first = first || (falls && tail <= 1e-12);
    term = next;
    sum += next;
  }
  return length;
}

/// The number of the last term for x up to 25, by the exponent of x and its four leading
/// binary digits, counted from 2^-12. A movement that takes `path` jumps begins with term
/// `path`, weight x^path / path!, and its later terms, relative to that one, are at most
/// those of exp(x): so each entry, however small, is right to 1e-12 of itself.
struct SeriesTable {
  static constexpr int longest_path = 2 * (lanes_together - 1);
  static constexpr int octaves = 16;
  static constexpr int places = 16 * octaves + 10;
  static constexpr std::uint64_t first_place = 16 * (1023 - 12);

  std::uint8_t last[longest_path + 1][places] = {};

  constexpr SeriesTable() {
    double octave = 0x1p-12;
    for (int i = 0; i < places; ++i) {
      if (i > 0 && i % 16 == 0) octave *= 2.0;
      const auto length = measure_series(octave * (1.0 + (i % 16 + 1) / 16.0));
      for (int path = 0; path <= longest_path; ++path) {
        const int first = length.of_first + path;
        last[path][i] =
            static_cast<std::uint8_t>(first > length.of_whole ? first : length.of_whole);
      }
    }
  }
};
inline constexpr SeriesTable series_table;

/// 1 / n
struct Reciprocals {
  static constexpr int count = 128;
  double of[count] = {};

  constexpr Reciprocals() {
    for (int n = 1; n < count; ++n) of[n] = 1.0 / n;
  }
};
inline constexpr Reciprocals reciprocals;

/// Terms of the longest series, that with number 0 counted.
inline constexpr int most_terms =
    series_table.last[SeriesTable::longest_path][SeriesTable::places - 1] + 1;
static_assert(most_terms + 3 <= Reciprocals::count);

/// How far the series of each lane goes. Lanes may need fewer terms than others; what
/// they get does not depend on those.
struct Course {
  Lanes x = {};
  int last = 0;       ///< term that any lane needs
  int first_end = 0;  ///< the last term of the lane that needs the fewest
  Lanes last_of_lane = {};

  /// A weight, without the lanes whose series has ended.
  RELAPSE_LANE Lanes weigh(Lanes weight, int term) const {
    if (term <= first_end) return weight;
    return last_of_lane < static_cast<double>(term) ? Lanes{} : weight;
  }
};

/// What of x is taken by series.
RELAPSE_LANE Lanes by_series(Lanes x) { return x <= series_limit ? x : Lanes{}; }
/// Days of the lanes whose x is beyond the series, of others zero.
RELAPSE_LANE Lanes days_beyond(Lanes x, Lanes days) {
  return x <= series_limit ? Lanes{} : days;
}

/// @param x by lane, those that are taken by series
/// @param path jumps from one state to another, at most
RELAPSE_LANE Course plan_course(Lanes x, int path) {
  Course course;
  course.x = x;
  const std::uint8_t* table = series_table.last[path];
  std::uint64_t places[lanes];
  const Bits leading = bits_of(x) >> 48;
  std::memcpy(places, &leading, sizeof(places));
  double last[lanes];
  course.first_end = most_terms;
  for (int l = 0; l < lanes; ++l) {
    const std::uint64_t at = places[l];
    const int end =
        table[at < SeriesTable::first_place ? 0 : at - SeriesTable::first_place];
    course.last = end > course.last ? end : course.last;
    course.first_end = end < course.first_end ? end : course.first_end;
    last[l] = end;
  }
  course.last_of_lane = load(last);
  return course;
}

}  // namespace relapse::ctmc::RELAPSE_LANES
