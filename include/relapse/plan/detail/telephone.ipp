#pragma once

#include <relapse/core/detail/ascii.hpp>
#include <relapse/plan/telephone.hpp>

#include <algorithm>
#include <array>

namespace relapse {
namespace detail {

using ascii::is_digit;
/// Bytes beyond ASCII belong to words.
constexpr bool is_word(char c) {
  return is_digit(c) || ascii::is_letter(c) || static_cast<unsigned char>(c) >= 0x80;
}
constexpr bool separates(char c) {
  return c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')';
}

inline std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (is_digit(c)) digits += c;
  }
  return digits;
}

/// The end of the digits and separators from `at` on, behind the last digit.
inline std::size_t end_of_run(std::string_view text, std::size_t at) {
  std::size_t end = at;
  for (std::size_t k = at; k < text.size(); ++k) {
    if (is_digit(text[k])) {
      end = k + 1;
      continue;
    }
    const bool first = k == at && (text[k] == '+' || text[k] == '(');
    const bool after_bracket = k > at && text[k - 1] == ')';
    const bool opens = text[k] == '(' || (text[k] == '+' && text[k - 1] == '(');
    const bool apart = k > at && (is_digit(text[k - 1]) || after_bracket);
    if (!first && !opens && !(separates(text[k]) && apart)) break;
  }
  return end;
}

/// The sizes of the groups of digits, and whether only hyphens are between them.
struct DigitGroups {
  std::vector<std::size_t> sizes;
  std::size_t digits = 0;
  bool hyphens_alone = true;
  bool begins_a_year = false;
  bool ends_in_a_year = false;
};

constexpr bool is_year(std::string_view digits) {
  return digits.size() == 4 &&
         (digits.substr(0, 2) == "19" || digits.substr(0, 2) == "20");
}

inline DigitGroups digit_groups(std::string_view run) {
  DigitGroups groups;
  std::size_t start = 0;
  for (std::size_t k = 0; k <= run.size(); ++k) {
    if (k < run.size() && is_digit(run[k])) continue;
    if (k > start) {
      const auto group = run.substr(start, k - start);
      groups.begins_a_year =
          groups.begins_a_year || (groups.sizes.empty() && is_year(group));
      groups.ends_in_a_year = is_year(group);
      groups.sizes.push_back(group.size());
      groups.digits += group.size();
    }
    if (k < run.size() && run[k] != '-') groups.hyphens_alone = false;
    start = k + 1;
  }
  return groups;
}

/// Day, month and year in any order; two years.
inline bool is_date(const DigitGroups& groups) {
  const bool year = groups.begins_a_year || groups.ends_in_a_year;
  if (year && groups.begins_a_year && groups.ends_in_a_year) return true;
  const auto most = std::max_element(groups.sizes.begin(), groups.sizes.end());
  const bool short_groups = groups.sizes.size() == 3 && groups.digits <= 8;
  return short_groups && (year || *most <= 2);
}

inline bool is_number(std::string_view run) {
  const auto groups = digit_groups(run);
  if (groups.digits < 7 || groups.digits > 15 || is_date(groups)) return false;
  if (run[0] == '+' || run[0] == '0' || run[0] == '(') return true;
  const bool country = groups.sizes.front() == 1;  // 1-800-...
  return groups.hyphens_alone && groups.sizes.size() >= 2 &&
         std::all_of(groups.sizes.begin() + (country ? 1 : 0), groups.sizes.end(),
                     [](std::size_t size) { return size >= 3; });
}

/// The end of a known number that begins at `at`; `at` where there is none.
inline std::size_t end_of_known(std::string_view text, std::size_t at,
                                std::span<const std::string> known) {
  std::size_t end = at;
  for (const auto& number : known) {
    const auto past = at + number.size();
    const bool here = text.substr(at, number.size()) == number;
    const bool whole = past >= text.size() || !is_word(text[past]);
    if (here && whole) end = std::max(end, past);
  }
  return end;
}

/// Whether the words before a number ask for a message.
inline bool is_to_text(std::string_view before) {
  const auto from = before.find_last_of(",;:");
  if (from != before.npos) {
    const auto last = before.substr(from + 1);
    const bool named_before = last.find_first_not_of(' ') == last.npos;
    // "SMS: 0170 1234567" names the way in front of the colon.
    before = named_before && before[from] == ':'
                 ? before.substr(0, from).substr(
                       before.substr(0, from).find_last_of(",;:") + 1)
                 : last;
  }
  std::string word;
  const auto asks = [](const std::string& each) {
    return each == "text" || each == "sms" || each == "txt";
  };
  for (const char c : before) {
    if (is_word(c)) {
      word += ascii::small(c);
      continue;
    }
    if (asks(word)) return true;
    word.clear();
  }
  return asks(word);
}

inline std::string address_of(std::string_view number, std::string_view before) {
  const bool abroad = number.find('+') != number.npos;
  std::string digits(number);
  // "+49 (0)30": the 0 is for calls within the country alone.
  const auto inside = digits.find("(0)");
  if (abroad && inside != digits.npos) digits.erase(inside, 3);
  return (is_to_text(before) ? "sms:" : "tel:") + std::string(abroad ? "+" : "") +
         digits_of(digits);
}

}  // namespace detail

RELAPSE_INLINE std::vector<TextPiece>
telephone_pieces(std::string_view text, std::span<const std::string> known) {
  std::vector<TextPiece> pieces;
  std::size_t plain = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const bool begins = detail::is_digit(text[at]) || text[at] == '+' || text[at] == '(';
    const bool inside = at > 0 && detail::is_word(text[at - 1]);
    if (!begins || inside) {
      ++at;
      continue;
    }
    const auto run = detail::end_of_run(text, at);
    const bool whole = run >= text.size() || !detail::is_word(text[run]);
    auto end = detail::end_of_known(text, at, known);
    if (whole && detail::is_number(text.substr(at, run - at))) end = std::max(end, run);
    if (end == at) {
      // What is no number as a whole holds none in part, but for a known one.
      ++at;
      while (at < run && detail::end_of_known(text, at, known) == at) ++at;
      continue;
    }
    if (at > plain) pieces.push_back({text.substr(plain, at - plain)});
    const auto number = text.substr(at, end - at);
    pieces.push_back({number, detail::address_of(number, text.substr(0, at))});
    at = plain = end;
  }
  if (plain < text.size()) pieces.push_back({text.substr(plain)});
  return pieces;
}

RELAPSE_INLINE std::vector<std::string> numbers_of_field(std::string_view field) {
  std::vector<std::string> numbers;
  for (std::size_t at = 0; at < field.size(); ++at) {
    const bool begins = detail::is_digit(field[at]) || field[at] == '+';
    if (!begins || (at > 0 && detail::is_word(field[at - 1]))) continue;
    const auto end = std::max(detail::end_of_run(field, at), at + 1);
    const auto number = field.substr(at, end - at);
    if (detail::digits_of(number).size() >= 3) numbers.emplace_back(number);
    at = end;
  }
  return numbers;
}

}  // namespace relapse
