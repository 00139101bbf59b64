#pragma once

namespace relapse::infer {

/// A stretch of age, in days since the determinants were last updated.
struct Cell {
  double begin = 0.0;
  double end = 0.0;
};

/// The cell of the fixed grid 0, 0.5, 1, 2, 4, 7, 15, 30, 60, 120, ... that holds the
/// ages just above `age` (age >= 0). Within a cell every drifting quantity stands at its
/// mean.
inline Cell cell_after(double age) {
  constexpr double ends[] = {0.5, 1.0, 2.0, 4.0, 7.0, 15.0, 30.0};
  Cell cell;
  for (const double end : ends) {
    cell.end = end;
    if (age < end) return cell;
    cell.begin = end;
  }
  do {
    cell.begin = cell.end;
    cell.end *= 2.0;
  } while (age >= cell.end);
  return cell;
}

}  // namespace relapse::infer
