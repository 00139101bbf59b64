#pragma once

#include <relapse/engine/detail/held_determinants.hpp>

#include <algorithm>
#include <cmath>

namespace relapse::engine {

RELAPSE_INLINE bool HeldDeterminants::takes(const Model& model) {
  const auto& determinants = model.determinants();
  const auto& laws = determinants.laws();
  // Answers that nobody reads are refused all the same when they cannot be averaged.
  for (int channel = 0; channel < determinants.channels(); ++channel) {
    if (!determinants.is_read(channel)) return false;
  }
  return std::all_of(laws.begin(), laws.end(), [](const model::DeterminantLaw& law) {
    return law.origin == model::Origin::level && law.half_life == 0.0;
  });
}

RELAPSE_INLINE HeldDeterminants::HeldDeterminants(const Model& model) {
  const auto& determinants = model.determinants();
  for (const auto& law : determinants.laws()) {
    const auto channel = static_cast<std::size_t>(law.channel);
    sources_.push_back({determinants.channel_items()[channel], law.reference, {}});
  }
}

RELAPSE_INLINE void HeldDeterminants::read_updates(std::span<const double> time,
                                                   const infer::Stretch& person) {
  double updated = time[person.begin];
  for (std::size_t row = person.begin; row < person.end; ++row) {
    for (const auto& source : sources_) {
      if (source.answers.empty()) continue;
      const double answer = source.answers[row];
      if (answer == answer) updated = time[row];
    }
    updated_[row] = updated;
  }
}

RELAPSE_INLINE bool HeldDeterminants::read_answers(const Source& source,
                                                   const infer::Stretch& person,
                                                   double* after) {
  double deviation = 0.0;
  double sum = 0.0;  // as the own mean needs it
  for (std::size_t row = person.begin; row < person.end; ++row, after += count()) {
    const double answer = source.answers[row];
    if (answer == answer) {
      deviation = answer - source.reference;
      sum += answer;
    }
    *after = deviation;
  }
  return std::isfinite(sum);
}

RELAPSE_INLINE void HeldDeterminants::read(const Columns& columns,
                                           std::span<const infer::Stretch> stretches,
                                           std::span<std::uint8_t> lost) {
  const auto time = columns.time();
  after_.assign(time.size() * count(), 0.0);
  updated_.resize(time.size());
  for (auto& source : sources_) source.answers = columns.told(source.item);
  for (std::size_t k = 0; k < stretches.size(); ++k) {
    const auto& person = stretches[k];
    read_updates(time, person);
    double* after = after_.data() + person.begin * count();
    for (const auto& source : sources_) {
      double* to = after++;
      if (!source.answers.empty() && !read_answers(source, person, to)) lost[k] = 1;
    }
  }
}

}  // namespace relapse::engine
