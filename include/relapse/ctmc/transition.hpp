#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/ctmc/generator.hpp>

#include <span>

/// Where a chain is after some time: exp(Q t), as a matrix or applied to a vector.
/// Nothing is ever subtracted, so no entry is negative and small entries keep their
/// digits; what cannot be reached stays exactly zero. No function allocates. Rates that
/// are not finite, a time that is negative or not finite and a wrong number of entries
/// are InvalidInput.
namespace relapse::ctmc {

/// exp(Q t): entry (r, s) is the probability to be in s after t days from r. Rows sum to
/// 1 to rounding; t = 0 gives the identity exactly.
Matrix transition_matrix(const Generator& generator, Days t);

/// row <- row exp(Q t), from the masses of the states now to those after t days; their
/// sum stays the same. By the series of uniformisation while (largest exit rate) t is at
/// most 25, by the matrix beyond: which one depends on the generator and t alone.
/// @param row one entry a state, zero or more, of finite sum
void advance(std::span<double> row, const Generator& generator, Days t);

/// column <- exp(Q t) column, from the values of the states after t days to their
/// expectation now, by the methods of `advance`.
/// @param column one finite entry a state; small results keep their digits where all
/// entries are zero or more
void pull_back(std::span<double> column, const Generator& generator, Days t);

}  // namespace relapse::ctmc

#ifndef RELAPSE_COMPILED
#include <relapse/ctmc/detail/transition.ipp>
#endif
