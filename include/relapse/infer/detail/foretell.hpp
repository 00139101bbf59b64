#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/expectation.hpp>
#include <relapse/infer/detail/panel.hpp>
#include <relapse/infer/detail/trellis.hpp>

#include <cstddef>
#include <span>
#include <vector>

/// How well the answers to one sign are foretold, and the exact gradient of that: the
/// adjoint of the filter, which is the backward recursion with what is foretold at each
/// visit put in on the way. Sources: Dawid 1984 (prequential score); Griewank & Walther
/// 2008 (adjoints).
namespace relapse::infer {

/// Adds up, person after person, the log score of an outcome: at each visit but the first
/// where the sign was answered, the log of the probability (of a measurement: density)
/// that the belief carried there gave to the answer, given that there is one.
class Foretelling {
 public:
  /// @param item a sign of the model
  Foretelling(const PanelLaw& law, int item);

  /// Returns false, and adds nothing, when the person's check-ins are impossible under
  /// the model.
  bool add(const Sequence& person);
  /// As an Expecting.
  void settle();
  void settle(std::span<const Foretelling* const> all, std::size_t share);
  /// What was added since the last call, and settled: the log score as `log_likelihood`,
  /// and the slopes of it in place of those of a log-likelihood. The counts are none.
  Expectation take();

 private:
  void put_in(const Visit& visit, std::size_t k);
  std::vector<double> by_way(SignAnswer answer) const;

  const PanelLaw* law_;
  int item_;
  Trellis trellis_;
  Expecting gain_;
  Expecting loss_;
  Belief up_;    // what more mass would gain
  Belief down_;  // what it would lose
  double log_score_ = 0.0;
};

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/foretell.ipp>
#endif
