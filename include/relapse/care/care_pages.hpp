#pragma once

#include <relapse/care/page.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/core/zone.hpp>
#include <relapse/domain/level.hpp>
#include <relapse/domain/wording.hpp>
#include <relapse/plan/plan.hpp>
#include <relapse/risk/outlook.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Pages for people around somebody, as far as that person agreed.
namespace relapse {

/// How somebody is doing, for a summary; what is empty is not known.
struct CareState {
  Time at;
  RiskLevel level = RiskLevel::low;
  std::string stage = {};  ///< id of the most likely one
  std::vector<std::string> flags = {};
  std::optional<Time> lost_tolerance_until = {};
  std::optional<Time> last_use = {};
};

/// For whom a page is, and how to speak on it.
struct CareReader {
  std::string contact;  ///< name of a contact of the plan
  Zone zone = {};
  Wording wording = {};
};

namespace care {

/// Guidance for a contact whom the person lets share in the plan: what to do in an
/// emergency, what helps and what does not, and the parts of the plan that this contact
/// may see. Throws InvalidInput as `shareable` does.
Page family_page(const Plan& plan, const Model& model, const CareReader& reader);

/// Summary and hand-off for a contact: the parts of the plan that this contact may see
/// and, with the consent `share_state`, how things stand. Throws InvalidInput as
/// `shareable` does.
Page care_summary(const Plan& plan, const Model& model,
                  const std::optional<CareState>& state, const CareReader& reader);

}  // namespace care
}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/care/detail/care_pages.ipp>
#endif
