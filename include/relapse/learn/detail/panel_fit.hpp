#pragma once

#include <relapse/infer/detail/panel.hpp>
#include <relapse/learn/fit.hpp>

#include <string>
#include <vector>

namespace relapse {

struct ProfilePoint;

namespace learn {

/// What `relapse::fit` does, on check-ins that are prepared already.
FitResult fit(const infer::Panel& panel, const Model& model, const FitSettings& settings);

/// What `relapse::profile` does, likewise.
std::vector<ProfilePoint> profile(const infer::Panel& panel, const Model& model,
                                  const std::string& name,
                                  const std::vector<double>& values,
                                  const FitSettings& settings);

}  // namespace learn
}  // namespace relapse
