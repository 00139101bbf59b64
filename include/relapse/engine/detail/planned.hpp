#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/engine/detail/rows.hpp>
#include <relapse/model/detail/answers.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace relapse::engine {

/// What is told of the determinants ahead, for each person of a data set.
class Planned {
 public:
  /// @param rows the data set
  /// @param plan of the same persons, with the same numbers; null: nothing is told
  Planned(const Rows& rows, const Batch* plan, const Model& model);

  /// What is told of a person in the order of time, read into `told`. Throws InvalidInput
  /// for a row that cannot be used and CheckInError for a person of whom nothing is told,
  /// when others are. One thread a person at a time.
  std::span<const Answers> of(std::size_t person, std::vector<Answers>& told);

 private:
  const Rows& rows_;
  const Model& model_;
  std::optional<Rows> plan_;
};

}  // namespace relapse::engine

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/planned.ipp>
#endif
