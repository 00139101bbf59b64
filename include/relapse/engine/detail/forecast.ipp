#pragma once

#include <relapse/core/error.hpp>
#include <relapse/engine/detail/crew.hpp>
#include <relapse/engine/detail/person_filter.hpp>
#include <relapse/engine/detail/planned.hpp>
#include <relapse/engine/forecast.hpp>
#include <relapse/risk/outlook.hpp>

#include <algorithm>
#include <limits>

namespace relapse {
RELAPSE_INLINE Forecasts forecast(const Batch& batch, const Model& model,
                                  std::string_view item, Days after,
                                  const ScoreSettings& settings) {
  const int index = model.find_item(item);
  const auto* sign = index < 0 ? nullptr : model.sign(index);
  if (sign == nullptr) {
    throw InvalidInput("forecast", "the item must be a sign or a use item of the model");
  }
  engine::Rows rows(batch, model);
  engine::Planned planned(rows, settings.plan, model);
  engine::Crew crew(rows, settings.threads, settings.progress);
  Forecasts forecasts;
  forecasts.answers = static_cast<std::size_t>(std::max(1, sign->levels()));
  forecasts.values.assign(rows.persons() * forecasts.answers,
                          std::numeric_limits<double>::quiet_NaN());
  crew.run([&](std::size_t person, int) {
    engine::PersonFilter filter(model);
    filter.follow(rows, person, settings.same_time, [](std::size_t, double) {});
    const auto& state = filter.state;
    if (!state.started) return;
    std::vector<Answers> told;
    const risk::Outlook outlook(state, state.time, model, planned.of(person, told));
    const auto values = outlook.forecast(index, after);
    std::copy(values.begin(), values.end(),
              forecasts.values.begin() +
                  static_cast<std::ptrdiff_t>(person * forecasts.answers));
  });
  return forecasts;
}

}  // namespace relapse
