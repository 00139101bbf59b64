#pragma once

#include <relapse/ctmc/path.hpp>
#include <relapse/ctmc/transition.hpp>
#include <relapse/risk/detail/rate_slopes.hpp>

#include <algorithm>
#include <array>

namespace relapse::risk {
namespace detail {

/// For one node, where rates times days are so large that lanes are not for it.
inline void add_rate_slopes_at(int node, const infer::Belief& belief, const Path& path,
                               std::span<const double> shift, const Model& model,
                               const PassageWorkspace& workspace,
                               std::span<double> slopes) {
  const auto& ratios = workspace.ratios;
  const auto stages = static_cast<std::size_t>(model.stages());
  const auto use = model.use();
  std::vector<double> rows(path.ends.size() * stages);  // forward, [piece][stage]
  std::array<double, ctmc::max_states> row{};
  const std::span<double> forward(row.data(), stages);
  for (std::size_t s = 0; s < stages; ++s) {
    forward[s] = use[s] ? 0.0 : belief.node(node)[s];
  }
  for (int piece = 0; piece < path.pieces(); ++piece) {
    std::copy(forward.begin(), forward.end(),
              rows.begin() + piece * static_cast<std::ptrdiff_t>(stages));
    ctmc::advance(forward, generator_on(model, ratios, piece, node, use),
                  Days{path.length(piece)});
  }
  std::array<double, ctmc::max_states> column{};
  const std::span<double> backward(column.data(), stages);
  for (std::size_t s = 0; s < stages; ++s) backward[s] = use[s] ? 1.0 : 0.0;
  const auto moves = model.movement().moves();
  for (int piece = path.pieces() - 1; piece >= 0; --piece) {
    const auto generator = generator_on(model, ratios, piece, node, use);
    const Days length{path.length(piece)};
    const auto occupied =
        ctmc::occupation_integral(std::span<const double>(rows).subspan(
                                      static_cast<std::size_t>(piece) * stages, stages),
                                  backward, generator, length);
    for (std::size_t m = 0; m < moves.size(); ++m) {
      const auto& move = moves[m];
      if (use[static_cast<std::size_t>(move.from)] || move.effects.empty()) continue;
      const double ratio = model.movement().ratio(
          std::span<const double>(ratios).subspan(
              static_cast<std::size_t>(piece) * moves.size(), moves.size()),
          static_cast<int>(m), node);
      const double gain = move.slope(ratio) *
                          (occupied(move.from, move.to) - occupied(move.from, move.from));
      for (const auto& effect : move.effects) {
        const auto d = static_cast<std::size_t>(effect.determinant);
        const std::size_t count = slopes.size();
        slopes[d] +=
            gain * effect.weight * shift[static_cast<std::size_t>(piece) * count + d];
      }
    }
    ctmc::pull_back(backward, generator, length);
  }
}

}  // namespace detail

RELAPSE_INLINE void add_rate_slopes(const infer::Belief& belief, const Path& path,
                                    std::span<const double> shift, const Model& model,
                                    PassageWorkspace& workspace,
                                    std::span<double> slopes) {
  workspace.path.load(belief, model.use());
  workspace.gains.resize(workspace.days.size() *
                         static_cast<std::size_t>(model.movement().padded_moves()));
  if (workspace.path.find_passage(model.use(), {}, workspace.gains)) {
    infer::add_effect_slopes(shift, workspace.gains, model, slopes);
    return;
  }
  for (int i = 0; i < belief.nodes; ++i) {
    detail::add_rate_slopes_at(i, belief, path, shift, model, workspace, slopes);
  }
}

}  // namespace relapse::risk
