#pragma once

#include <cstdint>

namespace relapse::model {

/// A sign that is not the same for everybody, as the inner loops take it.
struct PersonalSign {
  /// [way][row][8]: what each stage gives to each level, then what it gives where nothing
  /// is said (one), then how likely there is an answer.
  const double* rows = nullptr;
  int step = 0;    ///< doubles from one way of the habits to the next; 0: all are alike
  int levels = 0;  ///< a missing one included; the same number is "contributes nothing"
  bool lasts = false;
};

/// What a check-in says of such a sign.
struct Said {
  double share = 0.0;      ///< that an answer is a copy of the last one
  double again = 0.0;      ///< that it is one, and is this level
  std::uint8_t level = 0;  ///< or `levels`: nothing
  std::uint8_t last = 0;   ///< level of the last answer; any where the share is 0
};

}  // namespace relapse::model
