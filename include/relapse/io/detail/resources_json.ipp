#pragma once

#include <relapse/io/detail/field_reader.hpp>
#include <relapse/io/resources_json.hpp>

#include <nlohmann/json.hpp>

#include <tuple>

namespace relapse {

template <>
struct FieldsOf<CrisisResource> {
  using Resource = CrisisResource;
  static constexpr std::tuple all{Field{"kind", &Resource::kind, Need::required},
                                  Field{"name", &Resource::name, Need::required},
                                  Field{"source", &Resource::source, Need::required},
                                  Field{"mark", &Resource::mark, Need::required},
                                  Field{"checked", &Resource::checked, Need::required},
                                  Field{"call", &Resource::call},
                                  Field{"text", &Resource::text},
                                  Field{"web", &Resource::web},
                                  Field{"hours", &Resource::hours},
                                  Field{"note", &Resource::note}};
};

template <>
struct FieldsOf<PlaceResources> {
  using Place = PlaceResources;
  static constexpr std::tuple all{Field{"id", &Place::id, Need::required},
                                  Field{"regions", &Place::regions, Need::required},
                                  Field{"resources", &Place::resources, Need::required}};
};

namespace io {

RELAPSE_INLINE PlaceResources parse_resources(std::string_view json) {
  const auto parsed = read_json(json);
  PlaceResources place;
  read_fields(root_of<PlaceResources>(parsed, "relapse/resources/1"), place);
  check(place);
  return place;
}

}  // namespace io
}  // namespace relapse
