#pragma once

#include <relapse/risk/detail/passage.hpp>

namespace relapse::risk {

RELAPSE_INLINE void fill_ratios(const Path& path, const Model& model,
                                std::vector<double>& ratios) {
  ratios.resize(path.ends.size() * static_cast<std::size_t>(path.points) *
                model.movement().moves().size());
  infer::fill_ratios(path.centred, model, ratios);
}

RELAPSE_INLINE void lead_through(const Path& path, const Model& model,
                                 PassageWorkspace& workspace) {
  path.lengths(workspace.days);
  workspace.path.fit(model, 1, infer::Grid::propensity);
  workspace.path.lead_through(workspace.ratios, workspace.days);
}

RELAPSE_INLINE void prepare(const Path& path, const Model& model,
                            PassageWorkspace& workspace) {
  fill_ratios(path, model, workspace.ratios);
  lead_through(path, model, workspace);
}

RELAPSE_INLINE void enter(const infer::Belief& belief, ctmc::StateSet target,
                          PassageWorkspace& workspace, EnteredMass& entered) {
  auto& lanes = workspace.path;
  lanes.load(belief, target);
  entered.piece_step = lanes.lanes();
  entered.mass.resize(workspace.days.size() * entered.piece_step);
  lanes.follow(target, entered.mass);
}

RELAPSE_INLINE void passage_by_stage(ctmc::StateSet target, const Model& model,
                                     PassageWorkspace& workspace,
                                     std::vector<double>& passage) {
  passage.resize(static_cast<std::size_t>(workspace.path.nodes()) *
                 static_cast<std::size_t>(model.stages()));
  workspace.path.find_passage(target, passage, {});
}

RELAPSE_INLINE void fit_gains(const PassageWorkspace& workspace, const Model& model,
                              std::vector<double>& gains) {
  const auto& movement = model.movement();
  const std::size_t rows =
      movement.moves().empty() ? 0 : workspace.ratios.size() / movement.moves().size();
  gains.resize(rows * static_cast<std::size_t>(movement.padded_moves()));
}

RELAPSE_INLINE void find_gains(const infer::Belief& belief, ctmc::StateSet target,
                               const Model& model, PassageWorkspace& workspace,
                               std::vector<double>& gains) {
  workspace.path.load(belief, target);
  fit_gains(workspace, model, gains);
  workspace.path.find_passage(target, {}, gains);
}

}  // namespace relapse::risk
