#pragma once

#include <relapse/ctmc/transition.hpp>
#include <relapse/risk/passage.hpp>

namespace relapse::risk {

RELAPSE_INLINE void fill_ratios(const Path& path, const Model& model,
                                std::vector<double>& ratios) {
  const std::size_t moves = model.movement().moves().size();
  ratios.resize(static_cast<std::size_t>(path.pieces()) * moves);
  for (int piece = 0; piece < path.pieces(); ++piece) {
    model.movement().ratios(path.at(piece),
                            std::span<double>(ratios).subspan(
                                static_cast<std::size_t>(piece) * moves, moves));
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
  fill_ratios(path, model, workspace.ratios);
  const auto nodes = static_cast<std::size_t>(belief.nodes);
  absorbed.assign(path.ends.size() * nodes, 0.0);
  auto& row = workspace.row;
  for (int i = 0; i < belief.nodes; ++i) {
    const auto node = belief.node(i);
    row.assign(node.begin(), node.end());
    for (std::size_t s = 0; s < row.size(); ++s) {
      if (target[s]) row[s] = 0.0;
    }
    for (int piece = 0; piece < path.pieces(); ++piece) {
      ctmc::advance(row, generator_on(model, workspace.ratios, piece, i, target),
                    Days{path.length(piece)});
      double mass = 0.0;
      for (std::size_t s = 0; s < row.size(); ++s) {
        if (target[s]) mass += row[s];
      }
      absorbed[static_cast<std::size_t>(piece) * nodes + static_cast<std::size_t>(i)] =
          mass;
    }
  }
}

RELAPSE_INLINE void passage_by_stage(const Path& path, ctmc::StateSet target,
                                     const Model& model, PassageWorkspace& workspace,
                                     std::vector<double>& passage) {
  fill_ratios(path, model, workspace.ratios);
  const auto stages = static_cast<std::size_t>(model.stages());
  passage.assign(static_cast<std::size_t>(model.nodes()) * stages, 0.0);
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
