#pragma once

#include <relapse/core/error.hpp>
#include <relapse/engine/detail/assessor.hpp>
#include <relapse/engine/detail/prepare.hpp>
#include <relapse/engine/detail/rows.hpp>

namespace relapse::engine {

RELAPSE_INLINE void add_person(const Rows& rows, std::span<const std::size_t> sorted,
                               const Model& model, SameTime same_time,
                               infer::Panel& panel) {
  Answers answers(model);
  infer::Start start;
  bool first = true;
  for (const std::size_t row : sorted) {
    try {
      rows.read(row, answers);
      rows.read_start(row, first, start);
      if (first) panel.add_person(start);
      first = false;
      require_new_time(answers, panel.last(), same_time);
      panel.add(answers);
    } catch (const InvalidInput& error) {
      throw rows.refusal(row, error);
    }
  }
}

RELAPSE_INLINE infer::Panel prepare(const Batch& batch, const Model& model,
                                    SameTime same_time) {
  Rows rows(batch, model);
  infer::Panel panel(model);
  for (std::size_t person = 0; person < rows.persons(); ++person) {
    const auto sorted = rows.sorted(person);
    if (!sorted.empty()) add_person(rows, sorted, model, same_time, panel);
  }
  return panel;
}

}  // namespace relapse::engine
