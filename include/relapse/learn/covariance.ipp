#pragma once

#include <relapse/learn/covariance.hpp>

#include <Eigen/Eigenvalues>

#include <cmath>

namespace relapse::learn {

RELAPSE_INLINE Eigen::MatrixXd score_information(const Objective& objective,
                                                 std::span<const double> numbers) {
  const auto size = static_cast<Eigen::Index>(numbers.size());
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(size, size);
  for (const auto& row : objective.scores(numbers)) {
    const Eigen::Map<const Eigen::VectorXd> score(row.data(), size);
    sum += score * score.transpose();
  }
  sum.diagonal().array() += objective.prior_strength();
  return sum;
}

RELAPSE_INLINE Eigen::MatrixXd observed_information(Objective& objective,
                                                    std::span<const double> numbers) {
  const auto size = static_cast<Eigen::Index>(numbers.size());
  Eigen::MatrixXd information(size, size);
  std::vector<double> at(numbers.begin(), numbers.end());
  const std::size_t width = numbers.size();
  std::vector<double> above(width), below(width);
  for (std::size_t k = 0; k < width; ++k) {
    // Balances the error of the difference, of order h^2, against rounding.
    const double step = 1e-4 * std::max(1.0, std::abs(numbers[k]));
    at[k] = numbers[k] + step;
    objective.evaluate(at, above);
    at[k] = numbers[k] - step;
    objective.evaluate(at, below);
    at[k] = numbers[k];
    for (std::size_t j = 0; j < width; ++j) {
      information(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(k)) =
          (below[j] - above[j]) / (2.0 * step);
    }
  }
  return 0.5 * (information + information.transpose());
}

RELAPSE_INLINE Inverse inverse_of(const Eigen::MatrixXd& information) {
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
    if (!(information(j, j) > 1e-8)) inverse.told[static_cast<std::size_t>(j)] = 0;
  }
  inverse.matrix = scale.asDiagonal() * inverse.matrix * scale.asDiagonal();
  return inverse;
}

}  // namespace relapse::learn
