#pragma once

#include <relapse/core/detail/texts.hpp>
#include <relapse/core/error.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/domain/item.hpp>
#include <relapse/domain/safety.hpp>
#include <relapse/model/model.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

/// Items that an earlier version of the model asked about and this one does not, or whose
/// flag rose at other answers. What was answered to those that are gone is no evidence
/// any more; flags and reported use are facts and stay.
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

/// Those of one list and of another, each definition once, in one order.
inline std::vector<Item> all_items(std::vector<Item> one,
                                   const std::vector<Item>& other) {
  for (const Item& item : other) {
    if (!contains(one, item)) one.push_back(item);
  }
  std::stable_sort(one.begin(), one.end(), [](const Item& first, const Item& second) {
    return std::tie(first.id, first.role, first.flag, first.raise_at) <
           std::tie(second.id, second.role, second.flag, second.raise_at);
  });
  return one;
}

/// Those that a model does not have, or whose flag rose at other answers. Throws
/// InvalidInput where it has something else under the name of an item that told of use or
/// of a flag.
inline std::vector<Item> former_items(const std::vector<Item>& told, const Model& model) {
  std::vector<Item> former;
  for (const Item& item : told) {
    const int index = model.find_item(item.id);
    if (index < 0) {
      former.push_back(item);
    } else if (const Item& now = model.item(index);
               (item.role == Role::safety || item.role == Role::use) &&
               (now.role != item.role || now.flag != item.flag)) {
      throw InvalidInput("case file", "was kept with another meaning of '" + item.id +
                                          "', which told of use or of a flag: give the "
                                          "item of this version another id");
    } else if (item.role == Role::safety &&
               std::tie(item.raise_at, item.scale, item.labels) !=
                   std::tie(now.raise_at, now.scale, now.labels)) {
      former.push_back(item);
    }
  }
  return former;
}

/// An answer as a number; NaN for a text that is no label of the item, and for a number
/// that is not on its scale.
inline double number_of_answer(const Answer& answer, const Item& item) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const auto ends = item.scale.value_or(Scale{0.0, std::numeric_limits<double>::max()});
  if (const auto* number = std::get_if<double>(&answer.value)) {
    const auto [least, most] = std::minmax(ends.first, ends.second);
    const bool fits = *number >= least && *number <= most;
    return fits || is_negative_code(*number) ? *number : none;
  }
  const auto& text = std::get<std::string>(answer.value);
  const auto label = std::find(item.labels.begin(), item.labels.end(), text);
  if (label == item.labels.end()) return none;
  const auto steps = static_cast<double>(label - item.labels.begin());
  return ends.first + (ends.second < ends.first ? -steps : steps);
}

/// Whether a flag is one that former items raise.
inline bool is_former_flag(const std::vector<Item>& former, std::string_view flag) {
  return std::any_of(former.begin(), former.end(), [&](const Item& item) {
    return item.role == Role::safety && item.flag == flag;
  });
}

/// What a check-in says by former items.
struct FormerAnswers {
  std::vector<Answer> flags =
      {};  ///< under the names of flags, or of items that raise them
  std::vector<std::string> unknown = {};  ///< flags that this version does not know
  std::string problem = {};               ///< what this version cannot take in
};

/// An answer under the name of a flag, which raises it or not as one to the item did.
inline void take_flag(const Answer& answer, const Item& item, const Model& model,
                      FormerAnswers& found) {
  const double number = number_of_answer(answer, item);
  const bool raises = raises_flag(item, number);
  const bool is_answer = !std::isnan(number) && !is_negative_code(number);
  // Of an item that is still asked about, this version says what cannot be read.
  if (!(raises && is_answer) && model.find_item(item.id) >= 0) return;
  if (model.find_flag(item.flag) < 0) {
    if (raises || !is_answer) found.unknown.push_back(item.flag);
    return;
  }
  const int other = model.find_item(model.safety_name(item.flag));
  const Item* now = other < 0 ? nullptr : &model.item(other);
  const double level = raises ? raising_answer(now) : 0.0;
  found.flags.push_back(
      {now == nullptr ? item.flag : now->id, is_answer ? level : number});
}

/// Use is a fact, whatever the items of this version say of other substances.
inline void report_use(CheckIn& check_in, const Model& model) {
  if (!check_in.used_days_ago) check_in.used_days_ago = Days{0.0};
  check_in.abstinent_since_last = false;
  auto& answers = check_in.answers;
  const auto denies = [&](const Answer& answer) {
    const int index = model.find_item(answer.item);
    if (index < 0 || model.item(index).role != Role::use) return false;
    const auto* number = std::get_if<double>(&answer.value);
    return number != nullptr && *number == 0.0;
  };
  answers.erase(std::remove_if(answers.begin(), answers.end(), denies), answers.end());
}

/// Takes what was answered to former items out of a check-in, and leaves reported use in
/// it.
inline FormerAnswers take_former_answers(CheckIn& check_in,
                                         const std::vector<Item>& former,
                                         const Model& model) {
  FormerAnswers found;
  if (former.empty()) return found;
  bool used = false;
  auto& answers = check_in.answers;
  for (const auto& answer : answers) {
    for (const Item& item : former) {
      if (item.id != answer.item) continue;
      if (item.role == Role::safety) take_flag(answer, item, model, found);
      if (item.role != Role::use || model.find_item(item.id) >= 0) continue;
      const double number = number_of_answer(answer, item);
      used |= number > 0.0;
      if (std::isnan(number)) found.problem = "'" + item.id + "': could not be read";
    }
  }
  const auto is_former = [&](const auto& each) {
    return find_item(former, each.item) != nullptr && model.find_item(each.item) < 0;
  };
  answers.erase(std::remove_if(answers.begin(), answers.end(), is_former), answers.end());
  auto& missing = check_in.missing;
  missing.erase(std::remove_if(missing.begin(), missing.end(), is_former), missing.end());
  if (used) report_use(check_in, model);
  return found;
}

}  // namespace relapse::case_file::detail
