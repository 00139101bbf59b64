#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/model/model.hpp>

#include <string>
#include <vector>

/// The premise of monotone risk: with belief and outlook fixed, the risk of use does not
/// fall in a determinant whose effect is 0 or above on every movement to a stage from
/// which use is likelier, and 0 or below on every other one. Effects on movements out of
/// the stages of use do not matter to a first return.
namespace relapse::risk {

/// A movement on which a determinant acts against its direction.
struct PremiseBreach {
  std::string determinant;
  std::string from;
  std::string to;
  Days horizon;  ///< of the passage to use where it was seen first

  friend bool operator==(const PremiseBreach&, const PremiseBreach&) = default;
};

/// Looks for breaches at determinants drawn from [0, 1] (half of the draws at its ends),
/// at every node of the propensity and horizons from minutes to 30 days: finds them or
/// does not, and is no proof. A determinant raises the risk; a clock (days since use,
/// days in recovery) may lower it instead, everywhere.
/// @param draws of the determinants
std::vector<PremiseBreach> premise_breaches(const Model& model, int draws = 150);

}  // namespace relapse::risk

#ifndef RELAPSE_COMPILED
#include <relapse/risk/detail/premise.ipp>
#endif
