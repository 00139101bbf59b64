#pragma once

#include <relapse/core/detail/quadrature.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/risk/assessment.hpp>
#include <relapse/risk/detail/horizon.hpp>
#include <relapse/risk/detail/target.hpp>

#include <cstddef>
#include <string>
#include <vector>

/// Why the risk is what it is: exact contributions that add up to the change since the
/// last check-in. Source: Aumann & Shapley 1974 (integral along the straight path).
namespace relapse::risk {

/// A state of a belief that signs temper.
struct TemperedState {
  std::size_t place = 0;  ///< among those of [way][stage]
  double log_mass = 0.0;
  double reached = 0.0;         ///< mean worth over the nodes
  double there = 1.0;           ///< likewise
  double news = 0.0;            ///< by how much `reached` moves as an answer is recalled
  double log_likelihood = 0.0;  ///< of all signs
};

/// Memory reused from one attribution to the next.
struct DriverWorkspace {
  HorizonWorkspace horizon;
  Quadrature quadrature;
  std::vector<RiskEstimate> estimates;
  Path before;
  Path after;
  std::vector<double> shift;           ///< [piece][point][determinant], after - before
  std::vector<double> effects_before;  ///< [piece][point][move], logs
  std::vector<double> effects_after;
  Worth worth;
  Worth recalling;  ///< the answer of the check-in
  Levers moving;
  std::vector<double> tempering;  ///< ends of the pieces of tau
  std::vector<double> sums;
  infer::Belief carried;  ///< of the trace, on the grid of what is explained
  infer::Belief known;
  int ways = 1;                        ///< in which the signs differ
  std::vector<double> log_likelihood;  ///< [sign answered][way][stage]
  std::vector<int> signs;
  std::vector<TemperedState> states;
  std::vector<double> levers;  ///< by state
};

/// Of what is explained, since the last check-in.
struct Change {
  double before = 0.0;
  double now = 0.0;
};

/// A check-in that was taken in.
struct StepTaken {
  const infer::PersonState& state;  ///< after it
  const infer::StepTrace& trace;
  const Answers& answers;
  bool first = false;
};

/// Reasons that miss the change by more are found again, more finely; what they miss then
/// is said as a `remainder`.
inline constexpr double closing_tolerance = 1e-9;

/// Attributes the change of the risk over the level's horizon.
/// @param change since the last check-in; at the first one what it was before is ignored:
///   the baseline is the start distribution with every determinant at its reference
void attribute(const StepTaken& step, Change change, const Model& model,
               DriverWorkspace& workspace, std::vector<Driver>& drivers);

/// Attributes the change of what is explained.
/// @param change at the first check-in it is from the baseline
void attribute(const StepTaken& step, Change change, Target& target, const Model& model,
               DriverWorkspace& workspace, std::vector<Driver>& drivers);

/// What is shown at the start with every determinant at its reference.
double baseline(Target& target, const Model& model, DriverWorkspace& workspace);

/// Risk at the start with every determinant at its reference: where the reasons of a
/// first check-in begin.
double baseline_risk(const Model& model, DriverWorkspace& workspace);

}  // namespace relapse::risk

#ifndef RELAPSE_COMPILED
#include <relapse/risk/detail/drivers.ipp>
#endif
