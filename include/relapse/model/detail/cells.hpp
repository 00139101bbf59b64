#pragma once

#include <relapse/core/detail/elementary.hpp>

#include <span>

namespace relapse::model {

/// A stretch of age, in days since the determinants were last updated.
struct Cell {
  double begin = 0.0;
  double end = 0.0;
  int number = -1;  ///< in the grid; -1: not one of its cells
};

/// The cell of the fixed grid 0, 0.5, 1, 2, 4, 7, 15, 30, 60, 120, ... that holds the
/// ages just above `age` (age >= 0). Within a cell every rate stands at its mean.
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

/// Most points of a cell at which the mean of a rate looks.
inline constexpr int most_points = 3;

/// Weights of the points, by the Gauss-Legendre rule of 3; or of one, where nothing
/// moves.
inline std::span<const double> cell_weights(int points) {
  static constexpr double one[] = {1.0};
  static constexpr double three[] = {5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0};
  if (points == 1) return one;
  return three;
}

/// A point of the same rule, from 0 on, over the ages from `begin` to `end`.
inline double age_at_point(int point, int points, double begin, double end) {
  constexpr double away = 0.38729833462074168852;  // sqrt(3 / 5) / 2
  const double share = points == 1 ? 0.5 : 0.5 + (point - 1) * away;
  return begin + (end - begin) * share;
}

}  // namespace relapse::model
