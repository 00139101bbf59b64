#pragma once

#include <relapse/care/detail/candidates.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/domain/wording.hpp>
#include <relapse/plan/plan.hpp>
#include <relapse/risk/counterfactuals.hpp>
#include <relapse/risk/outlook.hpp>

#include <string>
#include <vector>

namespace relapse::care {

/// What a suggestion may answer to, in the order in which needs are met.
enum class NeedKind {
  flag,         ///< a safety flag that is up, or whose answer is of today
  silence,      ///< no answer for so long that a floor says so
  use,          ///< use told at the last check-in, or the most likely stage is one of use
  urgent,       ///< an answer at or above the item's `urgent_at`
  recent_flag,  ///< a flag that is up, or whose floor is in force after it was dealt with
  recent_use,   ///< use told some days ago
  doubt,        ///< use that a test, or somebody who is not sure, speaks of
  sign,         ///< a warning sign in the upper half of its levels
  determinant,  ///< one away from its reference or from the person's usual
  situation,    ///< a situation met
  coming,       ///< a situation that lies ahead
  stage,        ///< the stage alone
};

struct Need {
  NeedKind kind = NeedKind::stage;
  /// A flag, "silence", "use", "doubt", an item, a determinant, the code of a situation,
  /// or "stage".
  std::string id;
  int item = -1;                       ///< that told of it; -1: none
  std::vector<int> determinants = {};  ///< that it has raised
  /// Share of the use ahead that it carries: by how much less that would be without it.
  double weight = 0.0;
  Days since{0.0};  ///< the fact that it rests on; 0 where that counts as today's

  bool operator==(const Need&) const = default;
};

/// The needs of a person, those to be met first at the front; never empty.
std::vector<Need> find_needs(risk::Counterfactuals& looks,
                             const SuggestSettings& settings);
std::vector<Need> find_needs(const risk::Outlook& outlook,
                             const SuggestSettings& settings);

/// The need in a sentence to the person, such as "Craving is strong today."; of one that
/// has no name, that the suggestion suits where the person is.
std::string in_words(const Need& need, const Plan& plan, const risk::Outlook& outlook,
                     const SuggestSettings& settings);

}  // namespace relapse::care

#ifndef RELAPSE_COMPILED
#include <relapse/care/detail/needs.ipp>
#endif
