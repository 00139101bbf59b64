#pragma once

#include <relapse/care/detail/candidates.ipp>
#include <relapse/care/detail/needs.hpp>
#include <relapse/care/detail/words.hpp>
#include <relapse/core/detail/index.hpp>
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
inline constexpr double upper_half = 0.5;        // of the levels of a sign
inline constexpr Days told_lately{2.0};          // an answer counts as today's
inline constexpr double weight_of_coming = 0.1;  // nothing is known yet of how it goes
inline constexpr double least_weight = 1e-9;     // below what counts, above rounding

/// Share of the use ahead that is there because of an item's answer.
inline double weight_of(int item, double answer, Days horizon,
                        const risk::Outlook& outlook) {
  const double with = outlook.use_ahead(horizon);
  if (!(with > 0.0)) return 0.0;
  return 1.0 - outlook.use_ahead_without(item, answer, horizon) / with;
}

/// A sign that was told of: urgent, or in the upper half of its levels.
inline bool stands_out(const Told& told, const Model& model) {
  if (model.item(told.item).role != Role::sign) return false;
  if (is_urgent(told, model)) return true;
  const int levels = model.answer_levels(told.item);
  return levels > 1 && told.answer >= upper_half * (levels - 1);
}

inline void add_signs(const risk::Outlook& outlook, const SuggestSettings& settings,
                      std::vector<Need>& needs) {
  const Model& model = outlook.model();
  for (const auto& told : settings.told) {
    if (outlook.now() - told.at > told_lately || !stands_out(told, model)) continue;
    const double weight =
        weight_of(told.item, told.answer, model.document().levels.horizon, outlook);
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

inline void add_determinants(const risk::Outlook& outlook,
                             const SuggestSettings& settings, std::vector<Need>& needs) {
  const Model& model = outlook.model();
  const auto& rules = model.document().determinants;
  std::map<int, std::vector<int>> raised;  // by item
  for (std::size_t d = 0; d < rules.size(); ++d) {
    const int item = model.find_item(asked_by(rules[d]));
    const int index = static_cast<int>(d);
    if (item >= 0 && outlook.determinant(index) >= least_deviation) {
      raised[item].push_back(index);
    }
  }
  for (const auto& [item, determinants] : raised) {
    const auto& rule = rules[static_cast<std::size_t>(determinants.front())];
    const double weight =
        weight_of(item, 0.0, horizon_of(determinants, outlook), outlook);
    const bool urgent = std::any_of(
        settings.told.begin(), settings.told.end(), [&, item = item](const Told& told) {
          return told.item == item && outlook.now() - told.at <= told_lately &&
                 is_urgent(told, model);
        });
    if (!urgent && weight < least_weight) continue;
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

inline void add_use(const risk::Outlook& outlook, std::vector<Need>& needs) {
  const Model& model = outlook.model();
  const auto recency = use_recency(outlook);
  if (recency != UseRecency::none) {
    needs.push_back({.kind = NeedKind::recent_use, .id = "use", .weight = 1.0});
  }
  if (recency == UseRecency::now) {
    needs.push_back({.kind = NeedKind::use, .id = "use", .weight = 1.0});
  } else if (model.use()[static_cast<std::size_t>(outlook.stage())]) {
    needs.push_back({.kind = NeedKind::use, .id = "stage", .weight = 1.0});
  }
}

/// A trigger of the plan that belongs to a situation, in the person's words, or else the
/// category's.
inline std::string situation_in_words(std::string_view code, const Plan& plan,
                                      const Wording& say) {
  const auto* category = find_situation(code);
  for (const auto& trigger : plan.triggers) {
    if (find_situation(trigger.situation) == category && !trigger.words.empty()) {
      return trigger.words;
    }
  }
  const auto* words = phrases::situation(code);
  return words == nullptr ? std::string(code) : std::string(say(*words));
}

inline std::string days_in_words(Days since, const Wording& say) {
  const long days = std::max(1L, std::lround(since.count));
  if (days == 1) return std::string(say(words::length::day));
  return say(words::length::days, {std::to_string(days)});
}

}  // namespace detail

RELAPSE_INLINE std::vector<Need> find_needs(const risk::Outlook& outlook,
                                            const SuggestSettings& settings) {
  std::vector<Need> needs;
  detail::add_use(outlook, needs);
  detail::add_signs(outlook, settings, needs);
  detail::add_determinants(outlook, settings, needs);
  for (const auto& code : settings.coming) {
    needs.push_back(
        {.kind = NeedKind::coming, .id = code, .weight = detail::weight_of_coming});
  }
  needs.push_back({.kind = NeedKind::stage, .id = "stage"});
  const auto place = [](NeedKind kind) {
    return kind > NeedKind::recent_use && kind < NeedKind::stage ? NeedKind::sign : kind;
  };
  std::stable_sort(needs.begin(), needs.end(), [&](const Need& a, const Need& b) {
    if (place(a.kind) != place(b.kind)) return place(a.kind) < place(b.kind);
    return a.weight > b.weight;
  });
  return needs;
}

RELAPSE_INLINE std::string in_words(const Need& need, const Plan& plan,
                                    const risk::Outlook& outlook, const Wording& say) {
  const Model& model = outlook.model();
  const auto& document = model.document();
  if (need.id == "use") {
    const auto since = outlook.since_use().value_or(Days{0.0});
    if (since < Days{1.0}) return std::string(say(words::suggest::told_of_use));
    return say(words::suggest::told_of_use_ago, {detail::days_in_words(since, say)});
  }
  if (need.kind == NeedKind::coming) {
    return say(words::suggest::lies_ahead,
               {detail::situation_in_words(need.id, plan, say)});
  }
  if (need.determinants.empty()) {
    if (need.item < 0) return std::string(say(words::suggest::suits));
    const Item& item = model.item(need.item);
    const auto label = words::labelled(item.label, item.id, say);
    return say(words::suggest::told_of, {detail::in_sentence(label, say)});
  }
  const auto& rule =
      document.determinants[static_cast<std::size_t>(need.determinants.front())];
  if (const auto* met = std::get_if<FromSituation>(&rule.from)) {
    return say(words::suggest::met,
               {detail::situation_in_words(met->situation, plan, say)});
  }
  const auto label = words::labelled(rule.label, rule.id, say);
  const bool urgent = need.kind == NeedKind::urgent;
  if (need.since < Days{1.0})
    return say(urgent ? words::suggest::is_strong : words::suggest::is_raised, {label});
  return say(urgent ? words::suggest::was_strong : words::suggest::was_raised,
             {label, detail::days_in_words(need.since, say)});
}

}  // namespace relapse::care
