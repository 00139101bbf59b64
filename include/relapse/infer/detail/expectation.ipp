#pragma once

#include <relapse/infer/detail/expectation.hpp>

#include <algorithm>
#include <utility>

namespace relapse::infer {
namespace detail {

inline void add_all(std::vector<double>& sum, const std::vector<double>& part,
                    double factor) {
  kernel().add_scaled(sum.data(), part.data(), sum.size(), factor);
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
      place_(law.matrices(), -1),
      path_(law.model(), law.model().stages()) {}

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
  const auto index = static_cast<std::size_t>(first);
  const std::size_t width = joint_width();
  if (place_[index] < 0) {
    place_[index] = static_cast<int>(touched_.size());
    touched_.push_back(index);
    joint_.resize(touched_.size() * width, 0.0);
  }
  double* sums = joint_.data() + static_cast<std::size_t>(place_[index]) * width;
  kernel().add_products(masses.joint.data(), column.joint.data(), masses.nodes,
                        masses.stages, sums);
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
  const auto weights = model::cell_weights(model.determinants().points());
  const auto count = static_cast<std::size_t>(model.determinants().count());
  const double* x = law_->panel().regime(regime).data();
  double* by_effect = sum_.effect_slope[move].data();
  std::size_t point = 0;
  // By the points of the cell: the share of the rate that each has, and of that the share
  // that a cap leaves to change.
  const double slope = model.movement().mean(
      law_->ratios(regime), static_cast<int>(move), node, [&](double ratio) {
        const double here = law.at(ratio);
        const double worth = excess * (here / rate) * (1.0 - here / law.max_rate);
        const double weighed = weights[point++] * worth;
        for (std::size_t e = 0; e < law.effects.size(); ++e)
          by_effect[e] +=
              weighed * x[static_cast<std::size_t>(law.effects[e].determinant)];
        x += count;
        return worth;
      });
  sum_.slope[move] += slope;
  const auto at = static_cast<std::size_t>(node);
  const auto& latent = model.grid().latent;
  for (std::size_t l = 0; l < latent.size(); ++l)
    sum_.loading_slope[l][move] += slope * latent[l].number[at];
}

/// Doubles that are collected for an interval.
RELAPSE_INLINE std::size_t Expecting::joint_width() const {
  return static_cast<std::size_t>(law_->model().nodes() * law_->model().stages()) *
         row_width;
}

RELAPSE_INLINE void Expecting::settle(std::size_t first, std::span<const double> joint) {
  const auto& length =
      law_->panel().intervals()[static_cast<std::size_t>(law_->interval_of(first))];
  law_->each_flow(first, joint.data(), path_,
                  [&](int node, const auto& rate, const auto& flow) {
                    interval(length, node, rate, flow);
                  });
}

RELAPSE_INLINE void Expecting::settle() {
  const std::size_t width = joint_width();
  for (std::size_t k = 0; k < touched_.size(); ++k) {
    settle(touched_[k], std::span(joint_).subspan(k * width, width));
    place_[touched_[k]] = -1;
  }
  touched_.clear();
  joint_.clear();
}

RELAPSE_INLINE void Expecting::settle(std::span<const Expecting* const> all,
                                      std::size_t share) {
  const auto nodes = static_cast<std::size_t>(law_->model().nodes());
  const std::size_t width = joint_width();
  std::vector<double> joint;
  for (std::size_t k = share; k < law_->matrices() / nodes; k += all.size()) {
    joint.clear();
    for (const auto* one : all) {
      const int place = one->place_[k * nodes];
      if (place < 0) continue;
      const double* part = one->joint_.data() + static_cast<std::size_t>(place) * width;
      joint.resize(width, 0.0);
      kernel().add_scaled(joint.data(), part, width, 1.0);
    }
    if (!joint.empty()) settle(k * nodes, joint);
  }
}

RELAPSE_INLINE Expectation Expecting::take() {
  return std::exchange(sum_, Expectation(law_->panel()));
}

}  // namespace relapse::infer
