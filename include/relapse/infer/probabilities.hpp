#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/ctmc/state_set.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/model/model.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What a model says about movement alone, without a person: where stages lead in a time
/// while the determinants stand still. Source: Jackson 2011, section 1.3.
namespace relapse::infer {

/// Determinants that stand still: the answers given hold for the whole time, what is not
/// answered (clocks and counts too) stays at its reference.
struct HeldAnswers {
  std::vector<Answer> answers;  ///< to determinant items
  double propensity = 0.0;      ///< in standard deviations
  /// Propensity to recover; without a value the same in one dimension, 0 in two.
  std::optional<double> recovery_propensity = {};
  /// Of dimensions, by id; 0 where nothing is said.
  std::vector<std::pair<std::string, double>> dimensions = {};
};

/// Entry r * stages + s is the probability to be in s after a time from r.
std::vector<double> transition_matrix(Days after, const HeldAnswers& held,
                                      const Model& model);

/// Probability, from each stage, of having been in one of `to` within a time; 1 from
/// these. Throws InvalidInput when `to` is empty.
std::vector<double> passage_probability(ctmc::StateSet to, Days within,
                                        const HeldAnswers& held, const Model& model);

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/probabilities.ipp>
#endif
