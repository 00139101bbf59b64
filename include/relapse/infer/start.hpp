#pragma once

#include <relapse/core/time.hpp>

#include <optional>

namespace relapse::infer {

/// What is known about a person before the first check-in.
struct Start {
  std::optional<Days> days_since_use = {};    ///< at the first check-in; 0 when absent
  std::optional<Days> days_in_recovery = {};  ///< at the first check-in; 0 when absent

  bool operator==(const Start&) const = default;
};

}  // namespace relapse::infer
