#pragma once

#include <relapse/core/detail/texts.hpp>
#include <relapse/core/error.hpp>
#include <relapse/model/instrument_answers.hpp>
#include <relapse/model/item_table.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace relapse {
namespace detail {

/// How an item refers to an instrument; null when it does not.
inline const InstrumentReference* reference_to(const Item& item,
                                               const Instrument& instrument) {
  const auto& all = item.instruments;
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& reference) {
    return reference.id == instrument.document().id;
  });
  return found == all.end() ? nullptr : &*found;
}

/// The range of what an item refers to. Throws when it is not there.
inline std::pair<double, double> referred_range(const Item& item,
                                                const Instrument& instrument) {
  const auto& reference = *reference_to(item, instrument);
  if (!reference.item.empty()) {
    const int index = instrument.find_item(reference.item);
    if (index >= 0)
      return {instrument.item(index).lowest, instrument.item(index).highest};
  } else if (const int index = instrument.find_subscale(reference.subscale); index >= 0) {
    return {instrument.part(index).lowest, instrument.part(index).highest};
  }
  throw InvalidInput(
      "item '" + item.id + "'",
      "refers to what the instrument '" + instrument.document().id +
          "' does not have, but must refer to one of its items or subscales");
}

/// The range of the answers to an item of a model; empty where it has none.
inline std::optional<std::pair<double, double>> own_range(int index, const Model& model) {
  const Item& item = model.item(index);
  if (item.scale) return std::minmax(item.scale->first, item.scale->second);
  const int levels = model.answer_levels(index);
  if (levels == 0) return std::nullopt;
  return std::pair{0.0, levels - 1.0};
}

/// Whether an answer at which the instrument raises a flag always raises it in the model.
inline bool raises_as_soon(const Item& item, const Instrument& instrument) {
  const int index = instrument.find_item(reference_to(item, instrument)->item);
  if (!item.raise_at || index < 0) return true;
  const auto& asked = instrument.item(index);
  return asked.flag != item.flag || (asked.raise_at && *item.raise_at <= *asked.raise_at);
}

/// The safety item of a model that takes a flag: one that refers to the instrument before
/// another; null when there is none.
inline const Item* safety_item(std::string_view flag, const Instrument& instrument,
                               const Model& model) {
  const Item* found = nullptr;
  for (int index = 0; index < model.items(); ++index) {
    const Item& item = model.item(index);
    if (item.role != Role::safety || item.flag != flag) continue;
    if (reference_to(item, instrument) != nullptr) return &item;
    if (item.instruments.empty() && found == nullptr) found = &item;
  }
  return found;
}

/// A check-in as responses are added to it.
class LongerCheckIn {
 public:
  LongerCheckIn(CheckIn check_in, const Model& model)
      : check_in_(std::move(check_in)), model_(model) {}

  /// Adds the most adverse of the values that instruments give to an item, if any.
  void add(int index, const std::vector<std::optional<double>>& values) {
    const Item& item = model_.item(index);
    if (item.role == Role::safety) {
      for (const auto& value : values) add_safety(item.id, value);
      return;
    }
    if (is_answered(item.id)) return;
    const double adverse = adverse_end(index, model_) == AdverseEnd::low ? -1.0 : 1.0;
    std::optional<double> worst;
    for (const auto& value : values) {
      if (value && (!worst || adverse * *value > adverse * *worst)) worst = value;
    }
    if (worst) {
      answer(item.id, *worst);
    } else {
      miss(item.id);
    }
  }
  /// Adds an answer to a safety item; one that raises the flag goes before another.
  void add_safety(const std::string& id, std::optional<double> value) {
    const auto before =
        std::find_if(check_in_.answers.begin(), check_in_.answers.end(),
                     [&](const Answer& given) { return given.item == id; });
    if (before == check_in_.answers.end()) {
      value ? answer(id, *value) : miss(id);
    } else if (const auto* number = std::get_if<double>(&before->value);
               value && number != nullptr && *value > *number) {
      before->value = *value;
    }
  }

  CheckIn take() && { return std::move(check_in_); }

 private:
  bool is_answered(const std::string& id) const {
    return std::any_of(check_in_.answers.begin(), check_in_.answers.end(),
                       [&](const Answer& given) { return given.item == id; });
  }
  /// What was missing is there now.
  void answer(const std::string& id, double value) {
    std::erase_if(check_in_.missing, [&](const auto& gap) { return gap.item == id; });
    check_in_.answers.push_back({id, value});
  }
  void miss(const std::string& id) {
    const bool known =
        std::any_of(check_in_.missing.begin(), check_in_.missing.end(),
                    [&](const MissingAnswer& gap) { return gap.item == id; });
    if (!known) check_in_.missing.push_back({id, MissingReason::unknown});
  }

  CheckIn check_in_;
  const Model& model_;
};

/// Adds what the instrument's own safety items say, where no item of the model refers to
/// them. A built-in flag is answered by its name.
inline void add_flags(const Instrument& instrument, const InstrumentScore& score,
                      const Model& model, LongerCheckIn& check_in) {
  std::set<std::string_view> seen;
  for (const auto& asked : instrument.document().items) {
    if (asked.flag.empty() || !seen.insert(asked.flag).second) continue;
    const Item* item = safety_item(asked.flag, instrument, model);
    if (item != nullptr && reference_to(*item, instrument) != nullptr) continue;
    const std::string& id = item == nullptr ? asked.flag : item->id;
    std::optional<double> value;
    if (!contains(score.unknown_flags, asked.flag))
      value = contains(score.flags, asked.flag) ? raising_answer(item) : 0.0;
    check_in.add_safety(id, value);
  }
}

/// Whether an answer raises the flag of its item: empty when it does not, NaN when it is
/// none of its answers.
inline std::optional<double> alarm(const InstrumentItem& asked, double answer) {
  try {
    require_answer(asked, answer);
  } catch (const InvalidInput&) {
    return std::nan("");
  }
  return raises_flag(asked, answer) ? std::optional(answer) : std::nullopt;
}

/// Every flag of the instrument can be raised in the model.
inline void require_flags(const Instrument& instrument, const Model& model) {
  for (const auto& item : instrument.document().items) {
    if (item.flag.empty() || is_built_in_flag(item.flag)) continue;
    if (safety_item(item.flag, instrument, model) != nullptr) continue;
    throw InvalidInput("instrument '" + instrument.document().id + "'",
                       "its flag '" + item.flag +
                           "' has no safety item in the model, but must have one");
  }
}

/// The range that an item wants of what it refers to; empty where any will do.
inline std::optional<std::pair<double, double>>
wanted_range(int index, const Instrument& instrument, const Model& model) {
  const auto& reference = *reference_to(model.item(index), instrument);
  if (!reference.from) return own_range(index, model);
  return std::minmax(reference.from->first, reference.from->second);
}

/// The answer that a value of an instrument stands for.
inline double mapped(double value, int index, const InstrumentReference& reference,
                     const Model& model) {
  if (!reference.from) return value;
  const auto [low, high] = *own_range(index, model);
  const auto own = model.item(index).scale.value_or(Scale{low, high});
  const Scale to = reference.to.value_or(own);
  const double share =
      (value - reference.from->first) / (reference.from->second - reference.from->first);
  const double answer = std::lerp(to.first, to.second, share);
  return model.answer_levels(index) > 0 ? std::floor(answer + 0.5) : answer;
}

/// The values that a response gives to the items of the model, by item.
inline void add_values(const Instrument& instrument, const Response& complete,
                       const InstrumentScore& score, const Model& model,
                       std::vector<std::vector<std::optional<double>>>& values) {
  for (int index = 0; index < model.items(); ++index) {
    const auto* reference = reference_to(model.item(index), instrument);
    if (reference == nullptr) continue;
    auto value =
        reference->subscale.empty()
            ? complete[static_cast<std::size_t>(instrument.find_item(reference->item))]
            : score
                  .subscales[static_cast<std::size_t>(
                      instrument.find_subscale(reference->subscale))]
                  .value;
    if (value) value = mapped(*value, index, *reference, model);
    values[static_cast<std::size_t>(index)].push_back(value);
  }
}

}  // namespace detail

RELAPSE_INLINE void require_match(const Instrument& instrument, const Model& model) {
  bool any = false;
  for (int index = 0; index < model.items(); ++index) {
    const Item& item = model.item(index);
    if (detail::reference_to(item, instrument) == nullptr) continue;
    any = true;
    const auto range = detail::referred_range(item, instrument);
    if (const auto wanted = detail::wanted_range(index, instrument, model);
        wanted && *wanted != range) {
      throw InvalidInput("item '" + item.id + "'",
                         "has another range than what it refers to in the instrument '" +
                             instrument.document().id +
                             "', but must have the same, or state it in `from`");
    }
    if (item.role == Role::safety && !detail::raises_as_soon(item, instrument)) {
      throw InvalidInput("item '" + item.id + "'",
                         "raises its flag later than the instrument '" +
                             instrument.document().id + "', but must not");
    }
  }
  detail::require_flags(instrument, model);
  for (const auto& item : instrument.document().items) any |= !item.flag.empty();
  if (!any) {
    throw InvalidInput("model '" + model.document().id + "'",
                       "has no item that refers to the instrument '" +
                           instrument.document().id + "', but must have one");
  }
}

RELAPSE_INLINE void add_answers(std::span<const InstrumentResponse> responses,
                                const Model& model, CheckIn& check_in) {
  std::vector<std::vector<std::optional<double>>> values(
      static_cast<std::size_t>(model.items()));
  std::vector<InstrumentScore> scores;
  std::set<std::string_view> seen;
  for (const auto& [instrument, response] : responses) {
    require_match(instrument, model);
    if (!seen.insert(instrument.document().id).second) {
      throw InvalidInput("instrument '" + instrument.document().id + "'",
                         "is answered twice, but must be answered once a check-in");
    }
    const auto complete = complete_response(instrument, response);
    scores.push_back(score_instrument(instrument, response));
    detail::add_values(instrument, complete, scores.back(), model, values);
  }
  detail::LongerCheckIn longer(check_in, model);
  for (int index = 0; index < model.items(); ++index) {
    const auto& given = values[static_cast<std::size_t>(index)];
    if (!given.empty()) longer.add(index, given);
  }
  for (std::size_t i = 0; i < responses.size(); ++i)
    detail::add_flags(responses[i].instrument, scores[i], model, longer);
  check_in = std::move(longer).take();
}

RELAPSE_INLINE void add_alarms(std::span<const InstrumentResponse> responses,
                               const Model& model, CheckIn& check_in) {
  for (const auto& [instrument, response] : responses) {
    const auto items =
        std::min(static_cast<std::size_t>(instrument.items()), response.size());
    for (std::size_t i = 0; i < items; ++i) {
      const auto& asked = instrument.item(static_cast<int>(i));
      if (asked.flag.empty() || !response[i]) continue;
      if (const auto alarm = detail::alarm(asked, *response[i])) {
        const Item* item = detail::safety_item(asked.flag, instrument, model);
        const bool unreadable = std::isnan(*alarm);
        check_in.answers.push_back({item == nullptr ? asked.flag : item->id,
                                    unreadable ? *alarm : raising_answer(item)});
      }
    }
  }
}

RELAPSE_INLINE void add_answers(const Instrument& instrument,
                                std::span<const std::optional<double>> response,
                                const Model& model, CheckIn& check_in) {
  const InstrumentResponse one{instrument, {response.begin(), response.end()}};
  add_answers(std::span(&one, 1), model, check_in);
}

}  // namespace relapse
