#pragma once

#include <relapse/risk/detail/path.hpp>

#include <algorithm>
#include <limits>

namespace relapse::risk {

RELAPSE_INLINE void add_cell_ends(double now, double until, const Model& model,
                                  std::vector<double>& ends) {
  if (!model.determinants().outlook_drifts()) return;
  for (auto cell = infer::cell_after(now); cell.end - now < until;
       cell = infer::cell_after(cell.end)) {
    ends.push_back(cell.end - now);
  }
}

RELAPSE_INLINE void tidy_ends(std::vector<double>& ends) {
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
}

namespace detail {

/// x - x_ref when what is done acts on it up to the end of a piece.
inline double under_interventions(const infer::Standing& standing, int determinant,
                                  double end,
                                  std::span<const Intervention> interventions) {
  double factor = 1.0;
  for (const auto& doing : interventions) {
    if (doing.determinant == determinant && end <= doing.lasts.count) {
      factor *= doing.factor;
    }
  }
  return factor == 1.0 ? standing.deviation : standing.times(factor);
}

}  // namespace detail

RELAPSE_INLINE void fill_path(const infer::Covariates& covariates, double now,
                              std::span<const Intervention> interventions,
                              const Model& model, Path& path) {
  const auto& laws = model.determinants();
  const auto count = static_cast<std::size_t>(laws.count());
  path.updated.resize(count);
  path.points = laws.outlook_points();
  path.centred.resize(path.ends.size() * static_cast<std::size_t>(path.points) * count);
  path.cells.clear();
  infer::fill_updated(covariates, model, path.updated);
  double begin = 0.0;
  std::span<double> left(path.centred);
  for (const double end : path.ends) {
    const auto cell = infer::cell_after(now + 0.5 * (begin + end));
    infer::fill_cell(covariates, path.updated, cell, path.points, model, left);
    for (int point = 0; point < path.points; ++point) {
      const auto ahead = [&](int d) {
        return infer::ahead_in_cell(covariates, d, cell, point, path.points, now, model);
      };
      for (const int d : laws.own_outlooks()) {
        left[static_cast<std::size_t>(d)] = ahead(d).deviation;
      }
      for (const auto& doing : interventions) {
        const int d = doing.determinant;
        left[static_cast<std::size_t>(d)] =
            detail::under_interventions(ahead(d), d, end, interventions);
      }
      left = left.subspan(count);
    }
    path.cells.push_back(cell);
    begin = end;
  }
}

}  // namespace relapse::risk
