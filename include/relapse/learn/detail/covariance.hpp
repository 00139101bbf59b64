#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/learn/detail/objective.hpp>

#include <Eigen/Core>

#include <span>
#include <vector>

/// How sure a fit is of its numbers. Sources: Efron & Hinkley 1978 (observed
/// information); Berndt et al. 1974 (outer product); Huber 1967, White 1982 (sandwich).
namespace relapse::learn {

/// Minus the second derivatives of the objective, by central differences of its exact
/// gradient; two or a few more evaluations a free number. The step is a share of the
/// standard error, so that no unit changes what is found.
Eigen::MatrixXd observed_information(Objective& objective,
                                     std::span<const double> numbers);
/// Sum over persons of the outer products of their scores, plus the prior's information.
Eigen::MatrixXd score_information(const Objective& objective,
                                  std::span<const double> numbers);

struct Inverse {
  Eigen::MatrixXd matrix;
  std::vector<char> told;  ///< by number: whether the information bounds it at all
};

/// The inverse of an information matrix; where it is flat, without those directions. A
/// number whose information is not above that of `least` is not told.
Inverse inverse_of(const Eigen::MatrixXd& information, const Eigen::VectorXd& least);

}  // namespace relapse::learn

#ifndef RELAPSE_COMPILED
#include <relapse/learn/detail/covariance.ipp>
#endif
