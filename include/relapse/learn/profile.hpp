#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/learn/fit.hpp>

#include <string>
#include <vector>

/// The likelihood along one number. Source: Pawitan 2001, section 3.4. Needs the headers
/// of LBFGSpp and is therefore not part of <relapse/relapse.hpp>.
namespace relapse {

/// One number held, and the log-likelihood that all the others can reach then.
struct ProfilePoint {
  double value = 0.0;  ///< on the scale of learn::Parameters
  double log_likelihood = 0.0;
  FitStatus status = FitStatus::converged;
};

/// Profile of one number, such as a loading, the standard deviation of the propensity:
/// held at each of some values in turn while the other free numbers are fitted, each fit
/// from where the one before ended. Throws like `fit`, and InvalidInput when `name` is no
/// parameter.
std::vector<ProfilePoint> profile(const Batch& batch, const Model& model,
                                  const std::string& name,
                                  const std::vector<double>& values,
                                  const FitSettings& settings = {});

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/learn/detail/profile.ipp>
#endif
