#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/model/model.hpp>

#include <string_view>
#include <vector>

/// The models that come with the library, each parsed at the first call; any thread may
/// call.
namespace relapse::models {

/// The standard model.
const Model& standard();

/// The standard model asked by one weekly BAM-IOP alone: its items refer to those of the
/// instrument `bam_iop`.
const Model& weekly_bam();

/// Weekly urine screens and reported days of use in treatment for opioid use; fitted to
/// three trials, see its card beside the document.
const Model& opioid_weekly();

/// Names of all, in the order of the alphabet.
std::vector<std::string_view> names();

/// A model by the name of its document; null when none comes with the library.
const Model* find(std::string_view name);

}  // namespace relapse::models

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/standard.ipp>
#endif
