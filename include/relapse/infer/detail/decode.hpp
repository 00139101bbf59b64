#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/trellis.hpp>

#include <vector>

/// The likeliest way through the stages. Source: Viterbi 1967.
namespace relapse::infer {

/// The likeliest stages at the visits together, and the propensity with them.
struct Decoded {
  std::vector<int> stages;  ///< by visit
  int node = 0;
  double log_probability = 0.0;  ///< of these stages, this node and the check-ins
};

/// Of equally likely ways, the one with the earlier stages of the document. Throws
/// CheckInError when a visit is impossible under the model; its row is the position of
/// the visit.
Decoded decode(const Sequence& person, const PanelLaw& law);

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/decode.ipp>
#endif
