#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/require.hpp>
#include <relapse/core/detail/utf8.hpp>

#include <cmath>
#include <string>

namespace relapse {

RELAPSE_INLINE void refuse(const JsonPointer& at, double found, std::string_view wanted) {
  refuse(at, shortest_decimals(found), wanted);
}

RELAPSE_INLINE void require_text(const JsonPointer& at, std::string_view text) {
  if (!is_utf8(text)) refuse(at, "other bytes", "text in UTF-8");
}

RELAPSE_INLINE void require_name(const JsonPointer& at, std::string_view name) {
  require_text(at, name);
  if (name.empty()) refuse(at, "empty", "a name");
  const bool padded = name.front() == ' ' || name.back() == ' ';
  if (padded || !is_printable(name) || name.find('|') != std::string_view::npos) {
    refuse(at, json_string(name),
           "printable, without '|' and without spaces at its ends");
  }
}

RELAPSE_INLINE void require_finite(const JsonPointer& at, double value) {
  if (!std::isfinite(value)) refuse(at, value, "a finite number");
}

RELAPSE_INLINE void require_positive(const JsonPointer& at, double value) {
  if (!(value > 0.0) || !std::isfinite(value))
    refuse(at, value, "a finite number above 0");
}

RELAPSE_INLINE void require_probability(const JsonPointer& at, double value) {
  if (!(value >= 0.0 && value <= 1.0)) refuse(at, value, "between 0 and 1");
}

RELAPSE_INLINE void require_at_most(const JsonPointer& at, std::size_t count,
                                    std::size_t most) {
  if (count <= most) return;
  refuse(at, "a list of " + std::to_string(count),
         "one of at most " + std::to_string(most));
}

RELAPSE_INLINE void take_name(const JsonPointer& at, std::string_view name,
                              std::set<std::string_view>& names) {
  require_name(at, name);
  if (!names.insert(name).second)
    refuse(at, json_string(name) + " again", "there once only");
}

}  // namespace relapse
