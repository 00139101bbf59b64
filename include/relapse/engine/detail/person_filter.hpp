#pragma once

#include <relapse/core/error.hpp>
#include <relapse/engine/detail/assessor.hpp>
#include <relapse/engine/detail/rows.hpp>
#include <relapse/infer/detail/filter.hpp>

#include <cstddef>

namespace relapse::engine {

/// Filters persons row by row; one a thread.
struct PersonFilter {
  explicit PersonFilter(const Model& model) : workspace(model), answers(model) {}

  /// Calls write(row, log likelihood) after each row of a person.
  template <class Write>
  void follow(Rows& rows, std::size_t person, SameTime same_time, Write write) {
    state.started = false;
    infer::Start start;
    for (const std::size_t row : rows.sorted(person)) {
      try {
        rows.read(row, answers);
        rows.read_start(row, !state.started, start);
        require_new_time(answers, state.last(), same_time);
        write(row, infer::step(state, answers, start, rows.model(), workspace));
      } catch (const InvalidInput& error) {
        throw rows.refusal(row, error);
      }
    }
  }

  infer::Workspace workspace;
  infer::PersonState state;
  Answers answers;
};

}  // namespace relapse::engine
