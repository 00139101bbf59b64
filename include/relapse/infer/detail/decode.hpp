#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/random.hpp>
#include <relapse/infer/detail/trellis.hpp>

#include <vector>

/// One way through the stages: the likeliest, or one drawn from all. Sources: Viterbi
/// 1967; Fruhwirth-Schnatter 1994 (drawing the stages backwards); Fearnhead & Sherlock
/// 2006 (drawing the jumps between two visits by uniformisation).
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

/// A change of stage.
struct Jump {
  double time = 0.0;
  int stage = 0;
};

/// A way through the stages in continuous time: the first entry is the first visit.
struct StagePath {
  int node = 0;
  std::vector<Jump> jumps;
};

/// A draw from the distribution of the way given all check-ins. Throws like `decode`.
StagePath sample_path(const Sequence& person, const PanelLaw& law, Random& random);

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/decode.ipp>
#endif
