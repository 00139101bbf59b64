#pragma once

#include <relapse/case_file/detail/fold.hpp>
#include <relapse/core/inline.hpp>

#include <string>
#include <string_view>

namespace relapse::case_file {

/// What helps at once, whatever the level: reasons, own crisis steps, something against
/// an urge that helped before, whom to reach with links, the numbers of the place.
std::string help_json(const Fold& fold, const Model& model, std::string_view locale);

}  // namespace relapse::case_file

#ifndef RELAPSE_COMPILED
#include <relapse/case_file/detail/help.ipp>
#endif
