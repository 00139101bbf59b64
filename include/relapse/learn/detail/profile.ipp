#pragma once

#include <relapse/core/error.hpp>
#include <relapse/engine/detail/prepare.hpp>
#include <relapse/learn/detail/panel_fit.hpp>
#include <relapse/learn/detail/parameters.hpp>
#include <relapse/learn/profile.hpp>

#include <cmath>

namespace relapse {
namespace learn {

RELAPSE_INLINE std::vector<ProfilePoint>
profile(const infer::Panel& panel, const Model& model, const std::string& name,
        const std::vector<double>& values, const FitSettings& settings) {
  const Parameters parameters(model.document());
  std::size_t held = 0;
  while (held < parameters.size() && parameters[held].name != name) ++held;
  if (held == parameters.size())
    throw InvalidInput("profile", "'" + name + "' is no parameter of the model");
  auto rest = settings;
  rest.constraints.fixed.push_back(name);
  rest.covariance = CovarianceKind::none;
  std::vector<ProfilePoint> points;
  ModelDocument document = model.document();
  for (const double value : values) {
    if (!std::isfinite(value))
      throw InvalidInput("profile", "values must be finite numbers");
    auto numbers = parameters.read(document);
    numbers[held] = value;
    parameters.write(numbers, document);
    const auto found = fit(panel, Model(document), rest);
    points.push_back({value, found.log_likelihood, found.status});
    if (found.status == FitStatus::impossible) continue;
    document = found.model.document();
  }
  return points;
}

}  // namespace learn

RELAPSE_INLINE std::vector<ProfilePoint> profile(const Batch& batch, const Model& model,
                                                 const std::string& name,
                                                 const std::vector<double>& values,
                                                 const FitSettings& settings) {
  return learn::profile(engine::prepare(batch, model, settings.same_time), model, name,
                        values, settings);
}

}  // namespace relapse
