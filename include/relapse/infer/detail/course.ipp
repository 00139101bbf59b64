#pragma once

#include <relapse/core/detail/texts.hpp>
#include <relapse/core/error.hpp>
#include <relapse/infer/detail/course.hpp>

#include <algorithm>

namespace relapse::infer {

RELAPSE_INLINE void require_determinants(const Answers& told, const Model& model) {
  const auto items = model.determinants().channel_items();
  for (int item = 0; item < model.items(); ++item) {
    if (!told.is_answered(item) || item == model.missed_item()) continue;
    const bool moves =
        model.item(item).role == Role::determinant && contains(items, item);
    if (!moves)
      throw CheckInError({{}, {}, model.item(item).id},
                         "moves no determinant, and a plan tells nothing else");
  }
  const bool more = told.known || told.used_days_ago || told.abstinent_since_last ||
                    told.raised != 0 || told.acknowledged != 0;
  if (more) throw InvalidInput("plan", "tells answers to determinants, and nothing else");
}

RELAPSE_INLINE Course lay_course(const Covariates& covariates, Time now,
                                 std::span<const Answers> told, const Model& model) {
  Course course;
  if (told.empty()) return course;
  Covariates standing = covariates;
  for (const auto& answers : told) {
    if (course.until && !(*course.until < answers.time))
      throw InvalidInput("plan", "the times must rise");
    course.until = answers.time;
    const Time from = std::max(now, answers.time);
    if (take_answers(standing, answers, from, model)) standing.updated = from.days;
    if (!course.pieces.empty() && course.pieces.back().from == from)
      course.pieces.pop_back();
    course.pieces.push_back({from, standing});
  }
  return course;
}

}  // namespace relapse::infer
