#pragma once

#include <relapse/risk/path.hpp>

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

RELAPSE_INLINE void fill_path(const infer::Covariates& covariates, double now,
                              std::span<const Intervention> interventions,
                              const Model& model, Path& path) {
  const int count = model.determinants().count();
  path.centred.resize(path.ends.size() * static_cast<std::size_t>(count));
  double begin = 0.0;
  for (int piece = 0; piece < path.pieces(); ++piece) {
    const double end = path.ends[static_cast<std::size_t>(piece)];
    const auto cell = infer::cell_after(now + 0.5 * (begin + end));
    const auto x = path.at(piece);
    for (int d = 0; d < count; ++d) {
      const auto standing = infer::ahead_over_cell(covariates, d, cell, now, model);
      double factor = 1.0;
      for (const auto& doing : interventions) {
        if (doing.determinant == d && end <= doing.lasts.count) factor *= doing.factor;
      }
      x[static_cast<std::size_t>(d)] =
          factor == 1.0 ? standing.deviation : standing.times(factor);
    }
    begin = end;
  }
}

}  // namespace relapse::risk
