#pragma once

#include <string_view>

namespace relapse::io {

/// A document that comes with the library.
struct NamedDocument {
  std::string_view name;
  std::string_view json;
};

}  // namespace relapse::io
