#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/plan/plan.hpp>

#include <string>
#include <string_view>

/// Plans, `relapse/plan/1`.
namespace relapse::io {

/// Reads a plan and checks what can be checked without a model: situation codes, contacts
/// of rules, days, quiet hours, versions. Throws ParseError, which never repeats the
/// person's words.
Plan parse_plan(std::string_view json);

/// On many lines; reads back as an equal plan.
std::string to_json(const Plan& plan);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/plan_json.ipp>
#endif
