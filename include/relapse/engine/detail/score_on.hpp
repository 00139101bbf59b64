#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/engine/detail/assessor.hpp>
#include <relapse/engine/score.hpp>

#include <span>

namespace relapse::engine {

/// What `score` does, for persons who are already some way on.
/// @param records by the number of the person: where each begins, and then ends;
/// unspecified when it throws
Scores score_on(const Batch& batch, const Model& model, const ScoreSettings& settings,
                std::span<PersonRecord> records);

}  // namespace relapse::engine
