#pragma once

#include <relapse/infer/detail/filter.hpp>
#include <relapse/infer/detail/node_path.hpp>
#include <relapse/model/detail/prepared_model.hpp>
#include <relapse/risk/detail/drivers.hpp>
#include <relapse/risk/detail/line.hpp>
#include <relapse/risk/detail/outcome_law.hpp>
#include <relapse/risk/detail/run_chain.hpp>
#include <relapse/risk/detail/target.hpp>
#include <relapse/risk/outlook.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

/// Why the probability of an outcome is what it is, as the drivers of the risk say it of
/// the risk.
namespace relapse::risk {

/// What is shown of an outcome: on its line, the ratio of two that are linear in the
/// belief at now.
class OutcomeTarget : public Target {
 public:
  OutcomeTarget(const OutcomeRule& rule, const StepTaken& step, const Model& model)
      : rule_(rule),
        model_(model),
        item_(model_.find_item(rule_.item)),
        sign_(model_.sign(item_)),
        now_(step.state.time),
        before_(infer::last_given(item_, step.trace.given, model_)),
        after_(infer::last_given(item_, step.state.given, model_)) {}

  infer::Grid grid() const override {
    return sign_->ways() == 1 ? infer::Grid::propensity : infer::Grid::whole;
  }
  int recalled() const override {
    return before_.answer == after_.answer && before_.at == after_.at ? -1 : item_;
  }
  double shown(double ratio) const override {
    return detail::on_line(rule_.recalibration, std::min(1.0, ratio));
  }
  double slope(double ratio) const override {
    return detail::line_slope(rule_.recalibration, ratio);
  }
  int most_halved(bool careful) const override { return careful ? 16 : 4; }

 protected:
  const OutcomeRule& rule() const { return rule_; }
  const Model& model() const { return model_; }
  const model::SignLaw& sign() const { return *sign_; }
  int item() const { return item_; }
  /// What an answer some days from now may repeat.
  model::Repeat repeat(Recall recall, double days) const {
    const auto& given = recall == Recall::now ? after_ : before_;
    return given.repeat_at(now_ + Days{days}, *sign_);
  }

  /// Calls visit(lane, stage, way) of each node and stage of a path.
  template <class Visit>
  void for_each_place(const infer::NodePath& path, Visit visit) const {
    for (int s = 0; s < model_.stages(); ++s) {
      for (int i = 0; i < path.nodes(); ++i) {
        visit(static_cast<std::size_t>(s) * path.lanes() + path.lane(i), s,
              sign_->ways() == 1 ? 0 : i % model_.answer_ways());
      }
    }
  }

  /// Reads a column of the path at the beginning, [node][stage].
  void read_column(infer::NodePath& path, int lane, std::vector<double>& worth) const {
    const auto stages = static_cast<std::size_t>(model_.stages());
    worth.resize(static_cast<std::size_t>(path.nodes()) * stages);
    for (std::size_t k = 0; k < worth.size(); ++k) {
      const int node = static_cast<int>(k / stages);
      worth[k] = path.column()[k % stages * path.lanes() + path.lane(node, lane)];
    }
  }

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
  AnswerTarget(const OutcomeRule& rule, const StepTaken& step, const Model& model)
      : OutcomeTarget(rule, step, model), path_(model, 1, grid()) {
    const auto repeat_before = repeat(Recall::before, *rule.after_days);
    const auto repeat_now = repeat(Recall::now, *rule.after_days);
    const auto add = [&](const model::Repeat& repeat, detail::Answering by,
                         std::vector<double>& column) {
      double sum = 0.0;
      detail::for_each_chance(rule, sign(), repeat, by,
                              [&](double chance) { sum += chance; });
      column.push_back(sum);
    };
    for (int way = 0; way < sign().ways(); ++way) {
      for (int s = 0; s < model.stages(); ++s) {
        add(repeat_before, {s, way}, reached_before_);
        add(repeat_now, {s, way}, reached_now_);
        there_.push_back(detail::there_in(rule, sign(), s, way));
      }
    }
  }

  void add_ends(std::vector<double>& ends) const override {
    ends.push_back(*rule().after_days);
  }

  void find_worth(const Future& future, Worth& worth) override {
    lead_through(future);
    const auto stages = static_cast<std::size_t>(model().stages());
    const auto pull = [&](const std::vector<double>& column, std::vector<double>& found) {
      for_each_place(path_, [&](std::size_t at, int s, int way) {
        path_.column()[at] =
            column[static_cast<std::size_t>(way) * stages + static_cast<std::size_t>(s)];
      });
      path_.pull_back({});
      read_column(path_, 0, found);
    };
    pull(reached(future.recall), worth.reached);
    if (rule().given == OutcomeGiven::observed) {
      pull(there_, worth.there);
    } else {
      worth.there.assign(worth.reached.size(), 1.0);
    }
  }

  void find_levers(const infer::Belief& belief, bool starts, const Future& future,
                   Levers& levers) override {
    lead_through(future);
    path_.load(belief, {});
    path_.follow({}, {});
    const auto stages = static_cast<std::size_t>(model().stages());
    const auto& column = reached(future.recall);
    const auto place = [&](int s, int way) {
      return static_cast<std::size_t>(way) * stages + static_cast<std::size_t>(s);
    };
    double sum = 0.0;
    levers.there = 0.0;
    for_each_place(path_, [&](std::size_t at, int s, int way) {
      sum += path_.row()[at] * column[place(s, way)];
      levers.there += path_.row()[at] * there_[place(s, way)];
    });
    const double ratio = levers.there > 0.0 ? sum / levers.there : 0.0;
    levers.slope = slope(ratio);
    // Of all answers the denominator does not move.
    const double counted = rule().given == OutcomeGiven::observed ? ratio : 0.0;
    for_each_place(path_, [&](std::size_t at, int s, int way) {
      path_.column()[at] = column[place(s, way)] - counted * there_[place(s, way)];
    });
    path_.load(belief, {});
    path_.pull_back({}, infer::Flows::found);
    if (starts) read_column(path_, 0, levers.worth);
    fit_gains(future.passage, model(), levers.gains);
    path_.find_gains({}, levers.gains);
  }

 private:
  void lead_through(const Future& future) {
    future.path.lengths(future.passage.days);
    path_.lead_through(future.passage.ratios, future.passage.days);
  }
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
  RunTarget(const OutcomeRule& rule, const StepTaken& step, const Model& model)
      : OutcomeTarget(rule, step, model),
        chain_(detail::run_outcome(rule, item(), sign()), rule.run, model),
        path_(model, chain_.lanes(), grid()) {
    for (int week = 1; week <= rule.weeks; ++week) {
      chances_before_.push_back(chain_.chances(repeat(Recall::before, 7.0 * week)));
      chances_now_.push_back(chain_.chances(repeat(Recall::now, 7.0 * week)));
    }
  }

  void add_ends(std::vector<double>& ends) const override {
    for (int week = 1; week <= rule().weeks; ++week) ends.push_back(7.0 * week);
  }
  void find_worth(const Future& future, Worth& worth) override {
    go_back(future, [&](int) { path_.pull_back({}); });
    read_column(path_, chain_.start(), worth.reached);
    worth.there.assign(worth.reached.size(), 1.0);
  }

  void find_levers(const infer::Belief& belief, bool starts, const Future& future,
                   Levers& levers) override {
    const auto& chances = future.recall == Recall::now ? chances_now_ : chances_before_;
    const std::size_t width = path_.row().size();
    rows_.resize(static_cast<std::size_t>(future.path.pieces()) * width);
    const auto row_of = [&](int piece) {
      return rows_.begin() +
             static_cast<std::ptrdiff_t>(piece) * static_cast<std::ptrdiff_t>(width);
    };
    std::fill(path_.row().begin(), path_.row().end(), 0.0);
    path_.load(belief, {}, chain_.start());
    const auto lead = [&](int piece) {
      std::copy(path_.row().begin(), path_.row().end(), row_of(piece));
      lead_through(future, piece);
    };
    const double done = chain_.walk_weeks(future.path, path_, lead, [&](int week) {
      return std::span(chances[static_cast<std::size_t>(week - 1)]);
    });
    levers.there = belief.total();
    levers.slope = slope(done / levers.there);
    fit_gains(future.passage, model(), levers.gains);
    const std::size_t of_a_piece = levers.gains.size() / future.path.ends.size();
    go_back(future, [&](int piece) {
      std::copy_n(row_of(piece), width, path_.row().begin());
      path_.pull_back({}, infer::Flows::found);
      path_.find_gains(
          {}, std::span(levers.gains)
                  .subspan(static_cast<std::size_t>(piece) * of_a_piece, of_a_piece));
    });
    if (starts) read_column(path_, chain_.start(), levers.worth);
  }

 private:
  void lead_through(const Future& future, int piece) {
    const auto& ratios = future.passage.ratios;
    const std::size_t width = ratios.size() / future.path.ends.size();
    path_.lead_through(
        std::span(ratios).subspan(static_cast<std::size_t>(piece) * width, width),
        future.path.length(piece));
  }

  /// Calls use(piece) after each piece, from the last one to the first, with the worth at
  /// its end in the column.
  template <class Use>
  void go_back(const Future& future, Use use) {
    const auto& chances = future.recall == Recall::now ? chances_now_ : chances_before_;
    std::fill(path_.column().begin(), path_.column().end(), 0.0);
    int week = rule().weeks;
    for (int piece = future.path.pieces() - 1; piece >= 0; --piece) {
      const double end = future.path.ends[static_cast<std::size_t>(piece)];
      if (end == 7.0 * week) {
        chain_.step_back(chances[static_cast<std::size_t>(week - 1)], path_);
        --week;
      }
      lead_through(future, piece);
      use(piece);
    }
  }

  detail::RunChain chain_;
  std::vector<std::vector<double>> chances_before_;  // by week
  std::vector<std::vector<double>> chances_now_;
  infer::NodePath path_;
  std::vector<double> rows_;  // [piece], at its beginning
};

inline std::unique_ptr<Target> target_of(const OutcomeRule& rule, const StepTaken& step,
                                         const Model& model) {
  if (rule.after_days) return std::make_unique<AnswerTarget>(rule, step, model);
  return std::make_unique<RunTarget>(rule, step, model);
}

/// Attributes the change of an outcome since the last check-in; at the first one since
/// the start with every determinant at its reference.
/// @param before what it was at the last check-in; at the first one it is ignored
/// @param outcome as it is now; its drivers are set
inline void attribute_outcome(const StepTaken& step, double before,
                              const OutcomeRule& rule, const Model& model,
                              DriverWorkspace& workspace, OutcomeEstimate& outcome) {
  const auto target = target_of(rule, step, model);
  if (step.first) before = baseline(*target, model, workspace);
  attribute(step, {before, outcome.probability}, *target, model, workspace,
            outcome.drivers);
}

/// The same for each outcome of the model.
/// @param last state at the last check-in; at the first one it is ignored
inline void attribute_outcomes(const StepTaken& step, const infer::PersonState& last,
                               const Model& model, DriverWorkspace& workspace,
                               std::vector<OutcomeEstimate>& outcomes) {
  const auto& rules = model.document().outcomes;
  if (rules.empty()) return;
  std::optional<Outlook> outlook;
  if (!step.first) outlook.emplace(last, last.time, model);
  for (std::size_t k = 0; k < rules.size(); ++k) {
    const double before = outlook ? outlook->outcome(rules[k]) : 0.0;
    attribute_outcome(step, before, rules[k], model, workspace, outcomes[k]);
  }
}

}  // namespace relapse::risk
