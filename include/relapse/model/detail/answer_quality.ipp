#pragma once

#include <relapse/core/detail/texts.hpp>
#include <relapse/domain/phrases.hpp>
#include <relapse/model/answer_quality.hpp>
#include <relapse/model/detail/doubts.hpp>
#include <relapse/model/item_table.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

namespace relapse {
namespace detail {

/// Where on its scale an item was answered, from 0 for the lowest answer to 1; empty
/// without an answer on a scale of three steps or more.
inline std::optional<double> place_on_scale(int item, const Answers& answers,
                                            const Model& model) {
  const Role role = model.item(item).role;
  if (role != Role::sign && role != Role::determinant) return std::nullopt;
  if (item == model.missed_item() || !answers.is_answered(item)) return std::nullopt;
  const auto [lowest, highest] = answer_ends(item, model);
  if (!lowest || !highest || *highest - *lowest < 2.0) return std::nullopt;
  return (decode_answer(item, answers.value(item), model) - *lowest) /
         (*highest - *lowest);
}

/// Whether a form has one answer to everything that is asked on a scale.
inline bool is_one_answer(const Answers& answers, const Model& model) {
  constexpr double rounding = 1e-9;
  std::size_t asked = 0;
  std::optional<double> first;
  bool calm = true;
  for (int item = 0; item < model.items(); ++item) {
    const auto place = place_on_scale(item, answers, model);
    if (!place) continue;
    if (!first) first = place;
    if (std::abs(*place - *first) > rounding) return false;
    const double quiet = adverse_end(item, model) == AdverseEnd::low ? 1.0 : 0.0;
    calm = calm && std::abs(*place - quiet) <= rounding;
    ++asked;
  }
  return !calm && asked >= least_same_answers;
}

/// The items of a form with one answer to everything; empty when it is none.
inline std::vector<int> same_answers(const Answers& answers, const Model& model) {
  std::vector<int> items;
  if (!is_one_answer(answers, model)) return items;
  for (int item = 0; item < model.items(); ++item) {
    if (place_on_scale(item, answers, model)) items.push_back(item);
  }
  return items;
}

/// The items of a form that was filled in faster than it is read; empty when it was not.
inline std::vector<int> fast_answers(const Answers& answers, const Model& model) {
  std::vector<int> items;
  if (!answers.seconds) return items;
  for (int item = 0; item < model.items(); ++item) {
    if (answers.is_answered(item) && item != model.missed_item()) items.push_back(item);
  }
  const auto count = static_cast<double>(items.size());
  const bool fast = items.size() >= least_fast_answers &&
                    *answers.seconds < least_seconds_an_answer * count;
  if (!fast) items.clear();
  return items;
}

inline bool holds(const AnswerRange& range, const Answers& answers, const Model& model) {
  const int item = model.find_item(range.item);
  return answers.is_answered(item) && is_within(range, item, answers.value(item), model);
}

}  // namespace detail

RELAPSE_INLINE void find_doubts(const Answers& answers, const Model& model,
                                std::vector<QualityNote>& notes) {
  notes.clear();
  if (!answers.any_answer()) return;
  const auto note = [&](std::string_view id, const std::vector<int>& items) {
    QualityNote& made = notes.emplace_back();
    made.id = id;
    for (const int item : items) made.items.push_back(model.item(item).id);
  };
  const auto same = detail::same_answers(answers, model);
  if (!same.empty()) note(built_in_doubts[0], same);
  const auto fast = detail::fast_answers(answers, model);
  if (!fast.empty()) note(built_in_doubts[1], fast);
  for (const auto& rule : model.document().quality) {
    const bool all = std::all_of(
        rule.together.begin(), rule.together.end(),
        [&](const AnswerRange& range) { return detail::holds(range, answers, model); });
    if (!all) continue;
    std::vector<int> items;
    for (const auto& range : rule.together) items.push_back(model.find_item(range.item));
    std::sort(items.begin(), items.end());
    note(rule.id, items);
  }
}

RELAPSE_INLINE std::string in_words(const QualityNote& note, const Model& model,
                                    const Wording& say) {
  const Phrase& phrase = note.id == built_in_doubts[0]   ? phrases::same_answer
                         : note.id == built_in_doubts[1] ? phrases::too_fast
                                                         : phrases::at_odds;
  std::vector<std::string_view> items;
  for (const auto& id : note.items) {
    const Item& item = model.item(model.find_item(id));
    items.push_back(item.label.empty() ? std::string_view(id) : say.known(item.label));
  }
  return say(phrase, {joined(items, "; ")});
}

}  // namespace relapse
