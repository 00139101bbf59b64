#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>
#include <relapse/infer/start.hpp>
#include <relapse/model/model.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

/// Persons drawn from a model as its own generative process: the stage moves by the
/// generator under the determinants as they were answered, signs follow the stage, and
/// determinant items follow their own stationary laws. Source: Gillespie 1977.
namespace relapse {

/// Where simulated persons start.
enum class StartFrom { model, without_use };

template <>
struct Names<StartFrom> {
  static constexpr std::string_view all[] = {"model", "without_use"};
};

/// Whom to draw, and how they answer.
struct SimulateSettings {
  int persons = 1000;
  Days length{90.0};    ///< a century at most
  Days every{1.0};      ///< mean time between check-ins
  double jitter = 0.0;  ///< in [0, 1): times are uniform within +- jitter / 2 of `every`
  /// Days of the check-ins of each person, rising from 0, in place of `length`, `every`
  /// and `jitter`; a single list is everybody's.
  std::vector<std::vector<double>> schedules = {};
  double answered = 1.0;  ///< probability that an item is answered at a check-in
  double missed = 0.0;  ///< probability that a whole check-in is missed, where the model
                        ///< has no `missed_check_in` of its own
  /// The same in a stage of use, where it differs: missing not at random.
  std::optional<double> missed_in_use = {};
  double drop_out = 0.0;         ///< per day: nothing more comes from this person
  double drop_out_in_use = 0.0;  ///< per day spent in use, added to the other
  StartFrom from = StartFrom::model;
  infer::Start start = {};
  std::uint64_t seed = 1;
};

/// A simulated data set, rows by person and time, with what no data set has: the truth.
struct Simulated {
  std::vector<std::int32_t> person;
  std::vector<double> time;        ///< days since the first check-in
  std::vector<std::int8_t> stage;  ///< true stage at the check-in
  std::vector<std::uint8_t>
      used;  ///< whether a stage of use was visited since the last one
  std::vector<double> first_use;  ///< by person: time of the first visit; NaN: none
  std::vector<std::int8_t> node;  ///< by person: true node of the propensity grid
  std::vector<std::vector<double>>
      answers;  ///< [item][row], units of the item; NaN: missing
  std::vector<std::vector<std::uint8_t>>
      reasons;  ///< [item][row], as `MissingReason` where an answer is missing; empty for
                ///< an item of which it says nothing
};

/// Draws a data set. The draws of a person depend on the seed and the person's number
/// alone. Throws InvalidInput for settings out of range.
Simulated simulate(const Model& model, const SimulateSettings& settings);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/simulate.ipp>
#endif
