#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/engine/score.hpp>

#include <cstdint>
#include <vector>

namespace relapse {

/// What all check-ins of a person together say about each of them, the later ones too, in
/// the order of the input rows. For study, not for prediction: it knows the future.
/// Matrices are row-major.
struct Smoothed {
  std::vector<double> stages;  ///< [row][stage]
  /// [row][latent number], see `Model::latent_name`; the same at all rows of a person.
  std::vector<double> latent;
  std::vector<double> days;   ///< [row][stage], expected since the row before
  std::vector<double> jumps;  ///< [row][transition], expected since the row before
};

/// Throws CheckInError at the first row that is refused, whatever `settings.on_error`
/// says; `drivers` is not read.
Smoothed smooth(const Batch& batch, const Model& model,
                const ScoreSettings& settings = {});

/// The likeliest way of each person through the stages, in the order of the input rows.
struct Decoded {
  std::vector<std::int8_t> stage;  ///< by row
  /// [row][latent number], see `Model::latent_name`; the same at all rows of a person.
  std::vector<double> latent;
  std::vector<double> log_probability;  ///< by row, of the person's way and check-ins
};

/// Refuses like `smooth`.
Decoded decode(const Batch& batch, const Model& model,
               const ScoreSettings& settings = {});

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/look_back.ipp>
#endif
