#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/expectation.hpp>
#include <relapse/infer/detail/foretell.hpp>
#include <relapse/learn/detail/parameters.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace relapse::learn {

/// What is summed in place of the log-likelihood: the log score of a sign (see
/// infer/foretell.hpp), and with a weight above 0 so much of the log-likelihood as well.
struct Aim {
  int outcome = 0;
  double likelihood_weight = 0.0;
};

/// The log-likelihood of a panel as a function of the numbers of a model, shared between
/// threads: persons are summed in blocks that do not depend on how many there are. With
/// an aim, that in its place.
class Likelihood {
 public:
  /// @param threads 0: as many as the machine has
  Likelihood(const infer::Panel& panel, int threads, std::optional<Aim> aim = {});

  /// -infinity when a person's check-ins are impossible under the model.
  double value(const Model& model) const;
  /// What is expected of all persons; log_likelihood is -infinity when a person's
  /// check-ins are impossible.
  infer::Expectation expect(const Model& model) const;
  /// Gradient of each person's log-likelihood, [person][parameter].
  std::vector<std::vector<double>> scores(const Model& model,
                                          const Parameters& parameters) const;
  /// The first person whose check-ins are impossible under the model; -1 when none is.
  std::ptrdiff_t first_impossible(const Model& model) const;
  const infer::Panel& panel() const noexcept { return *panel_; }

  /// Called on the thread that asks, before some of the persons; what it throws ends the
  /// work on all threads and is rethrown.
  std::function<void()> between_persons = {};

 private:
  template <class Summing>
  infer::Expectation expect_by(const Summing& nothing) const;
  template <class Summing>
  std::vector<std::vector<double>> scores_by(const Summing& nothing, const Model& model,
                                             const Parameters& parameters) const;
  template <class Work>
  void share(std::size_t blocks, const Work& work) const;
  std::size_t blocks() const;
  std::span<const infer::Sequence> block(std::size_t index) const;

  const infer::Panel* panel_;
  int threads_;
  std::optional<Aim> aim_;
};

}  // namespace relapse::learn

#ifndef RELAPSE_COMPILED
#include <relapse/learn/detail/likelihood.ipp>
#endif
