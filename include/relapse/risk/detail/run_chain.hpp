#pragma once

#include <relapse/infer/detail/node_path.hpp>
#include <relapse/model/detail/prepared_model.hpp>
#include <relapse/risk/detail/path.hpp>
#include <relapse/risk/detail/run_steps.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace relapse::risk::detail {

/// Weekly answers as a chain on stage, length of the run so far and answer that may be
/// repeated, the last of which is the one before now. A lane for each but the stage.
class RunChain {
 public:
  /// Throws InvalidInput as `Outlook::run_probability` does.
  RunChain(const RunOutcome& outcome, int run, Model model)
      : model_(std::move(model)),
        sign_(&sign_of(outcome, model_)),
        run_(run),
        already_(outcome.already) {
    require_levels(outcome, *sign_);
    const int missing = model_.answer_law(outcome.item).missing_level();
    steps_ = run_steps(outcome, *sign_, missing);
    answers_ = sign_->persists() ? sign_->levels() + 1 : 1;
  }

  int lanes() const noexcept { return run_ * answers_; }
  /// The lane in which everybody is now.
  int start() const noexcept { return already_ * answers_ + answers_ - 1; }
  /// The chances of the steps of a week, [way][stage][answer before][step].
  /// @param before_now what an answer of the week may repeat of the one before now
  std::vector<double> chances(const model::Repeat& before_now) const {
    std::vector<model::Repeat> repeats(static_cast<std::size_t>(answers_));
    for (int answer = 0; sign_->persists() && answer < answers_ - 1; ++answer)
      repeats[static_cast<std::size_t>(answer)] = sign_->repeat(answer, 7.0);
    repeats.back() = before_now;
    return chances_of(steps_, *sign_, repeats, model_.stages());
  }
  /// Takes a week's answer into the masses of a path with the lanes of the chain. Adds
  /// those that have come to the end of a run to `done`.
  void step(std::span<const double> chances, infer::NodePath& path, double& done) const {
    std::vector<double> next(static_cast<std::size_t>(lanes()));
    for_each_place(chances, path, path.row(), [&](double* masses, const double* here) {
      std::fill(next.begin(), next.end(), 0.0);
      for (int lane = 0; lane < lanes(); ++lane) {
        if (masses[lane] == 0.0) continue;
        for_each_step(lane, here, [&](double chance, int to) {
          const double mass = masses[lane] * chance;
          if (to < 0) {
            done += mass;
          } else {
            next[static_cast<std::size_t>(to)] += mass;
          }
        });
      }
      std::copy(next.begin(), next.end(), masses);
    });
  }
  /// Walks the masses along the pieces of a path, with an answer at the end of each week.
  /// Returns those that have come to the end of a run.
  /// @param lead called as lead(piece), to lead the masses through it
  /// @param chances_of called as chances_of(week), from 1 on
  template <class Lead, class ChancesOf>
  double walk_weeks(const Path& path, infer::NodePath& masses, Lead lead,
                    ChancesOf chances_of) const {
    double done = 0.0;
    int week = 1;
    for (int piece = 0; piece < path.pieces(); ++piece) {
      lead(piece);
      masses.follow({}, {});
      if (path.ends[static_cast<std::size_t>(piece)] < 7.0 * week) continue;
      step(chances_of(week), masses, done);
      ++week;
    }
    return done;
  }
  /// An answer backwards: what the lanes are worth before a week's answer, where a run
  /// that has come to its end is worth 1.
  void step_back(std::span<const double> chances, infer::NodePath& path) const {
    std::vector<double> before(static_cast<std::size_t>(lanes()));
    for_each_place(chances, path, path.column(), [&](double* worth, const double* here) {
      std::fill(before.begin(), before.end(), 0.0);
      for (int lane = 0; lane < lanes(); ++lane) {
        for_each_step(lane, here, [&](double chance, int to) {
          before[static_cast<std::size_t>(lane)] += chance * (to < 0 ? 1.0 : worth[to]);
        });
      }
      std::copy(before.begin(), before.end(), worth);
    });
  }

 private:
  /// Calls visit(lanes, chances) of each node and stage.
  template <class Visit>
  void for_each_place(std::span<const double> chances, const infer::NodePath& path,
                      std::span<double> lanes, Visit visit) const {
    const std::size_t of_stage = static_cast<std::size_t>(answers_) * steps_.size();
    for (int i = 0; i < path.nodes(); ++i) {
      const int way = sign_->ways() == 1 ? 0 : i % model_.answer_ways();
      for (int s = 0; s < model_.stages(); ++s) {
        const auto place = static_cast<std::size_t>(way * model_.stages() + s);
        visit(lanes.data() + static_cast<std::size_t>(s) * path.lanes() + path.lane(i),
              chances.data() + place * of_stage);
      }
    }
  }
  /// Calls visit(chance, lane after it, or -1 at the end of a run).
  template <class Visit>
  void for_each_step(int lane, const double* here, Visit visit) const {
    const int length = lane / answers_;
    const int before = lane % answers_;
    const double* chance = here + static_cast<std::size_t>(before) * steps_.size();
    for (const auto& step : steps_) {
      const int now = step.is_outcome ? length + 1 : 0;
      const int answer = step.remembered >= 0 ? step.remembered : before;
      visit(*chance++, now == run_ ? -1 : now * answers_ + answer);
    }
  }

  Model model_;
  const model::SignLaw* sign_;
  int run_;
  int already_;
  std::vector<RunStep> steps_;
  int answers_ = 1;
};

}  // namespace relapse::risk::detail
