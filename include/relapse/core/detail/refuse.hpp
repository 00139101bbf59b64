#pragma once

#include <relapse/core/detail/json_pointer.hpp>
#include <relapse/core/error.hpp>

#include <string>
#include <string_view>

namespace relapse {

/// Throws ParseError `<at>: is <found>, but must be <wanted>`.
[[noreturn]] inline void refuse(const JsonPointer& at, std::string_view found,
                                std::string_view wanted) {
  std::string problem = "is ";
  problem += found;
  problem += ", but must be ";
  problem += wanted;
  throw ParseError(at.text(), problem);
}

}  // namespace relapse
