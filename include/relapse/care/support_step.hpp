#pragma once

#include <relapse/care/contact_rules.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>
#include <relapse/core/zone.hpp>
#include <relapse/domain/level.hpp>
#include <relapse/domain/wording.hpp>

#include <optional>
#include <string>
#include <vector>

/// Whether support is to become more or can become less, by a rule over weeks and no
/// model. It proposes; person and team decide. Source: stepped and adaptive continuing
/// care (McKay 2009, R); all numbers: expert default.
namespace relapse {

/// Which way the intensity of support should go.
enum class SupportChange { step_down, stay, step_up };

template <>
struct Names<SupportChange> {
  static constexpr std::string_view all[] = {"step_down", "stay", "step_up"};
};

/// What a step of support is decided by.
struct SupportInput {
  std::vector<LevelShown> levels = {};  ///< in the order of time
  Time now = {};
  std::optional<Time> last_use = {};
};

/// From when on support steps up or down.
struct SupportSettings {
  Days after_use{14.0};                     ///< so long after use more support is due
  RiskLevel high = RiskLevel::high;         ///< more is due at this level ...
  int high_days = 2;                        ///< ... on so many days ...
  Days high_within{7.0};                    ///< ... within so long
  RiskLevel lasting = RiskLevel::elevated;  ///< or at this one in each of so many weeks
  int lasting_weeks = 3;
  RiskLevel calm = RiskLevel::guarded;  ///< less is possible after weeks never above it
  int calm_weeks = 8;                   ///< each with a check-in
  Zone zone = {};
  Wording wording = {};
};

/// The step of support that fits now, and the reason in words.
struct SupportStep {
  SupportChange change = SupportChange::stay;
  std::string words;
  std::string why;  ///< one sentence

  bool operator==(const SupportStep&) const = default;
};

namespace care {

/// More support before less: after use, at high levels, at raised ones that last; less
/// after calm weeks, all of them with check-ins; as it is otherwise. Throws InvalidInput
/// for levels out of order or after `now`, a use after `now`, and a schedule of no weeks
/// or days.
SupportStep support_step(const SupportInput& input, const SupportSettings& settings = {});

}  // namespace care
}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/care/detail/support_step.ipp>
#endif
