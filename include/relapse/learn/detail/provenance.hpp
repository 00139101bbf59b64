#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/learn/detail/free_numbers.hpp>
#include <relapse/learn/detail/objective.hpp>
#include <relapse/learn/fit.hpp>
#include <relapse/model/detail/canonical.hpp>
#include <relapse/model/detail/signs.hpp>
#include <relapse/model/document.hpp>
#include <relapse/version.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a fitted document says of the fit, and whether its stages mean what they meant.
namespace relapse::learn {

namespace detail {

/// What was maximised, and what held it.
inline std::string how_fitted(const Objective& objective, const FitSettings& settings,
                              const FitResult& result) {
  std::string text = settings.outcome.empty()
                         ? std::string("likelihood")
                         : "log score of the next answer to " + settings.outcome;
  if (settings.likelihood_weight > 0.0) {
    text += " and " + shortest_decimals(settings.likelihood_weight) +
            " times the log-likelihood";
  }
  std::set<double> strengths;
  for (const auto& number : objective.free()) {
    if (number.prior_strength > 0.0) strengths.insert(number.prior_strength);
  }
  if (!strengths.empty()) {
    text += strengths.size() == 1 ? ", a prior of strength " : ", priors of strength ";
    for (auto at = strengths.begin(); at != strengths.end(); ++at)
      text += (at == strengths.begin() ? "" : ", ") + shortest_decimals(*at);
    const auto& begun = objective.document();
    text += holds_data_start(settings) ? " around what a start found in the answers"
                                       : " around " + begun.id + " " + begun.version;
  }
  text += "; " + std::to_string(objective.size()) + " numbers free";
  if (result.status != FitStatus::converged)
    text += "; ended as " + std::string(name_of(result.status));
  if (!settings.data.empty()) text += "; data " + settings.data;
  return text;
}

inline std::string to_whom(const FitResult& result) {
  return std::to_string(result.persons) + " persons, " +
         std::to_string(result.check_ins) + " check-ins";
}

/// How far the answers to an item in one stage are from those in another: 0 to 1.
inline double distance(const model::SignLaw& one, int s, const model::SignLaw& other,
                       int t) {
  double overlap = 0.0;
  if (one.levels() > 0) {
    for (int level = 0; level < one.levels(); ++level)
      overlap += std::sqrt(one.probability(level, s) * other.probability(level, t));
  } else {
    const double v = one.variance(s);
    const double w = other.variance(t);
    if (!(v > 0.0 && w > 0.0)) return 0.0;
    const double apart = one.mean(s) - other.mean(t);
    overlap = std::sqrt(2.0 * std::sqrt(v * w) / (v + w)) *
              elementary::exp(-0.25 * apart * apart / (v + w));
  }
  return std::max(0.0, 1.0 - overlap);
}

/// The laws of the signs of a document.
inline std::vector<std::pair<Role, model::SignLaw>>
laws_of(const ModelDocument& document) {
  std::vector<std::pair<Role, model::SignLaw>> laws;
  for (const auto& rule : document.items) {
    if (!rule.emission) continue;
    laws.emplace_back(rule.item.role,
                      model::SignLaw(rule, static_cast<int>(document.stages.size())));
  }
  return laws;
}

/// Probability that somebody in a stage who answers tells of use.
inline double tells_of_use(const model::SignLaw& law, int stage) {
  if (law.levels() == 0) return 1.0 - law.likelihood(0.0, {}, stage, 0);
  const double answered = law.answered(stage, 0);
  return answered > 0.0 ? 1.0 - law.probability(0, stage) / answered : 0.0;
}

}  // namespace detail

/// Which stages no longer mean what they did, in words; empty: none. A stage without use
/// whose people mostly tell of use now explains use; two stages have swapped where the
/// answers in each are nearer to those that the other had (by the distance of Hellinger
/// 1909, of measurements and counts between normal laws of their mean and variance).
inline std::string other_meaning(const ModelDocument& before,
                                 const ModelDocument& after) {
  const auto old_laws = detail::laws_of(before);
  const auto new_laws = detail::laws_of(after);
  const int stages = static_cast<int>(before.stages.size());
  const auto id = [&](int s) {
    return "'" + before.stages[static_cast<std::size_t>(s)].id + "'";
  };
  std::string text;
  const auto say = [&](const std::string& what) {
    text += (text.empty() ? "" : "; ") + what;
  };
  for (int s = 0; s < stages; ++s) {
    if (before.stages[static_cast<std::size_t>(s)].use != UseKind::none) continue;
    for (std::size_t k = 0; k < new_laws.size(); ++k) {
      if (new_laws[k].first != Role::use) continue;
      if (!(detail::tells_of_use(new_laws[k].second, s) > 0.5)) continue;
      if (detail::tells_of_use(old_laws[k].second, s) > 0.5) continue;
      say("stage " + id(s) + ", which is one without use, now explains use");
      break;
    }
  }
  const auto apart = [&](int s, int t) {
    double sum = 0.0;
    for (std::size_t k = 0; k < new_laws.size(); ++k)
      sum += detail::distance(new_laws[k].second, s, old_laws[k].second, t);
    return sum;
  };
  for (int s = 0; s < stages; ++s) {
    for (int t = s + 1; t < stages; ++t) {
      if (apart(s, t) < apart(s, s) && apart(t, s) < apart(t, t))
        say("stages " + id(s) + " and " + id(t) + " have swapped their answers");
    }
  }
  return text;
}

/// Writes into the document of a result what was fitted, how and to whom: a name and
/// version of its own, the status of calibration, and the source of each number that was
/// free; the others keep theirs.
/// @param result with its persons, check-ins and names
/// @param meaning what `other_meaning` found
inline void write_provenance(const Objective& objective, const FitSettings& settings,
                             const FitResult& result, const std::string& meaning,
                             ModelDocument& document) {
  if (objective.size() == 0) return;
  const auto& begun = objective.document();
  constexpr std::string_view fitted = "_fitted";
  document.id = begun.id.ends_with(fitted) ? begun.id : begun.id + std::string(fitted);
  document.version = begun.version.substr(0, begun.version.find("+fit.")) + "+fit." +
                     content_hash(document).substr(0, 8);
  const std::string how = detail::how_fitted(objective, settings, result);
  document.calibration.status = "fitted to " + detail::to_whom(result) +
                                "; not checked on others" +
                                (meaning.empty() ? "" : "; " + meaning);
  document.calibration.source = "relapse " RELAPSE_VERSION "; " + how;
  // A line belongs to the numbers that it was found for.
  document.risk_recalibration.reset();
  for (auto& outcome : document.outcomes) outcome.recalibration.reset();
  const std::string source = "fitted to " + detail::to_whom(result) + ": " + how;
  for (const auto& number : objective.free()) {
    for (const auto j : number.parameters) {
      const auto& parameter = objective.parameters()[j];
      const std::size_t k = parameter.first;
      switch (parameter.kind) {
      case ParameterKind::rate:
      case ParameterKind::effect:
        document.transitions[k].source = source;
        break;
      case ParameterKind::group_effect:
        document.groups[k].source = source;
        break;
      case ParameterKind::toward_use:
      case ParameterKind::recovery:
        document.propensity.source = source;
        break;
      case ParameterKind::loading:
      case ParameterKind::tilt:
      case ParameterKind::prior:
        (k == 0 ? document.propensity.source : document.dimensions[k - 1].source) =
            source;
        break;
      case ParameterKind::initial:
      case ParameterKind::start_effect: {
        const std::string pointer =
            parameter.kind == ParameterKind::initial ? "/initial" : "/start_effects";
        const auto named =
            std::find_if(document.sources.begin(), document.sources.end(),
                         [&](const auto& entry) { return entry.first == pointer; });
        if (named == document.sources.end())
          document.sources.emplace_back(pointer, source);
        else
          named->second = source;
        break;
      }
      case ParameterKind::answer:
      case ParameterKind::persistence:
      case ParameterKind::half_life:
      case ParameterKind::own_habit:
        document.items[k].item.source = source;
        break;
      case ParameterKind::habit:
        (k < document.habits.size()
             ? document.habits[k].source
             : document.dimensions[k - document.habits.size()].source) = source;
      }
    }
  }
}

}  // namespace relapse::learn
