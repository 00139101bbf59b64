#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/infer/detail/belief.hpp>
#include <relapse/model/detail/prepared_model.hpp>
#include <relapse/risk/detail/passage.hpp>
#include <relapse/risk/detail/path.hpp>
#include <relapse/risk/estimate.hpp>

#include <optional>
#include <span>
#include <vector>

namespace relapse::risk {

/// The masses of a belief at one node.
struct NodeMasses {
  double whole = 0.0;
  double outside = 0.0;  ///< not in use
  double in_use = 0.0;
  double in_relapse = 0.0;
};

/// Memory reused from one estimate to the next.
struct HorizonWorkspace {
  Path path;
  infer::Belief tendency;  ///< over the propensity alone
  PassageWorkspace passage;
  std::vector<NodeMasses> masses;
  EnteredMass entered;
  EnteredMass entered_relapse;
};

/// Sets `leaves_use` of the estimates that were made last, from a belief that is surely
/// in use.
void add_ways_out(const Model& model, HorizonWorkspace& workspace,
                  std::vector<RiskEstimate>& estimates);

/// Risk within each horizon from a belief and the determinants as they are expected to
/// go. The intervals are over the propensity: what is known of a person's habits has
/// spoken through the stages.
/// @param horizons in days, each > 0, increasing
void estimate(const infer::Belief& belief, const Ahead& ahead,
              std::span<const double> horizons, const Model& model,
              HorizonWorkspace& workspace, std::vector<RiskEstimate>& estimates);
/// The probability of the estimate within one horizon, alone.
double use_within(const infer::Belief& belief, const Ahead& ahead, double horizon,
                  const Model& model, HorizonWorkspace& workspace);

}  // namespace relapse::risk

#ifndef RELAPSE_COMPILED
#include <relapse/risk/detail/horizon.ipp>
#endif
