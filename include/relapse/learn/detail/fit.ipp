#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/core/error.hpp>
#include <relapse/engine/detail/prepare.hpp>
#include <relapse/learn/detail/covariance.hpp>
#include <relapse/learn/detail/free_numbers.hpp>
#include <relapse/learn/detail/from_data.hpp>
#include <relapse/learn/detail/maximise.hpp>
#include <relapse/learn/detail/nothing_found.hpp>
#include <relapse/learn/detail/panel_fit.hpp>
#include <relapse/learn/detail/provenance.hpp>
#include <relapse/learn/detail/units.hpp>
#include <relapse/learn/detail/watch.hpp>
#include <relapse/learn/detail/where_it_ended.hpp>
#include <relapse/learn/fit.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

namespace relapse {
namespace learn::detail {

/// An information criterion, where the likelihood alone was maximised and to its end.
inline double information(const FitResult& found, double for_each) {
  const bool at_end =
      found.status == FitStatus::converged || found.status == FitStatus::end_of_range;
  if (!found.likelihood_alone || !at_end) return std::numeric_limits<double>::quiet_NaN();
  return for_each * static_cast<double>(found.names.size()) - 2.0 * found.log_likelihood;
}

}  // namespace learn::detail

RELAPSE_INLINE double FitResult::aic() const {
  return learn::detail::information(*this, 2.0);
}

RELAPSE_INLINE double FitResult::bic() const {
  return learn::detail::information(*this,
                                    elementary::log(static_cast<double>(check_ins)));
}

namespace learn {
namespace detail {

/// One start, as far as it has come.
struct Attempt {
  Objective objective;
  bool converged = false;
};

inline ModelDocument start_of(std::size_t number, const infer::Panel& panel,
                              const ModelDocument& document,
                              std::span<const double> units,
                              const FitSettings& settings) {
  Random random = random_stream(settings.seed, number);
  if (settings.start == FitStart::data) return from_data(panel, document, random);
  constexpr double spread = 0.5;
  return number == 0 ? document : scattered(document, units, spread, random);
}

/// Free numbers at their start, all others as in the document.
inline ModelDocument with_free(const Objective& objective, const ModelDocument& start) {
  return objective.write(objective.read(start));
}

inline FitStatus status_of(const Ended& ended) {
  return ended.why == Ended::Why::time ? FitStatus::time_limit : FitStatus::stopped;
}

/// Runs the starts; the first, and those that look best after expectation-maximisation,
/// go on: so more starts never end lower than one.
inline FitStatus search(std::vector<Attempt>& attempts, const infer::Panel& panel,
                        const ModelDocument& document, std::span<const double> units,
                        const FitSettings& settings) {
  constexpr double small_gain = 1e-3;
  constexpr std::size_t finalists = 3;
  const int usual = settings.start == FitStart::data ? 30 : 10;
  const int steps = settings.expectation_steps > 0 ? settings.expectation_steps : usual;
  try {
    for (std::size_t k = 0; k < attempts.size(); ++k) {
      auto& objective = attempts[k].objective;
      const auto start =
          with_free(objective, start_of(k, panel, document, units, settings));
      if (holds_data_start(settings)) objective.hold_near(start);
      expectation_maximisation(objective, start, steps, small_gain);
    }
    const auto higher = [](const Attempt& a, const Attempt& b) {
      return a.objective.best_value() > b.objective.best_value();
    };
    std::stable_sort(std::next(attempts.begin()), attempts.end(), higher);
    const std::size_t going = std::min(finalists, attempts.size());
    for (std::size_t k = 0; k < going; ++k) {
      auto& [objective, converged] = attempts[k];
      if (objective.best().empty() && objective.size() > 0) continue;
      converged = quasi_newton(objective, objective.best(), settings.max_iterations);
    }
  } catch (const Ended& ended) {
    return status_of(ended);
  }
  const auto best = std::max_element(
      attempts.begin(), attempts.end(), [](const auto& a, const auto& b) {
        return a.objective.best_value() < b.objective.best_value();
      });
  return best->converged ? FitStatus::converged : FitStatus::iteration_limit;
}

/// Information that tells nothing: of logs and log odds a standard error of 10 000; other
/// numbers have units, so that only the scores can say what is little.
inline Eigen::VectorXd least_information(const Objective& objective,
                                         const Eigen::MatrixXd& scores) {
  Eigen::VectorXd least(scores.rows());
  for (Eigen::Index k = 0; k < least.size(); ++k) {
    const auto& number = objective.free()[static_cast<std::size_t>(k)];
    const auto& parameter = objective.parameters()[number.parameters.front()];
    least(k) = has_unit(parameter) ? 1e-9 * scores(k, k) : 1e-8;
  }
  return least;
}

/// Hears the end of the time and of the patience as the search does; then there is none.
inline void add_covariance(Objective& objective, CovarianceKind kind, const Watch& watch,
                           FitResult& result) {
  const auto& at = result.estimates;
  if (kind == CovarianceKind::none || at.empty()) return;
  constexpr const char* no_time = "; there was no time for the standard errors";
  if (watch.has_ended()) {
    result.message += no_time;
    return;
  }
  const bool by_scores = kind == CovarianceKind::outer_product;
  Eigen::MatrixXd scores;
  Eigen::MatrixXd information;
  try {
    objective.before_evaluation(objective.evaluations(), objective.best_value());
    scores = score_information(objective, at);
    information = by_scores ? scores : observed_information(objective, at);
  } catch (const Ended&) {
    result.message += no_time;
    return;
  }
  auto inverse = inverse_of(information, least_information(objective, scores));
  if (kind == CovarianceKind::sandwich)
    inverse.matrix = inverse.matrix * scores * inverse.matrix;
  std::vector<std::string> untold;
  for (std::size_t k = 0; k < at.size(); ++k) {
    const auto i = static_cast<Eigen::Index>(k);
    const double variance = inverse.matrix(i, i);
    const bool told = inverse.told[k] != 0 && variance > 0.0;
    result.standard_errors.push_back(told ? std::sqrt(variance)
                                          : std::numeric_limits<double>::quiet_NaN());
    if (!told) untold.push_back(result.names[k]);
  }
  result.covariance.assign(inverse.matrix.data(),
                           inverse.matrix.data() + inverse.matrix.size());
  if (!untold.empty()) {
    result.message +=
        "; the data say next to nothing about: " + relapse::joined(untold, ", ");
  }
}

inline void check_settings(const FitSettings& settings) {
  const auto refuse = [](const char* what, const char* must) {
    throw InvalidInput("fit", std::string("'") + what + "' must be " + must);
  };
  if (settings.starts < 1) refuse("starts", "at least 1");
  if (settings.max_iterations < 1) refuse("max_iterations", "at least 1");
  if (settings.expectation_steps < 0) refuse("expectation_steps", "0 or more");
  const auto check_prior = [&](double strength) {
    if (!(strength >= 0.0) || std::isinf(strength))
      refuse("prior_strength", "finite and 0 or more");
  };
  check_prior(settings.prior_strength);
  for (const auto& [pattern, strength] : settings.prior_strengths) check_prior(strength);
  if (!(settings.likelihood_weight >= 0.0) || std::isinf(settings.likelihood_weight))
    refuse("likelihood_weight", "finite and 0 or more");
  if (settings.outcome.empty() && settings.likelihood_weight > 0.0)
    refuse("likelihood_weight", "0 where no outcome is foretold");
  if (!(settings.max_seconds >= 0.0)) refuse("max_seconds", "0 or more");
  const auto kind = settings.covariance.value_or(CovarianceKind::none);
  if (!settings.outcome.empty() && kind != CovarianceKind::none &&
      kind != CovarianceKind::sandwich)
    refuse("covariance", "sandwich or none where an outcome is foretold");
}

inline std::optional<Aim> aim_of(const Model& model, const FitSettings& settings) {
  if (settings.outcome.empty()) return std::nullopt;
  for (int item = 0; item < model.items(); ++item) {
    if (model.item(item).id == settings.outcome && model.sign(item) != nullptr)
      return Aim{item, settings.likelihood_weight};
  }
  throw InvalidInput("fit", "outcome '" + settings.outcome + "' is no sign of the model");
}

/// Whether every start ran to its end.
inline bool has_ended(FitStatus status) {
  return status == FitStatus::converged || status == FitStatus::iteration_limit;
}

/// Goes on from the maximum of the likelihood to the best log score. `impossible`, and no
/// step, where the outcome has no log score there.
inline FitStatus refine(Objective& objective, Watch& watch,
                        const std::vector<double>& start, FitStatus status,
                        const FitSettings& settings) {
  // The start itself counts whatever the time.
  watch.awake = false;
  std::vector<double> slope(objective.size());
  const double at_start = objective.evaluate(start, slope);
  watch.awake = true;
  if (!std::isfinite(at_start)) return FitStatus::impossible;
  if (!has_ended(status)) return status;
  try {
    return quasi_newton(objective, start, settings.max_iterations)
               ? FitStatus::converged
               : FitStatus::iteration_limit;
  } catch (const Ended& ended) {
    return status_of(ended);
  }
}

inline CovarianceKind covariance_of(const FitSettings& settings) {
  const bool foretold = !settings.outcome.empty();
  return settings.covariance.value_or(foretold ? CovarianceKind::sandwich
                                               : CovarianceKind::hessian);
}

/// What is said of the point where the search ended.
inline FitResult describe(Objective& objective, const Likelihood& likelihood,
                          FitStatus status, const FitSettings& settings,
                          const Watch& watch) {
  FitResult result{.model = Model(objective.write(objective.best())), .status = status};
  result.estimates = objective.best();
  const auto ran_out = ran_out_of_range(objective);
  const auto at_least_sd = ended_at_least_sd(objective);
  if (status == FitStatus::converged && !(ran_out.empty() && at_least_sd.empty()))
    result.status = FitStatus::end_of_range;
  result.log_prior = objective.log_prior(result.estimates);
  result.log_likelihood = objective.best_value() - result.log_prior;
  if (!settings.outcome.empty()) {
    const double value = result.log_likelihood;
    result.log_likelihood = likelihood.value(result.model);
    result.log_score = value - settings.likelihood_weight * result.log_likelihood;
  }
  for (const auto& number : objective.free())
    result.names.push_back(joined(number, objective.parameters()));
  const auto has_prior = [](const FreeNumber& number) {
    return number.prior_strength > 0.0;
  };
  result.likelihood_alone =
      settings.outcome.empty() &&
      std::none_of(objective.free().begin(), objective.free().end(), has_prior);
  result.evaluations = objective.evaluations();
  result.persons = likelihood.panel().persons().size();
  result.check_ins = likelihood.panel().visits();
  result.message = in_words(result.status);
  if (!ran_out.empty()) {
    result.message +=
        "; as far out as the search looks, 30 on the log scale (of an effect between "
        "determinants two standard deviations apart), and the maximum may lie beyond: " +
        ran_out + " (hold it, or set a prior)";
  }
  if (!at_least_sd.empty()) {
    result.message +=
        "; as small a standard deviation as the answers can tell of: " + at_least_sd +
        " (one value of many; begin from the data, hold it, or ask the "
        "item in levels)";
  }
  result.prior_strength = settings.prior_strength;
  if (settings.prior_where_few && settings.prior_strength > 0.0) {
    result.message +=
        settings.start == FitStart::data
            ? "; a prior held the numbers near those found from the answers"
            : "; more numbers than so few people can tell: a prior of strength 1 held them "
              "near those of the document";
  }
  if (!watch.has_ended()) result.message += warnings(likelihood, objective, result);
  auto document = result.model.document();
  const auto meaning = other_meaning(objective.document(), document);
  if (!meaning.empty()) result.message += "; " + meaning;
  write_provenance(objective, settings, result, meaning, document);
  result.model = Model(std::move(document));
  add_covariance(objective, covariance_of(settings), watch, result);
  return result;
}

}  // namespace detail

RELAPSE_INLINE FitResult fit(const infer::Panel& panel, const Model& model,
                             const FitSettings& given) {
  detail::check_settings(given);
  const Units spread(panel);
  const auto units = spread.of(Parameters(model.document()), model.document());
  const auto numbers = free_numbers(model.document(), given, spread).size();
  const auto settings = with_usual_prior(given, numbers, panel);
  const auto aim = detail::aim_of(model, settings);
  if (panel.visits() == 0) throw InvalidInput("fit", "there are no check-ins");
  const auto free = free_numbers(model.document(), settings, spread);
  detail::Watch watch(settings);
  const auto watched = [&](std::optional<Aim> of) {
    Likelihood made(panel, settings.threads, of);
    made.between_persons = [&watch] { watch.between_persons(); };
    return made;
  };
  const auto objective_of = [&](const Likelihood& made) {
    Objective objective(made, model.document(), free);
    objective.before_evaluation = [&](int evaluations, double best) {
      watch.before_evaluation(evaluations, best);
    };
    return objective;
  };
  const Likelihood likelihood(panel, settings.threads);
  const Likelihood searched = watched({});
  std::vector<detail::Attempt> attempts;
  for (int k = 0; k < settings.starts; ++k) attempts.push_back({objective_of(searched)});
  auto status = detail::search(attempts, panel, model.document(), units, settings);
  std::stable_sort(attempts.begin(), attempts.end(), [](const auto& a, const auto& b) {
    return a.objective.best_value() > b.objective.best_value();
  });
  watch.rethrow();
  auto& best = attempts.front().objective;
  if (!std::isfinite(best.best_value()))
    return watch.has_ended() ? detail::nothing_seen(panel, best, status, model)
                             : detail::impossible(panel, likelihood, model);
  const Likelihood foretold = watched(aim);
  auto scored = objective_of(foretold);
  scored.hold_as(best);
  if (aim) status = detail::refine(scored, watch, best.best(), status, settings);
  auto told = settings;
  const bool untold = aim && status == FitStatus::impossible;
  if (untold) told.outcome.clear(), told.likelihood_weight = 0.0;
  const bool aimed = aim && !untold;
  auto result = detail::describe(aimed ? scored : best, likelihood, status, told, watch);
  watch.rethrow();
  if (untold) {
    result.message = "the outcome cannot be foretold where the likelihood is largest; "
                     "this is that place" +
                     result.message;
  }
  result.evaluations = scored.evaluations();
  for (const auto& attempt : attempts) {
    result.evaluations += attempt.objective.evaluations();
    result.start_log_likelihoods.push_back(attempt.objective.best_value());
  }
  return result;
}

}  // namespace learn

RELAPSE_INLINE FitResult fit(const Batch& batch, const Model& model,
                             const FitSettings& settings) {
  return learn::fit(engine::prepare(batch, model, settings.same_time), model, settings);
}

}  // namespace relapse
