#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/instruments/instrument.hpp>

#include <string_view>
#include <vector>

/// The instruments that come with the library, parsed at the first call; any thread
/// may call.
namespace relapse::instruments {

/// Names of all, in the order of the alphabet: aase20, audit, audit_c, aware, bam, ...
std::vector<std::string_view> names();

/// An instrument by the name of its document; null when none comes with the library.
const Instrument* find(std::string_view name);

}  // namespace relapse::instruments

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/instruments.ipp>
#endif
