#pragma once

#include <relapse/core/detail/ascii.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/documents/wordings.hpp>
#include <relapse/io/wordings.hpp>

#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace relapse::io {
namespace detail {

/// Reads a catalogue without a look at another.
inline Wording read_wording(std::string_view json, const Wording* english) {
  const auto parsed = read_json(json);
  const Fields fields = read_root(parsed, "relapse/wording/1", {"language", "words"});
  Wording::Words words;
  for (const auto& [key, text] : fields["words"].members()) {
    std::string said = text.text();
    if (said.empty()) text.refuse("empty", "text");
    if (english != nullptr) {
      const auto reference = english->find(key);
      if (!reference) text.refuse("for an unknown key", "for a key of the English words");
      if (places_in(said) != places_in(*reference))
        text.refuse("with other places to fill", "with those of the English words");
    }
    words.emplace(key, std::move(said));
  }
  return {fields["language"].text(), std::move(words),
          english != nullptr ? english->words() : Wording::Words()};
}

inline const std::map<std::string_view, Wording>& wordings() {
  static const auto all = [] {
    std::map<std::string_view, Wording> found;
    for (const auto& document : documents::wordings) {
      if (document.name == "en")
        found.emplace(document.name, read_wording(document.json, nullptr));
    }
    const Wording english = found.at("en");
    for (const auto& document : documents::wordings)
      found.try_emplace(document.name, read_wording(document.json, &english));
    return found;
  }();
  return all;
}

}  // namespace detail

RELAPSE_INLINE Wording parse_wording(std::string_view json) {
  return detail::read_wording(json, &detail::wordings().at("en"));
}

RELAPSE_INLINE const Wording& find_wording(std::string_view locale) {
  const auto& all = detail::wordings();
  std::string language(locale.substr(0, locale.find_first_of("-_.@")));
  for (char& letter : language) letter = ascii::small(letter);  // BCP 47: in any case
  const auto found = all.find(language);
  return found == all.end() ? all.at("en") : found->second;
}

RELAPSE_INLINE std::vector<std::string_view> languages() {
  std::vector<std::string_view> found;
  for (const auto& document : documents::wordings) found.push_back(document.name);
  return found;
}

}  // namespace relapse::io
