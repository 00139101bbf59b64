#pragma once

#include <relapse/core/detail/ascii.hpp>
#include <relapse/core/spelling.hpp>

#include <algorithm>
#include <vector>

namespace relapse {
namespace detail {

inline std::string small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small) c = ascii::small(c);
  return small;
}

inline std::string quoted(std::string_view name) { return '`' + std::string(name) + '`'; }

}  // namespace detail

RELAPSE_INLINE std::size_t spelling_distance(std::string_view one,
                                             std::string_view other) {
  std::vector<std::vector<std::size_t>> edits(one.size() + 1,
                                              std::vector<std::size_t>(other.size() + 1));
  for (std::size_t i = 0; i <= one.size(); ++i) {
    for (std::size_t j = 0; j <= other.size(); ++j) {
      if (i == 0 || j == 0) {
        edits[i][j] = i + j;
        continue;
      }
      const std::size_t changed = one[i - 1] == other[j - 1] ? 0 : 1;
      edits[i][j] = std::min(
          {edits[i - 1][j] + 1, edits[i][j - 1] + 1, edits[i - 1][j - 1] + changed});
      if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1]) {
        edits[i][j] = std::min(edits[i][j], edits[i - 2][j - 2] + 1);
      }
    }
  }
  return edits[one.size()][other.size()];
}

RELAPSE_INLINE std::string_view nearest_name(std::string_view written,
                                             std::span<const std::string_view> known) {
  constexpr std::size_t least_beginning = 3;
  constexpr std::size_t letters_an_edit = 3;  // expert default
  constexpr std::size_t longest = 64;
  if (written.empty() || written.size() > longest) return {};
  const std::string small = detail::small_letters(written);
  const std::size_t most = std::max<std::size_t>(1, small.size() / letters_an_edit);
  std::string_view nearest;
  std::size_t least = most + 1;
  for (const std::string_view name : known) {
    if (name.size() > longest) continue;
    const std::string other = detail::small_letters(name);
    const bool begins =
        small.size() >= least_beginning && other.compare(0, small.size(), small) == 0;
    const std::size_t distance = begins ? 1 : spelling_distance(small, other);
    if (distance >= least || distance >= other.size()) continue;
    least = distance;
    nearest = name;
  }
  return nearest;
}

RELAPSE_INLINE std::string near_names(std::string_view written,
                                      std::span<const std::string_view> known) {
  constexpr std::size_t few = 12;
  const std::string_view nearest = nearest_name(written, known);
  if (!nearest.empty()) return " (did you mean " + detail::quoted(nearest) + "?)";
  if (known.empty() || known.size() > few) return {};
  std::string text = "; there are: ";
  for (const std::string_view name : known) {
    if (text.back() != ' ') text += ", ";
    text += detail::quoted(name);
  }
  return text;
}

RELAPSE_INLINE std::string unknown_name(std::string_view kind, std::string_view written,
                                        std::span<const std::string_view> known) {
  return "unknown " + std::string(kind) + ' ' + detail::quoted(written) +
         near_names(written, known);
}

}  // namespace relapse
