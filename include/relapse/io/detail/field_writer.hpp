#pragma once

#include <relapse/core/detail/fields.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/io/timestamp.hpp>

#include <string>
#include <string_view>

/// Writing by the tables of `core/detail/fields.hpp`, times included.
namespace relapse {

inline std::string value_json(Time value) { return io::time_json(value); }

namespace io {

/// A document on many lines.
/// @param object what stands in it beside the schema and the fields of the table
template <class Document>
std::string document_json(std::string_view schema, const Document& document,
                          JsonObject object = {}) {
  constexpr int indent = 2;
  object.add("schema", schema);
  add_fields(object, document);
  return indented_json(object.json(), indent);
}

}  // namespace io

}  // namespace relapse
