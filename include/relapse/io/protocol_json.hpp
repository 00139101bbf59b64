#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/protocol.hpp>

#include <string>
#include <string_view>

namespace relapse::io {

/// Reads a document `relapse/protocol/1`. Throws ParseError, with the pointer of the
/// place, for anything that is not one.
Protocol parse_protocol(std::string_view json);

/// The document of a protocol.
std::string to_json(const Protocol& protocol);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/protocol_json.ipp>
#endif
