#pragma once

#include <relapse/core/time.hpp>

#include <optional>
#include <string>

namespace relapse {

/// What became of an action that was suggested.
struct FollowUp {
  std::string action;
  Time at;
  std::optional<double> helped = {};  ///< 0 to 10; empty: it was not tried

  bool operator==(const FollowUp&) const = default;
};

}  // namespace relapse
