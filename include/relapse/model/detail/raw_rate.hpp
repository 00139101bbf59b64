#pragma once

namespace relapse::model {

/// A rate before its cap counts up to here, where it has long reached the cap: so that a
/// cap holds whatever the determinants say. Apart, as the kernels read it, too.
inline constexpr double most_raw_rate = 1e300;

}  // namespace relapse::model
