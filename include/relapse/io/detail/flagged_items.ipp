#pragma once

#include <relapse/core/detail/ascii.hpp>
#include <relapse/io/detail/gleaner.ipp>
#include <relapse/io/detail/item_spelling.hpp>
#include <relapse/io/detail/mended_json.hpp>
#include <relapse/io/flagged_items.hpp>
#include <relapse/io/instruments.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <variant>
#include <vector>

namespace relapse::io {

RELAPSE_INLINE std::string item_key(std::string_view name) {
  constexpr std::array<std::string_view, 3> question{"item", "question", "q"};
  const auto kind = [](char letter) {
    return ascii::is_digit(letter) ? 2 : ascii::is_letter(letter) ? 1 : 0;
  };
  std::string key;
  for (std::size_t begin = 0; begin < name.size();) {
    std::size_t end = begin + 1;
    while (end < name.size() && kind(name[end]) == kind(name[begin])) ++end;
    std::string part;
    for (const char letter : name.substr(begin, end - begin))
      part += ascii::small(letter);
    if (kind(name[begin]) == 2) {
      part.erase(0, std::min(part.find_first_not_of('0'), part.size() - 1));
    } else if (kind(name[begin]) == 0 ||
               std::find(question.begin(), question.end(), part) != question.end()) {
      part.clear();
    }
    key += part;
    begin = end;
  }
  return key;
}

RELAPSE_INLINE const FlaggedItem* flagged_item(std::string_view name) {
  static const auto known = [] {
    std::map<std::string, FlaggedItem, std::less<>> all;
    for (const auto id : instruments::names()) {
      const Instrument* instrument = instruments::find(id);
      for (int index = 0; index < instrument->items(); ++index) {
        const FlaggedItem item{instrument, index};
        if (!instrument->item(index).flag.empty())
          all.emplace(item_key(item.column()), item);
      }
    }
    return all;
  }();
  const auto key = detail::meant_by(name, [](std::string_view part) {
    auto found = item_key(part);
    return known.contains(found) ? found : std::string();
  });
  return key.empty() ? nullptr : &known.find(key)->second;
}

RELAPSE_INLINE std::string problem_of(const CheckInError& error) {
  const FlaggedItem* item = flagged_item(error.place().item);
  if (item == nullptr) return error.problem();
  return "is the item '" + item->id() + "' of the instrument '" +
         item->instrument->document().id +
         "', which has a flag, and no item of the model, but must be told as an answer to "
         "the instrument";
}

RELAPSE_INLINE InstrumentResponse response_of(const FlaggedItem& item,
                                              const AnswerValue& value) {
  InstrumentResponse one{*item.instrument,
                         Response(static_cast<std::size_t>(item.instrument->items()))};
  const auto* number = std::get_if<double>(&value);
  one.response[static_cast<std::size_t>(item.index)] =
      number == nullptr ? std::nan("") : *number;
  return one;
}

RELAPSE_INLINE CheckIn detail::what_is_there(std::string_view given, Named named) {
  const std::string json = mended_json(given);
  PartReader reader;
  nlohmann::json::sax_parse(json.begin(), json.end(),
                            static_cast<nlohmann::json_sax<nlohmann::json>*>(&reader));
  CheckIn found;
  found.time = Time{std::numeric_limits<double>::quiet_NaN()};
  Gleaner(found, named).take(reader.take());
  return found;
}

RELAPSE_INLINE CheckIn parse_what_is_there(std::string_view given) {
  return detail::what_is_there(given, detail::Named::by_any_text);
}

RELAPSE_INLINE void add_flagged_items(const Model& model, CheckIn& check_in) {
  std::vector<InstrumentResponse> responses;
  for (const auto& answer : check_in.answers) {
    if (model.find_item(answer.item) >= 0 || !model.safety_name(answer.item).empty())
      continue;
    if (const FlaggedItem* item = flagged_item(answer.item))
      responses.push_back(response_of(*item, answer.value));
  }
  add_alarms(responses, model, check_in);
}

RELAPSE_INLINE CheckInError refusal(const CheckInError& error, CheckIn check_in,
                                    Monitor& monitor) {
  add_flagged_items(monitor.model(), check_in);
  return {error.place(), problem_of(error), monitor.raise_flags(check_in)};
}

}  // namespace relapse::io
