#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/belief.hpp>
#include <relapse/infer/detail/node_path.hpp>
#include <relapse/model/detail/prepared_model.hpp>
#include <relapse/risk/detail/path.hpp>

#include <span>
#include <vector>

namespace relapse::risk {

/// Memory reused from one passage to the next.
struct PassageWorkspace {
  std::vector<double> ratios;  ///< [piece][point][move]
  std::vector<double> days;    ///< by piece
  infer::NodePath path;
};

/// Mass that started outside some stages and has entered them by the end of each piece,
/// joint with the node: sums of non-negative terms alone, so that small ones keep their
/// digits.
struct EnteredMass {
  std::vector<double> mass;
  std::size_t piece_step = 0;
  std::size_t node_step = 1;
  std::size_t begin = 0;

  double at(std::size_t piece, std::size_t node) const {
    return mass[begin + piece * piece_step + node * node_step];
  }
};

/// exp of the effects of the determinants, for each piece of a path.
/// @param ratios [piece][point][move]
void fill_ratios(const Path& path, const Model& model, std::vector<double>& ratios);
/// Leads the lanes of the workspace through the pieces of a path, under the ratios that
/// stand in it.
void lead_through(const Path& path, const Model& model, PassageWorkspace& workspace);
/// The same under the determinants of the path.
void prepare(const Path& path, const Model& model, PassageWorkspace& workspace);
/// What enters `target` along the path that the workspace was prepared for.
/// @param belief over the propensity alone
void enter(const infer::Belief& belief, ctmc::StateSet target,
           PassageWorkspace& workspace, EnteredMass& entered);

/// Probability of entering `target` by the end of the path that the workspace was
/// prepared for, from each node of the propensity and stage ([node][stage], 1 in the
/// target).
void passage_by_stage(ctmc::StateSet target, const Model& model,
                      PassageWorkspace& workspace, std::vector<double>& passage);

/// Makes room for the gains on the moves of a path whose ratios are there, all 0.
/// @param gains [piece][point][padded move]
void fit_gains(const PassageWorkspace& workspace, const Model& model,
               std::vector<double>& gains);
/// Sets the derivative of the mass that enters `target` along the path that the workspace
/// was prepared for, in the effects on each move.
/// @param belief over the propensity alone
/// @param gains [piece][point][padded move]
void find_gains(const infer::Belief& belief, ctmc::StateSet target, const Model& model,
                PassageWorkspace& workspace, std::vector<double>& gains);

}  // namespace relapse::risk

#ifndef RELAPSE_COMPILED
#include <relapse/risk/detail/passage.ipp>
#endif
