#pragma once

#include <relapse/core/detail/elementary.hpp>

#include <cmath>
#include <numbers>

namespace relapse::model {

/// A stretch of age, in days since the determinants were last updated.
struct Cell {
  double begin = 0.0;
  double end = 0.0;
  int number = -1;  ///< in the grid; -1: not one of its cells
};

/// The cell of the fixed grid 0, 0.5, 1, 2, 4, 7, 15, 30, 60, 120, ... that holds the
/// ages just above `age` (age >= 0). Within a cell every drifting quantity stands at its
/// mean.
inline Cell cell_after(double age) {
  constexpr double ends[] = {0.5, 1.0, 2.0, 4.0, 7.0, 15.0, 30.0};
  Cell cell{0.0, 0.0, 0};
  for (const double end : ends) {
    cell.end = end;
    if (age < end) return cell;
    cell.begin = end;
    ++cell.number;
  }
  --cell.number;
  do {
    cell.begin = cell.end;
    cell.end *= 2.0;
    ++cell.number;
  } while (age >= cell.end);
  return cell;
}

/// 2^(-age / half_life).
inline double fading(double age, double half_life) {
  return elementary::exp2(-age / half_life);
}

/// Mean of 2^(-u / half_life) over [begin, end].
inline double mean_fading(double begin, double end, double half_life) {
  const double scaled = (end - begin) * std::numbers::ln2 / half_life;
  return fading(begin, half_life) *
         (scaled == 0.0 ? 1.0 : -elementary::expm1(-scaled) / scaled);
}

}  // namespace relapse::model
