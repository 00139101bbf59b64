#pragma once

#include <relapse/care/candidates.hpp>
#include <relapse/care/medication_advice.hpp>
#include <relapse/care/plan_page.hpp>
#include <relapse/care/support_words.hpp>
#include <relapse/core/error.hpp>
#include <relapse/core/index.hpp>
#include <relapse/domain/situation.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace relapse::care {
namespace detail {

inline const Action* in_catalogue(const Model& model, std::string_view id) {
  const int index = index_of(model.document().actions, id);
  return index < 0 ? nullptr : &model.document().actions[static_cast<std::size_t>(index)];
}

inline Action own_action(const Strategy& strategy) {
  Action action;
  action.id = strategy.action.empty() ? strategy.words : strategy.action;
  action.label = strategy.words;
  action.source = "plan";
  return action;
}

inline std::string label_of(const Action& action, const Wording& say) {
  return action.label.empty() ? action.id : std::string(say.known(action.label));
}

/// A label in the middle of a sentence; codes and initials keep their capitals, and so
/// does every word of a language other than English.
inline std::string in_sentence(std::string label, const Wording& say) {
  if (say.language() != Wording().language()) return label;
  const bool one_capital = label.size() > 1 && label[1] >= 'a' && label[1] <= 'z';
  if (one_capital && label[0] >= 'A' && label[0] <= 'Z') {
    label[0] = static_cast<char>(label[0] - 'A' + 'a');
  }
  return label;
}

inline void set_effects(Candidate& candidate, const risk::Outlook& outlook,
                        const Helpfulness& helpfulness, const SuggestSettings& settings) {
  const auto& action = candidate.action;
  const auto law = helpfulness.of(action);
  candidate.helps = law.mean();
  if (settings.exploration > 0.0) {
    const double drawn = draw_helpfulness(action, law, settings.seed);
    candidate.helps += settings.exploration * (drawn - law.mean());
  }
  candidate.interventions = interventions_of(action, law.mean(), outlook.model());
  candidate.ranked_by = interventions_of(action, candidate.helps, outlook.model());
  const auto& determinants = outlook.model().document().determinants;
  for (const auto& effect : action.acts_on) {
    const int index = index_of(determinants, effect.determinant);
    if (effect.factor >= 1.0 || outlook.determinant(index) <= 0.0) continue;
    const auto& rule = determinants[static_cast<std::size_t>(index)];
    const auto& say = settings.wording;
    const std::string label(rule.label.empty() ? rule.id : say.known(rule.label));
    candidate.acts_on.push_back(in_sentence(label, say));
  }
}

/// Whether the person can do it now: time, place, somebody to reach, not just done.
inline bool is_at_hand(const Action& action, const Plan& plan, Time now,
                       const Helpfulness& helpfulness, const SuggestSettings& settings) {
  const auto& needs = action.needs;
  if (needs.minutes > settings.minutes) return false;
  if (!needs.place.empty() && settings.places) {
    const auto& places = *settings.places;
    if (std::find(places.begin(), places.end(), needs.place) == places.end()) {
      return false;
    }
  }
  const auto tried = helpfulness.last_tried.find(action.id);
  const bool just_done = settings.cool_down.count > 0.0 &&
                         tried != helpfulness.last_tried.end() &&
                         now < tried->second + settings.cool_down;
  if (just_done) return false;
  if (!needs.contact) return true;
  const bool quiet = settings.quiet && !is_high(settings) &&
                     settings.quiet->contain(settings.zone.local(now));
  return !plan.contacts.empty() && settings.contact_available && !quiet;
}

/// Whether the action fits where the person is.
inline bool fits(const Action& action, const std::vector<std::string>& situations,
                 const risk::Outlook& outlook) {
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

/// Who is to be asked about a medication: the prescriber as a contact, or else a
/// clinician.
inline std::string prescriber_of(const Plan& plan, const Medication& medication) {
  std::string found;
  for (const auto& contact : plan.contacts) {
    if (contact.name == medication.prescriber) return contact.name;
    if (found.empty() && contact.role == "clinician") found = contact.name;
  }
  return found;
}

/// Holds the candidates to what may be said about the plan's medication, and puts the
/// prescriber first where that is due.
inline void keep_to_medication(const Plan& plan, const risk::Outlook& outlook,
                               const SuggestSettings& settings,
                               std::vector<Candidate>& candidates) {
  const auto facts = medication_facts(outlook);
  const auto advice = medication_advice(plan, facts);
  const auto is = [](const char* id) {
    return [id](const Candidate& each) { return each.action.id == id; };
  };
  const auto drop = [&](const char* id) {
    candidates.erase(std::remove_if(candidates.begin(), candidates.end(), is(id)),
                     candidates.end());
  };
  if (!advice.may_take) drop("take_medication");
  if (!advice.any) drop("talk_to_prescriber");
  const auto* first = advice.prescriber_first;
  const auto* action = in_catalogue(outlook.model(), "talk_to_prescriber");
  if (first == nullptr || action == nullptr) return;
  auto found =
      std::find_if(candidates.begin(), candidates.end(), is("talk_to_prescriber"));
  if (found == candidates.end()) {
    Candidate added;
    added.action = *action;
    candidates.push_back(std::move(added));
    found = candidates.end() - 1;
  }
  const auto& say = settings.wording;
  const std::string who = first->prescriber.empty()
                              ? std::string(say(words::medication::prescriber))
                              : first->prescriber;
  found->words = say(words::medication::prescriber_first, {who, first->name});
  found->rule = say(words::medication::doses_missed,
                    {length_in_words(Days{facts.missed_days}, say)});
  found->contact = prescriber_of(plan, *first);
}

}  // namespace detail

RELAPSE_INLINE Action find_action(const Plan& plan, const Model& model,
                                  std::string_view id) {
  if (const auto* action = detail::in_catalogue(model, id)) return *action;
  for (const auto& strategy : plan.strategies) {
    const std::string& own = strategy.action.empty() ? strategy.words : strategy.action;
    if (own == id && !strategy.words.empty()) return detail::own_action(strategy);
  }
  throw InvalidInput("action '" + std::string(id) + "'",
                     "is neither in the catalogue nor an own strategy of the plan");
}

RELAPSE_INLINE std::vector<risk::Intervention>
interventions_of(const Action& action, double helps, const Model& model) {
  std::vector<risk::Intervention> all;
  const double scale = helps / action.helpfulness.mean();
  for (const auto& effect : action.acts_on) {
    const int index = index_of(model.document().determinants, effect.determinant);
    all.push_back({index, std::pow(effect.factor, scale), action.lasts});
  }
  return all;
}

RELAPSE_INLINE std::vector<Candidate> find_candidates(const Plan& plan,
                                                      const risk::Outlook& outlook,
                                                      const Helpfulness& helpfulness,
                                                      const SuggestSettings& settings) {
  std::vector<Candidate> candidates;
  const auto& catalogue = outlook.model().document().actions;
  for (const auto& strategy : plan.strategies) {
    const auto* known = detail::in_catalogue(outlook.model(), strategy.action);
    if (known == nullptr && strategy.words.empty()) {
      find_action(plan, outlook.model(), strategy.action);  // says what is wrong
    }
    Action action = known != nullptr ? *known : detail::own_action(strategy);
    const auto& situations =
        strategy.situations.empty() ? action.situations : strategy.situations;
    const bool support = action.needs.contact && is_high(settings);
    if (!strategy.available || !(support || detail::fits(action, situations, outlook)))
      continue;
    if (!detail::is_at_hand(action, plan, outlook.now(), helpfulness, settings)) continue;
    std::string words = strategy.words.empty()
                            ? detail::label_of(action, settings.wording)
                            : strategy.words;
    candidates.push_back(
        {std::move(action), std::move(words), true, &strategy, 0.0, {}, {}, {}});
  }
  for (const auto& action : catalogue) {
    const bool chosen =
        std::any_of(plan.strategies.begin(), plan.strategies.end(),
                    [&](const auto& strategy) { return strategy.action == action.id; });
    const bool support = action.needs.contact && is_high(settings);
    if (chosen || !(support || detail::fits(action, action.situations, outlook)))
      continue;
    if (!detail::is_at_hand(action, plan, outlook.now(), helpfulness, settings)) continue;
    candidates.push_back({action,
                          detail::label_of(action, settings.wording),
                          false,
                          nullptr,
                          0.0,
                          {},
                          {},
                          {}});
  }
  detail::keep_to_medication(plan, outlook, settings, candidates);
  for (auto& candidate : candidates) {
    detail::set_effects(candidate, outlook, helpfulness, settings);
  }
  return candidates;
}

}  // namespace relapse::care
