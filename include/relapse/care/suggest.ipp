#pragma once

#include <relapse/care/suggest.hpp>
#include <relapse/core/error.hpp>
#include <relapse/core/index.hpp>
#include <relapse/domain/crisis.hpp>
#include <relapse/domain/situation.hpp>

#include <algorithm>
#include <cmath>

namespace relapse::care {
namespace detail {

/// Something that could be suggested.
struct Candidate {
  Action action;
  std::string words;
  bool from_plan = false;
  std::vector<risk::Intervention> interventions;
  std::vector<std::string> acts_on;  // labels of raised determinants that it lowers
};

inline std::string percent(double probability) {
  const int tenths = static_cast<int>(std::lround(probability * 1000.0));
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

inline std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t k = 0; k < words.size(); ++k) {
    if (k > 0) text += k + 1 == words.size() ? " and " : ", ";
    text += words[k];
  }
  return text;
}

inline const Action* in_catalogue(const Model& model, std::string_view id) {
  const int index = index_of(model.document().actions, id);
  return index < 0 ? nullptr : &model.document().actions[static_cast<std::size_t>(index)];
}

inline std::string label_of(const Action& action) {
  return action.label.empty() ? action.id : action.label;
}

/// A label in the middle of a sentence; codes and initials keep their capitals.
inline std::string in_sentence(std::string label) {
  const bool one_capital = label.size() > 1 && label[1] >= 'a' && label[1] <= 'z';
  if (one_capital && label[0] >= 'A' && label[0] <= 'Z') {
    label[0] = static_cast<char>(label[0] - 'A' + 'a');
  }
  return label;
}

/// What the action does to the determinants, the more the more it helped this person.
inline void set_effects(Candidate& candidate, const risk::Outlook& outlook,
                        const Helpfulness& helpfulness) {
  const auto& determinants = outlook.model().document().determinants;
  const double scale = helpfulness.scale(candidate.action);
  for (const auto& effect : candidate.action.acts_on) {
    const int index = index_of(determinants, effect.determinant);
    candidate.interventions.push_back(
        {index, std::pow(effect.factor, scale), candidate.action.lasts});
    if (effect.factor >= 1.0 || outlook.determinant(index) <= 0.0) continue;
    const auto& rule = determinants[static_cast<std::size_t>(index)];
    candidate.acts_on.push_back(in_sentence(rule.label.empty() ? rule.id : rule.label));
  }
}

/// Far above what an action without effect changes, far below what counts.
inline constexpr double rounding = 1e-12;

/// Whether the action fits where the person is, and what is at hand.
inline bool fits(const Action& action, const std::vector<std::string>& situations,
                 const Plan& plan, const risk::Outlook& outlook,
                 const SuggestSettings& settings) {
  if (action.needs.minutes > settings.minutes) return false;
  if (action.needs.contact && (plan.contacts.empty() || !settings.contact_available)) {
    return false;
  }
  const auto& document = outlook.model().document();
  const auto& stage = document.stages[static_cast<std::size_t>(outlook.stage())].id;
  if (!action.stages.empty() && std::find(action.stages.begin(), action.stages.end(),
                                          stage) == action.stages.end()) {
    return false;
  }
  if (situations.empty()) return true;
  const SituationSet wanted(situations);
  for (std::size_t d = 0; d < document.determinants.size(); ++d) {
    const auto* met = std::get_if<FromSituation>(&document.determinants[d].from);
    if (met != nullptr && wanted.covers(met->situation) &&
        outlook.determinant(static_cast<int>(d)) > 0.0) {
      return true;
    }
  }
  return false;
}

inline std::vector<Candidate> find_candidates(const Plan& plan,
                                              const risk::Outlook& outlook,
                                              const Helpfulness& helpfulness,
                                              const SuggestSettings& settings) {
  std::vector<Candidate> candidates;
  const auto& catalogue = outlook.model().document().actions;
  for (const auto& strategy : plan.strategies) {
    Action action =
        find_action(plan, outlook.model(),
                    strategy.action.empty() ? strategy.words : strategy.action);
    const auto& situations =
        strategy.situations.empty() ? action.situations : strategy.situations;
    if (!strategy.available || !fits(action, situations, plan, outlook, settings))
      continue;
    std::string words = strategy.words.empty() ? label_of(action) : strategy.words;
    candidates.push_back({std::move(action), std::move(words), true, {}, {}});
  }
  for (const auto& action : catalogue) {
    const bool chosen =
        std::any_of(plan.strategies.begin(), plan.strategies.end(),
                    [&](const auto& strategy) { return strategy.action == action.id; });
    if (chosen || !fits(action, action.situations, plan, outlook, settings)) continue;
    candidates.push_back({action, label_of(action), false, {}, {}});
  }
  for (auto& candidate : candidates) set_effects(candidate, outlook, helpfulness);
  return candidates;
}

inline std::string reason_of(const Candidate& candidate, double before, double after,
                             bool in_use, Days horizon) {
  std::string why;
  if (!candidate.acts_on.empty()) why = "It eases " + join(candidate.acts_on);
  if (why.empty()) {
    return candidate.from_plan ? "You chose this for moments like this one."
                               : "It suits where you are now.";
  }
  if (in_use) return why + ", which makes the way back easier.";
  const std::string from = percent(before);
  const std::string to = percent(after);
  if (!(after < before) || from == to) return why + ".";
  const long days = std::lround(horizon.count);
  const std::string within =
      days <= 1 ? "the next day" : "the next " + std::to_string(days) + " days";
  return why + ": the risk of a return to use within " + within + " goes from " + from +
         " to " + to + ".";
}

inline std::vector<risk::Intervention> with(const std::vector<risk::Intervention>& chosen,
                                            const Candidate& candidate) {
  auto all = chosen;
  all.insert(all.end(), candidate.interventions.begin(), candidate.interventions.end());
  return all;
}

inline void add_crisis(const Plan& plan, const risk::Outlook& outlook,
                       const SuggestSettings& settings,
                       std::vector<Suggestion>& suggestions) {
  const std::string reason = "Your answers say that safety comes first now.";
  for (const auto& flag : settings.flags) {
    for (const auto& step : crisis_steps) {
      if (step.flag != flag) continue;
      suggestions.push_back({.action = "crisis",
                             .words = std::string(step.text),
                             .reason = reason,
                             .acts_on = {},
                             .source = "built in"});
    }
    for (const auto& rule : outlook.model().document().safety) {
      if (rule.flag != flag) continue;
      suggestions.push_back(
          {.action = "crisis",
           .words = "Get in touch with someone who can help now, or with " +
                    std::string(fallback_resource) + ".",
           .reason = reason,
           .acts_on = {},
           .source = rule.source});
    }
  }
  if (settings.flags.empty()) return;
  for (const auto& step : plan.crisis_steps) {
    suggestions.push_back({.action = "crisis",
                           .words = step,
                           .reason = "You wrote this step into your crisis plan.",
                           .acts_on = {},
                           .from_plan = true,
                           .source = "plan"});
  }
}

}  // namespace detail

RELAPSE_INLINE Action find_action(const Plan& plan, const Model& model,
                                  std::string_view id) {
  if (const auto* action = detail::in_catalogue(model, id)) return *action;
  for (const auto& strategy : plan.strategies) {
    const std::string& own = strategy.action.empty() ? strategy.words : strategy.action;
    if (own != id || strategy.words.empty()) continue;
    Action action;
    action.id = own;
    action.label = strategy.words;
    action.source = "plan";
    return action;
  }
  throw InvalidInput("action '" + std::string(id) + "'",
                     "is neither in the catalogue nor an own strategy of the plan");
}

RELAPSE_INLINE std::vector<Suggestion> suggest(const Plan& plan,
                                               const risk::Outlook& outlook,
                                               const Helpfulness& helpfulness,
                                               const SuggestSettings& settings) {
  if (settings.count < 0) throw InvalidInput("suggest", "count must be 0 or more");
  if (!(settings.minutes >= 0.0))
    throw InvalidInput("suggest", "minutes must be 0 or more");
  std::vector<Suggestion> suggestions;
  detail::add_crisis(plan, outlook, settings, suggestions);
  auto candidates = detail::find_candidates(plan, outlook, helpfulness, settings);
  const bool in_use = outlook.model().use()[static_cast<std::size_t>(outlook.stage())];
  const Days level_horizon = outlook.model().document().levels.horizon;
  std::vector<risk::Intervention> chosen;
  double risk = outlook.risk_within(settings.horizon).probability;
  double level_risk = outlook.risk_within(level_horizon).probability;
  for (int k = 0; k < settings.count && !candidates.empty(); ++k) {
    std::size_t best = 0;
    double best_risk = 0.0;
    for (std::size_t c = 0; c < candidates.size(); ++c) {
      const auto interventions = detail::with(chosen, candidates[c]);
      const double left =
          outlook.risk_within(settings.horizon, interventions).probability;
      const bool helps_by_plan = candidates[c].from_plan && left < risk;
      const bool best_by_plan = candidates[best].from_plan && best_risk < risk;
      const bool better =
          helps_by_plan != best_by_plan ? helps_by_plan : left < best_risk;
      if (c == 0 || better) {
        best = c;
        best_risk = left;
      }
    }
    if (best_risk > risk + detail::rounding) break;  // what is left would raise the risk
    auto& candidate = candidates[best];
    chosen = detail::with(chosen, candidate);
    const double level_left = outlook.risk_within(level_horizon, chosen).probability;
    suggestions.push_back({.action = candidate.action.id,
                           .words = candidate.words,
                           .reason = detail::reason_of(candidate, risk, best_risk, in_use,
                                                       settings.horizon),
                           .change = best_risk - risk,
                           .level_change = level_left - level_risk,
                           .acts_on = candidate.acts_on,
                           .from_plan = candidate.from_plan,
                           .source = candidate.action.source});
    risk = best_risk;
    level_risk = level_left;
    candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(best));
  }
  return suggestions;
}

}  // namespace relapse::care
