#pragma once

#include <relapse/care/suggest_settings.hpp>
#include <relapse/core/detail/index.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/domain/action.hpp>
#include <relapse/plan/detail/contact_role.hpp>
#include <relapse/plan/plan.hpp>
#include <relapse/risk/outlook.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What calls for an action: use, a flag, an answer, a determinant that the action is
/// for, a goal; and what it speaks of that has to be there.
namespace relapse::care::detail {

/// The item that a determinant is asked by; empty for one that is not asked.
inline std::string_view asked_by(const DeterminantRule& rule) {
  if (const auto* from = std::get_if<FromItem>(&rule.from)) return from->item;
  if (const auto* from = std::get_if<FromSituation>(&rule.from)) return from->exposure;
  return {};
}

inline std::string_view asked_by(std::string_view determinant, const Model& model) {
  const auto& rules = model.document().determinants;
  return asked_by(rules[static_cast<std::size_t>(index_of(rules, determinant))]);
}

/// An answer at or above which the item is urgent, encoded as answers are.
inline double urgency(const Item& item) {
  if (!item.scale) return *item.urgent_at;
  const double steps = *item.urgent_at - item.scale->first;
  if (item.role == Role::sign) return std::abs(steps);
  return steps / (item.scale->second - item.scale->first);
}

inline bool is_urgent(const Told& told, const Model& model) {
  const Item& item = model.item(told.item);
  return item.urgent_at && told.answer >= urgency(item);
}

// Both expert default.
inline constexpr Days told_lately{2.0};    // an answer counts as today's
inline constexpr double upper_half = 0.5;  // of the levels of a sign, or of a scale

/// The last answer to an item where it counts as today's; null where none does.
inline const Told* told_today(int item, Time now, const SuggestSettings& settings) {
  for (const auto& told : settings.told) {
    if (told.item == item && now - told.at <= told_lately) return &told;
  }
  return nullptr;
}

/// Whether much of a situation was met of late. It is worth a word even to somebody who
/// is sure of coping, in whom it weighs next to nothing.
inline bool was_much_met(const DeterminantRule& rule, const risk::Outlook& outlook,
                         const SuggestSettings& settings) {
  const auto* met = std::get_if<FromSituation>(&rule.from);
  if (met == nullptr) return false;
  const int item = outlook.model().find_item(met->exposure);
  const auto* told = told_today(item, outlook.now(), settings);
  return told != nullptr && told->answer >= upper_half;
}

/// Whether it is for a situation while that lasts, and too late for one that was met.
inline bool is_for_the_moment(const Action& action) {
  return !action.situations.empty() && action.lasts < Days{1.0};
}

/// Whether a use calls for the action.
inline bool is_called_by_use(const Action& action, const Model& model) {
  return std::any_of(action.items.begin(), action.items.end(), [&](const auto& id) {
    return model.item(model.find_item(id)).role == Role::use;
  });
}

/// Whether the action belongs to a return to use: a use calls for it, or it fits stages
/// of use alone.
inline bool is_after_use(const Action& action, const Model& model) {
  const auto& stages = model.document().stages;
  const bool use_alone =
      !action.stages.empty() &&
      std::all_of(action.stages.begin(), action.stages.end(), [&](const auto& id) {
        return model.use().test(static_cast<std::size_t>(index_of(stages, id)));
      });
  return use_alone || is_called_by_use(action, model);
}

/// Whether a flag calls for the action.
inline bool is_called_by_flag(const Action& action, std::string_view flag,
                              const Model& model) {
  return std::any_of(action.items.begin(), action.items.end(), [&](const auto& id) {
    const Item& item = model.item(model.find_item(id));
    return item.role == Role::safety && item.flag == flag;
  });
}

/// Whether a flag that is up calls for the action.
inline bool is_called_by_flag(const Action& action, const Model& model,
                              const SuggestSettings& settings) {
  return std::any_of(settings.flags.begin(), settings.flags.end(), [&](const auto& flag) {
    return is_called_by_flag(action, flag, model);
  });
}

/// Whether a sign that was answered, or a flag that was taken down a while ago, calls for
/// the action, in whatever stage.
inline bool is_called_now(const Action& action, const risk::Outlook& outlook,
                          const SuggestSettings& settings) {
  const Model& model = outlook.model();
  return std::any_of(settings.told.begin(), settings.told.end(),
                     [&](const Told& told) {
                       return told.answer > 0.0 &&
                              contains(action.items, model.item(told.item).id);
                     }) ||
         std::any_of(settings.floors.begin(), settings.floors.end(),
                     [&](const Floor& floor) {
                       return floor.after == FloorCause::flag &&
                              is_called_by_flag(action, floor.of, model);
                     });
}

/// Whether what an effect is on was answered urgently.
inline bool is_on_the_urgent(const ActionEffect& effect, const Model& model,
                             const SuggestSettings& settings) {
  const auto item = asked_by(effect.determinant, model);
  return std::any_of(settings.told.begin(), settings.told.end(), [&](const Told& told) {
    return model.item(told.item).id == item && is_urgent(told, model);
  });
}

/// Whether an action is meant for what was answered urgently, and for nothing else.
inline bool is_for_the_urgent(const Action& action, const Model& model,
                              const SuggestSettings& settings) {
  return !action.acts_on.empty() &&
         std::all_of(action.acts_on.begin(), action.acts_on.end(),
                     [&](const auto& effect) {
                       return is_on_the_urgent(effect, model, settings);
                     });
}

/// What an action does most about; there is something.
inline const std::string& first_effect(const Action& action) {
  return std::min_element(
             action.acts_on.begin(), action.acts_on.end(),
             [](const auto& a, const auto& b) { return a.factor < b.factor; })
      ->determinant;
}

/// Whether it is for no stage, and asks for help with something of its own, such as
/// housing or pain.
inline bool is_for_a_need(const Action& action) {
  return action.needs.contact && !action.acts_on.empty() && action.stages.empty();
}

/// Whether what such an action is for was told: what it does most about, or else what no
/// action of a stage does most about, as help with stress is at hand without it.
inline bool is_need_told(const Action& action, const risk::Outlook& outlook) {
  const Model& model = outlook.model();
  const auto is_for = [&](const std::string& determinant) {
    if (determinant == first_effect(action)) return true;
    const auto& all = model.document().actions;
    return std::none_of(all.begin(), all.end(), [&](const Action& other) {
      return !other.acts_on.empty() && !other.stages.empty() &&
             first_effect(other) == determinant;
    });
  };
  return std::any_of(
      action.acts_on.begin(), action.acts_on.end(), [&](const auto& effect) {
        const auto& determinant = effect.determinant;
        const int index = index_of(model.document().determinants, determinant);
        return outlook.determinant(index) > 0.0 &&
               outlook.last_answer(asked_by(determinant, model)) && is_for(determinant);
      });
}

/// Whether a goal that is not reached yet names what the action is about.
inline bool is_a_goal(const Action& action, const Plan& plan, const Wording& say) {
  const auto names = [](std::string_view text, const std::string& wanted) {
    bool found = false;
    relapse::detail::for_each_word(
        text, [&](const std::string& word) { found = found || word == wanted; });
    return found;
  };
  return std::any_of(plan.goals.begin(), plan.goals.end(), [&](const Goal& goal) {
    const bool reached =
        !goal.steps.empty() &&
        std::all_of(goal.steps.begin(), goal.steps.end(),
                    [&](const auto& step) { return contains(goal.done, step); });
    bool named = false;
    relapse::detail::for_each_word(goal.area, [&](const std::string& word) {
      named = named || names(action.label, word) || names(say.known(action.label), word);
    });
    return named && !reached;
  });
}

/// Whether an action speaks of a part of the plan that is not there.
inline bool lacks_its_part(const Action& action, const Plan& plan) {
  const bool bare = plan.crisis_steps.empty() && plan.reasons.empty() &&
                    plan.signs.empty() && plan.triggers.empty() &&
                    plan.strategies.empty();
  if (action.id == "crisis_plan") return plan.crisis_steps.empty();
  if (action.id == "read_reasons") return plan.reasons.empty();
  if (action.id == "warning_sign_review") return plan.signs.empty();
  return action.id == "share_plan" && bare;
}

}  // namespace relapse::care::detail
