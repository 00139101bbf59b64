#pragma once

#include <relapse/core/inline.hpp>

#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the library says to a person. Each saying has a key in the catalogue
/// (`relapse/wording/1`) and English words that hold without any catalogue. Words put the
/// person first and never blame. Source: NIDA "Words Matter".
namespace relapse {

/// A saying; `{}` or `{0}`, `{1}`, ... stand for what is filled in.
struct Phrase {
  std::string_view key;
  std::string_view english;

  bool operator==(const Phrase&) const = default;
};

/// The words of one language. Immutable; a copy shares the same words, and threads may
/// share one.
class Wording {
 public:
  using Words = std::map<std::string, std::string, std::less<>>;

  /// English, from the phrases themselves.
  Wording() = default;
  /// @param language tag such as de; @param words by key
  /// @param english words by key that the library comes with, by which `known` knows them
  Wording(std::string language, Words words, const Words& english = {});

  /// Such as de; en for the words of the phrases themselves.
  std::string_view language() const noexcept;
  /// The words for a phrase; the English ones where the language has none. Valid as long
  /// as the wording and the phrase.
  std::string_view operator()(const Phrase& phrase) const;
  /// The same with values in its places.
  std::string operator()(const Phrase& phrase,
                         std::initializer_list<std::string_view> values) const;
  /// The words for a label or a step that comes with the library in English; another text
  /// as it is. Valid as long as the wording and the text.
  std::string_view known(std::string_view english) const;
  /// All words of the catalogue, by key.
  const Words& words() const;
  /// The words for a key, if there are any.
  std::optional<std::string_view> find(std::string_view key) const;

 private:
  struct Parts {
    std::string language;
    Words words;
    Words by_english;
  };

  std::shared_ptr<const Parts> parts_;
};

/// Puts values in place of `{}`, one after the other, and of `{0}`, `{1}`, ...; a place
/// without a value stays as it is.
std::string filled(std::string_view text, std::initializer_list<std::string_view> values);

/// The numbers of the places to fill, in rising order, `{}` counted from 0.
std::vector<int> places_in(std::string_view text);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/domain/detail/wording.ipp>
#endif
