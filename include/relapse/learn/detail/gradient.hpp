#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/expectation.hpp>
#include <relapse/learn/detail/parameters.hpp>

#include <vector>

namespace relapse::learn {

/// Gradient of the log-likelihood by every parameter, exact.
/// @param model the one under which `expected` was found
std::vector<double> gradient(const Parameters& parameters,
                             const infer::Expectation& expected,
                             const infer::Panel& panel, const Model& model);

}  // namespace relapse::learn

#ifndef RELAPSE_COMPILED
#include <relapse/learn/detail/gradient.ipp>
#endif
