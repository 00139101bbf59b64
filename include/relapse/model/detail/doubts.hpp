#pragma once

#include <relapse/domain/quality.hpp>
#include <relapse/model/answer_quality.hpp>
#include <relapse/model/detail/answers.hpp>

#include <vector>

namespace relapse {

/// Doubts about how a check-in was answered, in the order of the document, after
/// `same_answer` and `too_fast`. Same answer: at least `least_same_answers` answers on
/// scales of three steps or more, all at the same place of their scales, and not all at
/// the end of less risk, which is what a quiet day looks like.
/// @param notes filled, what was in it is forgotten
void find_doubts(const Answers& answers, const Model& model,
                 std::vector<QualityNote>& notes);

}  // namespace relapse
