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
  const int count = model.determinants().count();
  path.centred.resize(path.ends.size() * static_cast<std::size_t>(count));
  auto& cells = path.cells;
  cells.clear();
  double begin = 0.0;
  for (const double end : path.ends) {
    cells.push_back(infer::cell_after(now + 0.5 * (begin + end)));
    begin = end;
  }
  const auto& laws = model.determinants();
  for (int d = 0; d < count; ++d) {
    const auto& law = laws.laws()[static_cast<std::size_t>(d)];
    const bool fades =
        law.outlook.kind == OutlookKind::memory && law.origin != model::Origin::log_clock;
    // What is the same for all pieces.
    const auto at_update =
        fades ? infer::at_age(covariates, d, 0.0, model) : infer::Standing{};
    double* centred = path.centred.data() + d;
    for (std::size_t piece = 0; piece < cells.size(); ++piece, centred += count) {
      auto standing = at_update;
      if (!fades) {
        standing = infer::ahead_over_cell(covariates, d, cells[piece], now, model);
      } else if (standing.deviation != 0.0) {
        standing.deviation *= laws.mean_fading(d, cells[piece]);
      }
      *centred =
          detail::under_interventions(standing, d, path.ends[piece], interventions);
    }
  }
}

}  // namespace relapse::risk
