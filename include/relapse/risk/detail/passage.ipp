#pragma once

#include <relapse/ctmc/transition.hpp>
#include <relapse/risk/detail/passage.hpp>

namespace relapse::risk {

RELAPSE_INLINE void fill_ratios(const Path& path, const Model& model,
                                std::vector<double>& ratios) {
  ratios.resize(path.ends.size() * model.movement().moves().size());
  infer::fill_ratios(path.centred, model, ratios);
}

RELAPSE_INLINE void lead_through(const Path& path, const Model& model,
                                 PassageWorkspace& workspace) {
  workspace.days.resize(path.ends.size());
  for (int piece = 0; piece < path.pieces(); ++piece) {
    workspace.days[static_cast<std::size_t>(piece)] = path.length(piece);
  }
  workspace.path.fit(model);
  workspace.path.lead_through(workspace.ratios, workspace.days);
}

RELAPSE_INLINE void prepare(const Path& path, const Model& model,
                            PassageWorkspace& workspace) {
  fill_ratios(path, model, workspace.ratios);
  lead_through(path, model, workspace);
}

RELAPSE_INLINE ctmc::Generator generator_on(const Model& model,
                                            std::span<const double> ratios, int piece,
                                            int node, ctmc::StateSet target) {
  const std::size_t moves = model.movement().moves().size();
  return ctmc::absorbing(
      model.movement().generator(
          ratios.subspan(static_cast<std::size_t>(piece) * moves, moves), node),
      target);
}

RELAPSE_INLINE void enter(const infer::Belief& belief, ctmc::StateSet target,
                          PassageWorkspace& workspace, EnteredMass& entered) {
  auto& lanes = workspace.path;
  lanes.load(belief, target);
  entered.piece_step = lanes.padded_nodes();
  entered.mass.resize(workspace.days.size() * entered.piece_step);
  lanes.follow(target, entered.mass);
}

RELAPSE_INLINE void passage_by_stage(const Path& path, ctmc::StateSet target,
                                     const Model& model, PassageWorkspace& workspace,
                                     std::vector<double>& passage) {
  const auto stages = static_cast<std::size_t>(model.stages());
  passage.resize(static_cast<std::size_t>(model.nodes()) * stages);
  if (workspace.path.find_passage(target, passage, {})) return;
  for (int i = 0; i < model.nodes(); ++i) {
    const auto column =
        std::span<double>(passage).subspan(static_cast<std::size_t>(i) * stages, stages);
    for (std::size_t s = 0; s < stages; ++s) column[s] = target[s] ? 1.0 : 0.0;
    for (int piece = path.pieces() - 1; piece >= 0; --piece) {
      ctmc::pull_back(column, generator_on(model, workspace.ratios, piece, i, target),
                      Days{path.length(piece)});
    }
  }
}

}  // namespace relapse::risk
