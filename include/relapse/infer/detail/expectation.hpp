#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/panel.hpp>
#include <relapse/infer/detail/trellis.hpp>

#include <cstddef>
#include <span>
#include <vector>

/// What is expected of the unseen stages given all check-ins, and with it the exact
/// gradient of the log-likelihood: by Fisher's identity it is the expected gradient of
/// what would have been seen. Sources: Fisher 1925; Louis 1982; Hobolth & Jensen 2011
/// (end-conditioned statistics); Liu et al. 2015 (expectation-maximisation of
/// continuous-time hidden Markov models).
namespace relapse::infer {

/// Sums over persons. They add up.
struct Expectation {
  Expectation() = default;
  explicit Expectation(const Panel& panel);

  double log_likelihood = 0.0;
  /// Expected number, [item][code][way][stage]; one way where no habit has a say.
  std::vector<std::vector<double>> answers;
  std::vector<double> visits;    ///< expected number of visits, [stage]
  std::vector<double> jumps;     ///< expected number, [move]
  std::vector<double> exposure;  ///< days in the stage left, times mean ratio, [move]
  std::vector<double> slope;     ///< d log-likelihood / d log rate ratio, [move]
  std::vector<std::vector<double>> effect_slope;  ///< the same by weight, [move][effect]
  /// By the loading of a latent number, [latent][move].
  std::vector<std::vector<double>> loading_slope;
  std::vector<double> start_stage;  ///< expected number of starts, [stage]
  std::vector<double> start_slope;  ///< by log odds of starting, [stage]
  std::vector<std::vector<double>> start_effect_slope;  ///< [stage][effect]
  /// By log odds of starting per unit of a latent number, [latent][stage].
  std::vector<std::vector<double>> tilt_slope;
  std::vector<std::vector<double>> prior_slope;  ///< by its tilt, [latent][effect]

  /// Adds another one, times a factor.
  void add(const Expectation& other, double factor);
};

/// Adds up what is expected of one person after another.
class Expecting {
 public:
  explicit Expecting(const PanelLaw& law);

  /// Returns false, and adds nothing, when the person's check-ins are impossible under
  /// the model.
  bool add(const Sequence& person);
  /// Brings what was collected for the intervals that many check-ins share into the sums.
  void settle();
  /// The same of what all of them have collected, for one share of these intervals out of
  /// as many as there are of them.
  void settle(std::span<const Expecting* const> all, std::size_t share);
  /// The sums since the last call, of what was settled.
  Expectation take();

  /// Told by the trellis, of the person begun last.
  void begin(const Sequence& person) { person_ = &person; }
  void visit(std::size_t k, const Belief& posterior);
  void answer(SignAnswer answer, const Belief& posterior);
  void jump(std::size_t move, int regime, int node, double rate, double jumps);
  void joint(int first, const Belief& masses, const Belief& column);
  template <class Rate, class Flow>
  void interval(const Interval& interval, int node, Rate&& rate_of, Flow&& flow);

 private:
  void add_answer(SignAnswer answer, const Belief& posterior);
  void add_start(const Belief& posterior);
  void add_slope(std::size_t move, int regime, int node, double rate, double excess);
  std::size_t joint_width() const;
  void settle(std::size_t first, std::span<const double> joint);

  const PanelLaw* law_;
  Trellis trellis_;
  const Sequence* person_ = nullptr;
  Expectation sum_;
  // Masses by likelihoods after, of the intervals that are not settled.
  std::vector<double> joint_;         // [touched][node][stage][8]
  std::vector<std::size_t> touched_;  // the first matrix of each
  std::vector<int> place_;            // among those touched, by matrix; -1: it is not
  NodePath path_;                     // a lane for each node and stage before
};

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/expectation.ipp>
#endif
