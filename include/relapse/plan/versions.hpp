#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/plan/plan.hpp>

#include <string>
#include <vector>

/// A plan through time: an edit makes a version, and every version can be read back.
namespace relapse {

/// Who made an edit, and when.
struct Revision {
  std::string device;  ///< name that only this device has among those of the person
  Time at;
};

/// The next version: the content of `next`, with `current` at the end of the history.
/// Throws InvalidInput when `next` is of another person, when nothing was changed, and
/// when the time lies before that of `current`.
Plan revise(const Plan& current, Plan next, const Revision& revision);

/// All versions with a number, the present one included, without histories. More than
/// one where two devices made a version of this number.
std::vector<Plan> find_versions(const Plan& plan, int version);

/// The plan without its history.
Plan without_history(Plan plan);

/// How many edits each device made up to a version.
EditCounts edits_of(const Plan& plan);

/// All edits together, which is the number of the version.
int count_edits(const EditCounts& edits);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/plan/detail/versions.ipp>
#endif
