#pragma once

#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>
#include <relapse/domain/level.hpp>

#include <optional>
#include <string>

namespace relapse {

/// The kinds of fact that a floor rests on.
enum class FloorCause { use, item, flag, silence };

template <>
struct Names<FloorCause> {
  static constexpr std::string_view all[] = {"use", "item", "flag", "silence"};
};

/// The least level for some time after a fact, whatever the risk says.
struct FloorRule {
  std::string id;  ///< made from the fact and the level where a document gives none
  FloorCause after = FloorCause::use;
  std::string of;  ///< the item or the flag; empty for use and silence
  std::optional<double> at_least =
      {};                              ///< of an item: the answer from which on it counts
  std::optional<double> at_most = {};  ///< the same: the answer up to which it counts
  /// Of an item of a determinant, or whose answers persist: only where the answer before
  /// was another, until there is another again. Who never took a medication has not
  /// stopped it.
  bool newly = false;
  Days silent{0.0};  ///< of silence: days without any answer
  RiskLevel level = RiskLevel::guarded;
  /// From the fact on; of an answer also as long as nothing was heard since. Empty: as
  /// long as the silence.
  std::optional<Days> lasts;
  std::string source;

  bool operator==(const FloorRule&) const = default;
};

/// The id of a floor that has none of its own.
inline std::string default_id(const FloorRule& rule) {
  const std::string of = rule.of.empty() ? std::string(name_of(rule.after)) : rule.of;
  return of + '_' + std::string(name_of(rule.level));
}

/// A floor in force.
struct Floor {
  std::string id;
  FloorCause after = FloorCause::use;
  std::string of;
  RiskLevel level = RiskLevel::guarded;
  Time since;                 ///< of the fact; of the last answer before a silence
  std::optional<Time> until;  ///< empty: as long as the silence lasts

  bool operator==(const Floor&) const = default;
};

}  // namespace relapse
