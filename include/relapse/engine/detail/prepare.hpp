#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/engine/batch.hpp>
#include <relapse/infer/detail/panel.hpp>

#include <cstddef>
#include <span>

namespace relapse::engine {

class Rows;

/// Adds the rows of one person, in the order of time, to a panel. Throws CheckInError
/// naming person, row and column at the first that is refused.
void add_person(const Rows& rows, std::span<const std::size_t> sorted, const Model& model,
                SameTime same_time, infer::Panel& panel);

/// A data set prepared for passes that look at it again and again. Throws CheckInError at
/// the first row that is refused, and InvalidInput for columns that do not fit together.
/// Persons without a row are left out.
infer::Panel prepare(const Batch& batch, const Model& model,
                     SameTime same_time = SameTime::refuse);

}  // namespace relapse::engine

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/prepare.ipp>
#endif
