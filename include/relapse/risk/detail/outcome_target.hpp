#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/risk/detail/drivers.hpp>
#include <relapse/risk/detail/target.hpp>

#include <memory>
#include <vector>

/// Why the probability of an outcome is what it is, as the drivers of the risk say it of
/// the risk.
namespace relapse::risk {

std::unique_ptr<Target> target_of(const OutcomeRule& rule, const StepTaken& step,
                                  const Model& model);

/// Attributes the change of an outcome since the last check-in; at the first one since
/// the start with every determinant at its reference.
/// @param before what it was at the last check-in; at the first one it is ignored
/// @param outcome as it is now; its drivers are set
void attribute_outcome(const StepTaken& step, double before, const OutcomeRule& rule,
                       const Model& model, DriverWorkspace& workspace,
                       OutcomeEstimate& outcome);
/// The same for each outcome of the model.
/// @param last state at the last check-in; at the first one it is ignored
void attribute_outcomes(const StepTaken& step, const infer::PersonState& last,
                        const Model& model, DriverWorkspace& workspace,
                        std::vector<OutcomeEstimate>& outcomes);

}  // namespace relapse::risk

#ifndef RELAPSE_COMPILED
#include <relapse/risk/detail/outcome_target.ipp>
#endif
