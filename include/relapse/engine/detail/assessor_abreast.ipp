#pragma once

#include <relapse/engine/detail/assessor_abreast.hpp>

namespace relapse::engine {

RELAPSE_INLINE AssessorAbreast::AssessorAbreast(Assessor& assessor)
    : assessor_(assessor),
      horizons_(assessor.model(), assessor.horizons()),
      added_(most, Added(assessor.model())) {}

RELAPSE_INLINE void AssessorAbreast::add(PersonRecord& record, const Answers& answers,
                                         std::size_t row) {
  auto& next = added_[static_cast<std::size_t>(horizons_.size())];
  if (assessor_.is_soon(record.state, answers.time)) {
    next.last.started = false;
  } else {
    next.last = record.state;
  }
  assessor_.take_in(record, answers, next.assessment);
  next.flags = {record.flags, record.unreadable,
                answers.unknown_flags(assessor_.model())};
  next.row = row;
  horizons_.add(record.state.belief, record.state.covariates, record.state.age());
}

}  // namespace relapse::engine
