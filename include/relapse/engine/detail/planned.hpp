#pragma once

#include <relapse/core/error.hpp>
#include <relapse/engine/detail/rows.hpp>
#include <relapse/infer/detail/course.hpp>
#include <relapse/model/detail/answers.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace relapse::engine {

/// What is told of the determinants ahead, for each person of a data set.
class Planned {
 public:
  /// @param rows the data set
  /// @param plan of the same persons, with the same numbers; null: nothing is told
  Planned(const Rows& rows, const Batch* plan, const Model& model)
      : rows_(rows), model_(model) {
    if (plan == nullptr) return;
    plan_.emplace(*plan, model);
    if (plan_->persons() > rows.persons())
      throw InvalidInput("plan", "tells of somebody who has no check-in");
  }

  /// What is told of a person in the order of time, read into `told`. Throws InvalidInput
  /// for a row that cannot be used and CheckInError for a person of whom nothing is told,
  /// when others are. One thread a person at a time.
  std::span<const Answers> of(std::size_t person, std::vector<Answers>& told) {
    if (!plan_) return {};
    const auto sorted = person < plan_->persons() ? plan_->sorted(person)
                                                  : std::span<const std::size_t>();
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

 private:
  const Rows& rows_;
  const Model& model_;
  std::optional<Rows> plan_;
};

}  // namespace relapse::engine
