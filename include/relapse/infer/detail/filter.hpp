#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/belief.hpp>
#include <relapse/infer/detail/covariates.hpp>
#include <relapse/infer/detail/node_path.hpp>
#include <relapse/infer/detail/transitions.hpp>
#include <relapse/infer/detail/use_told.hpp>
#include <relapse/model/detail/answers.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// The forward filter of a continuous-time hidden Markov model with a propensity grid.
/// Sources: Rabiner 1989 (scaled forward recursion); Jackson 2011 (panel data, exact
/// times, censored states).
namespace relapse::infer {

/// Where one person stands between two check-ins.
struct PersonState {
  bool started = false;
  Time time;  ///< of the last check-in
  Belief belief;
  Covariates covariates;

  /// Time of the last check-in, if there was one.
  std::optional<Time> last() const {
    return started ? std::optional<Time>(time) : std::nullopt;
  }
  /// Days since the determinants were last updated, at the last check-in.
  double age() const { return time.days - covariates.updated; }
  bool operator==(const PersonState&) const = default;
};

/// Memory that the filter reuses from step to step.
struct Workspace {
  explicit Workspace(const Model& model);

  std::vector<double> updated;         ///< by determinant, x - x_ref at the last update
  std::vector<double> centred;         ///< [piece][point][determinant], x - x_ref
  std::vector<double> ratios;          ///< [piece][point][move]
  std::vector<double> days;            ///< by piece
  std::vector<double> log_likelihood;  ///< of the signs, by stage
  std::vector<std::uint8_t> rows;      ///< by sign table
  NodePath path;
  Transitions transitions;  ///< of a model whose rates nothing changes
};

/// What a step went through, for the drivers.
struct StepTrace {
  Covariates before;  ///< determinants as they stood until this check-in
  Belief carried;     ///< belief at the check-in, before anything was learned
  Belief known;       ///< after what is known from outside, and of use at another time
  UseTold use;        ///< what was told of use
};

/// Carries a belief over a stretch of time under the determinants in force. Mass that
/// enters a stage of `avoided` is lost.
void carry(Belief& belief, const Covariates& covariates, Time from, Time to,
           ctmc::StateSet avoided, const Model& model, Workspace& workspace);

/// Start distribution and node weights at x - x_ref = `centred`.
Belief start_belief(std::span<const double> centred, const Model& model);

/// Throws CheckInError when a check-in goes back behind the last one, or when the first
/// one is an exact entry.
void require_order(const Answers& answers, std::optional<Time> last);

/// One check-in: carries, conditions, updates and weighs. Returns the log-likelihood of
/// the check-in given the past. Throws CheckInError when time goes back or when the
/// check-in is impossible under the model; `state` is then unspecified.
/// @param trace filled when not null
double step(PersonState& state, const Answers& answers, const Start& start,
            const Model& model, Workspace& workspace, StepTrace* trace = nullptr);

/// log p(answers | stage) summed over the signs, by stage.
void sign_log_likelihood(const Answers& answers, const Model& model,
                         std::span<double> log_likelihood);

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/filter.ipp>
#endif
