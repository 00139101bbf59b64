#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/plan/plan.hpp>

#include <string_view>

namespace relapse {

/// The plan as far as the person lets a contact see it: the parts named in the contact's
/// `sees`, the review date and the contact's own entry. Others appear by name and role
/// alone, and only in a copy that may hold the contacts; of the contact rules, only the
/// contact's own. Earlier versions are never shared. Throws InvalidInput when there is no
/// such contact and when the person did not consent to `share_plan`.
Plan shareable(const Plan& plan, std::string_view contact);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/plan/detail/share.ipp>
#endif
