#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/trellis.hpp>

#include <vector>

/// Looking back: where a person was, given all check-ins, the later ones too. Sources:
/// Rabiner 1989 (smoothing); Hobolth & Jensen 2011 (what happened between two visits).
namespace relapse::infer {

/// What is expected between a visit and the one before.
struct Between {
  std::vector<double> days;   ///< in each stage
  std::vector<double> jumps;  ///< of each move
};

/// By visit; what is between is empty at the first.
struct Smoothed {
  std::vector<Belief> beliefs;
  std::vector<Between> between;
  double log_likelihood = 0.0;
};

/// Throws CheckInError when a visit is impossible under the model; its row is the
/// position of the visit.
Smoothed smooth(const Sequence& person, const PanelLaw& law);

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/smooth.ipp>
#endif
