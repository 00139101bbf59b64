#pragma once

#include <relapse/core/inline.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

/// What is said about a name that is not known. Both the name and those that there are
/// belong to a vocabulary (items, stages, keys, options); never pass what somebody said.
namespace relapse {

/// Edits (a letter more, less, another, or two swapped) between two words.
std::size_t spelling_distance(std::string_view one, std::string_view other);

/// The known name that was most likely meant: one that begins like it, or the nearest one
/// where a third of its letters at most differ; capitals count as small letters. Empty
/// where none is near.
std::string_view nearest_name(std::string_view written,
                              std::span<const std::string_view> known);

/// " (did you mean `craving`?)"; where none is near, "; there are: " and all if they are
/// few. Repeats nothing of what was written.
std::string near_names(std::string_view written, std::span<const std::string_view> known);

/// "unknown item `crav`" and its near names.
std::string unknown_name(std::string_view kind, std::string_view written,
                         std::span<const std::string_view> known);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/core/detail/spelling.ipp>
#endif
