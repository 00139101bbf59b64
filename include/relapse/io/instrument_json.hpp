#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/instruments/instrument.hpp>

#include <filesystem>
#include <string>
#include <string_view>

/// Instruments, `relapse/instrument/1`. An item is named by its number in the form, as
/// text or as a whole number.
namespace relapse::io {

/// Reads and checks. Throws ParseError.
Instrument parse_instrument(std::string_view json);
/// The same from a file. Throws InvalidInput when it cannot be read.
Instrument load_instrument(const std::filesystem::path& file);

/// On many lines; reads back as an equal instrument.
std::string to_json(const Instrument& instrument);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/instrument_json.ipp>
#endif
