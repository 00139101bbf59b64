#pragma once

#include <relapse/core/error.hpp>
#include <relapse/engine/detail/planned.hpp>
#include <relapse/infer/detail/course.hpp>

#include <string>

namespace relapse::engine {

RELAPSE_INLINE Planned::Planned(const Rows& rows, const Batch* plan, const Model& model)
    : rows_(rows), model_(model) {
  if (plan == nullptr) return;
  plan_.emplace(*plan, model);
  if (plan_->persons() > rows.persons())
    throw InvalidInput("plan", "tells of somebody who has no check-in");
}

RELAPSE_INLINE std::span<const Answers> Planned::of(std::size_t person,
                                                    std::vector<Answers>& told) {
  if (!plan_) return {};
  const auto sorted =
      person < plan_->persons() ? plan_->sorted(person) : std::span<const std::size_t>();
  if (sorted.empty()) {
    const auto names = rows_.batch().person_names;
    throw CheckInError({person < names.size() ? names[person] : "", {}, ""},
                       "has no row in the plan");
  }
  told.resize(sorted.size(), Answers(model_));
  try {
    plan_->read(sorted, told);
    for (const auto& answers : told) infer::require_determinants(answers, model_);
  } catch (const CheckInError& error) {
    throw InvalidInput("plan", error.what());
  }
  return told;
}

}  // namespace relapse::engine
