#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/model/document.hpp>

#include <string>

namespace relapse {

/// The document as canonical JSON: keys sorted, no white space, doubles as their shortest
/// round-trip decimals, defaults left out.
/// @param document checked
std::string canonical_json(const ModelDocument& document);

/// SHA-256 of the canonical JSON, as 64 hexadecimal digits.
std::string content_hash(const ModelDocument& document);

/// Brings what JSON holds as objects (effects, tilts, factors, sources) into the order of
/// their keys, so that documents with one content hash add up in one order.
void sort_by_key(ModelDocument& document);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/model/detail/canonical.ipp>
#endif
