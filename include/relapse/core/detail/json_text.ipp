#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/shortest_digits.hpp>
#include <relapse/core/detail/utf8.hpp>
#include <relapse/core/error.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <system_error>

namespace relapse {
namespace detail {

inline std::string joined(const std::vector<std::string>& parts, char open, char close) {
  std::size_t size = 2 + parts.size();
  for (const auto& part : parts) size += part.size();
  std::string text;
  text.reserve(size);
  text += open;
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

RELAPSE_INLINE std::string plain_decimals(double value) {
  std::string text = shortest_decimals(value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

RELAPSE_INLINE std::optional<double> decimal_number(std::string_view text) {
  const bool decimals = text.find_first_not_of("0123456789.eE+-") == text.npos;
  if (!decimals || text.empty() || text.front() == '+') return std::nullopt;
#ifdef __cpp_lib_to_chars
  double number = 0.0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
#else
  const std::string copy(text);
  char* end = nullptr;
  const double number = std::strtod(copy.c_str(), &end);
  const bool whole = end == copy.c_str() + copy.size() && std::isfinite(number);
#endif
  return whole ? std::optional(number) : std::nullopt;
}

RELAPSE_INLINE std::string json_number(double value) {
  if (!std::isfinite(value)) {
    throw InvalidInput("json", "a number is " + shortest_decimals(value) +
                                   ", but must be finite");
  }
  return shortest_decimals(value);
}

RELAPSE_INLINE void add_json_string(std::string& json, std::string_view text) {
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
  });
  if (is_plain) {
    json += '"';
    json += text;
    json += '"';
    return;
  }
  if (!is_utf8(text))
    throw InvalidInput("json", "a text is other bytes, but must be UTF-8");
  json += '"';
  std::size_t written = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto code = static_cast<unsigned char>(text[i]);
    if (code >= 0x20 && code != '"' && code != '\\') continue;
    json += text.substr(written, i - written);
    written = i + 1;
    json += '\\';
    if (code >= 0x20) {
      json += text[i];
    } else {
      constexpr std::string_view digits = "0123456789abcdef";
      json += "u00";
      json += digits[code >> 4];
      json += digits[code & 15];
    }
  }
  json += text.substr(written);
  json += '"';
}

RELAPSE_INLINE std::string json_string(std::string_view text) {
  std::string quoted;
  quoted.reserve(text.size() + 2);
  add_json_string(quoted, text);
  return quoted;
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

RELAPSE_INLINE JsonObject& JsonObject::add_json(std::string_view key,
                                                std::string_view json) {
  const bool is_last = members_.empty() || key > key_of(members_[last_]);
  const bool is_there = !is_last && std::any_of(members_.begin(), members_.end(),
                                                [&](const Member& member) {
                                                  return key_of(member) == key;
                                                });
  if (is_there) {
    throw InvalidInput("json", "the key " + json_string(key) +
                                   " is there twice, but must be once");
  }
  const std::size_t begin = text_.size();
  add_json_string(text_, key);
  text_ += ':';
  text_ += json;
  if (is_last) last_ = members_.size();
  members_.push_back({keys_.size(), key.size(), begin, text_.size() - begin});
  keys_ += key;
  return *this;
}

RELAPSE_INLINE std::string JsonObject::json() const {
  auto sorted = members_;
  const auto before = [&](const Member& one, const Member& other) {
    return key_of(one) < key_of(other);
  };
  if (!std::is_sorted(sorted.begin(), sorted.end(), before))
    std::sort(sorted.begin(), sorted.end(), before);
  std::string json;
  json.reserve(text_.size() + members_.size() + 2);
  json += '{';
  for (const auto& member : sorted) {
    if (json.size() > 1) json += ',';
    json.append(text_, member.text, member.text_size);
  }
  return json += '}';
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
