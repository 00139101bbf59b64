#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace relapse {

/// The words of a closed choice, in the order of its enumerators. Specialised beside each
/// enumeration, so that C++, JSON and Python share one word.
template <class Choice>
struct Names;

/// The word of an enumerator.
template <class Choice>
constexpr std::string_view name_of(Choice choice) {
  return Names<Choice>::all[static_cast<std::size_t>(choice)];
}

/// The enumerator of a word; empty when there is none of that name.
template <class Choice>
constexpr std::optional<Choice> from_name(std::string_view name) {
  std::size_t index = 0;
  for (const std::string_view word : Names<Choice>::all) {
    if (word == name) return static_cast<Choice>(index);
    ++index;
  }
  return std::nullopt;
}

}  // namespace relapse
