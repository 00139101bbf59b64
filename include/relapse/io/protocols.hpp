#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/protocol.hpp>

/// The protocols that come with the library.
namespace relapse::protocols {

/// What comes with the library for a return to use. Parsed at the first call; any thread
/// may call.
const Protocol& after_use();

}  // namespace relapse::protocols

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/protocols.ipp>
#endif
