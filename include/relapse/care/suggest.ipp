#pragma once

#include <relapse/care/suggest.hpp>
#include <relapse/care/words.hpp>
#include <relapse/core/error.hpp>
#include <relapse/core/index.hpp>
#include <relapse/domain/crisis.hpp>
#include <relapse/domain/phrases.hpp>
#include <relapse/domain/situation.hpp>

#include <algorithm>
#include <cmath>

namespace relapse::care {
namespace detail {

inline std::string percent(double probability, const Wording& say) {
  const int tenths = static_cast<int>(std::lround(probability * 1000.0));
  return std::to_string(tenths / 10) + std::string(say(words::decimal_sign)) +
         std::to_string(tenths % 10) + " %";
}

inline std::string join(const std::vector<std::string>& labels, const Wording& say) {
  std::string text;
  for (std::size_t k = 0; k < labels.size(); ++k) {
    if (k > 0) text += k + 1 == labels.size() ? say(words::last_and) : ", ";
    text += labels[k];
  }
  return text;
}

/// Far above what an action without effect changes, far below what counts.
inline constexpr double rounding = 1e-12;

/// How the risk over a horizon changes.
struct RiskStep {
  double before = 0.0;
  double after = 0.0;
  Days horizon{1.0};
};

/// @param step nullopt while use goes on: a return to it has no risk then
inline std::string reason_of(const Candidate& candidate,
                             const std::optional<RiskStep>& step, const Wording& say) {
  if (candidate.acts_on.empty()) {
    return std::string(
        say(candidate.from_plan ? words::suggest::chosen : words::suggest::suits));
  }
  const std::string eased = join(candidate.acts_on, say);
  if (!step) return say(words::suggest::eases_way_back, {eased});
  const std::string from = percent(step->before, say);
  const std::string to = percent(step->after, say);
  if (!(step->after < step->before) || from == to) {
    return say(words::suggest::eases, {eased});
  }
  const long days = std::lround(step->horizon.count);
  const std::string within = days <= 1
                                 ? std::string(say(words::suggest::next_day))
                                 : say(words::suggest::next_days, {std::to_string(days)});
  return say(words::suggest::eases_risk, {eased, within, from, to});
}

inline std::vector<risk::Intervention> with(const std::vector<risk::Intervention>& chosen,
                                            const std::vector<risk::Intervention>& more) {
  auto all = chosen;
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// The situation in which the action is to come to mind: a trigger of the plan that it is
/// meant for, or else what it acts on.
inline std::string if_then(const Candidate& candidate, const Plan& plan,
                           const Wording& say) {
  const auto& codes =
      candidate.strategy != nullptr && !candidate.strategy->situations.empty()
          ? candidate.strategy->situations
          : candidate.action.situations;
  for (const auto& trigger : plan.triggers) {
    const auto* category = find_situation(trigger.situation);
    const bool meant = std::any_of(codes.begin(), codes.end(), [&](const auto& code) {
      return find_situation(code) == category;
    });
    if (!meant || category == nullptr) continue;
    return say(words::suggest::if_trigger,
               {words::situation(trigger, say), candidate.words});
  }
  if (candidate.acts_on.empty()) return say(words::suggest::if_hard, {candidate.words});
  return say(words::suggest::if_felt, {join(candidate.acts_on, say), candidate.words});
}

/// Whom to reach: who agreed to be asked for support, or else the first contact.
inline std::string supporter(const Plan& plan) {
  for (const auto& contact : plan.contacts) {
    if (contact.allows(ConsentPurpose::support)) return contact.name;
  }
  return plan.contacts.empty() ? std::string() : plan.contacts.front().name;
}

/// Chooses one candidate after the other.
class Choice {
 public:
  Choice(const Plan& plan, const risk::Outlook& outlook, const Helpfulness& helpfulness,
         const SuggestSettings& settings)
      : plan_(plan),
        outlook_(outlook),
        helpfulness_(helpfulness),
        settings_(settings),
        level_horizon_(outlook.model().document().levels.horizon),
        in_use_(outlook.model().use()[static_cast<std::size_t>(outlook.stage())]),
        candidates_(find_candidates(plan, outlook, helpfulness, settings)) {
    risk_ = ranked_risk_ = risk(settings.horizon, {});
    level_risk_ = risk(level_horizon_, {});
  }

  /// Appends the suggestions, best first.
  void write(std::vector<Suggestion>& suggestions) {
    bool support = !is_high(settings_);
    for (int k = 0; k < settings_.count && !candidates_.empty(); ++k) {
      const bool last = k + 1 == settings_.count;
      if (!take_best(last && !support, suggestions)) break;
      support = support || !suggestions.back().contact.empty();
    }
    if (support || settings_.count == 0) return;
    if (take_best(true, suggestions)) return;  // what is left would not lower the risk
    const auto& say = settings_.wording;
    const auto reach = say(words::suggest::reach_somebody, {say(phrases::fallback)});
    suggestions.push_back({.action = "support",
                           .words = reach,
                           .reason = std::string(say(words::suggest::support_now)),
                           .acts_on = {},
                           .source = "built in",
                           .if_then = say(words::suggest::if_hard, {reach})});
  }

 private:
  double risk(Days horizon, const std::vector<risk::Intervention>& done) const {
    return outlook_.risk_within(horizon, done).probability;
  }

  /// @param support only what reaches somebody
  bool take_best(bool support, std::vector<Suggestion>& suggestions) {
    std::size_t best = candidates_.size();
    double best_risk = 0.0;
    for (std::size_t c = 0; c < candidates_.size(); ++c) {
      const auto& candidate = candidates_[c];
      if (support && !candidate.action.needs.contact) continue;
      const auto& does = candidate.ranked_by;
      const double left =
          does.empty() ? ranked_risk_ : risk(settings_.horizon, with(ranked_, does));
      if (best == candidates_.size() ||
          is_better(candidate, left, candidates_[best], best_risk)) {
        best = c;
        best_risk = left;
      }
    }
    if (best == candidates_.size()) return false;
    if (!support && best_risk > ranked_risk_ + rounding) return false;
    ranked_ = with(ranked_, candidates_[best].ranked_by);
    ranked_risk_ = best_risk;
    suggestions.push_back(suggestion(candidates_[best]));
    candidates_.erase(candidates_.begin() + static_cast<std::ptrdiff_t>(best));
    return true;
  }

  bool is_better(const Candidate& one, double one_risk, const Candidate& other,
                 double other_risk) const {
    const bool one_by_plan = one.from_plan && one_risk < ranked_risk_;
    const bool other_by_plan = other.from_plan && other_risk < ranked_risk_;
    if (one_by_plan != other_by_plan) return one_by_plan;
    if (std::abs(one_risk - other_risk) > rounding) return one_risk < other_risk;
    return one.helps > other.helps + rounding;
  }

  Suggestion suggestion(const Candidate& candidate) {
    const auto& action = candidate.action;
    const auto range = range_of(helpfulness_.of(action));
    const auto with_help = [&](double helps) {
      const auto more = interventions_of(action, helps, outlook_.model());
      return risk(level_horizon_, with(chosen_, more)) - level_risk_;
    };
    const double weak = with_help(range.low);
    const double strong = with_help(range.high);
    const auto done = with(chosen_, candidate.interventions);
    const double left = risk(settings_.horizon, done);
    const auto step = in_use_ ? std::nullopt
                              : std::optional<RiskStep>({risk_, left, settings_.horizon});
    const double level_left = risk(level_horizon_, done);
    Suggestion made{.action = action.id,
                    .words = candidate.words,
                    .reason = reason_of(candidate, step, settings_.wording),
                    .change = left - risk_,
                    .level_change = level_left - level_risk_,
                    .acts_on = candidate.acts_on,
                    .from_plan = candidate.from_plan,
                    .source = action.source,
                    .level_change_low = std::min(weak, strong),
                    .level_change_high = std::max(weak, strong),
                    .if_then = if_then(candidate, plan_, settings_.wording),
                    .contact = action.needs.contact ? supporter(plan_) : std::string()};
    chosen_ = done;
    risk_ = left;
    level_risk_ = level_left;
    return made;
  }

  const Plan& plan_;
  const risk::Outlook& outlook_;
  const Helpfulness& helpfulness_;
  const SuggestSettings& settings_;
  Days level_horizon_;
  bool in_use_;
  std::vector<Candidate> candidates_;
  std::vector<risk::Intervention> chosen_;
  std::vector<risk::Intervention> ranked_;
  double risk_ = 0.0;
  double ranked_risk_ = 0.0;
  double level_risk_ = 0.0;
};

inline void require_sense(const SuggestSettings& settings) {
  if (settings.count < 0) throw InvalidInput("suggest", "count must be 0 or more");
  if (!(settings.minutes >= 0.0)) {
    throw InvalidInput("suggest", "minutes must be 0 or more");
  }
  if (!(settings.exploration >= 0.0 && settings.exploration <= 1.0)) {
    throw InvalidInput("suggest", "exploration must be from 0 to 1");
  }
  if (!(settings.cool_down.count >= 0.0)) {
    throw InvalidInput("suggest", "cool_down must be 0 or more days");
  }
}

}  // namespace detail

RELAPSE_INLINE std::vector<Suggestion> crisis_steps(const Plan& plan, const Model& model,
                                                    const SuggestSettings& settings) {
  std::vector<Suggestion> suggestions;
  const auto& say = settings.wording;
  const std::string reason(say(words::suggest::safety_first));
  for (const auto& flag : settings.flags) {
    if (const auto* step = phrases::crisis_step(flag)) {
      suggestions.push_back({.action = "crisis",
                             .words = std::string(say(*step)),
                             .reason = reason,
                             .acts_on = {},
                             .source = "built in"});
    }
    for (const auto& rule : model.document().safety) {
      if (rule.flag != flag) continue;
      suggestions.push_back(
          {.action = "crisis",
           .words = say(words::suggest::reach_help, {say(phrases::fallback)}),
           .reason = reason,
           .acts_on = {},
           .source = rule.source});
    }
  }
  if (settings.flags.empty()) return suggestions;
  for (const auto& step : plan.crisis_steps) {
    suggestions.push_back({.action = "crisis",
                           .words = step,
                           .reason = std::string(say(words::suggest::own_crisis_step)),
                           .acts_on = {},
                           .from_plan = true,
                           .source = "plan"});
  }
  return suggestions;
}

RELAPSE_INLINE std::vector<Suggestion> suggest(const Plan& plan,
                                               const risk::Outlook& outlook,
                                               const Helpfulness& helpfulness,
                                               const SuggestSettings& settings) {
  detail::require_sense(settings);
  auto suggestions = crisis_steps(plan, outlook.model(), settings);
  detail::Choice(plan, outlook, helpfulness, settings).write(suggestions);
  return suggestions;
}

}  // namespace relapse::care
