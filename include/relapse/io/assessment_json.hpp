#pragma once

#include <relapse/core/inline.hpp>

#include <string>

namespace relapse {
struct Assessment;
}

namespace relapse::io {

/// An assessment with what is needed to review its basis, `relapse/assessment/1`: inputs
/// used and missing, model id, version, content hash and calibration status.
/// @param indent spaces a level; 0: all on one line, and without spaces
std::string to_json(const Assessment& assessment, int indent = 2);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/assessment_json.ipp>
#endif
