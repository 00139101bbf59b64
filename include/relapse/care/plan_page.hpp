#pragma once

#include <relapse/care/page.hpp>
#include <relapse/care/page_speech.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/core/zone.hpp>
#include <relapse/domain/wording.hpp>
#include <relapse/plan/plan.hpp>
#include <relapse/risk/outlook.hpp>

#include <optional>
#include <string>

namespace relapse::care {

/// A plan to read and to carry: the crisis steps first, the built-in line always, then
/// what the plan holds, in the person's words and otherwise in plain ones. Parts without
/// content are left out. Dates are those of the zone.
/// @param speech words of what is not the person's own, and the resources of the place
/// @param now when given, the dates ahead that may be hard are listed, four weeks of them
Page plan_page(const Plan& plan, const Model& model, const Zone& zone,
               const PageSpeech& speech = {}, std::optional<Time> now = {});

/// Tells a page which words are the person's own, and in which language.
void mark_own_words(Page& page, const Plan& plan);

/// A day of the calendar, such as 12 April 2026.
std::string date_in_words(Time moment, const Zone& zone, const Wording& say = {});

/// A length of time to the hour or the day: 12 hours, 2 days.
std::string length_in_words(Days length, const Wording& say = {});

}  // namespace relapse::care

#ifndef RELAPSE_COMPILED
#include <relapse/care/detail/plan_page.ipp>
#endif
