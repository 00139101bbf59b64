#pragma once

#include <relapse/learn/detail/expected_answers.hpp>
#include <relapse/learn/detail/free_numbers.hpp>
#include <relapse/learn/detail/maximise.hpp>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <LBFGS.h>
#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace relapse::learn {
namespace detail {

/// Which parameters are free by themselves.
inline std::vector<char> freely_moving(const Objective& objective) {
  std::vector<char> moving(objective.parameters().size(), 0);
  for (const auto& number : objective.free()) {
    const bool has_sign = number.low == 0.0 || number.high == 0.0;
    if (number.parameters.size() == 1 && !has_sign) moving[number.parameters[0]] = 1;
  }
  return moving;
}

/// Item and stage whose numbers are all free, and whether the start is.
struct Groups {
  std::vector<std::vector<char>> answers;  // [item][stage]
  std::vector<char> rates;                 // [transition]
  std::vector<char> shares;                // [item], of copies
  bool initial = true;
};

/// Where habits have a say the best law of the answers has no closed form, and the best
/// share of copies has none where it fades.
inline Groups free_groups(const Objective& objective, const Model& model) {
  const auto& document = model.document();
  const auto moving = freely_moving(objective);
  Groups groups;
  groups.answers.assign(document.items.size(),
                        std::vector<char>(document.stages.size(), 1));
  groups.rates.assign(document.transitions.size(), 0);
  groups.shares.assign(document.items.size(), 0);
  for (int item = 0; item < model.items(); ++item) {
    const auto* sign = model.sign(item);
    if (sign == nullptr || sign->ways() == 1) continue;
    auto& of_item = groups.answers[static_cast<std::size_t>(item)];
    std::fill(of_item.begin(), of_item.end(), 0);
  }
  groups.initial = document.start_effects.empty() && document.propensity.start.empty();
  for (const auto& rule : document.dimensions) groups.initial &= rule.start.empty();
  for (std::size_t j = 0; j < moving.size(); ++j) {
    const auto& parameter = objective.parameters()[j];
    switch (parameter.kind) {
    case ParameterKind::rate:
      groups.rates[parameter.first] = moving[j];
      break;
    case ParameterKind::initial:
      groups.initial &= moving[j] != 0;
      break;
    case ParameterKind::answer:
      if (moving[j] == 0 &&
          model::has_step(*document.items[parameter.first].emission, parameter.third))
        groups.answers[parameter.first][parameter.second] = 0;
      break;
    case ParameterKind::persistence: {
      const auto& rule = document.items[parameter.first].persistence;
      const bool has_step = rule->share.size() == 1 && rule->half_life_days.empty();
      groups.shares[parameter.first] = has_step ? moving[j] : char{0};
      break;
    }
    default:
      break;
    }
  }
  return groups;
}

/// Expected answers to an item, [stage][code]: the fresh ones alone, but standing for the
/// copies as well, beside those that are missing.
inline std::vector<std::vector<double>>
answers_by_stage(int item, const infer::Expectation& expected, const infer::Panel& panel,
                 const Model& model) {
  const auto stages = static_cast<std::size_t>(model.stages());
  const std::size_t codes = panel.values(item).size();
  std::vector<std::vector<double>> weight(stages, std::vector<double>(codes, 0.0));
  std::vector<double> given(stages, 0.0), fresh(stages, 0.0);
  const double missing = model.sign(item)->missing_level();
  each_answer(item, expected, panel, model, [&](const ExpectedAnswer& told) {
    const auto s = static_cast<std::size_t>(told.stage);
    weight[s][told.code] += told.count * told.fresh;
    if (told.answer == missing) return;
    given[s] += told.count;
    fresh[s] += told.count * told.fresh;
  });
  for (std::size_t s = 0; s < stages; ++s) {
    if (given[s] == fresh[s] || !(fresh[s] > 0.0)) continue;
    for (std::size_t code = 0; code < codes; ++code) {
      if (panel.values(item)[code] != missing) weight[s][code] *= given[s] / fresh[s];
    }
  }
  return weight;
}

/// The law of an answer as what is expected of it in one stage would have it.
inline void improve_answers(std::span<const double> weight,
                            std::span<const double> values, std::size_t stage,
                            Emission& emission) {
  constexpr double few = 1e-3;
  const model::AnswerSums sums(values, model::levels_of(emission),
                               [&](std::size_t code) { return weight[code]; });
  if (!(sums.count >= few)) return;
  model::visit_law(emission,
                   [&](auto family, auto& law) { family.improve(law, stage, sums); });
}

/// The share of copies among the answers that could be one.
inline void improve_share(int item, const infer::Expectation& expected,
                          const infer::Panel& panel, const Model& model, double& share) {
  double copies = 0.0;
  double all = 0.0;
  each_answer(item, expected, panel, model, [&](const ExpectedAnswer& told) {
    if (!(told.copy > 0.0)) return;
    all += told.count;
    copies += told.count * (1.0 - told.fresh);
  });
  constexpr double few = 1e-3;
  if (all >= few)
    share = std::clamp(copies / all, model::least_share, 1.0 - model::least_share);
}

inline void improve_rates(const Groups& groups, const infer::Expectation& expected,
                          ModelDocument& document) {
  // Factors of one step, so that a movement without a jump fades and can come back.
  constexpr double slowest = 0.05;
  constexpr double fastest = 20.0;
  for (std::size_t m = 0; m < document.transitions.size(); ++m) {
    auto& rule = document.transitions[m];
    if (groups.rates[m] == 0 || !(expected.exposure[m] > 0.0)) continue;
    const double now = rule.rate * expected.exposure[m];
    const double factor = std::clamp(expected.jumps[m] / now, slowest, fastest);
    rule.rate = rule.max_rate ? std::min(0.9 * *rule.max_rate, rule.rate * factor)
                              : rule.rate * factor;
  }
}

}  // namespace detail

RELAPSE_INLINE ModelDocument improved(const Objective& objective,
                                      const ModelDocument& document,
                                      const infer::Expectation& expected,
                                      const infer::Panel& panel) {
  ModelDocument better = document;
  const Model model(document);
  const auto groups = detail::free_groups(objective, model);
  for (std::size_t i = 0; i < document.items.size(); ++i) {
    auto& emission = better.items[i].emission;
    if (!emission) continue;
    const int item = static_cast<int>(i);
    const auto weight = detail::answers_by_stage(item, expected, panel, model);
    for (std::size_t s = 0; s < document.stages.size(); ++s) {
      if (groups.answers[i][s] == 0) continue;
      detail::improve_answers(weight[s], panel.values(item), s, *emission);
    }
    if (groups.shares[i] != 0) {
      detail::improve_share(item, expected, panel, model,
                            better.items[i].persistence->share.front());
    }
  }
  detail::improve_rates(groups, expected, better);
  if (groups.initial) {
    model::set_shares(better.initial, [&](std::size_t s) {
      return std::max(model::least_share, expected.start_stage[s]);
    });
  }
  return better;
}

RELAPSE_INLINE ModelDocument expectation_maximisation(Objective& objective,
                                                      ModelDocument document, int steps,
                                                      double tolerance) {
  const auto& likelihood = objective.likelihood();
  double last = -std::numeric_limits<double>::infinity();
  ModelDocument best = document;
  for (int step = 0; step < steps; ++step) {
    if (objective.before_evaluation) {
      objective.before_evaluation(objective.evaluations(), objective.best_value());
    }
    const auto expected = likelihood.expect(Model(document));
    // A floor of the step may have cost more than the step gained.
    if (!(expected.log_likelihood > last)) break;
    best = document;
    objective.offer(document, expected.log_likelihood);
    if (expected.log_likelihood - last < tolerance) break;
    last = expected.log_likelihood;
    // Through the numbers, for each has a range.
    document = objective.write(
        objective.read(improved(objective, document, expected, likelihood.panel())));
  }
  return best;
}

namespace detail {

using Mask = Eigen::Array<bool, Eigen::Dynamic, 1>;

/// Numbers that stand at a bound beyond which the value would still rise: they stay there
/// while the others move.
inline Mask held_at_bounds(Objective& objective, std::span<const double> at) {
  std::vector<double> slope(at.size());
  objective.evaluate(at, slope);
  Mask held(static_cast<Eigen::Index>(at.size()));
  for (std::size_t k = 0; k < at.size(); ++k) {
    const auto& number = objective.free()[k];
    held(static_cast<Eigen::Index>(k)) = (at[k] <= number.low && slope[k] <= 0.0) ||
                                         (at[k] >= number.high && slope[k] >= 0.0);
  }
  return held;
}

/// The metric in which the search moves: numbers = origin + back z, chosen so that the
/// likelihood bends about alike in every direction of z. What is held does not move.
class Metric {
 public:
  Metric(const Objective& objective, std::span<const double> origin, const Mask& held)
      : origin_(Eigen::Map<const Eigen::VectorXd>(
            origin.data(), static_cast<Eigen::Index>(origin.size()))) {
    const auto rows = objective.scores(origin);
    const auto size = origin_.size();
    Eigen::MatrixXd scores(static_cast<Eigen::Index>(rows.size()), size);
    for (std::size_t p = 0; p < rows.size(); ++p) {
      scores.row(static_cast<Eigen::Index>(p)) =
          Eigen::Map<const Eigen::RowVectorXd>(rows[p].data(), size);
    }
    for (Eigen::Index k = 0; k < size; ++k) {
      if (held(k)) scores.col(k).setZero();
    }
    // Its lower half, which is all that is looked at.
    Eigen::MatrixXd outer = Eigen::MatrixXd::Zero(size, size);
    outer.selfadjointView<Eigen::Lower>().rankUpdate(scores.transpose());
    // Few persons say little about how numbers act together.
    const double share =
        static_cast<double>(rows.size()) /
        static_cast<double>(rows.size() + static_cast<std::size_t>(size));
    const Eigen::VectorXd spread = outer.diagonal();
    outer *= share;
    outer.diagonal() = spread + least_spread(objective, spread);
    for (Eigen::Index k = 0; k < size; ++k)
      outer(k, k) += objective.free()[static_cast<std::size_t>(k)].precision();
    lower_ = outer.llt().matrixL();
  }

  Eigen::VectorXd numbers(const Eigen::VectorXd& z) const {
    return origin_ + lower_.transpose().triangularView<Eigen::Upper>().solve(z);
  }
  Eigen::VectorXd slope(const Eigen::VectorXd& by_number) const {
    return lower_.triangularView<Eigen::Lower>().solve(by_number);
  }

 private:
  Eigen::VectorXd origin_;
  Eigen::MatrixXd lower_;
};

/// What the optimiser minimises: a step over a bound ends at it.
class Descent {
 public:
  Descent(Objective& objective, const Metric& metric, const Mask& held)
      : objective_(&objective), metric_(&metric), held_(&held) {}

  double operator()(const Eigen::VectorXd& z, Eigen::VectorXd& gradient) {
    Eigen::VectorXd numbers = metric_->numbers(z);
    Mask still = *held_;
    for (Eigen::Index k = 0; k < numbers.size(); ++k) {
      const auto& bounds = objective_->free()[static_cast<std::size_t>(k)];
      const double within = std::clamp(numbers(k), bounds.low, bounds.high);
      still(k) = still(k) || within != numbers(k);
      numbers(k) = within;
    }
    Eigen::VectorXd slope = Eigen::VectorXd::Zero(numbers.size());
    threw_ = true;
    const double value =
        objective_->evaluate({numbers.data(), static_cast<std::size_t>(numbers.size())},
                             {slope.data(), static_cast<std::size_t>(slope.size())});
    threw_ = false;
    slope = still.select(0.0, slope.array());
    gradient = -metric_->slope(slope);
    if (value > -std::numeric_limits<double>::infinity()) {
      worst_ = std::max(worst_, -value);
      return -value;
    }
    // A wall for the line search to step back from.
    return worst_ + 1e3 * (1.0 + std::abs(worst_));
  }

  bool threw() const noexcept { return threw_; }  // the objective, not the search

 private:
  Objective* objective_;
  const Metric* metric_;
  const Mask* held_;
  double worst_ = -1e300;
  bool threw_ = false;
};

/// Largest norm of the gradient, in the metric of the scores, at a maximum: the gain that
/// is left is half its square.
inline constexpr double flat = 1e-4;

inline void descend(Objective& objective, std::span<const double> from, const Mask& held,
                    int iterations) {
  LBFGSpp::LBFGSParam<double> settings;
  settings.m = iterations;  // all that was seen of the way the likelihood bends
  settings.epsilon = flat;
  settings.epsilon_rel = 0.0;
  settings.past = 3;
  settings.delta = 1e-13;
  settings.max_iterations = iterations;
  settings.max_linesearch = 40;
  settings.linesearch = LBFGSpp::LBFGS_LINESEARCH_BACKTRACKING_WOLFE;
  LBFGSpp::LBFGSSolver<double, LBFGSpp::LineSearchBracketing> solver(settings);
  const Metric metric(objective, from, held);
  Descent descent(objective, metric, held);
  Eigen::VectorXd z = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(objective.size()));
  double value = 0.0;
  try {
    solver.minimize(descent, z, value);
  } catch (const std::runtime_error&) {
    // The line search found no better point: rounding, or a metric that no longer fits.
    if (descent.threw()) throw;
  } catch (const std::logic_error&) {
    if (descent.threw()) throw;
  }
}

/// Brings numbers on a log scale that ran so far that no slope is left there to where one
/// is, if that leads back. False where none does.
inline bool call_back(Objective& objective, std::vector<double>& at) {
  constexpr double far = 10.0;
  constexpr double near = 5.0;
  auto nearer = at;
  for (std::size_t k = 0; k < at.size(); ++k) {
    const auto& number = objective.free()[k];
    const bool log_scale = number.low == -number.range() || number.high == number.range();
    if (log_scale && std::abs(at[k]) > far * number.unit())
      nearer[k] = std::copysign(near * number.unit(), at[k]);
  }
  if (nearer == at) return false;
  std::vector<double> slope(at.size());
  objective.evaluate(nearer, slope);
  bool back = false;
  for (std::size_t k = 0; k < at.size(); ++k) {
    if (nearer[k] == at[k] || slope[k] * at[k] >= 0.0) continue;
    at[k] = nearer[k];
    back = true;
  }
  return back;
}

}  // namespace detail

RELAPSE_INLINE bool quasi_newton(Objective& objective, std::span<const double> start,
                                 int iterations) {
  if (objective.size() == 0) return true;
  std::vector<double> from(start.begin(), start.end());
  auto held = detail::held_at_bounds(objective, from);
  // The metric is renewed, for it changes with the place, but rarely: what the steps have
  // learnt of the bends goes with it.
  constexpr int most = 60;
  constexpr int trial = 20;
  int left = iterations;
  int idle = 0;
  for (bool called = false; left > 0;) {
    const double before = objective.best_value();
    const int steps = std::min(called && idle > 0 ? trial : most, left);
    left -= steps;
    detail::descend(objective, from, held, steps);
    from = objective.best();
    // What a number gains that drifts towards the end of its range is not waited for.
    const double little = 1e-5 + 1e-8 * std::abs(before);
    const auto now_held = detail::held_at_bounds(objective, from);
    // Where another number has come to its bound, the rest may now find a way on.
    constexpr int enough = 3;
    idle = objective.best_value() - before < little ? idle + 1 : 0;
    const bool alike = (held == now_held).all();
    held = now_held;
    if (idle == 0 || !(alike || called || idle == enough)) continue;
    if (called || !detail::call_back(objective, from)) return true;
    called = true;
    held = detail::held_at_bounds(objective, from);
  }
  return false;
}

}  // namespace relapse::learn
