#pragma once

#include <relapse/core/error.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/domain/item.hpp>
#include <relapse/model/model.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// Items that an earlier version of the model asked about and this one does not. What was
/// answered to them is no evidence any more; flags and reported use are facts and stay.
namespace relapse::case_file::detail {

inline const Item* find_item(const std::vector<Item>& items, std::string_view id) {
  const auto found = std::find_if(items.begin(), items.end(),
                                  [&](const Item& item) { return item.id == id; });
  return found == items.end() ? nullptr : &*found;
}

/// What a log keeps of the items of its model, so that another version knows what was
/// asked: what an answer raises, and whether it reports use.
inline std::vector<Item> items_to_keep(const Model& model) {
  std::vector<Item> kept;
  for (int index = 0; index < model.items(); ++index) {
    const Item& item = model.item(index);
    Item& each = kept.emplace_back();
    each.id = item.id;
    each.role = item.role;
    if (item.role != Role::safety && item.role != Role::use) continue;
    each.scale = item.scale;
    each.labels = item.labels;
    each.substance = item.substance;
    each.flag = item.flag;
    each.raise_at = item.raise_at;
  }
  return kept;
}

inline std::vector<Item> all_items(std::vector<Item> one,
                                   const std::vector<Item>& other) {
  for (const Item& item : other) {
    if (find_item(one, item.id) == nullptr) one.push_back(item);
  }
  return one;
}

/// Those that a model does not have.
inline std::vector<Item> former_items(const std::vector<Item>& told, const Model& model) {
  std::vector<Item> former;
  for (const Item& item : told) {
    if (model.find_item(item.id) < 0) former.push_back(item);
  }
  return former;
}

/// An answer as a number; NaN for a text that is no label of the item.
inline double number_of_answer(const Answer& answer, const Item& item) {
  if (const auto* number = std::get_if<double>(&answer.value)) return *number;
  const auto& text = std::get<std::string>(answer.value);
  const auto label = std::find(item.labels.begin(), item.labels.end(), text);
  if (label == item.labels.end()) return std::numeric_limits<double>::quiet_NaN();
  const auto steps = static_cast<double>(label - item.labels.begin());
  if (!item.scale) return steps;
  return item.scale->first + (item.scale->second < item.scale->first ? -steps : steps);
}

/// An answer under the name of a flag that raises it, or not, as one to the item did.
/// Throws InvalidInput where it raises one that the model does not know.
inline Answer as_flag(const Answer& answer, const Item& item, const Model& model) {
  const double number = number_of_answer(answer, item);
  const bool raises = item.raise_at ? number >= *item.raise_at : number > 0.0;
  if (raises && model.find_flag(item.flag) < 0) {
    throw InvalidInput("'" + item.id + "'",
                       "raises a flag of an earlier version that this one does not know");
  }
  const int other = model.find_item(model.safety_name(item.flag));
  const auto raise_at = other < 0 ? std::nullopt : model.item(other).raise_at;
  const double level = raises ? raise_at.value_or(1.0) : 0.0;
  const bool is_answer = std::isfinite(number) && !is_negative_code(number);
  return {other < 0 ? item.flag : model.item(other).id, is_answer ? level : number};
}

/// Takes what was answered to former items out of a check-in, or leaves reported use in
/// it. Returns the answers that are about flags.
inline std::vector<Answer> take_former_answers(CheckIn& check_in,
                                               const std::vector<Item>& former,
                                               const Model& model) {
  std::vector<Answer> flags;
  if (former.empty()) return flags;
  std::vector<Answer> others;
  for (auto& answer : check_in.answers) {
    const Item* item = find_item(former, answer.item);
    if (item == nullptr) {
      others.push_back(std::move(answer));
    } else if (item->role == Role::safety) {
      flags.push_back(as_flag(answer, *item, model));
    } else if (item->role == Role::use && !check_in.used_days_ago) {
      const double number = number_of_answer(answer, *item);
      if (std::isnan(number)) throw InvalidInput("'" + item->id + "'", "is no label");
      if (number > 0.0) check_in.used_days_ago = Days{0.0};
    }
  }
  check_in.answers = std::move(others);
  auto& missing = check_in.missing;
  missing.erase(std::remove_if(missing.begin(), missing.end(),
                               [&](const MissingAnswer& each) {
                                 return find_item(former, each.item) != nullptr;
                               }),
                missing.end());
  return flags;
}

}  // namespace relapse::case_file::detail
