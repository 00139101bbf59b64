#pragma once

#include <relapse/care/detail/words.hpp>
#include <relapse/care/suggest.hpp>
#include <relapse/domain/phrases.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace relapse::care {

RELAPSE_INLINE std::vector<std::string>
crisis_words(const std::string& flag, const Model& model, const Wording& say) {
  std::vector<std::string> all;
  if (const auto* step = phrases::crisis_step(flag)) all.emplace_back(say(*step));
  const auto& rules = model.document().safety;
  const bool of_model = std::any_of(rules.begin(), rules.end(),
                                    [&](const auto& rule) { return rule.flag == flag; });
  // Also of a flag that an earlier version of the model had.
  if (of_model || model.find_flag(flag) < 0)
    all.push_back(say(words::suggest::reach_help, {say(phrases::fallback)}));
  return all;
}

RELAPSE_INLINE std::vector<Suggestion> crisis_steps(const Plan& plan, const Model& model,
                                                    const SuggestSettings& settings) {
  std::vector<Suggestion> suggestions;
  const auto& say = settings.wording;
  const std::string reason(say(words::suggest::safety_first));
  const auto& rules = model.document().safety;
  for (const auto& flag : settings.flags) {
    for (auto& words : crisis_words(flag, model, say)) {
      const bool is_there =
          std::any_of(suggestions.begin(), suggestions.end(),
                      [&](const auto& each) { return each.words == words; });
      if (is_there) continue;
      const auto* step = phrases::crisis_step(flag);
      const bool built_in = step != nullptr && words == say(*step);
      const auto rule = std::find_if(rules.begin(), rules.end(),
                                     [&](const auto& each) { return each.flag == flag; });
      suggestions.push_back(
          {.action = "crisis",
           .words = std::move(words),
           .reason = reason,
           .acts_on = {},
           .source = built_in || rule == rules.end() ? "built in" : rule->source,
           .need = flag});
    }
  }
  if (settings.flags.empty()) return suggestions;
  for (const auto& step : plan.crisis_steps) {
    suggestions.push_back({.action = "crisis",
                           .words = step,
                           .reason = std::string(say(words::suggest::own_crisis_step)),
                           .acts_on = {},
                           .from_plan = true,
                           .source = "plan",
                           .need = settings.flags.front()});
  }
  return suggestions;
}

}  // namespace relapse::care
