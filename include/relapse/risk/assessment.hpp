#pragma once

#include <relapse/core/error.hpp>
#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/domain/floor.hpp>
#include <relapse/domain/level.hpp>
#include <relapse/domain/quality.hpp>
#include <relapse/model/model.hpp>
#include <relapse/risk/estimate.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace relapse {

/// What a reason rests on.
enum class DriverKind { time, known, determinant, sign, excluded, remainder };

template <>
struct Names<DriverKind> {
  static constexpr std::string_view all[] = {"time", "known",    "determinant",
                                             "sign", "excluded", "remainder"};
};

/// One reason, in units of probability. `excluded` is the joint contribution of signs
/// that rule a stage out altogether; its id names them, joined by '+'. `remainder` is
/// what the others miss of the change, where that is more than 1e-9.
struct Driver {
  DriverKind kind = DriverKind::time;
  std::string id;
  double contribution = 0.0;

  bool operator==(const Driver&) const = default;
};

/// What is foretold of an outcome of the model.
struct OutcomeEstimate {
  std::string id;
  double probability = 0.0;
  std::vector<Driver> drivers = {};  ///< empty unless asked for

  bool operator==(const OutcomeEstimate&) const = default;
};

/// Since when a safety flag is up, or was the last time, and when it was taken down.
struct FlagTime {
  std::string flag;
  Time since;
  std::optional<Time> until = {};

  bool operator==(const FlagTime&) const = default;
};

/// What one check-in leads to.
struct Assessment {
  Model model;  ///< the model that it was made with
  Time time;
  std::vector<double> stages;       ///< probability of each stage, sums to 1
  int stage = 0;                    ///< the most likely one; ties: first in the document
  std::vector<RiskEstimate> risks;  ///< one for each horizon of the model
  std::vector<OutcomeEstimate> outcomes;  ///< those of the model
  RiskLevel level = RiskLevel::low;       ///< the highest of numeric, flags' and floors'
  RiskLevel numeric_level = RiskLevel::low;  ///< from the risk alone
  double level_risk = 0.0;                   ///< the risk that the level is cut from
  double propensity = 0.0;                   ///< posterior mean, in standard deviations
  double recovery_propensity = 0.0;  ///< the same one unless there are two dimensions
  std::vector<double> dimensions;    ///< of the model, as the propensity
  double log_likelihood = 0.0;       ///< of this check-in given the past
  std::vector<Driver> drivers;       ///< empty when switched off
  std::vector<std::string> flags;    ///< safety flags that are up
  /// Those among them of which an answer could not be read: somebody has to look at it.
  std::vector<std::string> unreadable_flags;
  /// Flags that this check-in was asked about and did not answer: unknown, not no.
  std::vector<std::string> unknown_flags;
  std::vector<FlagTime> flag_times;  ///< of flags that are or were up, where it is known
  std::vector<Floor> floors;         ///< in force, in the order of the model
  bool in_use = false;               ///< surely in a stage of use
  bool replay_needed = false;  ///< use was told that lies before the last check-in: a
                               ///< replay from before it would be exact
  /// Tolerance is lost, as far as opioids are or may be involved: after a return to use,
  /// or days without the medication that was taken.
  bool lost_tolerance_notice = false;
  std::optional<Time> lost_tolerance_until =
      {};                            ///< when the notice ends, while it is up
  std::vector<QualityNote> quality;  ///< doubts about the answers; changes no number
  /// By item of the model: empty where answered.
  std::vector<std::optional<MissingReason>> missing;

  explicit Assessment(Model by) : model(std::move(by)) {}

  /// The risk within one of the model's horizons. Throws InvalidInput for another one.
  const RiskEstimate& risk_within(Days horizon) const {
    for (const auto& estimate : risks) {
      if (estimate.within == horizon) return estimate;
    }
    throw InvalidInput("risk_within", "the horizon of " + std::to_string(horizon.count) +
                                          " days is not one of the model's");
  }
  const std::string& stage_id() const {
    return model.document().stages[static_cast<std::size_t>(stage)].id;
  }
};

}  // namespace relapse
