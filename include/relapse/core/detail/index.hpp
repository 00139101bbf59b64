#pragma once

#include <string_view>
#include <vector>

namespace relapse {

namespace detail {

inline std::string_view id_of(const auto& noun) {
  if constexpr (requires { noun.id; }) {
    return noun.id;
  } else {
    return noun.item.id;
  }
}

}  // namespace detail

/// Position of the noun with this id; -1 when there is none.
template <class Noun>
int index_of(const std::vector<Noun>& nouns, std::string_view id) {
  for (std::size_t i = 0; i < nouns.size(); ++i) {
    if (detail::id_of(nouns[i]) == id) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace relapse
