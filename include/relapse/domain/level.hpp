#pragma once

#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>

#include <array>
#include <string>

namespace relapse {

/// How much attention somebody needs now.
enum class RiskLevel { low, guarded, elevated, high, critical };

template <>
struct Names<RiskLevel> {
  static constexpr std::string_view all[] = {"low", "guarded", "elevated", "high",
                                             "critical"};
};

inline constexpr std::size_t risk_levels = 5;

/// The furthest that a risk looks ahead: a century.
inline constexpr Days longest_horizon{36525.0};

/// When a level is reached and left: at once up, down after a stated time below its cut.
struct LevelRule {
  Days horizon{7.0};             ///< the risk within this time is what is cut
  std::array<double, 4> cuts{};  ///< lower ends of guarded, elevated, high, critical
  Days lower_after{3.0};         ///< time below a cut before the level is lowered
  std::string source;

  bool operator==(const LevelRule&) const = default;
};

}  // namespace relapse
