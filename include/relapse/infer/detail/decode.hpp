#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/ctmc/transition.hpp>
#include <relapse/infer/detail/trellis.hpp>

#include <array>
#include <limits>
#include <vector>

/// The likeliest way through the stages. Source: Viterbi 1967.
namespace relapse::infer {

/// The likeliest stages at the visits together, and the propensity with them.
struct Decoded {
  std::vector<int> stages;  ///< by visit
  int node = 0;
  double log_probability = 0.0;  ///< of these stages, this node and the check-ins
};

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

}  // namespace detail

/// Of equally likely ways, the one with the earlier stages of the document. Throws
/// CheckInError when a visit is impossible under the model; its row is the position of
/// the visit.
inline Decoded decode(const Sequence& person, const PanelLaw& law) {
  Trellis(law).require_possible(person);
  Decoded best = detail::decode_at(0, person, law);
  for (int i = 1; i < law.model().nodes(); ++i) {
    auto other = detail::decode_at(i, person, law);
    if (other.log_probability > best.log_probability) best = std::move(other);
  }
  return best;
}

}  // namespace relapse::infer
