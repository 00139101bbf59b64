#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/learn/detail/objective.hpp>
#include <relapse/learn/fit.hpp>
#include <relapse/model/document.hpp>

#include <string>

/// What a fitted document says of the fit, and whether its stages mean what they meant.
namespace relapse::learn {

/// Writes into the document of a result what was fitted, how and to whom: a name and
/// version of its own, the status of calibration, and the source of each number that was
/// free; the others keep theirs.
/// @param result with its persons, check-ins and names
/// @param meaning what `other_meaning` found
void write_provenance(const Objective& objective, const FitSettings& settings,
                      const FitResult& result, const std::string& meaning,
                      ModelDocument& document);

/// Which stages no longer mean what they did, in words; empty: none. A stage without use
/// whose people mostly tell of use now explains use; two stages have swapped where the
/// answers in each are nearer to those that the other had (by the distance of Hellinger
/// 1909, of measurements and counts between normal laws of their mean and variance).
std::string other_meaning(const ModelDocument& before, const ModelDocument& after);

}  // namespace relapse::learn

#ifndef RELAPSE_COMPILED
#include <relapse/learn/detail/provenance.ipp>
#endif
