#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/check_in.hpp>

#include <nlohmann/json_fwd.hpp>

namespace relapse::io {

/// As `parse_check_in`, from a document that `read_json` has read.
CheckIn read_check_in(const nlohmann::json& document);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/check_in_reader.ipp>
#endif
