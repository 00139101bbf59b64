#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/quality.hpp>
#include <relapse/domain/wording.hpp>
#include <relapse/model/model.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace relapse {

/// Answers on scales from which "the same to everything" is told; expert default.
inline constexpr std::size_t least_same_answers = 8;
/// Answers from which a form can be filled in too fast; expert default.
inline constexpr std::size_t least_fast_answers = 5;
/// A question is hardly read in less, in seconds; expert default.
inline constexpr double least_seconds_an_answer = 1.0;

/// What to ask again, in one sentence that names the items by their labels.
std::string in_words(const QualityNote& note, const Model& model, const Wording& say);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/model/detail/answer_quality.ipp>
#endif
