#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/domain/floor.hpp>
#include <relapse/infer/detail/covariates.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/model/detail/answers.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <optional>
#include <vector>

namespace relapse::risk {

/// When the fact of each floor was last told; of a silence, the last answer. Use has its
/// clock among the determinants.
struct FloorMemory {
  std::vector<std::optional<double>> since;  ///< by floor of the model, in days
  std::optional<double> heard = {};  ///< the last check-in with an answer, in days
  /// Between two check-ins that are expected, where that is known; 0: none are.
  std::optional<Days> expected = {};

  bool operator==(const FloorMemory&) const = default;
};

/// Takes in a check-in.
/// @param before as it stood before the check-in
void remember(FloorMemory& memory, const Answers& answers,
              const infer::PersonState& before, const Model& model);

/// Ends a silence of somebody who was heard of without a check-in.
void hear(FloorMemory& memory, Time at, const Model& model);

/// The floors in force at a moment, in the order of the document. They raise the level
/// shown and never enter its hysteresis.
void floors_at(const FloorMemory& memory, const infer::Covariates& covariates, Time now,
               const Model& model, std::vector<Floor>& floors);

}  // namespace relapse::risk

#ifndef RELAPSE_COMPILED
#include <relapse/risk/detail/floors.ipp>
#endif
