#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/model/model.hpp>
#include <relapse/risk/estimate.hpp>
#include <relapse/risk/run_outcome.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace relapse {

class Answers;

}  // namespace relapse

namespace relapse::infer {

struct PersonState;

}  // namespace relapse::infer

namespace relapse::risk {

/// A belief and the determinants at one moment, from which risks are looked up, with and
/// without interventions. The one interface between the model and the plan.
class Outlook {
 public:
  /// `Monitor::outlook` makes one.
  /// @param state a person's state, at its last check-in
  /// @param now not before the last check-in; the belief is carried there
  Outlook(const infer::PersonState& state, Time now, Model model);
  /// The same where determinants of the time ahead are told: every look goes by them, and
  /// one beyond the last of them throws InvalidInput.
  /// @param plan answers to determinants, see `infer::lay_course`
  Outlook(const infer::PersonState& state, Time now, Model model,
          std::span<const Answers> plan);

  const Model& model() const noexcept;
  Time now() const noexcept;
  /// Risk of a return to use within a time when these interventions are made.
  RiskEstimate risk_within(Days horizon,
                           std::span<const Intervention> interventions = {}) const;
  /// The use that lies ahead: the risk within a time or, where the most likely stage is
  /// one of use, the probability of being in use at its end.
  double use_ahead(Days horizon, std::span<const Intervention> interventions = {}) const;
  /// The same if an item had not been answered: what moves the rates by it stands at its
  /// reference; of a sign, the last answer is taken out of the belief.
  /// @param answer to a sign, encoded
  double use_ahead_without(int item, double answer, Days horizon) const;
  /// Time since the last check-in that told of use; empty when none has.
  std::optional<Days> since_use_told() const;
  /// Time since the last use that is known of.
  std::optional<Days> since_use() const;
  /// Probability of each stage.
  std::vector<double> stages() const;
  /// The most likely stage.
  int stage() const;
  /// Present value of a determinant above its reference (x - x_ref).
  double determinant(int index) const;
  /// How long an answer moves a determinant by half or more; empty for ever.
  std::optional<Days> half_life(int index) const;
  /// The last answer to a determinant item, in its own units; empty when it was never
  /// answered or the model does not read it.
  std::optional<double> last_answer(std::string_view item) const;
  /// Probability of each answer (levels) or the expected answer (counts, measurements) of
  /// a sign after a time without check-ins. Throws InvalidInput for an item that is no
  /// sign.
  std::vector<double> forecast(int item, Days after) const;
  /// Probability of an outcome of the model, on its line where it is recalibrated. A run
  /// is counted from now on.
  double outcome(const OutcomeRule& rule) const;
  /// Probability that within the next `weeks` weekly answers there is a run of `run`
  /// consecutive ones among the outcomes. The chain runs on stage x length of the run,
  /// and x the last answer where answers persist. Throws InvalidInput for an item of
  /// counts that persist, and for one whose persistence fades while missing is a level:
  /// how old the last answer is would then be one more dimension.
  double run_probability(const RunOutcome& outcome, int run, int weeks) const;

 private:
  friend class Counterfactuals;

  struct Moment;
  std::shared_ptr<const Moment> moment_;
};

}  // namespace relapse::risk

#ifndef RELAPSE_COMPILED
#include <relapse/risk/detail/outlook.ipp>
#endif
