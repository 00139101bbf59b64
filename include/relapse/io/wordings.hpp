#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/wording.hpp>

#include <string_view>
#include <vector>

/// Catalogues of what is said to a person, `relapse/wording/1`: a language, and words by
/// key. `en` is the reference: others have its keys, some or all, with the same places to
/// fill.
namespace relapse::io {

/// Reads a catalogue and checks it against the English one. Throws ParseError.
Wording parse_wording(std::string_view json);

/// The catalogue for a locale such as de-AT, by its language; English where there is
/// none. Parsed at the first call; any thread may call.
const Wording& find_wording(std::string_view locale);

/// Languages that come with the library: de, en.
std::vector<std::string_view> languages();

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/wordings.ipp>
#endif
