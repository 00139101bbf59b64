#pragma once

#include <relapse/core/time.hpp>

#include <string>
#include <vector>

namespace relapse {

/// By what factor an action changes a determinant while it lasts; below 1 helps.
struct ActionEffect {
  std::string determinant;
  double factor = 1.0;

  bool operator==(const ActionEffect&) const = default;
};

/// What an action needs.
struct ActionNeeds {
  double minutes = 0.0;
  bool contact = false;  ///< somebody to reach
  std::string place;     ///< empty: anywhere
  bool daytime = false;  ///< others have to be up, or something open

  bool operator==(const ActionNeeds&) const = default;
};

/// Beta law of how often an action helps.
struct BetaPrior {
  double alpha = 1.0;
  double beta = 1.0;

  double mean() const { return alpha / (alpha + beta); }
  bool operator==(const BetaPrior&) const = default;
};

/// Something that a plan can suggest.
struct Action {
  std::string id;
  std::string label;   ///< words for people; the id when empty
  std::string family;  ///< kind of intervention, e.g. "urge management"
  std::vector<ActionEffect> acts_on;
  Days lasts{1.0};
  std::vector<std::string> stages;      ///< stages that it fits; empty: all
  std::vector<std::string> situations;  ///< situation codes that it fits; empty: all
  std::vector<std::string> items;       ///< signs and uses that call for it
  bool quiet_day = false;  ///< belongs to a day without danger; not under a safety flag
  ActionNeeds needs;
  BetaPrior helpfulness;
  std::string source;

  bool operator==(const Action&) const = default;
};

}  // namespace relapse
