#pragma once

#include <relapse/engine/detail/person_record.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>

namespace relapse {
namespace detail {

/// Keeps the later of two times of a flag.
inline void keep_later(std::size_t flag, double at,
                       std::vector<std::optional<double>>& times) {
  if (times.size() <= flag) times.resize(flag + 1);
  times[flag] = std::max(times[flag].value_or(at), at);
}

}  // namespace detail

RELAPSE_INLINE void PersonRecord::raise(const FlagBits& bits, Time at) {
  const std::uint64_t before = flags;
  flags |= bits.up;
  unreadable |= bits.unreadable;
  if (!std::isfinite(at.days) && !state.started) return;
  // What is told late is told now: a moment before the last check-in is over.
  const double when = std::isfinite(at.days) && !(state.started && at < state.time)
                          ? at.days
                          : state.time.days;
  for (std::uint64_t left = bits.up; left != 0; left &= left - 1) {
    const auto flag = static_cast<std::size_t>(std::countr_zero(left));
    detail::keep_later(flag, when, raised_at);
    if (up_since.size() <= flag) up_since.resize(flag + 1);
    if ((before >> flag & 1U) != 0 && up_since[flag]) continue;
    up_since[flag] = when;
    if (flag < down_at.size()) down_at[flag].reset();
  }
}

RELAPSE_INLINE bool PersonRecord::acknowledge(int flag, Time at) {
  const auto index = static_cast<std::size_t>(flag);
  const std::uint64_t bit = std::uint64_t{1} << flag;
  detail::keep_later(index, at.days, acknowledged);
  const bool since =
      index < raised_at.size() && raised_at[index] && !(at.days > *raised_at[index]);
  if ((flags & bit) != 0 && since) return false;
  if ((flags & bit) != 0) {
    if (down_at.size() <= index) down_at.resize(index + 1);
    down_at[index] = at.days;
  }
  flags &= ~bit;
  unreadable &= ~bit;
  return true;
}

}  // namespace relapse
