#pragma once

#include <relapse/risk/rate_slopes.hpp>

namespace relapse::risk {

RELAPSE_INLINE bool add_rate_slopes_in_lanes(const infer::Belief& belief,
                                             const PathShift& shift, const Model& model,
                                             PassageWorkspace& workspace,
                                             std::span<double> slopes) {
  const auto moves = model.movement().moves();
  prepare(shift.between, model, workspace);
  workspace.path.load(belief, model.use());
  workspace.gains.resize(shift.between.ends.size() * moves.size());
  if (!workspace.path.find_passage(workspace.ratios, workspace.days, model.use(), {},
                                   workspace.gains)) {
    return false;
  }
  for (int piece = 0; piece < shift.between.pieces(); ++piece) {
    const auto before = shift.before.at(piece);
    const auto after = shift.after.at(piece);
    for (std::size_t m = 0; m < moves.size(); ++m) {
      const double gain =
          workspace.gains[static_cast<std::size_t>(piece) * moves.size() + m];
      if (gain == 0.0) continue;
      for (const auto& effect : moves[m].effects) {
        const auto d = static_cast<std::size_t>(effect.determinant);
        slopes[d] += gain * effect.weight * (after[d] - before[d]);
      }
    }
  }
  return true;
}

}  // namespace relapse::risk
