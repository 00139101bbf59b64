#pragma once

#include <relapse/core/detail/likely_days.hpp>
#include <relapse/core/error.hpp>
#include <relapse/infer/start.hpp>

namespace relapse::infer {

/// Throws InvalidInput for days that no life has.
inline void require_lengths(const Start& start) {
  const auto require = [](const char* what, const std::optional<Days>& days) {
    if (!days) return;
    if (const auto problem = wrong_length(days->count); !problem.empty())
      throw InvalidInput(what, problem);
  };
  require("days_since_use", start.days_since_use);
  require("days_in_recovery", start.days_in_recovery);
}

}  // namespace relapse::infer
