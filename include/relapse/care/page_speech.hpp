#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/crisis_resource.hpp>
#include <relapse/domain/wording.hpp>

#include <string>
#include <utility>
#include <vector>

namespace relapse::care {

/// How a page speaks: the words of what is not the person's own, and whom it names in an
/// emergency.
struct PageSpeech {
  Wording wording = {};
  PlaceResources place = {};  ///< none: "your local emergency number", without a number

  PageSpeech() = default;
  PageSpeech(Wording words, PlaceResources where = {})
      : wording(std::move(words)), place(std::move(where)) {}
};

/// Words with commas between them.
std::string list_in_words(const std::vector<std::string>& words);

/// Whom to call in an emergency: with the number where the place is known.
std::string reach(const PlaceResources& place, const Wording& say);

/// How to reach the resources of the place, emergency services aside, a line each.
std::vector<std::string> crisis_lines(const PlaceResources& place, const Wording& say);

/// The numbers of the place, as they are written.
std::vector<std::string> numbers_of(const PlaceResources& place);

}  // namespace relapse::care

#ifndef RELAPSE_COMPILED
#include <relapse/care/detail/page_speech.ipp>
#endif
