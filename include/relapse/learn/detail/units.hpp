#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/panel.hpp>
#include <relapse/learn/detail/parameters.hpp>

#include <vector>

/// What counts as 1 of each number of a model. A number that is a log, log odds or a
/// weight of what is latent counts as it is. The mean of a measurement counts in standard
/// deviations of its law; what multiplies a determinant is counted between determinants
/// that lie two standard deviations of their values apart, each value counted once, which
/// is 1 of one that is 0 or 1 however rare it is (Gelman 2008, Stat Med 27:2865; Gelman
/// et al. 2008, Ann Appl Stat 2:1360). So no choice of units moves a prior, a range or a
/// step.
namespace relapse::learn {

class Units {
 public:
  explicit Units(const infer::Panel& panel);

  /// @param document of the structure of the panel's, that of the prior for means
  double of(const Parameter& parameter, const ModelDocument& document) const;
  /// The same of all of them.
  std::vector<double> of(const Parameters& parameters,
                         const ModelDocument& document) const;

 private:
  std::vector<double> moving_;     // of each determinant where it moves
  std::vector<double> beginning_;  // where it acts on the start
};

/// The standard deviation of the law of a measurement in a stage; 1 of other numbers.
double unit_of_answer(const Parameter& parameter, const ModelDocument& document);

/// Twice the standard deviation of the values that differ; of a single one how far it is
/// from 0; 1 where all are 0 or there are none.
double spread_of_values(std::vector<double> values);

}  // namespace relapse::learn

#ifndef RELAPSE_COMPILED
#include <relapse/learn/detail/units.ipp>
#endif
