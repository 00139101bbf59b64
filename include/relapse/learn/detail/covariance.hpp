#pragma once

#include <relapse/learn/detail/objective.hpp>

#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include <cmath>
#include <span>
#include <vector>

/// How sure a fit is of its numbers. Sources: Efron & Hinkley 1978 (observed
/// information); Berndt et al. 1974 (outer product); Huber 1967, White 1982 (sandwich).
namespace relapse::learn {

struct Inverse {
  Eigen::MatrixXd matrix;
  std::vector<char> told;  ///< by number: whether the information bounds it at all
};

/// Sum over persons of the outer products of their scores, plus the prior's information.
inline Eigen::MatrixXd score_information(const Objective& objective,
                                         std::span<const double> numbers) {
  const auto size = static_cast<Eigen::Index>(numbers.size());
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(size, size);
  for (const auto& row : objective.scores(numbers)) {
    const Eigen::Map<const Eigen::VectorXd> score(row.data(), size);
    sum += score * score.transpose();
  }
  for (Eigen::Index k = 0; k < size; ++k)
    sum(k, k) += objective.free()[static_cast<std::size_t>(k)].precision();
  return sum;
}

namespace detail {

/// The size that steps from a number have: its own, or its unit where that is more; of a
/// mean, which may lie anywhere, the unit.
inline double size_of(const Objective& objective, std::size_t k, double value) {
  const auto& number = objective.free()[k];
  const auto& parameter = objective.parameters()[number.parameters.front()];
  const bool is_mean = parameter.kind == ParameterKind::answer &&
                       parameter.scale == model::NumberScale::plain;
  return is_mean ? number.unit() : std::max(number.unit(), std::abs(value));
}

/// A step from a number of that size: a share of its standard error, which balances the
/// error of the difference, of order h^2, against rounding. Where the data say little a
/// standard error leads too far away.
inline double step_of(double information, double size) {
  const double most = 0.1 * size;
  return information > 0.0 ? std::min(1e-3 / std::sqrt(information), most) : 1e-4 * size;
}

}  // namespace detail

/// Minus the second derivatives of the objective, by central differences of its exact
/// gradient; two or a few more evaluations a free number. The step is a share of the
/// standard error, so that no unit changes what is found.
inline Eigen::MatrixXd observed_information(Objective& objective,
                                            std::span<const double> numbers) {
  const auto size = static_cast<Eigen::Index>(numbers.size());
  Eigen::MatrixXd information(size, size);
  std::vector<double> at(numbers.begin(), numbers.end());
  const std::size_t width = numbers.size();
  std::vector<double> above(width), below(width);
  const Eigen::VectorXd by_scores = score_information(objective, numbers).diagonal();
  for (std::size_t k = 0; k < width; ++k) {
    const auto column = static_cast<Eigen::Index>(k);
    const double reach = detail::size_of(objective, k, numbers[k]);
    double step = std::min(detail::step_of(by_scores(column), reach), 1e-4 * reach);
    for (int attempt = 0; attempt < 6; ++attempt) {
      at[k] = numbers[k] + step;
      objective.evaluate(at, above);
      at[k] = numbers[k] - step;
      objective.evaluate(at, below);
      at[k] = numbers[k];
      for (std::size_t j = 0; j < width; ++j) {
        information(static_cast<Eigen::Index>(j), column) =
            (below[j] - above[j]) / (2.0 * step);
      }
      const double better = detail::step_of(information(column, column), reach);
      if (better < 4.0 * step && step < 4.0 * better) break;
      step = better;
    }
  }
  return 0.5 * (information + information.transpose());
}

/// The inverse of an information matrix; where it is flat, without those directions. A
/// number whose information is not above that of `least` is not told.
inline Inverse inverse_of(const Eigen::MatrixXd& information,
                          const Eigen::VectorXd& least) {
  const Eigen::Index size = information.rows();
  Inverse inverse{Eigen::MatrixXd::Zero(size, size),
                  std::vector<char>(static_cast<std::size_t>(size), 1)};
  // On a common scale, so that one number's unit does not hide another's flatness.
  const Eigen::VectorXd scale =
      information.diagonal().cwiseAbs().cwiseMax(1e-300).cwiseSqrt().cwiseInverse();
  const Eigen::MatrixXd scaled = scale.asDiagonal() * information * scale.asDiagonal();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> parts(scaled);
  constexpr double flat = 1e-7;
  constexpr double part_of = 0.05;
  for (Eigen::Index k = 0; k < size; ++k) {
    const auto direction = parts.eigenvectors().col(k);
    const double bend = parts.eigenvalues()(k);
    if (bend > flat) {
      inverse.matrix += direction * direction.transpose() / bend;
      continue;
    }
    for (Eigen::Index j = 0; j < size; ++j) {
      if (std::abs(direction(j)) > part_of) inverse.told[static_cast<std::size_t>(j)] = 0;
    }
  }
  for (Eigen::Index j = 0; j < size; ++j) {
    if (!(information(j, j) > least(j))) inverse.told[static_cast<std::size_t>(j)] = 0;
  }
  inverse.matrix = scale.asDiagonal() * inverse.matrix * scale.asDiagonal();
  return inverse;
}

}  // namespace relapse::learn
