#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace relapse {

/// A broken contract: a value that the library refuses. The text reads
/// `where: what is X, but must be Y` and never repeats the content of a check-in.
class InvalidInput : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;

  InvalidInput(std::string_view where, std::string_view problem)
      : std::invalid_argument(std::string(where) + ": " + std::string(problem)) {}
};

/// A malformed document. `pointer()` is the JSON pointer of the place at fault (empty for
/// the whole document).
class ParseError : public InvalidInput {
 public:
  ParseError(std::string pointer, std::string_view problem)
      : InvalidInput(pointer.empty() ? "/" : pointer, problem),
        pointer_(std::move(pointer)) {}

  const std::string& pointer() const noexcept { return pointer_; }

 private:
  std::string pointer_;
};

/// Where in a data set something was refused.
struct Place {
  std::string person;              ///< empty when not known
  std::optional<std::size_t> row;  ///< 0-based, in the order of the input
  std::string item;                ///< item or column; empty for the whole row

  bool operator==(const Place&) const = default;
};

/// Safety flags that a check-in raised although it was refused.
struct RaisedFlags {
  std::vector<std::string> flags;
  std::vector<std::string> unreadable;  ///< those of which an answer could not be read

  bool operator==(const RaisedFlags&) const = default;
};

/// A check-in that cannot be used; names person, row and item, not the answer's meaning.
/// The flags that its safety answers raise all the same stand beside the text, not in it.
class CheckInError : public InvalidInput {
 public:
  CheckInError(Place place, std::string problem, RaisedFlags raised = {})
      : InvalidInput(describe(place), problem),
        place_(std::move(place)),
        problem_(std::move(problem)),
        raised_(std::move(raised)) {}

  const Place& place() const noexcept { return place_; }
  /// The reason alone, without the place.
  const std::string& problem() const noexcept { return problem_; }
  /// What its safety answers raised; whoever catches this looks at them first.
  const RaisedFlags& raised() const noexcept { return raised_; }
  const std::vector<std::string>& flags() const noexcept { return raised_.flags; }
  const std::vector<std::string>& unreadable_flags() const noexcept {
    return raised_.unreadable;
  }

 private:
  static std::string describe(const Place& place) {
    std::string text = "check-in";
    if (!place.person.empty()) text += " of person '" + place.person + "'";
    if (place.row) text += ", row " + std::to_string(*place.row);
    if (!place.item.empty()) text += ", '" + place.item + "'";
    return text;
  }

  Place place_;
  std::string problem_;
  RaisedFlags raised_;
};

}  // namespace relapse
