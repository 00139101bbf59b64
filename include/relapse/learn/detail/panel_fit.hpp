#pragma once

#include <relapse/infer/detail/panel.hpp>
#include <relapse/learn/fit.hpp>

namespace relapse::learn {

/// What `relapse::fit` does, on check-ins that are prepared already.
FitResult fit(const infer::Panel& panel, const Model& model, const FitSettings& settings);

}  // namespace relapse::learn
