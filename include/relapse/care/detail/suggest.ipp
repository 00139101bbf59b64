#pragma once

#include <relapse/care/detail/answering.ipp>
#include <relapse/care/detail/candidates.hpp>
#include <relapse/care/detail/crisis_steps.ipp>
#include <relapse/care/detail/needs.hpp>
#include <relapse/care/detail/whom.hpp>
#include <relapse/care/detail/words.hpp>
#include <relapse/care/suggest.hpp>
#include <relapse/core/detail/index.hpp>
#include <relapse/core/error.hpp>
#include <relapse/core/zone.hpp>
#include <relapse/domain/phrases.hpp>
#include <relapse/domain/situation.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace relapse::care {
namespace detail {

inline std::string percent(double probability, const Wording& say) {
  const int tenths = static_cast<int>(std::lround(probability * 1000.0));
  return std::to_string(tenths / 10) + std::string(say(words::decimal_sign)) +
         std::to_string(tenths % 10) + " %";
}

inline std::string join(const std::vector<std::string>& labels, const Wording& say) {
  // A label that keeps its capital is no part of a sentence.
  const bool apart = say.language() != Wording().language();
  std::string text;
  for (std::size_t k = 0; k < labels.size(); ++k) {
    const bool last = k + 1 == labels.size();
    if (k > 0) text += apart ? "; " : last ? say(words::last_and) : ", ";
    text += labels[k];
  }
  return text;
}

/// How the risk over a horizon changes.
struct RiskStep {
  double before = 0.0;
  double after = 0.0;
  Days horizon{1.0};
};

/// What the action does, in a sentence; empty where that is not worth one.
/// @param step nullopt while use goes on: a return to it has no risk then
inline std::string effect_of(const Candidate& candidate,
                             const std::optional<RiskStep>& step, const Wording& say) {
  if (candidate.acts_on.empty()) {
    return candidate.from_plan ? std::string(say(words::suggest::chosen)) : "";
  }
  const std::string eased = join(candidate.acts_on, say);
  if (!step) return say(words::suggest::eases_way_back, {eased});
  constexpr long least = 2;           // tenths of a percent, as shown, and
  constexpr double least_part = 0.1;  // of the risk; expert defaults
  const auto tenths = [](double risk) { return std::lround(risk * 1000.0); };
  if (tenths(step->before) - tenths(step->after) < least) return "";
  if (step->before - step->after < least_part * step->before) return "";
  const long days = std::lround(step->horizon.count);
  const std::string within = days <= 1
                                 ? std::string(say(words::suggest::next_day))
                                 : say(words::suggest::next_days, {std::to_string(days)});
  return say(words::suggest::eases_risk,
             {eased, within, percent(step->before, say), percent(step->after, say)});
}

/// The need, and what the action does about it.
inline std::string reason_of(std::string need, const Candidate& candidate,
                             const std::optional<RiskStep>& step, const Wording& say) {
  if (!candidate.rule.empty()) return candidate.rule;
  const auto effect = effect_of(candidate, step, say);
  if (effect.empty()) return need;
  return std::move(need) + " " + effect;
}

inline std::vector<risk::Intervention> with(const std::vector<risk::Intervention>& chosen,
                                            const std::vector<risk::Intervention>& more) {
  auto all = chosen;
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// The trigger of the plan in which the action is to come to mind: that of the situation
/// that it answers to, or else the first that it is meant for; null where there is none.
inline const Trigger* moment_of(const Candidate& candidate, const std::string& situation,
                                const Plan& plan) {
  if (!situation.empty()) return trigger_of(situation, plan);
  const auto& codes =
      candidate.strategy != nullptr && !candidate.strategy->situations.empty()
          ? candidate.strategy->situations
          : candidate.action.situations;
  for (const auto& trigger : plan.triggers) {
    const auto* category = find_situation(trigger.situation);
    const bool meant = std::any_of(codes.begin(), codes.end(), [&](const auto& code) {
      return find_situation(code) == category;
    });
    if (meant && category != nullptr) return &trigger;
  }
  return nullptr;
}

/// The moment in which the action is to come to mind, or else what it acts on; empty for
/// what makes such a sentence itself.
/// @param situation that the action answers to; empty: none
inline std::string if_then(const Candidate& candidate, const std::string& situation,
                           const Plan& plan, const Wording& say) {
  if (candidate.action.id == "if_then_plan") return {};
  const auto then = unended(candidate.words);
  if (const auto* trigger = moment_of(candidate, situation, plan)) {
    const auto here = unended(std::string(words::situation(*trigger, say)));
    return say(words::suggest::if_trigger, {here, then});
  }
  if (candidate.acts_on.empty()) return say(words::suggest::if_hard, {then});
  return say(words::suggest::if_felt, {join(candidate.acts_on, say), then});
}

/// Chooses one candidate after the other.
class Choice {
 public:
  Choice(const Plan& plan, const risk::Outlook& outlook, const Helpfulness& helpfulness,
         const SuggestSettings& settings)
      : plan_(plan),
        looks_(outlook),
        outlook_(looks_.outlook()),
        helpfulness_(helpfulness),
        settings_(settings),
        level_horizon_(outlook.model().document().levels.horizon),
        reached_(!is_raised(settings)),
        in_use_(outlook.model().use()[static_cast<std::size_t>(outlook.stage())]),
        needs_(find_needs(looks_, settings)),
        found_(find_candidates(plan, outlook, helpfulness, settings)),
        answering_(looks_, helpfulness) {
    for (const auto& each : found_) candidates_.push_back(&each);
    risk_ = ranked_risk_ = risk(settings.horizon, {});
    level_risk_ = risk(level_horizon_, {});
  }

  /// Appends the suggestions, best first: one for each need, then a second one.
  void write(std::vector<Suggestion>& suggestions) {
    const auto end = suggestions.size() + static_cast<std::size_t>(settings_.count);
    for (const auto& need : needs_) {  // what a flag calls for goes before all
      if (need.kind != NeedKind::flag || suggestions.size() == end) break;
      answer(need, true, suggestions);
    }
    // Nobody is alone under a flag; at a raised level somebody is among the first three.
    const bool at_once = !settings_.flags.empty() || settings_.help_wanted;
    const int by = at_once ? 1 : is_high(settings_) ? std::min(settings_.count, 3) : 3;
    const auto support_at = end + static_cast<std::size_t>(by) -
                            static_cast<std::size_t>(settings_.count) - 1;
    const auto reach_in_time = [&] {
      if (!reached_ && suggestions.size() >= support_at && suggestions.size() < end)
        reach_somebody(suggestions);
    };
    reach_in_time();
    // What the plan's medication asks for comes first; after use, the lapse does.
    const auto use = use_recency(outlook_, settings_);
    bool ruled = use != UseRecency::now && take_by_rule(suggestions, end);
    // While anything else answers a need, at a raised level nothing fills a place, and at
    // a high one nothing of a quiet day is said.
    bool rest = false;
    for (bool more = true; (more || !rest) && suggestions.size() < end;) {
      rest = rest || !more;
      more = false;
      for (const auto& need : needs_) {
        reach_in_time();
        if (suggestions.size() == end) return;
        if (need.kind == NeedKind::stage && is_raised(settings_) && !rest) continue;
        if (!answer(need, rest || !is_high(settings_), suggestions)) continue;
        more = true;
        if (!ruled) ruled = take_by_rule(suggestions, end);
      }
    }
    if (!reached_ && suggestions.size() < end) reach_somebody(suggestions);
  }

 private:
  double risk(Days horizon, const std::vector<risk::Intervention>& done) {
    return looks_.risk_within(horizon, done);
  }

  /// The best candidate by a value above 0; of equal ones the first.
  template <class Value>
  std::size_t best_by(Value value) {
    std::size_t best = candidates_.size();
    double highest = 0.0;
    for (std::size_t c = 0; c < candidates_.size(); ++c) {
      const double own = value(*candidates_[c]);
      if (!(own > highest * (1.0 + rounding))) continue;
      best = c;
      highest = own;
    }
    return best;
  }

  /// @param quiet_day whether what belongs to one may answer, too
  bool answer(const Need& need, bool quiet_day, std::vector<Suggestion>& suggestions) {
    while (true) {
      // At a raised level it fills no place; under a flag only the person's choice does.
      const bool filler = need.kind == NeedKind::stage && is_raised(settings_);
      const bool flagged = need.kind == NeedKind::stage && !settings_.flags.empty();
      const auto best = best_by([&](const Candidate& candidate) {
        const bool own = candidate.from_plan || candidate.after_use;
        if (candidate.action.quiet_day && (filler || (!quiet_day && !own))) return 0.0;
        if (need.kind == NeedKind::coming && !is_for_ahead(need.id, candidate, settings_))
          return 0.0;
        return flagged && !candidate.from_plan ? 0.0 : answering_(need, candidate);
      });
      if (best == candidates_.size()) return false;
      if (raises_risk(*candidates_[best])) {
        candidates_.erase(candidates_.begin() + static_cast<std::ptrdiff_t>(best));
        continue;
      }
      take(best, need, in_words(need, plan_, outlook_, settings_), suggestions);
      return true;
    }
  }

  /// What reaches somebody of the plan, or the built-in words.
  void reach_somebody(std::vector<Suggestion>& suggestions) {
    const auto& say = settings_.wording;
    const bool now = is_high(settings_) || !settings_.flags.empty();
    const std::string reason(
        say(now ? words::suggest::support_now : words::suggest::support_today));
    const auto best_of = [&](bool company) {
      return best_by([&](const Candidate& candidate) {
        if (!candidate.action.needs.contact) return 0.0;
        if (whom(candidate).empty() || (company && !is_company(candidate.asks_for)))
          return 0.0;
        return answering_.support(candidate);
      });
    };
    auto best = best_of(true);
    if (best == candidates_.size()) best = best_of(false);
    reached_ = true;
    if (best < candidates_.size()) {
      take(best, {.id = "support"}, reason, suggestions);
      return;
    }
    const auto reach = now ? say(words::suggest::reach_somebody, {say(phrases::fallback)})
                           : std::string(say(words::suggest::talk_to_somebody));
    suggestions.push_back({.action = "support",
                           .words = reach,
                           .reason = reason,
                           .acts_on = {},
                           .source = "built in",
                           .if_then = say(words::suggest::if_hard, {unended(reach)}),
                           .need = "support"});
  }

  bool take_by_rule(std::vector<Suggestion>& suggestions, std::size_t end) {
    const auto found =
        std::find_if(candidates_.begin(), candidates_.end(),
                     [](const auto* candidate) { return !candidate->rule.empty(); });
    if (found == candidates_.end()) return true;
    if (suggestions.size() >= end) return false;
    take(static_cast<std::size_t>(found - candidates_.begin()), {.id = "medication"}, {},
         suggestions);
    return true;
  }

  bool raises_risk(const Candidate& candidate) {
    const auto& does = candidate.ranked_by;
    return !does.empty() &&
           risk(settings_.horizon, with(ranked_, does)) > ranked_risk_ + rounding;
  }

  void take(std::size_t best, const Need& need, const std::string& reason,
            std::vector<Suggestion>& suggestions) {
    const auto& candidate = *candidates_[best];
    ranked_ = with(ranked_, candidate.ranked_by);
    ranked_risk_ = risk(settings_.horizon, ranked_);
    const auto situation = situation_of(need, outlook_.model());
    suggestions.push_back(suggestion(candidate, reason));
    suggestions.back().if_then = if_then(candidate, situation, plan_, settings_.wording);
    suggestions.back().need = need.id;
    // An appointment with a doctor is no company.
    const bool company = !suggestions.back().contact.empty();
    reached_ = reached_ || (company && !is_medical(candidate.asks_for));
    candidates_.erase(candidates_.begin() + static_cast<std::ptrdiff_t>(best));
  }

  std::string whom(const Candidate& candidate) const {
    if (!candidate.rule.empty() || !candidate.answers.empty()) return candidate.contact;
    return candidate.action.needs.contact
               ? whom_to_ask(candidate.action, candidate.asks_for, plan_)
               : std::string();
  }

  Suggestion suggestion(const Candidate& candidate, const std::string& need) {
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
    const double level_left = risk(level_horizon_, done);
    const bool quick =
        action.lasts <= settings_.horizon || settings_.horizon > level_horizon_;
    const auto step = quick ? RiskStep{risk_, left, settings_.horizon}
                            : RiskStep{level_risk_, level_left, level_horizon_};
    Suggestion made{.action = action.id,
                    .words = candidate.words,
                    .reason = reason_of(need, candidate,
                                        in_use_ ? std::nullopt : std::optional(step),
                                        settings_.wording),
                    .change = left - risk_,
                    .level_change = level_left - level_risk_,
                    .acts_on = candidate.acts_on,
                    .from_plan = candidate.from_plan,
                    .source = action.source,
                    .level_change_low = std::min(weak, strong),
                    .level_change_high = std::max(weak, strong),
                    .contact = whom(candidate)};
    chosen_ = done;
    risk_ = left;
    level_risk_ = level_left;
    return made;
  }

  const Plan& plan_;
  risk::Counterfactuals looks_;
  const risk::Outlook& outlook_;
  const Helpfulness& helpfulness_;
  const SuggestSettings& settings_;
  Days level_horizon_;
  bool reached_;  // somebody is, or need not be
  bool in_use_;
  std::vector<Need> needs_;
  std::vector<Candidate> found_;
  std::vector<const Candidate*> candidates_;  // those that are left, in their order
  Answering answering_;
  std::vector<risk::Intervention> chosen_;
  std::vector<risk::Intervention> ranked_;
  double risk_ = 0.0;
  double ranked_risk_ = 0.0;
  double level_risk_ = 0.0;
};

/// The plan without those whom a contact rule leaves alone now; nothing where it leaves
/// nobody alone.
inline std::optional<Plan> without_resting(const Plan& plan, Time now,
                                           const SuggestSettings& settings) {
  if (!settings.keep_rule_hours || !can_wait(settings)) return {};
  const auto rests = [&](const Contact& contact) {
    return std::any_of(plan.contact_rules.begin(), plan.contact_rules.end(),
                       [&](const auto& rule) {
                         // A rule with a problem is told where rules are.
                         const bool has_hours = minute_of_day(rule.quiet_from) &&
                                                minute_of_day(rule.quiet_to) &&
                                                rule.quiet_from != rule.quiet_to;
                         return has_hours && rule.contact == contact.name &&
                                DailyHours(rule.quiet_from, rule.quiet_to)
                                    .contain(settings.zone.local(now));
                       });
  };
  if (std::none_of(plan.contacts.begin(), plan.contacts.end(), rests)) return {};
  Plan awake = plan;
  auto& contacts = awake.contacts;
  contacts.erase(std::remove_if(contacts.begin(), contacts.end(), rests), contacts.end());
  return awake;
}

inline void require_sense(const SuggestSettings& settings) {
  if (settings.count < 0) throw InvalidInput("suggest", "count must be 0 or more");
  if (!(settings.minutes >= 0.0)) {
    throw InvalidInput("suggest", "minutes must be 0 or more");
  }
  if (!(settings.exploration >= 0.0 && settings.exploration <= 1.0)) {
    throw InvalidInput("suggest", "exploration must be from 0 to 1");
  }
  SituationSet(settings.coming);  // refuses what is no code, and a code twice
  if (!(settings.cool_down.count >= 0.0)) {
    throw InvalidInput("suggest", "cool_down must be 0 or more days");
  }
}

}  // namespace detail

RELAPSE_INLINE std::vector<Suggestion> suggest(const Plan& plan,
                                               const risk::Outlook& outlook,
                                               const Helpfulness& helpfulness,
                                               const SuggestSettings& settings) {
  detail::require_sense(settings);
  auto suggestions = crisis_steps(plan, outlook.model(), settings);
  const auto awake = detail::without_resting(plan, outlook.now(), settings);
  detail::Choice(awake ? *awake : plan, outlook, helpfulness, settings)
      .write(suggestions);
  return suggestions;
}

}  // namespace relapse::care
