#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/infer/detail/covariates.hpp>
#include <relapse/model/detail/answers.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <optional>
#include <vector>

/// When to say that tolerance to opioids is lost: after a return to use, after days
/// without the medication that was taken, and after a last use that was told at the
/// start. Where the model says of no use item that it is of another substance, an opioid
/// is possible.
namespace relapse {

/// Days without use or agonist from which on tolerance counts as lost; expert default,
/// with the days after which a dose is to be reviewed (UK clinical guidelines 2017, R).
inline constexpr double tolerance_lost_after_days = 3.0;
/// How long the notice stands; the danger is highest in the first 2 to 4 weeks (Sordo
/// 2017, V-abs).
inline constexpr Days lost_tolerance_lasts{28.0};

/// What is remembered of one person about it.
struct LostTolerance {
  std::optional<Time> from = {};
  Time until = {};
  std::optional<Time> taken = {};  ///< when last a day with medication was told

  bool is_up(Time now) const { return from && *from <= now && now < until; }
  /// Counts another stretch in.
  void extend(Time begin, Time end);
  bool operator==(const LostTolerance&) const = default;
};

namespace engine {

/// What a model can say about opioids, found once.
class OpioidItems {
 public:
  explicit OpioidItems(const Model& model);

  /// Takes in a check-in whose answers the covariates hold already.
  void take_in(LostTolerance& tolerance, const Answers& answers,
               const infer::Covariates& covariates, const Model& model) const;
  /// What was known before the first check-in.
  LostTolerance at_start(const infer::Start& start, Time first) const;
  /// A return to use, reported, known from outside or shown by a test, of an opioid or of
  /// a substance that is not stated.
  bool tells_of_use(const Answers& answers, const Model& model) const;

 private:
  bool possible_ = true;
  std::vector<char> asks_;          ///< by item: whether it asks of opioids
  std::vector<double> shows_from_;  ///< by item: the answer from which it shows use
  int overdose_ = 0;                ///< a flag of every model
  bool elsewhere_ = false;          ///< some use item is of another substance
  int medication_ = -1;             ///< days with medication in the last week
};

}  // namespace engine
}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/lost_tolerance.ipp>
#endif
