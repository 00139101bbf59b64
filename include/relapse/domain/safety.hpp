#pragma once

#include <relapse/domain/level.hpp>

#include <array>
#include <cstdint>
#include <limits>
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

/// Flags of a model, a bit each in its order.
struct FlagBits {
  std::uint64_t up = 0;          ///< that are up, or that answers raise
  std::uint64_t unreadable = 0;  ///< those among them whose answer could not be read
  std::uint64_t unknown = 0;     ///< asked about, and not answered

  bool operator==(const FlagBits&) const = default;
};

/// Whether `flag` is one of the built-in ones.
constexpr bool is_built_in_flag(std::string_view flag) {
  for (const auto built_in : built_in_flags) {
    if (built_in == flag) return true;
  }
  return false;
}

/// Whether a flag says that there was use, though none was told.
constexpr bool tells_of_use(std::string_view flag) { return flag == "overdose"; }

/// Whether an answer about safety is a code for something that is not there, such as -9
/// or -99: unknown, and never no.
constexpr bool is_negative_code(double answer) {
  return answer < 0.0 && answer >= std::numeric_limits<double>::lowest();
}

/// What is left of a name whatever its case, spaces and punctuation: `selfharm` of
/// "Self-Harm" and of `self_harm`.
inline std::string spelling_key(std::string_view name) {
  std::string key;
  for (const char letter : name) {
    const bool upper = letter >= 'A' && letter <= 'Z';
    const bool plain =
        (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
    if (upper || plain) key += upper ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return key;
}

}  // namespace relapse
