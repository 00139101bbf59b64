#pragma once

#include <relapse/infer/detail/expectation.hpp>

#include <algorithm>

namespace relapse::infer {
namespace detail {

inline void add_all(std::vector<double>& sum, const std::vector<double>& part,
                    double factor) {
  for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += factor * part[k];
}

inline void add_all(std::vector<std::vector<double>>& sum,
                    const std::vector<std::vector<double>>& part, double factor) {
  for (std::size_t k = 0; k < sum.size(); ++k) add_all(sum[k], part[k], factor);
}

}  // namespace detail

RELAPSE_INLINE Expectation::Expectation(const Panel& panel) {
  const auto& model = panel.model();
  const auto stages = static_cast<std::size_t>(model.stages());
  for (int item = 0; item < model.items(); ++item) {
    const auto* sign = model.sign(item);
    const auto ways = static_cast<std::size_t>(sign == nullptr ? 1 : sign->ways());
    answers.emplace_back(panel.values(item).size() * ways * stages, 0.0);
  }
  visits.assign(stages, 0.0);
  const auto moves = model.movement().moves();
  jumps.assign(moves.size(), 0.0);
  exposure = slope = jumps;
  for (const auto& move : moves) effect_slope.emplace_back(move.effects.size(), 0.0);
  start_stage.assign(stages, 0.0);
  start_slope = start_stage;
  for (const auto& effects : model.start().stage_effects) {
    start_effect_slope.emplace_back(effects.size(), 0.0);
  }
  for (const auto& latent : model.grid().latent) {
    loading_slope.emplace_back(moves.size(), 0.0);
    tilt_slope.emplace_back(stages, 0.0);
    prior_slope.emplace_back(latent.prior.size(), 0.0);
  }
}

RELAPSE_INLINE void Expectation::add(const Expectation& other, double factor) {
  log_likelihood += factor * other.log_likelihood;
  detail::add_all(answers, other.answers, factor);
  detail::add_all(visits, other.visits, factor);
  detail::add_all(jumps, other.jumps, factor);
  detail::add_all(exposure, other.exposure, factor);
  detail::add_all(slope, other.slope, factor);
  detail::add_all(effect_slope, other.effect_slope, factor);
  detail::add_all(loading_slope, other.loading_slope, factor);
  detail::add_all(start_stage, other.start_stage, factor);
  detail::add_all(start_slope, other.start_slope, factor);
  detail::add_all(tilt_slope, other.tilt_slope, factor);
  detail::add_all(start_effect_slope, other.start_effect_slope, factor);
  detail::add_all(prior_slope, other.prior_slope, factor);
}

RELAPSE_INLINE Expecting::Expecting(const PanelLaw& law)
    : law_(&law),
      trellis_(law),
      sum_(law.panel()),
      path_(law.model(), law.model().stages()) {
  const auto stages = static_cast<std::size_t>(law.model().stages());
  joint_.assign(law.matrices() * stages * row_width, 0.0);
  is_touched_.assign(law.matrices(), 0);
}

RELAPSE_INLINE bool Expecting::add(const Sequence& person) {
  const double log_likelihood = trellis_.forward(person);
  if (!(log_likelihood > -std::numeric_limits<double>::infinity())) return false;
  sum_.log_likelihood += log_likelihood;
  begin(person);
  trellis_.backward(person, *this);
  return true;
}

RELAPSE_INLINE void Expecting::visit(std::size_t k, const Belief& posterior) {
  const auto stages = static_cast<std::size_t>(posterior.stages);
  const auto mass = posterior.stage_masses();
  for (std::size_t s = 0; s < stages; ++s) sum_.visits[s] += mass[s];
  for (const auto& evidence : person_->visits[k].evidence)
    add_answer(evidence, posterior);
  if (k == 0) add_start(posterior);
}

RELAPSE_INLINE void Expecting::answer(SignAnswer answer, const Belief& posterior) {
  add_answer(answer, posterior);
}

RELAPSE_INLINE void Expecting::add_answer(SignAnswer answer, const Belief& posterior) {
  const auto stages = static_cast<std::size_t>(posterior.stages);
  const auto ways = static_cast<std::size_t>(law_->model().sign(answer.item)->ways());
  double* entry = sum_.answers[static_cast<std::size_t>(answer.item)].data() +
                  static_cast<std::size_t>(answer.code) * ways * stages;
  if (ways == 1) {
    const auto mass = posterior.stage_masses();
    for (std::size_t s = 0; s < stages; ++s) entry[s] += mass[s];
    return;
  }
  for (std::size_t j = 0; j < posterior.joint.size(); ++j)
    entry[j / stages % ways * stages + j % stages] += posterior.joint[j];
}

RELAPSE_INLINE void Expecting::add_start(const Belief& posterior) {
  const auto& model = law_->model();
  const Belief& prior = law_->start(person_->start);
  const auto centred = law_->panel().start(person_->start);
  const auto& start = model.start();
  const auto& latent = model.grid().latent;
  for (int i = 0; i < posterior.nodes; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double before = prior.node_mass(i);
    const double after = posterior.node_mass(i);
    for (std::size_t s = 0; s < start.initial.size(); ++s) {
      const double share = before > 0.0 ? prior.node(i)[s] / before : 0.0;
      const double change = posterior.node(i)[s] - after * share;
      sum_.start_stage[s] += posterior.node(i)[s];
      sum_.start_slope[s] += change;
      for (std::size_t l = 0; l < latent.size(); ++l)
        sum_.tilt_slope[l][s] += change * latent[l].number[at];
      for (std::size_t e = 0; e < start.stage_effects[s].size(); ++e) {
        const auto d = static_cast<std::size_t>(start.stage_effects[s][e].determinant);
        sum_.start_effect_slope[s][e] += change * centred[d];
      }
    }
    for (std::size_t l = 0; l < latent.size(); ++l) {
      for (std::size_t e = 0; e < latent[l].prior.size(); ++e) {
        const auto d = static_cast<std::size_t>(latent[l].prior[e].determinant);
        sum_.prior_slope[l][e] += (after - before) * latent[l].number[at] * centred[d];
      }
    }
  }
}

RELAPSE_INLINE void Expecting::jump(std::size_t move, int regime, int node, double rate,
                                    double jumps) {
  sum_.jumps[move] += jumps;
  add_slope(move, regime, node, rate, jumps);
}

RELAPSE_INLINE void Expecting::joint(int first, const Belief& masses,
                                     const Belief& column) {
  kernel().add_products(masses.joint.data(), column.joint.data(), masses.nodes,
                        masses.stages, touch(static_cast<std::size_t>(first)));
}

template <class Rate, class Flow>
void Expecting::interval(const Interval& interval, int node, Rate&& rate_of,
                         Flow&& flow) {
  const auto& model = law_->model();
  const auto ratios = law_->ratios(interval.regime);
  const auto moves = model.movement().moves();
  for (std::size_t m = 0; m < moves.size(); ++m) {
    const int from = moves[m].from;
    // Without use, a path never was in a stage of use.
    if (interval.abstinent && model.use()[static_cast<std::size_t>(from)]) continue;
    const double rate = rate_of(m);
    const double days = flow(from, from);
    const double jumps = rate * flow(from, moves[m].to);
    sum_.jumps[m] += jumps;
    sum_.exposure[m] += days * model.movement().mean(ratios, static_cast<int>(m), node,
                                                     [](double ratio) { return ratio; });
    add_slope(m, interval.regime, node, rate, jumps - rate * days);
  }
}

/// @param excess expected jumps, less those that the time spent there would bring
RELAPSE_INLINE void Expecting::add_slope(std::size_t move, int regime, int node,
                                         double rate, double excess) {
  const auto& model = law_->model();
  const auto& law = model.movement().moves()[move];
  if (!(rate > 0.0)) return;
  std::size_t point = 0;
  // By the points of the cell: the share of the rate that each has, and of that the share
  // that a cap leaves to change.
  const double slope = model.movement().mean(
      law_->ratios(regime), static_cast<int>(move), node, [&](double ratio) {
        const double here = law.at(ratio);
        const double worth = excess * (here / rate) * (1.0 - here / law.max_rate);
        add_effects(move, regime, worth, point++);
        return worth;
      });
  sum_.slope[move] += slope;
  const auto at = static_cast<std::size_t>(node);
  const auto& latent = model.grid().latent;
  for (std::size_t l = 0; l < latent.size(); ++l)
    sum_.loading_slope[l][move] += slope * latent[l].number[at];
}

/// @param slope by the log of the rate at one of the points of the cell
RELAPSE_INLINE void Expecting::add_effects(std::size_t move, int regime, double slope,
                                           std::size_t point) {
  const auto& model = law_->model();
  const auto centred = law_->panel().regime(regime);
  const auto weights = model::cell_weights(model.determinants().points());
  const auto& effects = model.movement().moves()[move].effects;
  const auto x =
      centred.subspan(point * static_cast<std::size_t>(model.determinants().count()));
  for (std::size_t e = 0; e < effects.size(); ++e) {
    sum_.effect_slope[move][e] +=
        weights[point] * slope * x[static_cast<std::size_t>(effects[e].determinant)];
  }
}

/// Doubles that the matrices of one interval have in `joint_`.
RELAPSE_INLINE std::size_t Expecting::joint_width() const {
  return static_cast<std::size_t>(law_->model().nodes() * law_->model().stages()) *
         row_width;
}

/// Brings what was collected for matrices into the sums.
RELAPSE_INLINE void Expecting::settle() {
  for (const std::size_t first : touched_) {
    const auto& length =
        law_->panel().intervals()[static_cast<std::size_t>(law_->interval_of(first))];
    law_->each_flow(first, touch(first), path_,
                    [&](int node, const auto& rate, const auto& flow) {
                      interval(length, node, rate, flow);
                    });
    std::fill_n(touch(first), joint_width(), 0.0);
    is_touched_[first] = 0;
  }
  touched_.clear();
}

/// The sums of the matrices of an interval, which will be settled.
RELAPSE_INLINE double* Expecting::touch(std::size_t first) {
  if (is_touched_[first] == 0) {
    is_touched_[first] = 1;
    touched_.push_back(first);
  }
  const auto stages = static_cast<std::size_t>(law_->model().stages());
  return joint_.data() + first * stages * row_width;
}

RELAPSE_INLINE void Expecting::merge(const Expecting& other) {
  sum_.add(other.sum_, 1.0);
  for (const std::size_t first : other.touched_) {
    double* to = touch(first);
    const double* from = other.joint_.data() + (to - joint_.data());
    for (std::size_t k = 0; k < joint_width(); ++k) to[k] += from[k];
  }
}

RELAPSE_INLINE Expectation Expecting::take() {
  settle();
  Expectation taken = std::move(sum_);
  sum_ = Expectation(law_->panel());
  return taken;
}

}  // namespace relapse::infer
