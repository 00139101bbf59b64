#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/model/document.hpp>

#include <cstddef>

namespace relapse {

/// Most items, determinants and actions that a document may declare, each.
inline constexpr std::size_t declaration_limit = 4096;
inline constexpr std::size_t floor_limit = 64;
inline constexpr std::size_t unknown_days_limit = 32;
/// Most flags that a document may add: with the built-in ones they fit 64 bits.
inline constexpr std::size_t added_flag_limit = 64 - built_in_flags.size();

/// Checks everything that the arithmetic relies on: names known and unique, numbers
/// finite and in range, probabilities that sum, cuts in order, effects on known
/// determinants. Throws ParseError with the JSON pointer of the first place at fault.
void check(const ModelDocument& document);

/// The part that concerns the number, the ids and the use of the stages alone.
void check_stages(const ModelDocument& document);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/model/detail/check.ipp>
#endif
