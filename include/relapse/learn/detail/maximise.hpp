#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/learn/detail/objective.hpp>

#include <span>
#include <vector>

/// Search for the maximum of a likelihood from one start. Sources: Dempster, Laird &
/// Rubin 1977 (expectation-maximisation); Liu & Nocedal 1989 and Byrd et al. 1995
/// (limited-memory quasi-Newton); Bertsekas 1982 (projected steps); Berndt et al. 1974
/// (the outer product of the scores as a metric).
namespace relapse::learn {

/// One step of expectation-maximisation: closed forms for answers, rates and the start
/// where a whole group of numbers is free; the others stay.
ModelDocument improved(const Objective& objective, const ModelDocument& document,
                       const infer::Expectation& expected, const infer::Panel& panel);

/// Up to `steps` such steps; stops when one gains less than `tolerance`.
ModelDocument expectation_maximisation(Objective& objective, ModelDocument document,
                                       int steps, double tolerance);

/// Quasi-Newton from a point, in the metric of the scores there, within the bounds of the
/// numbers (a step over a bound ends at it; what would go on rising beyond one is held
/// there: Bertsekas 1982). Numbers that ended far out on a log scale, where no slope is
/// left, are tried once more from nearer by. Returns whether it converged; the objective
/// remembers the best point.
bool quasi_newton(Objective& objective, std::span<const double> start, int iterations);

}  // namespace relapse::learn

#ifndef RELAPSE_COMPILED
#include <relapse/learn/detail/maximise.ipp>
#endif
