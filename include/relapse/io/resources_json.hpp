#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/crisis_resource.hpp>

#include <string_view>

/// Crisis resources, `relapse/resources/1`.
namespace relapse::io {

/// Reads and checks. Throws ParseError.
PlaceResources parse_resources(std::string_view json);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/resources_json.ipp>
#endif
