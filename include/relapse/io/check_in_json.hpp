#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/check_in.hpp>

#include <string>
#include <string_view>

/// Check-ins, `relapse/check_in/1`. A time is a timestamp with its zone, or a number of
/// days where data have no calendar.
namespace relapse::io {

/// Throws ParseError, which names places and never what was answered.
CheckIn parse_check_in(std::string_view json);

/// On one line; reads back as an equal check-in, its answers sorted by item.
std::string to_json(const CheckIn& check_in);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/check_in_json.ipp>
#endif
