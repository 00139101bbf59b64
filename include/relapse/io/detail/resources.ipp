#pragma once

#include <relapse/io/documents/resources.hpp>
#include <relapse/io/resources.hpp>
#include <relapse/io/resources_json.hpp>

#include <utility>
#include <vector>

namespace relapse::io {

RELAPSE_INLINE const CrisisDirectory& crisis_directory() {
  static const CrisisDirectory directory = [] {
    std::vector<PlaceResources> places;
    for (const auto& document : documents::resources)
      places.push_back(parse_resources(document.json));
    return CrisisDirectory(std::move(places));
  }();
  return directory;
}

}  // namespace relapse::io
