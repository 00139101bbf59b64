#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/shortest_digits.hpp>
#include <relapse/core/detail/utf8.hpp>
#include <relapse/core/error.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace relapse {
namespace detail {

inline std::string joined(const std::vector<std::string>& parts, char open, char close) {
  std::string text(1, open);
  for (const auto& part : parts) {
    if (text.size() > 1) text += ',';
    text += part;
  }
  return text += close;
}

/// Length of the quoted string at the start of a JSON text.
inline std::size_t string_length(std::string_view json) {
  std::size_t end = 1;
  while (json[end] != '"') end += json[end] == '\\' ? 2U : 1U;
  return end + 1;
}

/// Length of the array at the start of a JSON text when it holds no array and no object;
/// otherwise 0.
inline std::size_t flat_array_length(std::string_view json) {
  if (json.front() != '[') return 0;
  std::size_t i = 1;
  while (json[i] != ']') {
    if (json[i] == '[' || json[i] == '{') return 0;
    i += json[i] == '"' ? string_length(json.substr(i)) : 1;
  }
  return i + 1;
}

/// A flat array with a space after each comma.
inline std::string spaced(std::string_view array) {
  std::string text;
  while (!array.empty()) {
    const std::size_t length = array.front() == '"' ? string_length(array) : 1;
    text += array.substr(0, length);
    if (array.front() == ',') text += ' ';
    array.remove_prefix(length);
  }
  return text;
}

}  // namespace detail

RELAPSE_INLINE std::string shortest_decimals(double value) {
#ifdef __cpp_lib_to_chars
  char buffer[32];
  const auto result = std::to_chars(std::begin(buffer), std::end(buffer), value);
  std::string text(buffer, result.ptr);
#else
  std::string text = detail::shortest_text(value);
#endif
  if (std::isfinite(value) && text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

RELAPSE_INLINE std::string json_number(double value) {
  if (!std::isfinite(value)) {
    throw InvalidInput("json", "a number is " + shortest_decimals(value) +
                                   ", but must be finite");
  }
  return shortest_decimals(value);
}

RELAPSE_INLINE std::string json_string(std::string_view text) {
  if (!is_utf8(text))
    throw InvalidInput("json", "a text is other bytes, but must be UTF-8");
  std::string quoted = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (code < 0x20) {
      constexpr std::string_view digits = "0123456789abcdef";
      quoted += "\\u00";
      quoted += digits[code >> 4];
      quoted += digits[code & 15];
    } else {
      quoted += c;
    }
  }
  return quoted += '"';
}

RELAPSE_INLINE std::string json_array(const std::vector<std::string>& elements) {
  return detail::joined(elements, '[', ']');
}

RELAPSE_INLINE std::string json_texts(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  quoted.reserve(texts.size());
  for (const auto& text : texts) quoted.push_back(json_string(text));
  return json_array(quoted);
}

RELAPSE_INLINE void JsonObject::add_whole(std::string_view key, std::int64_t value) {
  add_json(key, std::to_string(value));
}

RELAPSE_INLINE void JsonObject::add_truth(std::string_view key, bool value) {
  add_json(key, value ? "true" : "false");
}

RELAPSE_INLINE void JsonObject::add_unless_empty(std::string_view key,
                                                 std::string_view text) {
  if (!text.empty()) add(key, text);
}

RELAPSE_INLINE void JsonObject::add_json(std::string_view key, std::string json) {
  if (!members_.emplace(key, std::move(json)).second) {
    throw InvalidInput("json", "the key " + json_string(key) +
                                   " is there twice, but must be once");
  }
}

RELAPSE_INLINE std::string JsonObject::json() const {
  std::vector<std::string> parts;
  for (const auto& [key, value] : members_)
    parts.push_back(json_string(key) + ':' + value);
  return detail::joined(parts, '{', '}');
}

RELAPSE_INLINE std::string indented_json(std::string_view json, int spaces) {
  std::string text;
  std::size_t level = 0;
  const auto new_line = [&] {
    text += '\n';
    text.append(level * static_cast<std::size_t>(std::max(spaces, 0)), ' ');
  };
  while (!json.empty()) {
    const char c = json.front();
    std::size_t taken = 1;
    if (c == '"') {
      taken = detail::string_length(json);
      text += json.substr(0, taken);
    } else if (const std::size_t flat = detail::flat_array_length(json); flat > 0) {
      taken = flat;
      text += detail::spaced(json.substr(0, taken));
    } else if (c == '{' || c == '[') {
      text += c;
      if (json[1] == '}') {
        text += '}';
        taken = 2;
      } else {
        ++level;
        new_line();
      }
    } else if (c == '}' || c == ']') {
      --level;
      new_line();
      text += c;
    } else {
      text += c;
      if (c == ',') new_line();
      if (c == ':') text += ' ';
    }
    json.remove_prefix(taken);
  }
  return text;
}

}  // namespace relapse
