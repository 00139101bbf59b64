#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/crisis_resource.hpp>

namespace relapse::io {

/// The resources that come with the library: US, CA, GB, IE, AU, NZ, DE and the emergency
/// number of the European Union. Parsed at the first call; any thread may call.
const CrisisDirectory& crisis_directory();

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/resources.ipp>
#endif
