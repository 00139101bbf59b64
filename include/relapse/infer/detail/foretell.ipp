#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/infer/detail/foretell.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace relapse::infer {
namespace detail {

/// Splits what mass is worth, up less down, by its sign, taken from its mean under the
/// belief: masses sum to 1, so that only differences count.
inline void centre(const Belief& belief, Belief& up, Belief& down) {
  double mean = 0.0;
  for (std::size_t j = 0; j < belief.joint.size(); ++j) {
    mean += belief.joint[j] * (up.joint[j] - down.joint[j]);
  }
  for (std::size_t j = 0; j < belief.joint.size(); ++j) {
    const double worth = up.joint[j] - down.joint[j] - mean;
    up.joint[j] = std::max(0.0, worth);
    down.joint[j] = std::max(0.0, -worth);
  }
}

inline Belief product(const Belief& a, const Belief& b) {
  Belief both = a;
  for (std::size_t j = 0; j < both.joint.size(); ++j) both.joint[j] *= b.joint[j];
  return both;
}

/// Adds to `worth` the slope of log(masses . weight), and returns that logarithm; `share`
/// becomes each mass's part of it.
/// @param weight [way][stage]
inline double add_log_slope(const Belief& masses, std::span<const double> weight,
                            Belief& worth, Belief& share) {
  const std::size_t width = weight.size();
  double sum = 0.0;
  for (std::size_t j = 0; j < masses.joint.size(); ++j) {
    sum += masses.joint[j] * weight[j % width];
  }
  for (std::size_t j = 0; j < masses.joint.size(); ++j) {
    const double slope = weight[j % width] / sum;
    worth.joint[j] += slope;
    share.joint[j] = masses.joint[j] * slope;
  }
  return elementary::log(sum);
}

/// exp(logs - the largest of them); returns that one.
inline double exponentials(std::span<const double> logs, std::span<double> weight) {
  const double largest = *std::max_element(logs.begin(), logs.end());
  for (std::size_t s = 0; s < logs.size(); ++s)
    weight[s] = elementary::exp(logs[s] - largest);
  return largest;
}

}  // namespace detail

RELAPSE_INLINE Foretelling::Foretelling(const PanelLaw& law, int item)
    : law_(&law),
      item_(item),
      trellis_(law),
      gain_(law),
      loss_(law),
      up_(law.model().nodes(), law.model().stages()),
      down_(up_) {}

RELAPSE_INLINE bool Foretelling::add(const Sequence& person) {
  if (!(trellis_.forward(person) > -std::numeric_limits<double>::infinity()))
    return false;
  gain_.begin(person);
  loss_.begin(person);
  std::fill(up_.joint.begin(), up_.joint.end(), 0.0);
  down_ = up_;
  for (std::size_t k = person.visits.size(); k-- > 0;) {
    const auto& visit = person.visits[k];
    detail::centre(trellis_.filtered(k), up_, down_);
    gain_.visit(k, detail::product(trellis_.filtered(k), up_));
    loss_.visit(k, detail::product(trellis_.filtered(k), down_));
    if (k == 0) break;
    trellis_.back_over_visit(visit, k, up_, gain_);
    trellis_.back_over_visit(visit, k, down_, loss_);
    put_in(visit, k);
    trellis_.back_over_way(visit, k, up_, gain_);
    trellis_.back_over_way(visit, k, down_, loss_);
  }
  return true;
}

/// What is foretold at this visit.
RELAPSE_INLINE void Foretelling::put_in(const Visit& visit, std::size_t k) {
  const auto found =
      std::find_if(visit.evidence.begin(), visit.evidence.end(),
                   [this](const SignAnswer& answer) { return answer.item == item_; });
  const int missing = law_->panel().missing(item_);
  if (found == visit.evidence.end() || found->code == missing) return;
  const Belief& arriving = trellis_.arriving(k);
  Belief share = arriving;
  const auto logs = by_way(*found);
  std::vector<double> weight(logs.size());
  log_score_ += detail::exponentials(logs, weight);
  log_score_ += detail::add_log_slope(arriving, weight, up_, share);
  gain_.answer(*found, share);
  // Given that there is an answer.
  std::fill(weight.begin(), weight.end(), 1.0);
  const SignAnswer none{item_, missing};
  const auto of_none = missing >= 0 ? by_way(none) : std::vector<double>{};
  for (std::size_t r = 0; r < of_none.size(); ++r)
    weight[r] = -elementary::expm1(of_none[r]);
  log_score_ -= detail::add_log_slope(arriving, weight, down_, share);
  if (missing < 0) return;
  // The probabilities of all levels sum to 1: what the others lose, this one gains.
  for (std::size_t j = 0; j < share.joint.size(); ++j) {
    const std::size_t r = j % weight.size();
    share.joint[j] *= weight[r] > 0.0 ? elementary::exp(of_none[r]) / weight[r] : 0.0;
  }
  gain_.answer(none, share);
}

/// log p(answer | stage), [way][stage].
RELAPSE_INLINE std::vector<double> Foretelling::by_way(SignAnswer answer) const {
  std::vector<double> logs;
  for (int way = 0; way < law_->model().answer_ways(); ++way) {
    const auto of_way = law_->log_likelihood(answer, way);
    logs.insert(logs.end(), of_way.begin(), of_way.end());
  }
  return logs;
}

RELAPSE_INLINE void Foretelling::settle() {
  gain_.settle();
  loss_.settle();
}

RELAPSE_INLINE void Foretelling::settle(std::span<const Foretelling* const> all,
                                        std::size_t share) {
  std::vector<const Expecting*> gains;
  std::vector<const Expecting*> losses;
  for (const auto* one : all) {
    gains.push_back(&one->gain_);
    losses.push_back(&one->loss_);
  }
  gain_.settle(gains, share);
  loss_.settle(losses, share);
}

RELAPSE_INLINE Expectation Foretelling::take() {
  Expectation slopes = gain_.take();
  slopes.add(loss_.take(), -1.0);
  slopes.log_likelihood = log_score_;
  log_score_ = 0.0;
  return slopes;
}

}  // namespace relapse::infer
