#pragma once

#include <relapse/core/detail/json_pointer.hpp>
#include <relapse/core/error.hpp>
#include <relapse/core/spelling.hpp>

#include <span>
#include <string_view>
#include <vector>

namespace relapse {

/// Throws ParseError with the text of `unknown_name`.
[[noreturn]] inline void refuse_unknown(const JsonPointer& at, std::string_view kind,
                                        std::string_view written,
                                        std::span<const std::string_view> known) {
  throw ParseError(at.text(), unknown_name(kind, written, known));
}

/// The ids of what has one, in their order.
template <class Things>
std::vector<std::string_view> ids_of(const Things& things) {
  std::vector<std::string_view> ids;
  for (const auto& thing : things) ids.push_back(thing.id);
  return ids;
}

}  // namespace relapse
