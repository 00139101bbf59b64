#pragma once

#include <relapse/core/detail/json_pointer.hpp>
#include <relapse/core/detail/refuse.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/core/names.hpp>

#include <cstddef>
#include <iterator>
#include <set>
#include <string_view>

/// What the checks of all documents share: how a value is refused, with its place.
namespace relapse {

/// Throws ParseError `<at>: is <found>, but must be <wanted>`.
[[noreturn]] void refuse(const JsonPointer& at, double found, std::string_view wanted);

/// Throw ParseError unless the value is as the name says.
void require_text(const JsonPointer& at, std::string_view text);
/// Printable UTF-8, not empty, without '|' and without spaces at its ends.
void require_name(const JsonPointer& at, std::string_view name);
void require_finite(const JsonPointer& at, double value);
void require_positive(const JsonPointer& at, double value);
void require_probability(const JsonPointer& at, double value);
/// @param most number of elements allowed
void require_at_most(const JsonPointer& at, std::size_t count, std::size_t most);
/// Takes a name into a set. Throws ParseError for one that is there or not allowed.
void take_name(const JsonPointer& at, std::string_view name,
               std::set<std::string_view>& names);

/// The same for an enumerator that a caller may have made from a number.
template <class Choice>
void require_choice(const JsonPointer& at, Choice choice) {
  if (static_cast<std::size_t>(choice) < std::size(Names<Choice>::all)) return;
  refuse(at, "no enumerator", "one of the known words");
}

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/core/detail/require.ipp>
#endif
