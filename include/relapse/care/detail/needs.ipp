#pragma once

#include <relapse/care/detail/candidates.ipp>
#include <relapse/care/detail/needs.hpp>
#include <relapse/care/detail/words.hpp>
#include <relapse/care/plan_page.hpp>
#include <relapse/core/detail/index.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/domain/phrases.hpp>
#include <relapse/domain/situation.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <variant>

namespace relapse::care {
namespace detail {

// All expert default.
inline constexpr double least_deviation = 0.1;   // of the scale
inline constexpr double strong_from = 0.75;      // of the scale
inline constexpr double weight_of_coming = 0.1;  // nothing is known yet of how it goes
inline constexpr double least_weight = 1e-9;     // below what counts, above rounding

/// Share of the use ahead that is there because of an item's answer.
inline double weight_of(int item, double answer, Days horizon,
                        risk::Counterfactuals& looks) {
  const double with = looks.use_ahead(horizon);
  if (!(with > 0.0)) return 0.0;
  return 1.0 - looks.outlook().use_ahead_without(item, answer, horizon) / with;
}

/// A sign that was told of: urgent, or in the upper half of its levels.
inline bool stands_out(const Told& told, const Model& model) {
  if (model.item(told.item).role != Role::sign) return false;
  if (is_urgent(told, model)) return true;
  const int levels = model.answer_levels(told.item);
  return levels > 1 && told.answer >= upper_half * (levels - 1);
}

inline void add_signs(risk::Counterfactuals& looks, const SuggestSettings& settings,
                      std::vector<Need>& needs) {
  const auto& outlook = looks.outlook();
  const Model& model = outlook.model();
  for (const auto& told : settings.told) {
    if (outlook.now() - told.at > told_lately || !stands_out(told, model)) continue;
    const double weight =
        weight_of(told.item, told.answer, model.document().levels.horizon, looks);
    const bool urgent = is_urgent(told, model);
    if (!urgent && weight < least_weight) continue;
    needs.push_back({.kind = urgent ? NeedKind::urgent : NeedKind::sign,
                     .id = model.item(told.item).id,
                     .item = told.item,
                     .weight = weight});
  }
}

/// How far ahead a determinant counts: as long as an answer to it does.
inline Days horizon_of(const std::vector<int>& determinants,
                       const risk::Outlook& outlook) {
  constexpr double most = 30.0;
  double days = 1.0;
  for (const int d : determinants) {
    days = std::max(days, outlook.half_life(d).value_or(Days{most}).count);
  }
  return Days{std::min(days, most)};
}

inline void add_determinants(risk::Counterfactuals& looks,
                             const SuggestSettings& settings, std::vector<Need>& needs) {
  const auto& outlook = looks.outlook();
  const Model& model = outlook.model();
  const auto& rules = model.document().determinants;
  std::map<int, std::vector<int>> raised;  // by item
  for (std::size_t d = 0; d < rules.size(); ++d) {
    const int item = model.find_item(asked_by(rules[d]));
    const int index = static_cast<int>(d);
    if (item >= 0 && (outlook.determinant(index) >= least_deviation ||
                      was_much_met(rules[d], outlook, settings))) {
      raised[item].push_back(index);
    }
  }
  for (const auto& [item, determinants] : raised) {
    const auto& rule = rules[static_cast<std::size_t>(determinants.front())];
    const double weight = weight_of(item, 0.0, horizon_of(determinants, outlook), looks);
    const auto* today = told_today(item, outlook.now(), settings);
    const bool urgent = today != nullptr && is_urgent(*today, model);
    const bool much_met = was_much_met(rule, outlook, settings);
    if (!urgent && !much_met && weight < least_weight) continue;
    Days since{0.0};
    for (const auto& told : settings.told) {
      if (told.item == item) since = outlook.now() - told.at;
    }
    const bool met = std::holds_alternative<FromSituation>(rule.from);
    const auto kind = met ? NeedKind::situation : NeedKind::determinant;
    needs.push_back({.kind = urgent ? NeedKind::urgent : kind,
                     .id = rule.id,
                     .item = item,
                     .determinants = determinants,
                     .weight = weight,
                     .since = since});
  }
}

/// A flag that is up is a need twice over: for what it calls for, and for what follows.
inline void add_flags(const risk::Outlook& outlook, const SuggestSettings& settings,
                      std::vector<Need>& needs) {
  constexpr Days today{1.0};    // expert default
  constexpr Days counts{14.0};  // expert default; the floor may hold longer
  const Model& model = outlook.model();
  std::vector<std::string> known;
  const auto add = [&](const std::string& flag, Days since) {
    if (contains(known, flag)) return;
    known.push_back(flag);
    int item = 0;
    while (item < model.items() && model.item(item).flag != flag) ++item;
    if (item == model.items()) return;
    Need need{.kind = NeedKind::recent_flag,
              .id = flag,
              .item = item,
              .weight = 1.0,
              .since = since};
    needs.push_back(need);
    need.kind = NeedKind::flag;
    if (since < today) needs.push_back(std::move(need));
  };
  for (const auto& flag : settings.flags) add(flag, Days{0.0});
  for (const auto& floor : settings.floors) {
    const Days since = outlook.now() - floor.since;
    if (floor.after == FloorCause::flag && since < counts) add(floor.of, since);
  }
}

/// A silence goes before all that was told before it, but for use and flags: those it
/// followed, and what they call for reaches somebody.
inline void add_silence(const risk::Outlook& outlook, const SuggestSettings& settings,
                        std::vector<Need>& needs) {
  const bool told = use_recency(outlook, settings) != UseRecency::none ||
                    std::any_of(needs.begin(), needs.end(), [](const Need& need) {
                      return need.kind == NeedKind::recent_flag;
                    });
  const auto floor =
      std::find_if(settings.floors.begin(), settings.floors.end(),
                   [](const Floor& each) { return each.after == FloorCause::silence; });
  if (told || floor == settings.floors.end()) return;
  needs.push_back({.kind = NeedKind::silence,
                   .id = "silence",
                   .weight = 1.0,
                   .since = outlook.now() - floor->since});
}

/// Whether it is open if there was use; not where use was told of that time.
inline bool is_in_doubt(const risk::Outlook& outlook, const SuggestSettings& settings) {
  if (!settings.in_doubt) return false;
  const auto used = outlook.since_use();
  return !used || outlook.now() - *used < settings.in_doubt->at - same_use;
}

inline void add_doubt(const risk::Outlook& outlook, const SuggestSettings& settings,
                      std::vector<Need>& needs) {
  if (!is_in_doubt(outlook, settings)) return;
  needs.push_back({.kind = NeedKind::doubt,
                   .id = "doubt",
                   .weight = 1.0,
                   .since = outlook.now() - settings.in_doubt->at});
}

inline void add_use(const risk::Outlook& outlook, const SuggestSettings& settings,
                    std::vector<Need>& needs) {
  const Model& model = outlook.model();
  const auto recency = use_recency(outlook, settings);
  const Days since = outlook.since_use().value_or(Days{0.0});
  if (recency != UseRecency::none) {
    needs.push_back(
        {.kind = NeedKind::recent_use, .id = "use", .weight = 1.0, .since = since});
  }
  if (recency == UseRecency::now ||
      model.use()[static_cast<std::size_t>(outlook.stage())]) {
    const char* id = recency == UseRecency::none ? "stage" : "use";
    needs.push_back({.kind = NeedKind::use, .id = id, .weight = 1.0, .since = since});
  }
}

/// The trigger of the plan that belongs to a situation, one in the person's words first;
/// null where there is none.
inline const Trigger* trigger_of(std::string_view code, const Plan& plan) {
  const auto* category = find_situation(code);
  const Trigger* found = nullptr;
  for (const auto& trigger : plan.triggers) {
    if (find_situation(trigger.situation) != category) continue;
    if (!trigger.words.empty()) return &trigger;
    if (found == nullptr) found = &trigger;
  }
  return found;
}

/// The situation that a need is about; empty where it is about none.
inline std::string situation_of(const Need& need, const Model& model) {
  if (need.kind == NeedKind::coming) return need.id;
  if (need.determinants.empty()) return {};
  const auto& rules = model.document().determinants;
  const auto& rule = rules[static_cast<std::size_t>(need.determinants.front())];
  const auto* met = std::get_if<FromSituation>(&rule.from);
  return met == nullptr ? std::string() : met->situation;
}

/// Words as a part of a sentence, which has an end of its own.
inline std::string unended(std::string words) {
  if (!words.empty() && words.back() == '.') words.pop_back();
  return words;
}

/// A trigger of the plan that belongs to a situation, in the person's words, or else the
/// category's.
inline std::string situation_in_words(std::string_view code, const Plan& plan,
                                      const Wording& say) {
  const auto* trigger = trigger_of(code, plan);
  if (trigger != nullptr && !trigger->words.empty()) return unended(trigger->words);
  const auto* words = phrases::situation(code);
  return words == nullptr ? std::string(code) : std::string(say(*words));
}

inline std::string days_in_words(Days since, const Wording& say) {
  const long days = std::max(1L, std::lround(since.count));
  if (days == 1) return std::string(say(words::length::day));
  return say(words::length::days, {std::to_string(days)});
}

inline std::string doubt_in_words(const SuggestSettings& settings) {
  const auto& doubt = *settings.in_doubt;
  const auto& say = settings.wording;
  return say(doubt.by_test ? words::suggest::tested : words::suggest::doubted,
             {date_in_words(doubt.at, settings.zone, say)});
}

}  // namespace detail

RELAPSE_INLINE std::vector<Need> find_needs(const risk::Outlook& outlook,
                                            const SuggestSettings& settings) {
  risk::Counterfactuals looks(outlook);
  return find_needs(looks, settings);
}

RELAPSE_INLINE std::vector<Need> find_needs(risk::Counterfactuals& looks,
                                            const SuggestSettings& settings) {
  const auto& outlook = looks.outlook();
  std::vector<Need> needs;
  detail::add_flags(outlook, settings, needs);
  detail::add_silence(outlook, settings, needs);
  detail::add_use(outlook, settings, needs);
  detail::add_doubt(outlook, settings, needs);
  detail::add_signs(looks, settings, needs);
  detail::add_determinants(looks, settings, needs);
  for (const auto& code : settings.coming) {
    needs.push_back(
        {.kind = NeedKind::coming, .id = code, .weight = detail::weight_of_coming});
  }
  needs.push_back({.kind = NeedKind::stage, .id = "stage"});
  const auto place = [](NeedKind kind) {
    return kind > NeedKind::doubt && kind < NeedKind::stage ? NeedKind::sign : kind;
  };
  std::stable_sort(needs.begin(), needs.end(), [&](const Need& a, const Need& b) {
    if (place(a.kind) != place(b.kind)) return place(a.kind) < place(b.kind);
    return a.weight > b.weight;
  });
  return needs;
}

RELAPSE_INLINE std::string in_words(const Need& need, const Plan& plan,
                                    const risk::Outlook& outlook,
                                    const SuggestSettings& settings) {
  const Model& model = outlook.model();
  const auto& document = model.document();
  const auto& say = settings.wording;
  const bool today = need.since < Days{1.0};
  const auto ago = [&] { return detail::days_in_words(need.since, say); };
  if (need.id == "use") {
    if (today) return std::string(say(words::suggest::told_of_use));
    return say(words::suggest::told_of_use_ago, {ago()});
  }
  if (need.kind == NeedKind::silence) return say(words::suggest::silent, {ago()});
  if (need.kind == NeedKind::doubt) return detail::doubt_in_words(settings);
  if (const auto code = detail::situation_of(need, model); !code.empty()) {
    const auto& phrase =
        need.kind == NeedKind::coming ? words::suggest::lies_ahead : words::suggest::met;
    return say(phrase, {detail::situation_in_words(code, plan, say)});
  }
  if (need.determinants.empty()) {
    if (need.item < 0) {
      const bool in_doubt = detail::is_in_doubt(outlook, settings);
      return std::string(
          say(in_doubt ? words::suggest::suits_either_way : words::suggest::suits));
    }
    const Item& item = model.item(need.item);
    const auto label =
        detail::in_sentence(words::labelled(item.label, item.id, say), say);
    if (item.role != Role::safety) return say(words::suggest::told_of, {label});
    if (today) return say(words::suggest::safety_told, {label});
    return say(words::suggest::safety_told_ago, {label, ago()});
  }
  const auto& rule =
      document.determinants[static_cast<std::size_t>(need.determinants.front())];
  const auto label = words::labelled(rule.label, rule.id, say);
  const auto* told = detail::told_today(need.item, outlook.now(), settings);
  const bool strong = told != nullptr && told->answer >= detail::strong_from;
  const auto& [is, was] = need.kind != NeedKind::urgent ? words::suggest::raised
                          : strong                      ? words::suggest::strong
                                                        : words::suggest::there;
  return today ? say(is, {label}) : say(was, {label, ago()});
}

}  // namespace relapse::care
