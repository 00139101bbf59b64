#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/ctmc/generator.hpp>

#include <span>

/// What a chain did on its way, given where it was before and after: end-conditioned time
/// in the states and numbers of jumps, which are also the derivative of exp(Q t).
/// Van Loan 1978; Hobolth & Jensen 2011.
namespace relapse::ctmc {

/// The matrix S with
///
///     S(r, s) = integral over u from 0 to t of (row exp(Q u))_r (exp(Q (t - u))
///     column)_s du.
///
/// With L = row exp(Q t) column and the rate q(r, s) of a movement r -> s:
/// - dL / dq(r, s) = S(r, s) - S(r, r), as the diagonal falls when the rate rises;
/// - S(r, r) / L is the expected number of days in r;
/// - q(r, s) S(r, s) / L is the expected number of jumps from r to s.
///
/// Nothing is subtracted, so small entries keep their digits where row and column are
/// zero or more. By a series while (largest exit rate) t is at most 25, beyond by
/// doubling. Does not allocate. The refusals are those of `pull_back`.
/// @param row one finite entry a state, masses before
/// @param column one finite entry a state, values or likelihoods after
Matrix occupation_integral(std::span<const double> row, std::span<const double> column,
                           const Generator& generator, Days t);

/// The same matrix, with column <- exp(Q t) column on the way, at less than the cost of
/// the two.
Matrix pull_back_with_occupation(std::span<const double> row, std::span<double> column,
                                 const Generator& generator, Days t);

}  // namespace relapse::ctmc

#ifndef RELAPSE_COMPILED
#include <relapse/ctmc/detail/path.ipp>
#endif
