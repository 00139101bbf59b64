#pragma once

#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/resources_json.hpp>

#include <nlohmann/json.hpp>

namespace relapse::io {
namespace detail {

inline CrisisResource read_resource(const Node& node) {
  const Fields fields(node, {"kind", "name", "source", "mark", "checked"},
                      {"call", "text", "web", "hours", "note"});
  CrisisResource resource;
  fields.read("kind", resource.kind);
  fields.read("name", resource.name);
  fields.read("call", resource.call);
  fields.read("text", resource.text);
  fields.read("web", resource.web);
  fields.read("hours", resource.hours);
  fields.read("note", resource.note);
  fields.read("source", resource.source);
  fields.read("mark", resource.mark);
  fields.read("checked", resource.checked);
  return resource;
}

}  // namespace detail

RELAPSE_INLINE PlaceResources parse_resources(std::string_view json) {
  const auto parsed = read_json(json);
  const Fields fields =
      read_root(parsed, "relapse/resources/1", {"schema", "id", "regions", "resources"});
  PlaceResources place;
  fields.read("id", place.id);
  fields.read("regions", place.regions);
  fields.read("resources", place.resources, detail::read_resource);
  check(place);
  return place;
}

}  // namespace relapse::io
