#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/domain/safety.hpp>
#include <relapse/instruments/score.hpp>
#include <relapse/io/detail/fhir_values.hpp>
#include <relapse/io/detail/item_spelling.hpp>
#include <relapse/io/flagged_items.hpp>
#include <relapse/io/instruments.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// Which questions are about safety, and which answers raise a flag.
namespace relapse::io::detail {

/// The built-in flag that a linkId means.
inline std::string built_in_meant(std::string_view link) {
  return meant_by(link, [](std::string_view name) {
    for (const auto flag : built_in_flags) {
      if (spelling_key(flag) == spelling_key(name)) return flag;
    }
    return std::string_view();
  });
}

/// Whether a question is about safety, as far as that is known without a model.
inline bool is_about_safety(const std::string& instrument, const std::string& item) {
  if (instrument.empty())
    return !built_in_meant(item).empty() || flagged_item(item) != nullptr;
  const Instrument& form = *instruments::find(instrument);
  const int index = form.find_item(item);
  return index >= 0 && !form.item(index).flag.empty();
}

/// Whether an answer raises a flag, as far as that is known without a model. One that
/// cannot be read does.
inline bool raises(const std::string& instrument, const Answer& answer) {
  if (!is_about_safety(instrument, answer.item)) return false;
  const auto* text = std::get_if<std::string>(&answer.value);
  const auto number = text != nullptr ? number_in_text(*text)
                                      : std::optional(std::get<double>(answer.value));
  if (!number) return true;
  if (instrument.empty()) return *number > 0.0;
  const Instrument& form = *instruments::find(instrument);
  return raises_flag(form.item(form.find_item(answer.item)), *number);
}

}  // namespace relapse::io::detail
