#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/names.hpp>
#include <relapse/domain/mark.hpp>
#include <relapse/domain/wording.hpp>

#include <string>
#include <string_view>
#include <vector>

/// Whom to reach in a crisis, by place. Data, so that an integrator can replace it; what
/// holds without any data is in <relapse/domain/crisis.hpp>.
namespace relapse {

/// Emergency services; somebody to talk to in a crisis; advice about substance use.
enum class ResourceKind { emergency, crisis_line, helpline };

template <>
struct Names<ResourceKind> {
  static constexpr std::string_view all[] = {"emergency", "crisis_line", "helpline"};
};

/// One line of help in a crisis: whom it serves, and how it is reached.
struct CrisisResource {
  ResourceKind kind = ResourceKind::emergency;
  std::string name;
  std::string call;  ///< number to call
  std::string text;  ///< what to send where
  std::string web;
  std::string hours;  ///< empty: not known
  std::string note;
  std::string source;
  Mark mark = Mark::recalled;
  std::string checked;  ///< date of the last look at the source, YYYY-MM-DD

  bool operator==(const CrisisResource&) const = default;
};

/// The resources of a country, or of several that share them.
struct PlaceResources {
  std::string id;                    ///< such as US
  std::vector<std::string> regions;  ///< codes of ISO 3166-1 that they serve
  std::vector<CrisisResource> resources;

  bool operator==(const PlaceResources&) const = default;
};

/// Throws ParseError unless there is a region, every resource has a name, a way to reach
/// it, a source and a date, and an emergency number is among them.
void check(const PlaceResources& place);

/// The resources in the words of another language; names and notes that do not come with
/// the library stay as they are.
PlaceResources translated(PlaceResources place, const Wording& wording);

/// Finds resources for a locale, and always some.
class CrisisDirectory {
 public:
  /// Knows no place, and so answers with the fallback everywhere.
  CrisisDirectory() = default;
  /// Throws ParseError as `check` does, and for a place or region that stands twice.
  explicit CrisisDirectory(std::vector<PlaceResources> places);

  /// The same with a place added, or replaced where its id is there. Regions go to the
  /// newcomer.
  CrisisDirectory with(PlaceResources place) const;

  /// The resources for a locale such as `en-US`, `en_GB.UTF-8` or a region in capitals
  /// such as `NZ`. A locale without a region, or with an unknown one, gets the fallback
  /// "your local emergency number". Never empty. Valid as long as the directory.
  const PlaceResources& find(std::string_view locale) const;

  const std::vector<PlaceResources>& places() const noexcept { return places_; }

 private:
  std::vector<PlaceResources> places_;
};

/// The region of a locale, in capitals; empty when it states none.
std::string region_of(std::string_view locale);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/domain/detail/crisis_resource.ipp>
#endif
