#pragma once

#include <relapse/domain/level.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace relapse {

/// Flags known to every model: they force `critical`, whatever a document says.
inline constexpr std::array<std::string_view, 3> built_in_flags{"self_harm", "overdose",
                                                                "severe_withdrawal"};

/// A flag that a model adds, and the level that it forces.
struct SafetyRule {
  std::string flag;
  RiskLevel level = RiskLevel::critical;
  std::string protocol;
  std::string source;

  bool operator==(const SafetyRule&) const = default;
};

/// Whether `flag` is one of the built-in ones.
constexpr bool is_built_in_flag(std::string_view flag) {
  return std::find(built_in_flags.begin(), built_in_flags.end(), flag) !=
         built_in_flags.end();
}

}  // namespace relapse
