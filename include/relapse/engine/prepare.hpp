#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/engine/assessor.hpp>
#include <relapse/engine/rows.hpp>
#include <relapse/infer/panel.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace relapse::engine {

/// A data set prepared for passes that look at it again and again.
struct Prepared {
  infer::Panel panel;
  std::vector<std::vector<std::size_t>> rows;  ///< [person][visit], row of the input
  std::vector<std::size_t> numbers;  ///< [person], number of the person in the input
};

/// Adds the rows of one person, in the order of time, to a panel. Throws CheckInError
/// naming person, row and column at the first that is refused.
void add_person(const Rows& rows, std::span<const std::size_t> sorted, const Model& model,
                SameTime same_time, infer::Panel& panel);

/// Throws CheckInError at the first row that is refused, and InvalidInput for columns
/// that do not fit together. Persons without a row are left out.
Prepared prepare(const Batch& batch, const Model& model,
                 SameTime same_time = SameTime::refuse);

}  // namespace relapse::engine

#ifndef RELAPSE_COMPILED
#include <relapse/engine/prepare.ipp>
#endif
