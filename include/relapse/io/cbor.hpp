#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/engine/snapshot.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace relapse::io {

/// A snapshot as CBOR (RFC 8949), `relapse/snapshot/1`. Every double keeps its bits.
/// Throws InvalidInput when a value is not finite.
std::vector<std::uint8_t> to_cbor(const Snapshot& snapshot);

/// Reads a snapshot back. Throws ParseError for bytes that are not a whole one, and for
/// values that no Monitor leaves behind.
Snapshot from_cbor(std::span<const std::uint8_t> bytes);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/cbor.ipp>
#endif
