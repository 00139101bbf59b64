#pragma once

#include <relapse/ctmc/detail/refusals.hpp>
#include <relapse/ctmc/passage.hpp>
#include <relapse/ctmc/transition.hpp>

#include <algorithm>
#include <array>
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

namespace detail {

/// Calls found(r, s) for each pair of states from outside of `into` to inside.
template <class Found>
void each_jump_into(StateSet into, std::size_t states, Found found) {
  for (std::size_t r = 0; r < states; ++r) {
    if (into[r]) continue;
    for (std::size_t s = 0; s < states; ++s) {
      if (into[s]) found(r, s);
    }
  }
}

}  // namespace detail

RELAPSE_INLINE void jump_into(std::span<double> row, const Generator& generator,
                              StateSet into) {
  std::array<double, max_states> entered{};
  detail::each_jump_into(into, row.size(), [&](std::size_t r, std::size_t s) {
    entered[s] += row[r] * generator.rate(static_cast<int>(r), static_cast<int>(s));
  });
  std::copy_n(entered.begin(), row.size(), row.begin());
}

RELAPSE_INLINE void pull_back_jump_into(std::span<double> column,
                                        const Generator& generator, StateSet into) {
  std::array<double, max_states> left{};
  detail::each_jump_into(into, column.size(), [&](std::size_t r, std::size_t s) {
    left[r] += generator.rate(static_cast<int>(r), static_cast<int>(s)) * column[s];
  });
  std::copy_n(left.begin(), column.size(), column.begin());
}

}  // namespace relapse::ctmc
