#pragma once

/// Letters and digits of ASCII, whatever the locale is.
namespace relapse::ascii {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_small(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_letter(char c) { return is_small(c) || is_capital(c); }

/// The small letter of a capital; everything else as it is.
constexpr char small(char c) {
  return is_capital(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace relapse::ascii
