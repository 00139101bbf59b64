#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/ctmc/generator.hpp>

#include <span>

/// First passage: whether a chain has entered a set of states within some time. Read off
/// the chain stopped on that set, without taking anything from 1, so that small
/// probabilities keep their digits. Norris 1997, section 3.3.
namespace relapse::ctmc {

/// Probability, from each state, of having been in `target` within t days: 1 in `target`
/// itself, and not decreasing in t.
Vector passage_probability(const Generator& generator, StateSet target, Days t);

/// row <- the density, by state entered, of jumping into the set `into` at this very
/// moment from outside of it: for exact times of entry (Jackson 2011, section 1.5).
/// @param row masses just before, one entry a state
void jump_into(std::span<double> row, const Generator& generator, StateSet into);

/// column <- the same the other way round: for each state outside `into` the rates into
/// it, weighted by the column; 0 for the states inside.
void pull_back_jump_into(std::span<double> column, const Generator& generator,
                         StateSet into);

}  // namespace relapse::ctmc

#ifndef RELAPSE_COMPILED
#include <relapse/ctmc/detail/passage.ipp>
#endif
