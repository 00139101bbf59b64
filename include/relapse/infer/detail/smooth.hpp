#pragma once

#include <relapse/infer/detail/trellis.hpp>

#include <vector>

/// Looking back: where a person was, given all check-ins, the later ones too. Sources:
/// Rabiner 1989 (smoothing); Hobolth & Jensen 2011 (what happened between two visits).
namespace relapse::infer {

/// What is expected between a visit and the one before.
struct Between {
  std::vector<double> days;   ///< in each stage
  std::vector<double> jumps;  ///< of each move
};

/// By visit; what is between is empty at the first.
struct Smoothed {
  std::vector<Belief> beliefs;
  std::vector<Between> between;
  double log_likelihood = 0.0;
};

namespace detail {

/// Writes down what the trellis tells.
class Looking {
 public:
  Looking(const PanelLaw& law, std::size_t visits) : law_(&law), path_(law.model()) {
    smoothed.beliefs.resize(visits);
    smoothed.between.resize(visits);
    const auto stages = static_cast<std::size_t>(law.model().stages());
    const auto moves = law.model().movement().moves().size();
    for (std::size_t k = 1; k < visits; ++k) {
      smoothed.between[k].days.assign(stages, 0.0);
      smoothed.between[k].jumps.assign(moves, 0.0);
    }
  }

  void visit(std::size_t k, const Belief& posterior) {
    smoothed.beliefs[k] = posterior;
    now_ = k;
  }

  void jump(std::size_t move, int /*regime*/, int /*node*/, double /*rate*/,
            double jumps) {
    smoothed.between[now_].jumps[move] += jumps;
  }

  void joint(int first, const Belief& masses, const Belief& column) {
    const int index = law_->interval_of(static_cast<std::size_t>(first));
    const auto& length = law_->panel().intervals()[static_cast<std::size_t>(index)];
    law_->tell_flow(length, masses, column, path_, *this);
  }

  template <class Rate, class Flow>
  void interval(const Interval& length, int /*node*/, Rate&& rate, Flow&& flow) {
    const auto use = law_->model().use();
    auto& between = smoothed.between[now_];
    for (std::size_t s = 0; s < between.days.size(); ++s) {
      if (length.abstinent && use[s]) continue;
      between.days[s] += flow(static_cast<int>(s), static_cast<int>(s));
    }
    const auto moves = law_->model().movement().moves();
    for (std::size_t m = 0; m < moves.size(); ++m) {
      const int from = moves[m].from;
      if (length.abstinent && use[static_cast<std::size_t>(from)]) continue;
      between.jumps[m] += rate(m) * flow(from, moves[m].to);
    }
  }

  Smoothed smoothed;

 private:
  const PanelLaw* law_;
  NodePath path_;
  std::size_t now_ = 0;
};

}  // namespace detail

/// Throws CheckInError when a visit is impossible under the model; its row is the
/// position of the visit.
inline Smoothed smooth(const Sequence& person, const PanelLaw& law) {
  Trellis trellis(law);
  const double log_likelihood = trellis.require_possible(person);
  detail::Looking looking(law, person.visits.size());
  trellis.backward(person, looking);
  looking.smoothed.log_likelihood = log_likelihood;
  return std::move(looking.smoothed);
}

}  // namespace relapse::infer
