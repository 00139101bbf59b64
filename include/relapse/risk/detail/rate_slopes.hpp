#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/belief.hpp>
#include <relapse/model/detail/prepared_model.hpp>
#include <relapse/risk/detail/passage.hpp>
#include <relapse/risk/detail/path.hpp>

#include <span>

namespace relapse::risk {

/// Adds to each determinant's slope the derivative of the mass that enters use along the
/// path, through the rates, as the determinants move by `shift`.
/// @param shift [piece][determinant]
/// @param workspace prepared for the path
void add_rate_slopes(const infer::Belief& belief, const Path& path,
                     std::span<const double> shift, const Model& model,
                     PassageWorkspace& workspace, std::span<double> slopes);

}  // namespace relapse::risk

#ifndef RELAPSE_COMPILED
#include <relapse/risk/detail/rate_slopes.ipp>
#endif
