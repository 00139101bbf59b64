#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/infer/detail/kernel.hpp>
#include <relapse/risk/detail/drivers.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>

/// What each sign contributes to a change: the belief is tempered by them.
namespace relapse::risk::detail {

/// A tenth of the 1e-9 to which each contribution is promised.
inline constexpr double attribution_tolerance = 1e-10;

/// Adds log p(answer | stage) of a sign, [way][stage].
inline void add_log_likelihoods(const model::SignLaw& sign, double answer,
                                const model::Repeat& repeat, int stages,
                                DriverWorkspace& workspace) {
  auto& all = workspace.log_likelihood;
  const std::size_t first = all.size();
  const bool copied = sign.levels() > 0 && repeat.share > 0.0;
  for (int way = 0; way < workspace.ways; ++way) {
    for (int s = 0; s < stages; ++s) {
      all.push_back(copied ? sign.likelihood(answer, repeat, s, way)
                           : sign.log_likelihood(answer, repeat, s, way));
    }
  }
  if (!copied) return;
  const auto added = std::span(all).subspan(first);
  constexpr double least = std::numeric_limits<double>::min();
  if (infer::kernel().logarithms(added.data(), added.size(), least)) return;
  for (double& each : added) each = elementary::log(each);
}

/// Collects log p(answer | stage) of each sign that speaks, in as many ways as the
/// habits make of them: [sign][way][stage].
inline void collect_signs(const infer::PersonState& state, const Answers& answers,
                          const Model& model, DriverWorkspace& workspace) {
  workspace.signs.clear();
  workspace.log_likelihood.clear();
  workspace.ways = 1;
  const auto repeat_of = [&](const model::SignLaw&, std::size_t k) {
    return state.given[k].repeated;
  };
  infer::for_each_sign(answers, model, repeat_of,
                       [&](int, const model::SignLaw& sign, double, const auto&) {
                         workspace.ways = std::max(workspace.ways, sign.ways());
                       });
  infer::for_each_sign(
      answers, model, repeat_of,
      [&](int item, const model::SignLaw& sign, double answer, const auto& repeat) {
        workspace.signs.push_back(item);
        add_log_likelihoods(sign, answer, repeat, model.stages(), workspace);
      });
}

/// Conditions on the states that no sign rules out. Returns the names of the signs that
/// rule one out, empty when none does.
inline std::string exclude(infer::Belief& belief, const Model& model,
                           DriverWorkspace& workspace) {
  const auto stages = static_cast<std::size_t>(model.stages());
  const std::size_t width = static_cast<std::size_t>(workspace.ways) * stages;
  std::string names;
  for (std::size_t j = 0; j < workspace.signs.size(); ++j) {
    ctmc::StateSet excluded;
    for (std::size_t k = 0; k < width; ++k) {
      double& log_likelihood = workspace.log_likelihood[j * width + k];
      if (log_likelihood > -std::numeric_limits<double>::infinity()) continue;
      log_likelihood = 0.0;
      excluded.set(k % stages);
    }
    if (excluded.none()) continue;
    belief.keep_only(~excluded);
    if (!names.empty()) names += '+';
    names += model.document().items[static_cast<std::size_t>(workspace.signs[j])].item.id;
  }
  return names;
}

/// The ratio over a belief, which need not be normalised, and may be on a finer grid.
inline double ratio_over(const infer::Belief& belief, const Worth& worth) {
  const auto stages = static_cast<std::size_t>(belief.stages);
  const auto finer = static_cast<std::size_t>(belief.nodes / worth.nodes(belief.stages));
  double there = 0.0;
  double reached = 0.0;
  for (std::size_t j = 0; j < belief.joint.size(); ++j) {
    const std::size_t place = j / stages / finer * stages + j % stages;
    there += belief.joint[j] * worth.there[place];
    reached += belief.joint[j] * worth.reached[place];
  }
  return there > 0.0 ? reached / there : 0.0;
}

/// The states between which tempering moves mass: stages in each way of the habits. What
/// a node of the propensity adds cancels within one.
inline void collect_states(const infer::Belief& belief, bool recalls,
                           DriverWorkspace& workspace) {
  const auto stages = static_cast<std::size_t>(belief.stages);
  const auto spoken = static_cast<std::size_t>(workspace.ways);
  const auto& worth = workspace.worth;
  const auto finer = static_cast<std::size_t>(belief.nodes / worth.nodes(belief.stages));
  const std::size_t width = spoken * stages;
  auto& states = workspace.states;
  states.clear();
  for (std::size_t k = 0; k < width; ++k) {
    double mass = 0.0;
    double reached = 0.0;
    double there = 0.0;
    double recalling = 0.0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(belief.nodes); ++i) {
      if (spoken > 1 && i % spoken != k / stages) continue;
      const double each = belief.joint[i * stages + k % stages];
      const std::size_t place = i / finer * stages + k % stages;
      mass += each;
      reached += each * worth.reached[place];
      there += each * worth.there[place];
      if (recalls) recalling += each * workspace.recalling.reached[place];
    }
    if (!(mass > 0.0)) continue;
    states.push_back({.place = k,
                      .log_mass = elementary::log(mass),
                      .reached = reached / mass,
                      .there = there / mass,
                      .news = recalls ? (recalling - reached) / mass : 0.0});
    for (std::size_t j = 0; j < workspace.signs.size(); ++j)
      states.back().log_likelihood += workspace.log_likelihood[j * width + k];
  }
}

/// Each state's part in d shown / d tau under alpha_tau proportional to belief *
/// prod_j L_j^tau. Of a risk it is Cov_tau(passage, log L_j) for sign j: weight times the
/// passage's deviation from its mean. The parts sum to zero. Behind them, where there is
/// room, the part of an answer that is recalled the more the greater tau is.
inline void fill_levers(std::span<const TemperedState> states, const Target& target,
                        double tau, std::span<double> levers) {
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < states.size(); ++k) {
    levers[k] = states[k].log_mass + tau * states[k].log_likelihood;
    largest = std::max(largest, levers[k]);
  }
  for (std::size_t k = 0; k < states.size(); ++k) levers[k] -= largest;
  infer::kernel().exponentials(levers.data(), states.size());
  double there = 0.0;
  double ratio = 0.0;
  double news = 0.0;
  const auto reached = [&](std::size_t k) {
    return states[k].reached + tau * states[k].news;
  };
  for (std::size_t k = 0; k < states.size(); ++k) {
    there += levers[k] * states[k].there;
    ratio += levers[k] * reached(k);
    news += levers[k] * states[k].news;
  }
  if (!(there > 0.0)) return std::fill(levers.begin(), levers.end(), 0.0);
  ratio /= there;
  const double slope = target.slope(ratio);
  for (std::size_t k = 0; k < states.size(); ++k)
    levers[k] *= slope * ((reached(k) - ratio * states[k].there) / there);
  if (levers.size() > states.size()) levers.back() = slope * news / there;
}

/// The ends of pieces of [0, 1], with more of them around the values of tau where mass
/// moves so fast from one state to another that a rule over the whole might not see it.
/// Where those would be many, as many alike as let no odds move fast within one.
/// @param slow change of the log odds over [0, 1] that a rule over the whole surely sees
inline void set_tempering_pieces(std::span<const TemperedState> states, double slow,
                                 std::vector<double>& ends) {
  constexpr std::size_t many = 64;
  ends.assign({0.0, 1.0});
  const auto [least, most] = std::minmax_element(
      states.begin(), states.end(), [](const auto& one, const auto& other) {
        return one.log_likelihood < other.log_likelihood;
      });
  const double alike = std::ceil((most->log_likelihood - least->log_likelihood) / slow);
  for (std::size_t a = 0; a < states.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const double slope = states[a].log_likelihood - states[b].log_likelihood;
      if (!(std::abs(slope) > slow)) continue;
      if (static_cast<double>(ends.size()) > std::max<double>(many, alike)) {
        ends.clear();
        for (double end = 0.0; end <= alike; ++end) ends.push_back(end / alike);
        return;
      }
      const double even = (states[b].log_mass - states[a].log_mass) / slope;
      for (const double distance : {-40.0, -10.0, -3.0, 3.0, 10.0, 40.0}) {
        const double end = even + distance / std::abs(slope);
        if (end > 0.0 && end < 1.0) ends.push_back(end);
      }
    }
  }
  tidy_ends(ends);
}

/// What the signs contribute, [sign]: the levers of the states, integrated over tau,
/// times what each sign says there.
/// @param recalled the sign whose answer is recalled by what is explained; -1: none
inline void temper(const Target& target, int recalled, DriverWorkspace& workspace) {
  const auto& states = workspace.states;
  const std::size_t signs = workspace.signs.size();
  const std::size_t width = signs == 0 ? 0 : workspace.log_likelihood.size() / signs;
  workspace.sums.assign(signs, 0.0);
  if (states.empty()) return;
  // Counted from the heaviest state, so that large ones leave no noise.
  std::size_t top = 0;
  for (std::size_t k = 0; k < states.size(); ++k) {
    if (states[k].log_mass > states[top].log_mass) top = k;
  }
  const auto said = [&](std::size_t sign, std::size_t state) {
    const double* of_sign = workspace.log_likelihood.data() + sign * width;
    return of_sign[states[state].place] - of_sign[states[top].place];
  };
  double most = 1.0;
  for (std::size_t j = 0; j < signs; ++j) {
    for (std::size_t k = 0; k < states.size(); ++k)
      most = std::max(most, std::abs(said(j, k)));
  }
  auto& ends = workspace.tempering;
  set_tempering_pieces(states, workspace.quadrature.careful ? 5.0 : 50.0, ends);
  auto& levers = workspace.levers;
  levers.assign(states.size() + (recalled >= 0 ? 1 : 0), 0.0);
  workspace.quadrature.most_halved = 64;
  for (std::size_t piece = 1; piece < ends.size(); ++piece) {
    const double begin = ends[piece - 1];
    const double length = ends[piece] - begin;
    workspace.quadrature.integrate(
        [&](double x, std::span<double> slopes) {
          fill_levers(states, target, begin + length * x, slopes);
          for (double& slope : slopes) slope *= length;
        },
        attribution_tolerance / most, levers);
  }
  for (std::size_t j = 0; j < signs; ++j) {
    for (std::size_t k = 0; k < states.size(); ++k)
      workspace.sums[j] += levers[k] * said(j, k);
  }
  if (recalled >= 0) workspace.sums[static_cast<std::size_t>(recalled)] += levers.back();
}

}  // namespace relapse::risk::detail
