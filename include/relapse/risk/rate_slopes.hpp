#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/belief.hpp>
#include <relapse/model/model.hpp>
#include <relapse/risk/passage.hpp>
#include <relapse/risk/path.hpp>

#include <span>

namespace relapse::risk {

/// A straight way from one future path to another of the same pieces, and where on it.
struct PathShift {
  const Path& before;
  const Path& after;
  const Path& between;
};

/// Adds to each determinant's slope the derivative of the mass that enters use along
/// `between`, through the rates, as the determinants go from `before` to `after`; all
/// nodes at once. False, with nothing added, when rates times days are so large that this
/// is better done node by node.
/// @param workspace with the ratios of `between`
bool add_rate_slopes_in_lanes(const infer::Belief& belief, const PathShift& shift,
                              const Model& model, PassageWorkspace& workspace,
                              std::span<double> slopes);

}  // namespace relapse::risk

#ifndef RELAPSE_COMPILED
#include <relapse/risk/rate_slopes.ipp>
#endif
