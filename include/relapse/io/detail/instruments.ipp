#pragma once

#include <relapse/io/documents/instruments.hpp>
#include <relapse/io/instrument_json.hpp>
#include <relapse/io/instruments.hpp>

#include <map>

namespace relapse::instruments {

RELAPSE_INLINE std::vector<std::string_view> names() {
  std::vector<std::string_view> all;
  for (const auto& document : io::documents::instruments) all.push_back(document.name);
  return all;
}

RELAPSE_INLINE const Instrument* find(std::string_view name) {
  static const auto parsed = [] {
    std::map<std::string_view, Instrument> all;
    for (const auto& document : io::documents::instruments)
      all.emplace(document.name, io::parse_instrument(document.json));
    return all;
  }();
  const auto found = parsed.find(name);
  return found == parsed.end() ? nullptr : &found->second;
}

}  // namespace relapse::instruments
