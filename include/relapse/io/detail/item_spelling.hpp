#pragma once

#include <algorithm>
#include <string>
#include <string_view>

/// How names of questions are spelled by others.
namespace relapse::io::detail {

/// What a name may stand for that `spelled(name)` finds: it as a whole, in a group
/// (`safety/self_harm`, `q.self_harm`), or as a choice (`self_harm[1]`). Empty where it
/// finds nothing.
template <class Spelled>
std::string meant_by(std::string_view link, const Spelled& spelled) {
  for (std::size_t place = 0; place != link.npos;) {
    const auto last = link.substr(place);
    const auto choice = std::min({last.find('['), last.find('/'), last.find("___")});
    for (const auto name : {last, last.substr(0, choice)}) {
      if (auto meant = std::string(spelled(name)); !meant.empty()) return meant;
    }
    const auto mark = link.find_first_of("/.:-", place);
    place = mark == link.npos ? mark : mark + 1;
  }
  return {};
}

}  // namespace relapse::io::detail
