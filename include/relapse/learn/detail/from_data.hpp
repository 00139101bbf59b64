#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/random.hpp>
#include <relapse/infer/detail/panel.hpp>
#include <relapse/model/document.hpp>

#include <span>

/// Starting values from data alone: check-ins are put into as many groups of like answers
/// as there are stages (Lloyd 1982; Arthur & Vassilvitskii 2007), the groups are matched
/// to the stages by their reports of use, and each stage begins with the answers of its
/// group.
namespace relapse::learn {

/// The document with numbers found from the answers; what the panel says nothing about
/// stays. Effects and loadings begin at 0, or at a small loading where there is a
/// propensity.
ModelDocument from_data(const infer::Panel& panel, ModelDocument document,
                        Random& random);

/// The document with its numbers moved at random, for another start.
/// @param units of all parameters
/// @param spread standard deviation in units
ModelDocument scattered(const ModelDocument& document, std::span<const double> units,
                        double spread, Random& random);

}  // namespace relapse::learn

#ifndef RELAPSE_COMPILED
#include <relapse/learn/detail/from_data.ipp>
#endif
