#pragma once

#include <relapse/core/inline.hpp>

#include <string_view>

namespace relapse {

/// What substances have in common for those who answer to their use.
enum class SubstanceFamily { unknown, opioid, alcohol, sedative, stimulant, other };

/// The family of a usual name, in English or German, in any case. A name that is not
/// known, or that names several families, is `unknown`: everything is possible then.
SubstanceFamily substance_family(std::string_view name);

/// Whether an opioid is or may be meant by a name.
inline bool may_be_opioid(std::string_view name) {
  const auto family = substance_family(name);
  return family == SubstanceFamily::opioid || family == SubstanceFamily::unknown;
}

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/domain/detail/substance.ipp>
#endif
