#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/belief.hpp>
#include <relapse/infer/node_path.hpp>
#include <relapse/model/model.hpp>
#include <relapse/risk/path.hpp>

#include <span>
#include <vector>

namespace relapse::risk {

/// Memory reused from one passage to the next.
struct PassageWorkspace {
  std::vector<double> ratios;   ///< [piece][move]
  std::vector<double> days;     ///< by piece
  std::vector<double> entered;  ///< [piece][padded node]
  std::vector<double> gains;    ///< [piece][move]
  infer::NodePath path;
};

/// exp of the effects of the determinants, for each piece of a path.
/// @param ratios [piece][move]
void fill_ratios(const Path& path, const Model& model, std::vector<double>& ratios);
/// Fits the lanes of the workspace to the model, and the days to the path.
void prepare(const Path& path, const Model& model, PassageWorkspace& workspace);
/// The generator on a piece of the path, at a node, stopped in `target`.
ctmc::Generator generator_on(const Model& model, std::span<const double> ratios,
                             int piece, int node, ctmc::StateSet target);

/// Mass that starts outside `target` and has entered it by the end of each piece, under
/// the ratios of `fill_ratios`, which are in the workspace.
/// @param absorbed [piece][node], joint with the node; sums of non-negative terms alone,
///   so that small risks keep their digits
void absorbed_mass(const infer::Belief& belief, const Path& path, ctmc::StateSet target,
                   const Model& model, PassageWorkspace& workspace,
                   std::vector<double>& absorbed);

/// Probability of entering `target` by the end of the path, from each node and stage
/// ([node][stage], 1 in the target).
void passage_by_stage(const Path& path, ctmc::StateSet target, const Model& model,
                      PassageWorkspace& workspace, std::vector<double>& passage);

}  // namespace relapse::risk

#ifndef RELAPSE_COMPILED
#include <relapse/risk/passage.ipp>
#endif
