#pragma once

#include <relapse/core/detail/ascii.hpp>
#include <relapse/core/detail/index.hpp>
#include <relapse/core/detail/require.hpp>
#include <relapse/domain/crisis.hpp>
#include <relapse/domain/crisis_resource.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>

namespace relapse {
namespace detail {

/// What is known without any document.
inline const PlaceResources& fallback_place() {
  static const PlaceResources place{"fallback",
                                    {},
                                    {{.kind = ResourceKind::emergency,
                                      .name = std::string(fallback_resource),
                                      .call = {},
                                      .text = {},
                                      .web = {},
                                      .hours = {},
                                      .note = {},
                                      .source = "built in",
                                      .mark = Mark::expert_default,
                                      .checked = {}}}};
  return place;
}

inline bool is_date(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00";
  return text.size() == shape.size() &&
         std::equal(text.begin(), text.end(), shape.begin(), [](char c, char like) {
           return like == '0' ? ascii::is_digit(c) : c == like;
         });
}

inline void check_resource(const JsonPointer& at, const CrisisResource& resource) {
  require_choice(at / "kind", resource.kind);
  require_choice(at / "mark", resource.mark);
  require_name(at / "name", resource.name);
  for (const auto& [key, text] :
       {std::pair{"call", &resource.call}, std::pair{"text", &resource.text},
        std::pair{"web", &resource.web}, std::pair{"hours", &resource.hours},
        std::pair{"note", &resource.note}})
    require_text(at / key, *text);
  if (resource.call.empty() && resource.text.empty() && resource.web.empty())
    refuse(at, "without a way to reach it", "one with call, text or web");
  require_name(at / "source", resource.source);
  if (!is_date(resource.checked)) refuse(at / "checked", "no date", "one as 2026-01-31");
}

}  // namespace detail

RELAPSE_INLINE void check(const PlaceResources& place) {
  const JsonPointer root;
  require_name(root / "id", place.id);
  if (place.regions.empty()) refuse(root / "regions", "empty", "a list of at least one");
  std::set<std::string_view> seen;
  for (std::size_t k = 0; k < place.regions.size(); ++k) {
    const JsonPointer at = root / "regions" / k;
    take_name(at, place.regions[k], seen);
    if (region_of(place.regions[k]) != place.regions[k])
      refuse(at, "no region", "two capital letters");
  }
  bool emergency = false;
  for (std::size_t k = 0; k < place.resources.size(); ++k) {
    detail::check_resource(root / "resources" / k, place.resources[k]);
    emergency |= place.resources[k].kind == ResourceKind::emergency &&
                 !place.resources[k].call.empty();
  }
  if (!emergency)
    refuse(root / "resources", "without a number for an emergency", "with one");
}

RELAPSE_INLINE PlaceResources translated(PlaceResources place, const Wording& wording) {
  for (auto& resource : place.resources) {
    for (std::string* text : {&resource.name, &resource.call, &resource.text,
                              &resource.hours, &resource.note})
      *text = std::string(wording.known(*text));
  }
  return place;
}

RELAPSE_INLINE CrisisDirectory::CrisisDirectory(std::vector<PlaceResources> places)
    : places_(std::move(places)) {
  std::set<std::string_view> ids;
  std::set<std::string_view> regions;
  for (const auto& place : places_) {
    check(place);
    take_name(JsonPointer{} / "id", place.id, ids);
    for (const auto& region : place.regions)
      take_name(JsonPointer{} / "regions", region, regions);
  }
}

RELAPSE_INLINE CrisisDirectory CrisisDirectory::with(PlaceResources place) const {
  check(place);
  std::vector<PlaceResources> places;
  for (auto other : places_) {
    if (other.id == place.id) continue;
    std::erase_if(other.regions, [&](const auto& region) {
      return std::find(place.regions.begin(), place.regions.end(), region) !=
             place.regions.end();
    });
    if (!other.regions.empty()) places.push_back(std::move(other));
  }
  places.push_back(std::move(place));
  return CrisisDirectory(std::move(places));
}

RELAPSE_INLINE const PlaceResources&
CrisisDirectory::find(std::string_view locale) const {
  const std::string region = region_of(locale);
  for (const auto& place : places_) {
    if (std::find(place.regions.begin(), place.regions.end(), region) !=
        place.regions.end())
      return place;
  }
  return detail::fallback_place();
}

RELAPSE_INLINE std::string region_of(std::string_view locale) {
  locale = locale.substr(0, locale.find_first_of(".@"));
  bool first = true;
  std::string alone;
  while (!locale.empty()) {
    const std::size_t length = locale.find_first_of("-_");
    const std::string_view part = locale.substr(0, length);
    std::string region(part);
    std::transform(region.begin(), region.end(), region.begin(), [](char c) {
      return ascii::is_small(c) ? static_cast<char>(c - 'a' + 'A') : c;
    });
    const bool letters =
        part.size() == 2 && std::all_of(part.begin(), part.end(), ascii::is_letter);
    // The first part is a language, unless it is alone in capitals: GB, but not gb.
    if (letters && !first) return region;
    if (letters && region == part) alone = region;
    first = false;
    locale.remove_prefix(length == locale.npos ? locale.size() : length + 1);
  }
  return alone;
}

}  // namespace relapse
