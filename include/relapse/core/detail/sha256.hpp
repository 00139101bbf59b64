#pragma once

#include <relapse/core/inline.hpp>

#include <string>
#include <string_view>

namespace relapse {

/// SHA-256 of a text as 64 lower-case hexadecimal digits. Source: FIPS 180-4.
std::string sha256(std::string_view text);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/core/detail/sha256.ipp>
#endif
