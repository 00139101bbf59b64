#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/infer/detail/node_path.hpp>
#include <relapse/model/detail/prepared_model.hpp>
#include <relapse/risk/detail/drivers.hpp>
#include <relapse/risk/detail/run_chain.hpp>
#include <relapse/risk/detail/target.hpp>

#include <memory>
#include <vector>

/// Why the probability of an outcome is what it is, as the drivers of the risk say it of
/// the risk.
namespace relapse::risk {

/// What is shown of an outcome: on its line, the ratio of two that are linear in the
/// belief at now.
class OutcomeTarget : public Target {
 public:
  OutcomeTarget(const OutcomeRule& rule, const StepTaken& step, const Model& model);

  infer::Grid grid() const override;
  int recalled() const override;
  double shown(double ratio) const override;
  double slope(double ratio) const override;
  int most_halved(bool careful) const override { return careful ? 16 : 4; }

 protected:
  const OutcomeRule& rule() const { return rule_; }
  const Model& model() const { return model_; }
  const model::SignLaw& sign() const { return *sign_; }
  int item() const { return item_; }
  /// What an answer some days from now may repeat.
  model::Repeat repeat(Recall recall, double days) const;
  /// Calls visit(lane, stage, way) of each node and stage of a path.
  template <class Visit>
  void for_each_place(const infer::NodePath& path, Visit visit) const;
  /// Reads a column of the path at the beginning, [node][stage].
  void read_column(infer::NodePath& path, int lane, std::vector<double>& worth) const;

 private:
  OutcomeRule rule_;
  Model model_;
  int item_;
  const model::SignLaw* sign_;
  Time now_;
  infer::GivenAnswer before_;
  infer::GivenAnswer after_;
};

/// One answer after some days.
class AnswerTarget final : public OutcomeTarget {
 public:
  AnswerTarget(const OutcomeRule& rule, const StepTaken& step, const Model& model);

  void add_ends(std::vector<double>& ends) const override;
  void find_worth(const Future& future, Worth& worth) override;
  void find_levers(const infer::Belief& belief, bool starts, const Future& future,
                   Levers& levers) override;

 private:
  void lead_through(const Future& future);
  /// The probabilities of the outcome and of an answer when it is given, [way][stage].
  const std::vector<double>& reached(Recall recall) const {
    return recall == Recall::now ? reached_now_ : reached_before_;
  }

  std::vector<double> reached_before_;
  std::vector<double> reached_now_;
  std::vector<double> there_;
  infer::NodePath path_;
};

/// A run of weekly answers.
class RunTarget final : public OutcomeTarget {
 public:
  RunTarget(const OutcomeRule& rule, const StepTaken& step, const Model& model);

  void add_ends(std::vector<double>& ends) const override;
  void find_worth(const Future& future, Worth& worth) override;
  void find_levers(const infer::Belief& belief, bool starts, const Future& future,
                   Levers& levers) override;

 private:
  void lead_through(const Future& future, int piece);
  /// Calls use(piece) after each piece, from the last one to the first, with the worth at
  /// its end in the column.
  template <class Use>
  void go_back(const Future& future, Use use);

  detail::RunChain chain_;
  std::vector<std::vector<double>> chances_before_;  // by week
  std::vector<std::vector<double>> chances_now_;
  infer::NodePath path_;
  std::vector<double> rows_;  // [piece], at its beginning
};

std::unique_ptr<Target> target_of(const OutcomeRule& rule, const StepTaken& step,
                                  const Model& model);

/// Attributes the change of an outcome since the last check-in; at the first one since
/// the start with every determinant at its reference.
/// @param before what it was at the last check-in; at the first one it is ignored
/// @param outcome as it is now; its drivers are set
void attribute_outcome(const StepTaken& step, double before, const OutcomeRule& rule,
                       const Model& model, DriverWorkspace& workspace,
                       OutcomeEstimate& outcome);
/// The same for each outcome of the model.
/// @param last state at the last check-in; at the first one it is ignored
void attribute_outcomes(const StepTaken& step, const infer::PersonState& last,
                        const Model& model, DriverWorkspace& workspace,
                        std::vector<OutcomeEstimate>& outcomes);

}  // namespace relapse::risk

#ifndef RELAPSE_COMPILED
#include <relapse/risk/detail/outcome_target.ipp>
#endif
