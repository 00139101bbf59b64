#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/engine/batch.hpp>
#include <relapse/model/model.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Fitting a model to a data set: maximum likelihood, or maximum a posteriori with a
/// prior around the numbers of the document. Needs the headers of LBFGSpp and is
/// therefore not part of <relapse/relapse.hpp>.
namespace relapse {

/// How a fit ended.
enum class FitStatus {
  converged,
  iteration_limit,
  time_limit,
  end_of_range,  ///< a number ran as far as the search looks; the message names it
  stopped,       ///< by the progress callback
  impossible     ///< the check-ins of a person cannot happen under the model
};

template <>
struct Names<FitStatus> {
  static constexpr std::string_view all[] = {"converged",  "iteration_limit",
                                             "time_limit", "end_of_range",
                                             "stopped",    "impossible"};
};

/// Where the search begins.
enum class FitStart {
  document,  ///< at the numbers of the document
  data  ///< at numbers found from the answers alone; those of the document are ignored
};

template <>
struct Names<FitStart> {
  static constexpr std::string_view all[] = {"document", "data"};
};

/// How standard errors are found.
enum class CovarianceKind {
  none,
  hessian,        ///< inverse of the observed information
  outer_product,  ///< inverse of the outer product of the persons' scores
  sandwich        ///< of both: holds when the model is not quite right
};

template <>
struct Names<CovarianceKind> {
  static constexpr std::string_view all[] = {"none", "hessian", "outer_product",
                                             "sandwich"};
};

/// Names of parameters, see learn::Parameters; a name may stop at a colon (`effect`,
/// `given:mood`) and hold `*`.
struct FitConstraints {
  std::vector<std::string> fixed;               ///< stay as in the document
  std::vector<std::vector<std::string>> equal;  ///< lists of those that are one number
  std::vector<std::string> not_negative;
  std::vector<std::string> not_positive;
  /// As in the document: what is above 0 there stays 0 or above, what is below 0 stays 0
  /// or below, what is 0 stays 0. Of effects it keeps each determinant acting one way.
  std::vector<std::string> keep_sign = {};
};

/// What is fitted, from where, and for how long.
struct FitSettings {
  std::vector<std::string> free = {"*"};
  FitConstraints constraints = {};
  FitStart start = FitStart::document;
  int starts = 10;         ///< the first as stated, the others scattered around it
  std::uint64_t seed = 1;  ///< of the scatter
  /// 1 / variance of the normal prior, 0: none. In units that follow those of the data:
  /// a mean of a measurement counts in standard deviations of its law, what multiplies a
  /// determinant between values of it that lie two standard deviations apart.
  double prior_strength = 0.0;
  /// Whether a prior holds the numbers where none is asked for: of strength 1 where there
  /// are more of them than persons and than the root of the check-ins, more than such
  /// data can tell; else of 0.1 in a start from data, around what was found there, as
  /// their likelihood often rises to the end of the range.
  bool prior_where_few = false;
  /// Of numbers by name, in place of that; of several that mean one the last counts.
  std::vector<std::pair<std::string, double>> prior_strengths = {};
  /// Of expectation-maximisation before the search; 0: 10 from a document, 30 from data.
  int expectation_steps = 0;
  int max_iterations = 500;  ///< of the search, each start
  double max_seconds = 0.0;  ///< 0: no limit
  /// A sign. From the maximum of the likelihood the search goes on to the best log score
  /// of this sign's next answer (see infer/foretell.hpp): better for the next step,
  /// worse for long horizons. Empty: the likelihood is all.
  std::string outcome = {};
  /// Of the log-likelihood beside the log score of the outcome; 0: the log score is all.
  /// A little of it (0.1) keeps what the outcome says nothing about.
  double likelihood_weight = 0.0;
  /// Without a value: hessian; with an outcome sandwich, the only one that holds there.
  std::optional<CovarianceKind> covariance = {};
  /// What the fitted document says of the data it was fitted to, such as their hash.
  std::string data = {};
  int threads = 0;  ///< 0: as many as the machine has; the numbers do not depend on it
  SameTime same_time = SameTime::refuse;
  /// Called on the calling thread, before each evaluation and a few times a second within
  /// a long one, with their number and the best log-likelihood so far; false stops with
  /// what was found.
  std::function<bool(int, double)> progress = {};
};

/// What a fit found. Vectors and matrices have one entry a free number.
struct FitResult {
  /// The document with the numbers found, and with what was fitted to whom: another id
  /// and version, the status of calibration, the source of each number that was free.
  Model model;
  FitStatus status = FitStatus::converged;
  std::string message = {};  ///< what was found in words, and what is at fault
  double log_likelihood = 0.0;
  double log_prior = 0.0;
  double log_score = 0.0;  ///< of the outcome; 0 without one
  std::vector<std::string> names =
      {};                              ///< of one number that is several: joined by " = "
  std::vector<double> estimates = {};  ///< on the scale of learn::Parameters
  std::vector<double> standard_errors = {};  ///< NaN where the data do not tell
  std::vector<double> covariance = {};       ///< row by row; empty when none
  /// Best of each start, the prior counted in.
  std::vector<double> start_log_likelihoods = {};
  int evaluations = 0;
  std::size_t persons = 0;
  std::size_t check_ins = 0;

  double prior_strength = 0.0;  ///< that of most numbers
  /// Whether nothing but the likelihood was maximised: no prior, no outcome.
  bool likelihood_alone = true;

  /// NaN, as bic(), where something else than the likelihood was maximised, and where
  /// the search stopped short.
  double aic() const;
  /// Counts check-ins.
  double bic() const;
};

/// Throws CheckInError for check-ins that are refused, and InvalidInput for settings that
/// name no parameter or contradict each other. Everything else is a status.
FitResult fit(const Batch& batch, const Model& model, const FitSettings& settings = {});

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/learn/detail/fit.ipp>
#endif
