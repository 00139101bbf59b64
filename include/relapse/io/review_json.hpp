#pragma once

#include <relapse/care/review.hpp>
#include <relapse/core/inline.hpp>

#include <string>

namespace relapse::io {

/// Writes a document `relapse/review/1`.
std::string to_json(const Review& review);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/review_json.ipp>
#endif
