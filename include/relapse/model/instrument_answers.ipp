#pragma once

#include <relapse/core/error.hpp>
#include <relapse/model/instrument_answers.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace relapse {
namespace detail {

inline bool refers_to(const Item& item, const Instrument& instrument) {
  return item.instrument && item.instrument->id == instrument.document().id;
}

/// The range of what an item refers to. Throws when it is not there.
inline std::pair<double, double> referred_range(const Item& item,
                                                const Instrument& instrument) {
  const auto& reference = *item.instrument;
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
  const auto* sign = model.sign(index);
  if (sign == nullptr || sign->levels() == 0) return std::nullopt;
  const int levels = sign->levels() - (item.missing_is_a_level ? 1 : 0);
  return std::pair{0.0, static_cast<double>(levels - 1)};
}

/// Whether an answer at which the instrument raises a flag always raises it in the model.
inline bool raises_as_soon(const Item& item, const Instrument& instrument) {
  const int index = instrument.find_item(item.instrument->item);
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
    if (refers_to(item, instrument)) return &item;
    if (!item.instrument && found == nullptr) found = &item;
  }
  return found;
}

/// Adds what the instrument's own safety items say, where no item of the model refers to
/// them. A built-in flag is answered by its name.
inline void add_flags(const Instrument& instrument, const InstrumentScore& score,
                      const Model& model, CheckIn& check_in) {
  const auto among = [](const std::vector<std::string>& flags, const std::string& flag) {
    return std::find(flags.begin(), flags.end(), flag) != flags.end();
  };
  std::set<std::string_view> seen;
  for (const auto& asked : instrument.document().items) {
    if (asked.flag.empty() || !seen.insert(asked.flag).second) continue;
    const Item* item = safety_item(asked.flag, instrument, model);
    if (item != nullptr && item->instrument) continue;
    const std::string& id = item == nullptr ? asked.flag : item->id;
    const double raising = item != nullptr && item->raise_at ? *item->raise_at : 1.0;
    if (among(score.unknown_flags, asked.flag)) {
      check_in.missing.push_back({id, MissingReason::unknown});
    } else {
      check_in.answers.push_back({id, among(score.flags, asked.flag) ? raising : 0.0});
    }
  }
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

}  // namespace detail

RELAPSE_INLINE void require_match(const Instrument& instrument, const Model& model) {
  bool any = false;
  for (int index = 0; index < model.items(); ++index) {
    const Item& item = model.item(index);
    if (!detail::refers_to(item, instrument)) continue;
    any = true;
    const auto range = detail::referred_range(item, instrument);
    if (const auto own = detail::own_range(index, model); own && *own != range) {
      throw InvalidInput("item '" + item.id + "'",
                         "has another range than what it refers to in the instrument '" +
                             instrument.document().id + "', but must have the same");
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

RELAPSE_INLINE void add_answers(const Instrument& instrument,
                                std::span<const std::optional<double>> response,
                                const Model& model, CheckIn& check_in) {
  require_match(instrument, model);
  const auto complete = complete_response(instrument, response);
  const auto score = score_instrument(instrument, response);
  CheckIn longer = check_in;
  for (int index = 0; index < model.items(); ++index) {
    const Item& item = model.item(index);
    if (!detail::refers_to(item, instrument)) continue;
    const auto& reference = *item.instrument;
    const auto value =
        reference.subscale.empty()
            ? complete[static_cast<std::size_t>(instrument.find_item(reference.item))]
            : score
                  .subscales[static_cast<std::size_t>(
                      instrument.find_subscale(reference.subscale))]
                  .value;
    if (value) {
      longer.answers.push_back({item.id, *value});
    } else {
      longer.missing.push_back({item.id, MissingReason::unknown});
    }
  }
  detail::add_flags(instrument, score, model, longer);
  check_in = std::move(longer);
}

}  // namespace relapse
