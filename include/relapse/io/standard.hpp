#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/model/model.hpp>

#include <string_view>

/// The models that come with the library.
namespace relapse::models {

/// The standard model. Parsed at the first call; any thread may call.
const Model& standard();

/// A model by the name of its document; null when none comes with the library.
const Model* find(std::string_view name);

}  // namespace relapse::models

#ifndef RELAPSE_COMPILED
#include <relapse/io/standard.ipp>
#endif
