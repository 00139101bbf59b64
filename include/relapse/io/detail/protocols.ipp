#pragma once

#include <relapse/io/documents/protocols/after_use.hpp>
#include <relapse/io/protocol_json.hpp>
#include <relapse/io/protocols.hpp>

namespace relapse::protocols {

RELAPSE_INLINE const Protocol& after_use() {
  static const Protocol protocol =
      io::parse_protocol(io::documents::protocols_json::after_use);
  return protocol;
}

}  // namespace relapse::protocols
