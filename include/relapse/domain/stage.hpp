#pragma once

#include <relapse/core/names.hpp>
#include <relapse/domain/level.hpp>

#include <string>

namespace relapse {

/// Whether a stage is one of use: `lapse` is a first use, `relapse` a return to
/// uncontrolled use (Melemis 2015).
enum class UseKind { none, lapse, relapse };

template <>
struct Names<UseKind> {
  static constexpr std::string_view all[] = {"none", "lapse", "relapse"};
};

/// A stage of the movement towards a return to use.
struct Stage {
  std::string id;
  UseKind use = UseKind::none;
  std::string label;  ///< words for people; the id when empty
  /// The least level shown while this stage is the most likely one.
  RiskLevel level = RiskLevel::low;

  bool operator==(const Stage&) const = default;
};

}  // namespace relapse
