#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/belief.hpp>
#include <relapse/model/model.hpp>
#include <relapse/risk/path.hpp>

#include <vector>

namespace relapse::risk {

/// Memory reused from one passage to the next.
struct PassageWorkspace {
  std::vector<double> ratios;  ///< [piece][move]
  std::vector<double> row;     ///< [stage]
};

/// Mass that starts outside `target` and has entered it by the end of each piece.
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
