#pragma once

#include <relapse/care/helpfulness.hpp>
#include <relapse/care/suggest_settings.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/plan/detail/contact_role.hpp>
#include <relapse/plan/plan.hpp>
#include <relapse/risk/outlook.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace relapse::care {

/// Something that could be suggested now.
struct Candidate {
  Action action;
  std::string words;
  bool from_plan = false;
  const Strategy* strategy = nullptr;
  double helps = 0.0;                             // how often, as ranking takes it
  std::vector<risk::Intervention> interventions;  // what is promised
  std::vector<risk::Intervention> ranked_by;      // what ranking takes, explored or not
  std::vector<std::string> acts_on;  // labels of raised determinants that it lowers
  bool in_place = true;              // its situation is met or ahead, or it names none
  bool fits = true;                  // in place, and meant for the stage
  bool after_use = false;            // belongs to a return to use
  bool by_flag = false;              // a flag that is up calls for it
  bool wanted = true;                // if it is for a need of its own, that was told
  bool for_the_body = false;         // after use, and medical
  Callings asks_for = {};            // of what needs a contact, or belongs to use
  std::string rule = {};     // sentence of the rule that puts it first; empty: none does
  std::string answers = {};  // the need that it is built in for; empty: it is not
  std::string contact = {};  // whom the rule names, or what is built in
};

/// Whether use was told just now, or some days ago; or known of from before the first
/// check-in.
enum class UseRecency { none, lately, now };

UseRecency use_recency(const risk::Outlook& outlook,
                       const SuggestSettings& settings = {});

/// Whether a flag says that there was use: one that is up, or whose floor is in force.
bool is_told_by_flag(const SuggestSettings& settings);

/// The action of the catalogue, an own strategy of the plan, or "support", "check_in" or
/// "crisis" as they are built in (no effect is modelled of these). Throws InvalidInput
/// for another.
Action find_action(const Plan& plan, const Model& model, std::string_view id);

/// What an action does to the determinants, the more the more it helps: `helps` over the
/// mean of the prior scales the log of each factor.
std::vector<risk::Intervention> interventions_of(const Action& action, double helps,
                                                 const Model& model);

/// What fits where the person is and is at hand: strategies of the plan first, in their
/// order, then the rest of the catalogue. After use was told, the person is in a stage of
/// use, whatever the belief says, and some days later what belongs there still fits.
/// Under a safety flag nothing fits that belongs to a quiet day, and what the flag calls
/// for is at hand anyway. At level `high` or above what reaches somebody is at hand
/// anywhere. What asks somebody for help with a need of its own fits where an answer or a
/// goal names that; what speaks of a part of the plan, where that is there.
std::vector<Candidate> find_candidates(const Plan& plan, const risk::Outlook& outlook,
                                       const Helpfulness& helpfulness,
                                       const SuggestSettings& settings);

/// Whether support has to be among the suggestions, wherever the person is.
inline bool is_high(const SuggestSettings& settings) {
  return settings.help_wanted || (settings.level && *settings.level >= RiskLevel::high);
}

/// Whether somebody to talk to has to be, and what fills places has to wait.
inline bool is_raised(const SuggestSettings& settings) {
  return is_high(settings) || (settings.level && *settings.level >= RiskLevel::elevated);
}

/// Whether nothing is so urgent that others are called whatever the hour.
inline bool can_wait(const SuggestSettings& settings) {
  return !is_high(settings) && settings.flags.empty() && !settings.help_wanted;
}

/// Whether it is a time at which others are left alone.
inline bool is_quiet(Time now, const SuggestSettings& settings) {
  return settings.quiet && can_wait(settings) &&
         settings.quiet->contain(settings.zone.local(now));
}

}  // namespace relapse::care

#ifndef RELAPSE_COMPILED
#include <relapse/care/detail/candidates.ipp>
#endif
