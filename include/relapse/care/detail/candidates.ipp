#pragma once

#include <relapse/care/detail/called.hpp>
#include <relapse/care/detail/candidates.hpp>
#include <relapse/care/detail/support_words.hpp>
#include <relapse/care/detail/whom.hpp>
#include <relapse/care/detail/words.hpp>
#include <relapse/care/medication_advice.hpp>
#include <relapse/care/plan_page.hpp>
#include <relapse/core/detail/ascii.hpp>
#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/index.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/core/error.hpp>
#include <relapse/domain/protocol.hpp>
#include <relapse/domain/situation.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <variant>

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

/// What a suggestion that stands in no catalogue is called; null for another id.
inline const Phrase* built_in_name(std::string_view id) {
  const auto name = [](StepKind kind) {
    return &words::after::kinds[static_cast<std::size_t>(kind)];
  };
  if (id == "support") return name(StepKind::contact);
  if (id == "check_in") return name(StepKind::check_in);
  return id == "crisis" ? name(StepKind::safety) : nullptr;
}

inline Action built_in_action(std::string_view id, const Phrase& name) {
  Action action;
  action.id = id;
  action.label = name.english;
  action.source = "built in";
  return action;
}

inline bool is_silent(const SuggestSettings& settings) {
  return std::any_of(
      settings.floors.begin(), settings.floors.end(),
      [](const Floor& floor) { return floor.after == FloorCause::silence; });
}

/// What ends a silence.
inline Candidate check_in(const Plan& plan, const SuggestSettings& settings) {
  constexpr std::string_view id = "check_in";
  Candidate made;
  made.action = built_in_action(id, *built_in_name(id));
  made.words = settings.wording(words::suggest::check_in);
  made.asks_for = asked_for(made.action);
  made.answers = "silence";
  made.contact = supporter(plan);
  return made;
}

/// Does not repeat its name, which may be the person's own words.
[[noreturn]] inline void refuse_action() {
  throw InvalidInput("action",
                     "is neither in the catalogue nor an own strategy of the plan");
}

inline std::string label_of(const Action& action, const Wording& say) {
  if (action.label.empty()) return action.id;
  const auto* name = built_in_name(action.id);
  if (name != nullptr && action.label == name->english) return std::string(say(*name));
  return std::string(say.known(action.label));
}

/// A label in the middle of a sentence; codes and initials keep their capitals, and so
/// does every word of a language other than English.
inline std::string in_sentence(std::string label, const Wording& say) {
  if (say.language() != Wording().language()) return label;
  const bool one_capital = label.size() > 1 && ascii::is_small(label[1]);
  if (one_capital) label[0] = ascii::small(label[0]);
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
  candidate.ranked_by = candidate.interventions;
  if (settings.exploration > 0.0)
    candidate.ranked_by = interventions_of(action, candidate.helps, outlook.model());
  const auto& determinants = outlook.model().document().determinants;
  for (std::size_t k = 0; k < action.acts_on.size(); ++k) {
    const int index = candidate.interventions[k].determinant;  // in the same order
    if (action.acts_on[k].factor >= 1.0 || outlook.determinant(index) <= 0.0) continue;
    const auto& rule = determinants[static_cast<std::size_t>(index)];
    const auto& say = settings.wording;
    const std::string label(rule.label.empty() ? rule.id : say.known(rule.label));
    candidate.acts_on.push_back(in_sentence(label, say));
  }
}

/// Whether the person can do it now: time, place, somebody to reach, not just done.
inline bool is_at_hand(const Candidate& candidate, const Plan& plan, Time now,
                       const Helpfulness& helpfulness, const SuggestSettings& settings) {
  const auto& action = candidate.action;
  const auto& needs = action.needs;
  if (needs.minutes > settings.minutes) return false;
  if (!needs.place.empty() && settings.places && !contains(*settings.places, needs.place))
    return false;
  const auto tried = helpfulness.last_tried.find(action.id);
  const bool just_done = settings.cool_down.count > 0.0 &&
                         tried != helpfulness.last_tried.end() &&
                         now < tried->second + settings.cool_down;
  if (just_done) return false;
  if ((needs.contact || needs.daytime) && is_quiet(now, settings)) return false;
  if (!needs.contact) return true;
  return settings.contact_available && has_somebody_for(action, candidate.asks_for, plan);
}

/// Whether the action fits the stage: the most likely one or, after use was told, those
/// of use.
inline bool fits_stage(const Action& action, const risk::Outlook& outlook,
                       const SuggestSettings& settings) {
  const auto& model = outlook.model();
  const auto recency = use_recency(outlook, settings);
  const bool told = recency != UseRecency::none || is_told_by_flag(settings);
  if (told && is_after_use(action, model)) return true;
  if (action.stages.empty()) return true;
  const auto& stages = model.document().stages;
  if (recency != UseRecency::now) {
    return contains(action.stages, stages[static_cast<std::size_t>(outlook.stage())].id);
  }
  return std::any_of(action.stages.begin(), action.stages.end(), [&](const auto& id) {
    return model.use().test(static_cast<std::size_t>(index_of(stages, id)));
  });
}

/// Whether it may answer to a situation that lies ahead: what is for the moment itself
/// not before its day, but by the person's own choice.
inline bool is_for_ahead(const std::string& code, const Candidate& candidate,
                         const SuggestSettings& settings) {
  return candidate.from_plan || !is_for_the_moment(candidate.action) ||
         !contains(settings.later, code);
}

/// Whether one of the situations was met or lies ahead; true when none is named. What is
/// for the moment itself fits one of today, or what is as urgent as one.
inline bool fits_situation(const Candidate& candidate,
                           const std::vector<std::string>& situations,
                           const risk::Outlook& outlook,
                           const SuggestSettings& settings) {
  const auto& action = candidate.action;
  if (situations.empty()) return true;
  const SituationSet wanted(situations);
  const bool ahead =
      std::any_of(settings.coming.begin(), settings.coming.end(), [&](const auto& code) {
        return wanted.covers(code) && is_for_ahead(code, candidate, settings);
      });
  if (ahead) return true;
  const Model& model = outlook.model();
  if (is_for_the_moment(action)) {
    return std::any_of(
        action.acts_on.begin(), action.acts_on.end(),
        [&](const auto& effect) { return is_on_the_urgent(effect, model, settings); });
  }
  const auto& determinants = model.document().determinants;
  for (std::size_t d = 0; d < determinants.size(); ++d) {
    const auto* met = std::get_if<FromSituation>(&determinants[d].from);
    if (met != nullptr && wanted.covers(met->situation) &&
        (outlook.determinant(static_cast<int>(d)) > 0.0 ||
         was_much_met(determinants[d], outlook, settings))) {
      return true;
    }
  }
  return false;
}

inline bool used_today(const risk::Outlook& outlook) {
  return outlook.since_use().value_or(Days{1.0}) < Days{1.0};
}

/// Whether it may stand below the crisis protocol: help, company, what a flag, use or a
/// strong urge calls for, or the person's own choice.
inline bool is_for_a_crisis(const Candidate& candidate, const Model& model,
                            const SuggestSettings& settings) {
  const auto& action = candidate.action;
  return !action.quiet_day &&
         (candidate.from_plan || action.needs.contact || is_after_use(action, model) ||
          is_called_by_flag(action, model, settings) ||
          is_for_the_urgent(action, model, settings));
}

/// Takes in what is at hand and fits, or reaches somebody where that is needed.
inline void add_candidate(Candidate candidate, const Plan& plan,
                          const risk::Outlook& outlook, const Helpfulness& helpfulness,
                          const SuggestSettings& settings,
                          std::vector<Candidate>& candidates) {
  const auto& action = candidate.action;
  const Model& model = outlook.model();
  if (!settings.flags.empty() && !is_for_a_crisis(candidate, model, settings)) return;
  if (!candidate.from_plan && lacks_its_part(action, plan)) return;
  const auto& situations =
      candidate.strategy != nullptr && !candidate.strategy->situations.empty()
          ? candidate.strategy->situations
          : action.situations;
  candidate.in_place = fits_situation(candidate, situations, outlook, settings);
  candidate.fits = candidate.in_place && fits_stage(action, outlook, settings);
  candidate.after_use = is_after_use(action, model);
  candidate.by_flag = is_called_by_flag(action, model, settings);
  if (contains(settings.done, action.id) && !candidate.by_flag) return;
  const bool about_use = is_called_by_use(action, model) &&
                         use_recency(outlook, settings) == UseRecency::none &&
                         !is_told_by_flag(settings);
  const bool support = action.needs.contact && is_raised(settings) && !about_use;
  const bool called = candidate.in_place &&
                      (candidate.by_flag || is_called_now(action, outlook, settings));
  if (!candidate.fits && !called && !support) return;
  if (action.needs.contact || candidate.after_use) candidate.asks_for = asked_for(action);
  candidate.for_the_body = candidate.after_use && is_medical(candidate.asks_for);
  candidate.wanted = !is_for_a_need(action) || candidate.from_plan || called ||
                     is_need_told(action, outlook) ||
                     is_a_goal(action, plan, settings.wording);
  if (!candidate.wanted && candidate.asks_for.any()) return;
  // What a flag, and the body on the day of use, calls for cannot wait for a better
  // moment.
  const bool at_hand = candidate.by_flag ||
                       (candidate.for_the_body && used_today(outlook)) ||
                       is_at_hand(candidate, plan, outlook.now(), helpfulness, settings);
  if (!at_hand) return;
  set_effects(candidate, outlook, helpfulness, settings);
  candidates.push_back(std::move(candidate));
}

/// Whether withdrawal was told that calls for advice, which use may be behind.
inline bool tells_of_withdrawal(const risk::Outlook& outlook,
                                const SuggestSettings& settings) {
  const Model& model = outlook.model();
  return std::any_of(settings.told.begin(), settings.told.end(), [&](const Told& told) {
    return model.item(told.item).id == "withdrawal" && is_urgent(told, model) &&
           outlook.now() - told.at <= Days{use_counts_days};
  });
}

/// Holds the candidates to what may be said about the plan's medication, and puts the
/// prescriber first where that is due.
inline void keep_to_medication(const Plan& plan, const risk::Outlook& outlook,
                               const SuggestSettings& settings,
                               std::vector<Candidate>& candidates) {
  auto facts = medication_facts(outlook);
  facts.used_lately |= settings.in_doubt || is_told_by_flag(settings) ||
                       tells_of_withdrawal(outlook, settings);
  const auto advice = medication_advice(plan, facts);
  const auto is = [](const char* id) {
    return [id](const Candidate& each) { return each.action.id == id; };
  };
  const auto drop = [&](const char* id) {
    candidates.erase(std::remove_if(candidates.begin(), candidates.end(), is(id)),
                     candidates.end());
  };
  if (!advice.may_take || !settings.flags.empty()) drop("take_medication");
  if (!advice.any) drop("talk_to_prescriber");
  const auto* first = advice.prescriber_first;
  const auto* action = in_catalogue(outlook.model(), "talk_to_prescriber");
  if (first == nullptr || action == nullptr) return;
  auto found =
      std::find_if(candidates.begin(), candidates.end(), is("talk_to_prescriber"));
  if (found == candidates.end()) {
    Candidate added;
    added.action = *action;
    added.asks_for = asked_for(*action);
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
  const auto* name = detail::built_in_name(id);
  if (name == nullptr) detail::refuse_action();
  return detail::built_in_action(id, *name);
}

RELAPSE_INLINE std::vector<risk::Intervention>
interventions_of(const Action& action, double helps, const Model& model) {
  std::vector<risk::Intervention> all;
  const double scale = helps / action.helpfulness.mean();
  for (const auto& effect : action.acts_on) {
    const int index = index_of(model.document().determinants, effect.determinant);
    all.push_back({index, elementary::pow(effect.factor, scale), action.lasts});
  }
  return all;
}

RELAPSE_INLINE UseRecency use_recency(const risk::Outlook& outlook,
                                      const SuggestSettings& settings) {
  constexpr Days today{1.0};  // expert default
  // Expert default; while the level is raised it is not over after a week.
  const Days lately{is_raised(settings) ? 14.0 : 7.0};
  // Expert default: what is told of use this old is history, and looked back at on the
  // day on which it is told.
  constexpr Days past{28.0};
  constexpr Days looked_back{56.0};
  const auto since = outlook.since_use();
  if (!since || *since > looked_back) return UseRecency::none;
  // What was told at the start counts from the use itself.
  auto told = outlook.since_use_told().value_or(*since);
  if (settings.use_told) told = std::min(told, outlook.now() - *settings.use_told);
  if (*since > past) return told < today ? UseRecency::lately : UseRecency::none;
  if (told > lately) return UseRecency::none;
  return told < today ? UseRecency::now : UseRecency::lately;
}

RELAPSE_INLINE bool is_told_by_flag(const SuggestSettings& settings) {
  return std::any_of(settings.flags.begin(), settings.flags.end(),
                     [](const auto& flag) { return tells_of_use(flag); }) ||
         std::any_of(settings.floors.begin(), settings.floors.end(),
                     [](const Floor& floor) {
                       return floor.after == FloorCause::flag && tells_of_use(floor.of);
                     });
}

RELAPSE_INLINE std::vector<Candidate> find_candidates(const Plan& plan,
                                                      const risk::Outlook& outlook,
                                                      const Helpfulness& helpfulness,
                                                      const SuggestSettings& settings) {
  std::vector<Candidate> candidates;
  const auto add = [&](Candidate candidate) {
    detail::add_candidate(std::move(candidate), plan, outlook, helpfulness, settings,
                          candidates);
  };
  std::set<std::string_view> chosen;
  for (const auto& strategy : plan.strategies) {
    const auto* known = detail::in_catalogue(outlook.model(), strategy.action);
    // Of another model's catalogue, and without words: the check of the plan tells of it.
    if (known == nullptr && strategy.words.empty()) continue;
    if (known != nullptr) chosen.insert(known->id);
    if (!strategy.available) continue;
    Candidate own;
    own.action = known != nullptr ? *known : detail::own_action(strategy);
    own.words = strategy.words.empty() ? detail::label_of(own.action, settings.wording)
                                       : strategy.words;
    own.from_plan = true;
    own.strategy = &strategy;
    add(std::move(own));
  }
  for (const auto& action : outlook.model().document().actions) {
    if (chosen.contains(action.id)) continue;
    Candidate other;
    other.action = action;
    other.words = detail::label_of(action, settings.wording);
    add(std::move(other));
  }
  if (detail::is_silent(settings)) candidates.push_back(detail::check_in(plan, settings));
  detail::keep_to_medication(plan, outlook, settings, candidates);
  for (auto& candidate : candidates) {
    if (!candidate.rule.empty() || !candidate.answers.empty())
      detail::set_effects(candidate, outlook, helpfulness, settings);
  }
  return candidates;
}

}  // namespace relapse::care
