#pragma once

#include <relapse/core/detail/ascii.hpp>
#include <relapse/domain/wording.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace relapse {
namespace detail {

/// Calls with each piece of plain text, and with the number of each place to fill and its
/// own text.
template <class Plain, class Place>
void walk_places(std::string_view text, Plain plain, Place place) {
  std::size_t next = 0;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    if (open == text.npos) break;
    std::size_t close = open + 1;
    std::size_t number = 0;
    while (close < text.size() && ascii::is_digit(text[close]) && close - open < 3) {
      number = number * 10 + static_cast<std::size_t>(text[close++] - '0');
    }
    if (close >= text.size() || text[close] != '}') {
      plain(text.substr(0, open + 1));
      text.remove_prefix(open + 1);
      continue;
    }
    plain(text.substr(0, open));
    place(close == open + 1 ? next++ : number, text.substr(open, close - open + 1));
    text.remove_prefix(close + 1);
  }
  plain(text);
}

/// Whether the English words of a key stand in a document or in the crisis protocol.
inline bool stands_in_documents(std::string_view key) {
  const std::string_view kind = key.substr(0, key.find('.'));
  return kind == "label" || kind == "crisis" || kind == "protocol";
}

}  // namespace detail

RELAPSE_INLINE Wording::Wording(std::string language, Words words, const Words& english) {
  Words by_english;
  for (const auto& [key, text] : english) {
    const auto own = words.find(key);
    if (own != words.end() && detail::stands_in_documents(key))
      by_english.insert_or_assign(text, own->second);
  }
  parts_ = std::make_shared<const Parts>(
      Parts{std::move(language), std::move(words), std::move(by_english)});
}

RELAPSE_INLINE std::string_view Wording::language() const noexcept {
  return parts_ ? std::string_view(parts_->language) : std::string_view("en");
}

RELAPSE_INLINE std::string_view Wording::operator()(const Phrase& phrase) const {
  return find(phrase.key).value_or(phrase.english);
}

RELAPSE_INLINE std::string
Wording::operator()(const Phrase& phrase,
                    std::initializer_list<std::string_view> values) const {
  return filled((*this)(phrase), values);
}

RELAPSE_INLINE std::string_view Wording::known(std::string_view english) const {
  if (!parts_) return english;
  const auto found = parts_->by_english.find(english);
  return found == parts_->by_english.end() ? english : std::string_view(found->second);
}

RELAPSE_INLINE const Wording::Words& Wording::words() const {
  static const Words none;
  return parts_ ? parts_->words : none;
}

RELAPSE_INLINE std::optional<std::string_view> Wording::find(std::string_view key) const {
  if (!parts_) return std::nullopt;
  const auto found = parts_->words.find(key);
  if (found == parts_->words.end()) return std::nullopt;
  return std::string_view(found->second);
}

RELAPSE_INLINE std::string filled(std::string_view text,
                                  std::initializer_list<std::string_view> values) {
  std::string result;
  detail::walk_places(
      text, [&](std::string_view plain) { result += plain; },
      [&](std::size_t number, std::string_view own) {
        result += number < values.size() ? *(values.begin() + number) : own;
      });
  return result;
}

RELAPSE_INLINE std::vector<int> places_in(std::string_view text) {
  std::vector<int> places;
  detail::walk_places(
      text, [](std::string_view) {},
      [&](std::size_t number, std::string_view) {
        places.push_back(static_cast<int>(number));
      });
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

}  // namespace relapse
