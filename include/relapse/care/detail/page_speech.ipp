#pragma once

#include <relapse/care/detail/words.hpp>
#include <relapse/care/page_speech.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/domain/phrases.hpp>
#include <relapse/plan/telephone.hpp>

namespace relapse::care {

RELAPSE_INLINE std::string list_in_words(const std::vector<std::string>& words) {
  return joined(words, ", ");
}

RELAPSE_INLINE std::string reach(const PlaceResources& place, const Wording& say) {
  for (const auto& each : place.resources) {
    if (each.kind == ResourceKind::emergency && !each.call.empty()) {
      return say(words::crisis::reach, {say(phrases::fallback), each.call});
    }
  }
  return std::string(say(phrases::fallback));
}

RELAPSE_INLINE std::vector<std::string> crisis_lines(const PlaceResources& place,
                                                     const Wording& say) {
  std::vector<std::string> lines;
  for (const auto& each : place.resources) {
    if (each.kind == ResourceKind::emergency) continue;
    std::vector<std::string> ways;
    if (!each.call.empty()) ways.push_back(each.call);
    if (!each.text.empty()) ways.push_back(say(words::crisis::to_text, {each.text}));
    for (const auto& way : {each.web, each.hours}) {
      if (!way.empty()) ways.push_back(way);
    }
    lines.push_back(say(words::crisis::resource, {each.name, list_in_words(ways)}));
  }
  return lines;
}

RELAPSE_INLINE std::vector<std::string> numbers_of(const PlaceResources& place) {
  std::vector<std::string> numbers;
  for (const auto& each : place.resources) {
    for (const auto* field : {&each.call, &each.text}) {
      for (auto& number : numbers_of_field(*field)) numbers.push_back(std::move(number));
    }
  }
  return numbers;
}

}  // namespace relapse::care
