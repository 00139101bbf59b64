#pragma once

#include <vector>

namespace relapse::risk {

/// A weekly outcome: a sign whose answer is one of some levels.
struct RunOutcome {
  int item = 0;
  std::vector<double> levels;  ///< encoded; a missing level counts as a level
  int already = 0;             ///< weeks of the outcome in a row up to now
};

}  // namespace relapse::risk
