#pragma once

#include <relapse/case_file/detail/event.hpp>
#include <relapse/core/error.hpp>
#include <relapse/io/flagged_items.hpp>
#include <relapse/io/instruments.hpp>
#include <relapse/model/instrument_answers.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// What a check-in answers to instruments that come with the library.
namespace relapse::case_file::detail {

/// The instrument that a name may mean: in any spelling.
inline const Instrument* instrument_like(std::string_view name) {
  for (const auto each : instruments::names()) {
    if (io::item_key(each) == io::item_key(name)) return instruments::find(each);
  }
  return nullptr;
}

/// The item of an instrument that a name may mean: in any spelling, with the
/// name of the instrument before it or without. -1 without one.
inline int item_like(std::string_view name, const Instrument& instrument) {
  using io::item_key;
  const auto key = item_key(name);
  for (int index = 0; index < instrument.items(); ++index) {
    const auto& id = instrument.item(index).id;
    if (item_key(id) == key || item_key(instrument.document().id + '_' + id) == key)
      return index;
  }
  return -1;
}

inline std::string other_spelling(const std::string& meant) {
  return "have another spelling of '" + meant + "', but must have '" + meant + "'";
}

/// The responses of a check-in to instruments that come with the library. Throws
/// InvalidInput for what is not there.
inline std::vector<InstrumentResponse> responses_of(const InstrumentAnswers& told) {
  std::vector<InstrumentResponse> responses;
  for (const auto& [name, answers] : told) {
    const Instrument* instrument = instruments::find(name);
    if (instrument == nullptr) {
      const Instrument* meant = instrument_like(name);
      throw InvalidInput("instruments",
                         meant == nullptr
                             ? "are others than those that come with the library"
                             : other_spelling(meant->document().id));
    }
    InstrumentResponse response{*instrument,
                                Response(static_cast<std::size_t>(instrument->items()))};
    for (const auto& [item, value] : answers) {
      const int index = instrument->find_item(item);
      if (index < 0) {
        const int meant = item_like(item, *instrument);
        throw InvalidInput("instruments",
                           meant < 0 ? "an item is not one of '" + name + "'"
                                     : other_spelling(instrument->item(meant).id));
      }
      response.response[static_cast<std::size_t>(index)] = std::get<double>(value);
    }
    responses.push_back(std::move(response));
  }
  return responses;
}

}  // namespace relapse::case_file::detail
