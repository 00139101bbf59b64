#pragma once

#include <relapse/ctmc/passage.hpp>
#include <relapse/ctmc/transition.hpp>
#include <relapse/ctmc/uniformised.hpp>

#include <algorithm>
#include <cstddef>

namespace relapse::ctmc {

RELAPSE_INLINE Vector passage_probability(const Generator& generator, StateSet target,
                                          Days t) {
  const int states = generator.states();
  Vector probability(states);
  for (int s = 0; s < states; ++s) {
    probability[s] = target[static_cast<std::size_t>(s)] ? 1.0 : 0.0;
  }
  pull_back(std::span<double>(probability.data(), static_cast<std::size_t>(states)),
            absorbing(generator, target), t);
  for (int s = 0; s < states; ++s) {
    // Rounding alone can bring it above 1, or the target below.
    const bool there = target[static_cast<std::size_t>(s)];
    probability[s] = there ? 1.0 : std::min(1.0, probability[s]);
  }
  return probability;
}

RELAPSE_INLINE void advance_avoiding(std::span<double> row, const Generator& generator,
                                     StateSet avoided, Days t) {
  detail::checked_mass("advance_avoiding", row, generator.states());
  const Generator stopped = absorbing(generator, avoided);
  const Days days{detail::checked_days("advance_avoiding", t)};
  const auto leave_avoided = [&] {
    for (std::size_t s = 0; s < row.size(); ++s) {
      if (avoided[s]) row[s] = 0.0;
    }
  };
  leave_avoided();
  advance(row, stopped, days);
  leave_avoided();
}

}  // namespace relapse::ctmc
