#pragma once

#include <relapse/ctmc/transition.hpp>
#include <relapse/risk/passage.hpp>

namespace relapse::risk {

RELAPSE_INLINE void fill_ratios(const Path& path, const Model& model,
                                std::vector<double>& ratios) {
  const std::size_t moves = model.movement().moves().size();
  ratios.resize(static_cast<std::size_t>(path.pieces()) * moves);
  for (int piece = 0; piece < path.pieces(); ++piece) {
    infer::fill_ratios(path.at(piece), model,
                       std::span<double>(ratios).subspan(
                           static_cast<std::size_t>(piece) * moves, moves));
  }
}

RELAPSE_INLINE void prepare(const Path& path, const Model& model,
                            PassageWorkspace& workspace) {
  workspace.path.fit(model);
  workspace.days.resize(path.ends.size());
  for (int piece = 0; piece < path.pieces(); ++piece) {
    workspace.days[static_cast<std::size_t>(piece)] = path.length(piece);
  }
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

RELAPSE_INLINE void absorbed_mass(const infer::Belief& belief, const Path& path,
                                  ctmc::StateSet target, const Model& model,
                                  PassageWorkspace& workspace,
                                  std::vector<double>& absorbed) {
  const auto nodes = static_cast<std::size_t>(belief.nodes);
  const auto pieces = path.ends.size();
  auto& lanes = workspace.path;
  prepare(path, model, workspace);
  lanes.load(belief, target);
  workspace.entered.resize(pieces * lanes.padded_nodes());
  lanes.follow(workspace.ratios, workspace.days, target, workspace.entered);
  absorbed.resize(pieces * nodes);
  for (std::size_t k = 0; k < pieces; ++k) {
    for (std::size_t i = 0; i < nodes; ++i) {
      absorbed[k * nodes + i] = workspace.entered[k * lanes.padded_nodes() + i];
    }
  }
}

RELAPSE_INLINE void passage_by_stage(const Path& path, ctmc::StateSet target,
                                     const Model& model, PassageWorkspace& workspace,
                                     std::vector<double>& passage) {
  fill_ratios(path, model, workspace.ratios);
  const auto stages = static_cast<std::size_t>(model.stages());
  passage.resize(static_cast<std::size_t>(model.nodes()) * stages);
  prepare(path, model, workspace);
  if (workspace.path.find_passage(workspace.ratios, workspace.days, target, passage,
                                  {})) {
    return;
  }
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
