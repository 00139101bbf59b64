#pragma once

#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>
#include <relapse/domain/action.hpp>
#include <relapse/domain/floor.hpp>
#include <relapse/domain/item.hpp>
#include <relapse/domain/level.hpp>
#include <relapse/domain/quality.hpp>
#include <relapse/domain/safety.hpp>
#include <relapse/domain/stage.hpp>
#include <relapse/model/emission.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// The content of a model document (`relapse/model/1`) as plain values. `Model` is the
/// checked form.
namespace relapse {
namespace model {

/// Names with a meaning of their own in tables, which no id may take.
inline constexpr std::string_view reserved_names[] = {
    "person",      "time",           "item",
    "value",       "missing_reason", "stage",
    "entered",     "used_days_ago",  "abstinent_since_last",
    "acknowledge", "days_since_use", "days_in_recovery"};

/// The item that is computed, and not asked: 1 on a row without any answer.
inline constexpr std::string_view missed_check_in = "missed_check_in";

}  // namespace model

/// Which way a transition leads.
enum class Direction { none, toward_use, recovery };

template <>
struct Names<Direction> {
  static constexpr std::string_view all[] = {"none", "toward_use", "recovery"};
};

/// A weight on a determinant: log rate ratio or log odds per unit of the scaled value.
struct Effect {
  std::string determinant;
  double weight = 0.0;

  bool operator==(const Effect&) const = default;
};

/// An allowed movement between two stages.
struct TransitionRule {
  std::string from;
  std::string to;
  double rate = 0.0;  ///< per day, at the reference values and propensity 0
  Direction direction = Direction::none;
  std::vector<Effect> effects;
  std::optional<double> max_rate;  ///< smooth cap, per day; above `rate`
  std::string group = {};          ///< empty: that of its direction
  std::string source;

  bool operator==(const TransitionRule&) const = default;
};

/// Effects that the transitions of a group share: those that name it, and of a group
/// `toward_use` or `recovery` those of that direction that name none.
struct GroupRule {
  std::string id;
  std::vector<Effect> effects;
  std::string source;

  bool operator==(const GroupRule&) const = default;
};

/// The group of a transition; empty: none.
inline std::string_view group_of(const TransitionRule& rule) {
  if (!rule.group.empty()) return rule.group;
  return rule.direction == Direction::none ? std::string_view{} : name_of(rule.direction);
}

/// Log odds per unit of propensity of starting in a stage.
struct StageWeight {
  std::string stage;
  double weight = 0.0;

  bool operator==(const StageWeight&) const = default;
};

/// The person's latent tendency: a grid of equally likely values. In two dimensions there
/// is one towards use and another, independent of it before anything is seen, in
/// recovery.
struct PropensityRule {
  int nodes = 1;            ///< in each dimension; 1: no propensity
  int dimensions = 1;       ///< with 2, `start` and `prior` act on the one towards use
  double toward_use = 0.0;  ///< log rate per unit on movement towards use
  double recovery = 0.0;    ///< log rate per unit on recovery
  std::vector<StageWeight> start;
  std::vector<Effect> prior;  ///< tilt by determinants known at the first check-in
  std::string source;

  bool operator==(const PropensityRule&) const = default;
};

/// How far an answer repeats the one before it: with l the last answer, given d days ago,
/// it is a copy of l with the probability share_l 2^(-d / half-life_l), and else a fresh
/// one from the law of its stage. A stage that does not allow l repeats nothing.
struct Persistence {
  std::vector<double> share;  ///< in [0, 1): one for every answer, or one for each level
  std::vector<double> half_life_days = {};  ///< of the share, likewise; empty: it stays
  /// In [0, 1): of a copy of l, the weight of a level n below l is settle^n; 0: it is l.
  double settle = 0.0;

  bool operator==(const Persistence&) const = default;
};

/// An item with the law of its answers; signs and uses have one.
struct ItemRule {
  Item item;
  std::optional<Emission> emission;
  std::optional<Persistence> persistence;
  double habit = 0.0;  ///< as of a habit of this item alone; 0: none

  bool operator==(const ItemRule&) const = default;
};

/// By how much answers to an item follow a habit.
struct HabitWeight {
  std::string item;
  double weight = 0.0;

  bool operator==(const HabitWeight&) const = default;
};

/// How a person tends to answer, whatever the stage: a latent number of unit variance on
/// equally likely nodes. It tilts the law of an answer by exp(weight * score * number),
/// the score from -1 to 1 over the levels; yes or no on the log odds, counts on the log
/// mean, measurements by SDs.
struct HabitRule {
  std::string id;
  std::vector<HabitWeight> items;
  int nodes = 5;
  std::string source;

  bool operator==(const HabitRule&) const = default;
};

/// By how much the transitions of a group follow a dimension.
struct GroupWeight {
  std::string group;  ///< see `group_of`
  double weight = 0.0;

  bool operator==(const GroupWeight&) const = default;
};

/// What is latent in a person, under a name of its own and beside the propensity: a
/// number of unit variance on nodes that are equally likely before the tilt. Where it
/// moves stages and answers alike, whoever tends to answer so tends to move so.
struct DimensionRule {
  std::string id;
  int nodes = 5;
  std::vector<GroupWeight> loadings;  ///< log rate per unit
  std::vector<HabitWeight> habits;    ///< as those of a habit
  std::vector<Effect> prior;          ///< tilt by determinants at the first check-in
  std::vector<StageWeight> start;     ///< log odds of starting in a stage, per unit
  std::string source;

  bool operator==(const DimensionRule&) const = default;
};

/// Whether the last answer counts alone, or fades.
enum class MemoryKind { last, decay };
/// What a determinant does after now: fades by its memory, goes back to the own mean of
/// the person, or stays.
enum class OutlookKind { memory, own_mean, hold };
/// What an answer is held against: the reference, the own mean of the person, or the own
/// mean where the answer is above it, so that less than usual is no deviation.
enum class RelativeTo { reference, own_mean, above_own_mean };
/// What is counted or measured, and not asked.
enum class BuiltinKind {
  log_days_since_use,
  recent_use,
  lapses,
  log_days_in_recovery,
  share_missed,
  log_days_in_study  ///< since the first check-in
};

template <>
struct Names<MemoryKind> {
  static constexpr std::string_view all[] = {"last", "decay"};
};
template <>
struct Names<OutlookKind> {
  static constexpr std::string_view all[] = {"memory", "own_mean", "hold"};
};
template <>
struct Names<RelativeTo> {
  static constexpr std::string_view all[] = {"reference", "own_mean", "above_own_mean"};
};
template <>
struct Names<BuiltinKind> {
  static constexpr std::string_view all[] = {
      "log_days_since_use",   "recent_use",   "lapses",
      "log_days_in_recovery", "share_missed", "log_days_in_study"};
};

/// Whether it goes on by itself.
constexpr bool is_clock(BuiltinKind kind) {
  return kind == BuiltinKind::log_days_since_use ||
         kind == BuiltinKind::log_days_in_recovery ||
         kind == BuiltinKind::log_days_in_study;
}

/// How long an answer counts.
struct MemoryRule {
  MemoryKind kind = MemoryKind::last;
  double half_life_days = 0.0;  ///< of a decay

  bool operator==(const MemoryRule&) const = default;
};

/// How a determinant is taken to go on after now.
struct OutlookRule {
  OutlookKind kind = OutlookKind::memory;
  double half_life_days = 0.0;  ///< of the return to the own mean

  bool operator==(const OutlookRule&) const = default;
};

/// Where the value of a determinant comes from.
struct FromItem {
  std::string item;
  RelativeTo relative_to = RelativeTo::reference;

  bool operator==(const FromItem&) const = default;
};
/// Exposure to a situation times lack of efficacy in it.
struct FromSituation {
  std::string situation;  ///< code of the taxonomy
  std::string exposure;   ///< item
  std::string efficacy;   ///< item; empty: none asked
  double default_efficacy = 0.5;

  bool operator==(const FromSituation&) const = default;
};

/// A quantity that changes the speed of movement.
struct DeterminantRule {
  std::string id;
  std::string label;
  std::variant<FromItem, FromSituation, BuiltinKind> from;
  double reference = 0.0;  ///< in scaled units
  MemoryRule memory;
  OutlookRule outlook;
  /// Of what counts from the last use: the days since then at the first check-in, as
  /// equally likely values, where nothing is known of it; empty: it is 0 days, for
  /// `recent_use` long ago.
  std::vector<double> unknown_days;
  std::string source;
  /// Tells groups of people or phases apart and has no adverse end: the premise of
  /// monotone risk is not asked of it, and no action acts on it.
  bool indicator = false;

  bool operator==(const DeterminantRule&) const = default;
};

/// Log odds of starting in a stage per unit of a determinant.
struct StartEffect {
  std::string stage;
  Effect effect;

  bool operator==(const StartEffect&) const = default;
};

/// Which answers the probability of an outcome is of: all, or those that are observed,
/// not missing.
enum class OutcomeGiven { all, observed };

template <>
struct Names<OutcomeGiven> {
  static constexpr std::string_view all[] = {"all", "observed"};
};

/// A line on the log odds of a probability, found on people beside those of the fit.
struct Recalibration {
  double intercept = 0.0;
  double slope = 1.0;  ///< above 0
  std::string status;  ///< on whom, and how well it was checked

  bool operator==(const Recalibration&) const = default;
};

/// What can be checked against what is observed later: an answer to a sign, or a run of
/// weekly ones.
struct OutcomeRule {
  std::string id;
  std::string label;
  std::string item;
  std::vector<double> answers;     ///< levels, or counts, that are the outcome
  bool or_missing = false;         ///< whether no answer is it, too
  std::optional<double> at_least;  ///< in place of `answers`: those from here on
  OutcomeGiven given = OutcomeGiven::all;
  std::optional<double> after_days;  ///< of one answer: when it is given
  int run = 0;                       ///< else so many in a row ...
  int weeks = 0;                     ///< ... among the next weekly ones
  std::optional<Recalibration> recalibration;
  std::string source;

  bool operator==(const OutcomeRule&) const = default;
};

/// How well the numbers of a model were checked, and on whom.
struct Calibration {
  std::string status;
  std::string source;

  bool operator==(const Calibration&) const = default;
};

/// A model as it is written (`relapse/model/1`).
struct ModelDocument {
  std::string id;
  std::string version;
  std::string title;
  std::string description;
  std::vector<Stage> stages;
  std::vector<double> initial;  ///< by stage, sums to 1
  std::vector<TransitionRule> transitions;
  std::vector<GroupRule> groups;
  PropensityRule propensity;
  std::vector<ItemRule> items;
  std::vector<HabitRule> habits;
  std::vector<DimensionRule> dimensions;
  std::vector<DeterminantRule> determinants;
  std::vector<StartEffect> start_effects;
  /// How often check-ins are expected: where one did not come, it was missed, and that is
  /// an empty check-in of its own. Empty: nothing is expected.
  std::optional<double> expected_every_days;
  std::vector<double> horizons_days;
  std::vector<OutcomeRule> outcomes;
  /// Of every risk, whatever its horizon, so that a longer one stays the higher one.
  std::optional<Recalibration> risk_recalibration;
  LevelRule levels;
  std::vector<FloorRule> floors;  ///< stand with the levels
  std::vector<SafetyRule> safety;
  std::vector<Action> actions;
  std::vector<QualityRule> quality;
  Calibration calibration;
  std::vector<std::pair<std::string, std::string>> sources;  ///< JSON pointer, text

  bool operator==(const ModelDocument&) const = default;
};

}  // namespace relapse
