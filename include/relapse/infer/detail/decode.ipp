#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/ctmc/transition.hpp>
#include <relapse/infer/detail/decode.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace relapse::infer {
namespace detail {

/// Probability, or density where a stage was entered, of going from stage to stage over
/// one interval.
inline ctmc::Matrix passed(int interval, int node, const PanelLaw& law) {
  const auto& length = law.panel().intervals()[static_cast<std::size_t>(interval)];
  ctmc::Matrix matrix =
      ctmc::transition_matrix(law.generator(length, node), Days{length.days});
  if (!length.abstinent) return matrix;
  for (int s = 0; s < matrix.rows(); ++s) {
    if (!law.model().use()[static_cast<std::size_t>(s)]) continue;
    matrix.row(s).setZero();
    matrix.col(s).setZero();
  }
  return matrix;
}

/// What is known at a visit, as a matrix from just before it to just after.
inline ctmc::Matrix known(const Visit& visit, int node, const PanelLaw& law) {
  const int stages = law.model().stages();
  ctmc::Matrix matrix = ctmc::Matrix::Identity(stages, stages);
  if (!visit.known) return matrix;
  const auto& set = *visit.known;
  if (!visit.entered) {
    for (int s = 0; s < stages; ++s) {
      if (!set[static_cast<std::size_t>(s)]) matrix(s, s) = 0.0;
    }
    return matrix;
  }
  const auto generator = law.generator(visit.entry_regime, node);
  matrix.setZero();
  for (int r = 0; r < stages; ++r) {
    for (int s = 0; s < stages; ++s) {
      if (!set[static_cast<std::size_t>(r)] && set[static_cast<std::size_t>(s)])
        matrix(r, s) = generator.rate(r, s);
    }
  }
  return matrix;
}

inline ctmc::Matrix between(const Visit& visit, int node, const PanelLaw& law) {
  const int stages = law.model().stages();
  ctmc::Matrix matrix = ctmc::Matrix::Identity(stages, stages);
  for (const int interval : visit.way) matrix *= passed(interval, node, law);
  return matrix * known(visit, node, law);
}

inline ctmc::Vector log_evidence(const Visit& visit, int node, const PanelLaw& law) {
  ctmc::Vector sum = ctmc::Vector::Zero(law.model().stages());
  for (const auto& evidence : visit.evidence) {
    const auto logs = law.log_likelihood(evidence, node % law.model().answer_ways());
    for (std::size_t s = 0; s < logs.size(); ++s)
      sum(static_cast<Eigen::Index>(s)) += logs[s];
  }
  return sum;
}

/// Masses at the first visit, once what is known then has been applied.
inline ctmc::Vector beginning(const Sequence& person, int node, const PanelLaw& law) {
  const auto& visit = person.visits.front();
  const auto start = law.start(person.start).node(node);
  ctmc::Vector mass(law.model().stages());
  for (int s = 0; s < mass.size(); ++s) {
    const auto i = static_cast<std::size_t>(s);
    const bool out = (visit.known && !(*visit.known)[i]) ||
                     (visit.without_use && law.model().use()[i]);
    mass(s) = out ? 0.0 : start[i];
  }
  return mass;
}

/// The likeliest stages at one node.
inline Decoded decode_at(int node, const Sequence& person, const PanelLaw& law) {
  const int stages = law.model().stages();
  const std::size_t visits = person.visits.size();
  std::vector<std::array<int, ctmc::max_states>> from(visits);
  ctmc::Vector best = beginning(person, node, law).unaryExpr(&elementary::log) +
                      log_evidence(person.visits.front(), node, law);
  for (std::size_t k = 1; k < visits; ++k) {
    const ctmc::Matrix moved = between(person.visits[k], node, law);
    ctmc::Vector next(stages);
    for (int s = 0; s < stages; ++s) {
      int likeliest = 0;
      double largest = -std::numeric_limits<double>::infinity();
      for (int r = 0; r < stages; ++r) {
        const double way = best(r) + elementary::log(moved(r, s));
        if (way > largest) {
          largest = way;
          likeliest = r;
        }
      }
      next(s) = largest;
      from[k][static_cast<std::size_t>(s)] = likeliest;
    }
    best = next + log_evidence(person.visits[k], node, law);
  }
  Decoded decoded{std::vector<int>(visits), node, 0.0};
  int stage = 0;
  decoded.log_probability = best.maxCoeff(&stage);
  for (std::size_t k = visits; k-- > 0;) {
    decoded.stages[k] = stage;
    if (k > 0) stage = from[k][static_cast<std::size_t>(stage)];
  }
  return decoded;
}

/// Draws the jumps of a chain from stage `from` to stage `to` in `days`, at most a few of
/// them at a time: a longer time is cut in the middle first.
class Bridge {
 public:
  Bridge(const ctmc::Generator& generator, Random& random, std::vector<Jump>& jumps)
      : generator_(generator),
        rate_(generator.max_exit_rate()),
        random_(&random),
        jumps_(&jumps) {
    const int stages = generator.states();
    step_ = ctmc::Matrix::Identity(stages, stages);
    if (rate_ > 0.0) step_ += generator.matrix() / rate_;
  }

  void draw(int from, int to, double begin, double days) {
    constexpr double most = 25.0;
    if (rate_ * days > most) {
      const auto half = ctmc::transition_matrix(generator_, Days{0.5 * days});
      std::array<double, ctmc::max_states> weight{};
      for (int s = 0; s < half.rows(); ++s)
        weight[static_cast<std::size_t>(s)] = half(from, s) * half(s, to);
      const int middle = sample_index(weight, *random_);
      draw(from, middle, begin, 0.5 * days);
      draw(middle, to, begin + 0.5 * days, 0.5 * days);
      return;
    }
    draw_jumps(from, to, begin, days);
  }

 private:
  /// Columns step^n e_to, and the number of jumps, some of them to where the chain is.
  void draw_jumps(int from, int to, double begin, double days) {
    const double x = rate_ * days;
    std::vector<ctmc::Vector> reach{ctmc::Vector::Unit(generator_.states(), to)};
    std::vector<double> weight{reach[0](from)};
    double poisson = 1.0;
    for (int n = 1; n < 20.0 + x + 10.0 * std::sqrt(x); ++n) {
      reach.emplace_back(step_ * reach.back());
      poisson *= x / n;
      weight.push_back(poisson * reach.back()(from));
    }
    const int count = sample_index(weight, *random_);
    std::vector<double> times(static_cast<std::size_t>(count));
    for (double& time : times) time = begin + days * sample_uniform(*random_);
    std::sort(times.begin(), times.end());
    int now = from;
    for (int n = 0; n < count; ++n) {
      std::array<double, ctmc::max_states> next{};
      const auto& left = reach[static_cast<std::size_t>(count - n - 1)];
      for (int s = 0; s < left.size(); ++s)
        next[static_cast<std::size_t>(s)] = step_(now, s) * left(s);
      const int stage = sample_index(next, *random_);
      if (stage != now) jumps_->push_back({times[static_cast<std::size_t>(n)], stage});
      now = stage;
    }
  }

  ctmc::Generator generator_;
  double rate_;
  ctmc::Matrix step_;
  Random* random_;
  std::vector<Jump>* jumps_;
};

/// Stages at the ends of the intervals before a visit, drawn given the stages at both
/// visits, and the jumps between them.
class Walk {
 public:
  Walk(int node, const PanelLaw& law, Random& random, std::vector<Jump>& jumps)
      : node_(node), law_(&law), random_(&random), jumps_(&jumps) {}

  void draw(const Visit& visit, double begin, int from, int to) {
    std::vector<ctmc::Matrix> matrices;
    for (const int interval : visit.way)
      matrices.push_back(passed(interval, node_, *law_));
    std::vector<ctmc::Vector> reach{known(visit, node_, *law_).col(to)};
    for (std::size_t w = visit.way.size(); w-- > 0;)
      reach.emplace_back(matrices[w] * reach.back());
    int now = from;
    for (std::size_t w = 0; w < visit.way.size(); ++w) {
      const auto& length =
          law_->panel().intervals()[static_cast<std::size_t>(visit.way[w])];
      const auto& left = reach[visit.way.size() - 1 - w];
      std::array<double, ctmc::max_states> weight{};
      for (int s = 0; s < left.size(); ++s)
        weight[static_cast<std::size_t>(s)] = matrices[w](now, s) * left(s);
      const int next = sample_index(weight, *random_);
      Bridge(law_->generator(length, node_), *random_, *jumps_)
          .draw(now, next, begin, length.days);
      begin += length.days;
      now = next;
    }
    if (now != to) jumps_->push_back({visit.time, to});
  }

 private:
  int node_;
  const PanelLaw* law_;
  Random* random_;
  std::vector<Jump>* jumps_;
};

}  // namespace detail

RELAPSE_INLINE Decoded decode(const Sequence& person, const PanelLaw& law) {
  Trellis(law).require_possible(person);
  Decoded best = detail::decode_at(0, person, law);
  for (int i = 1; i < law.model().nodes(); ++i) {
    auto other = detail::decode_at(i, person, law);
    if (other.log_probability > best.log_probability) best = std::move(other);
  }
  return best;
}

RELAPSE_INLINE StagePath sample_path(const Sequence& person, const PanelLaw& law,
                                     Random& random) {
  Trellis trellis(law);
  trellis.require_possible(person);
  const int stages = law.model().stages();
  const std::size_t visits = person.visits.size();
  const int drawn = sample_index(trellis.filtered(visits - 1).joint, random);
  StagePath path{drawn / stages, {}};
  std::vector<int> stage(visits);
  stage[visits - 1] = drawn % stages;
  for (std::size_t k = visits - 1; k > 0; --k) {
    const auto moved = detail::between(person.visits[k], path.node, law);
    const auto before = trellis.filtered(k - 1).node(path.node);
    std::array<double, ctmc::max_states> weight{};
    for (std::size_t s = 0; s < before.size(); ++s)
      weight[s] = before[s] * moved(static_cast<Eigen::Index>(s), stage[k]);
    stage[k - 1] = sample_index(weight, random);
  }
  path.jumps.push_back({person.visits.front().time, stage[0]});
  detail::Walk walk(path.node, law, random, path.jumps);
  for (std::size_t k = 1; k < visits; ++k) {
    walk.draw(person.visits[k], person.visits[k - 1].time, stage[k - 1], stage[k]);
  }
  return path;
}

}  // namespace relapse::infer
