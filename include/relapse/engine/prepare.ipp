#pragma once

#include <relapse/core/error.hpp>
#include <relapse/engine/prepare.hpp>

namespace relapse::engine {

RELAPSE_INLINE void add_person(const Rows& rows, std::span<const std::size_t> sorted,
                               const Model& model, SameTime same_time,
                               infer::Panel& panel) {
  Answers answers(model);
  panel.add_person();
  const auto& visits = panel.persons().back().visits;
  for (const std::size_t row : sorted) {
    try {
      rows.read(row, answers);
      if (same_time == SameTime::refuse && !visits.empty() &&
          answers.time.days == visits.back().time) {
        throw CheckInError({{}, {}, "time"}, "is the same as that of the last check-in");
      }
      panel.add(answers);
    } catch (const InvalidInput& error) {
      throw rows.refusal(row, error);
    }
  }
}

RELAPSE_INLINE Prepared prepare(const Batch& batch, const Model& model,
                                SameTime same_time) {
  Rows rows(batch, model);
  Prepared prepared{infer::Panel(model), {}, {}};
  for (std::size_t person = 0; person < rows.persons(); ++person) {
    const auto sorted = rows.sorted(person);
    if (sorted.empty()) continue;
    add_person(rows, sorted, model, same_time, prepared.panel);
    prepared.numbers.push_back(person);
    prepared.rows.emplace_back(sorted.begin(), sorted.end());
  }
  return prepared;
}

}  // namespace relapse::engine
