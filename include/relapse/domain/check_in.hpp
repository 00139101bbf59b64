#pragma once

#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace relapse {

/// Why an answer is not there; one to one with FHIR's data-absent reasons.
enum class MissingReason {
  unknown,
  not_asked,
  declined,
  not_performed,
  masked,
  not_applicable
};

template <>
struct Names<MissingReason> {
  static constexpr std::string_view all[] = {
      "unknown", "not_asked", "declined", "not_performed", "masked", "not_applicable"};
};

/// A number in the units of the item, or the name of one of its levels.
using AnswerValue = std::variant<double, std::string>;

/// The answer to one item.
struct Answer {
  std::string item;
  AnswerValue value;

  bool operator==(const Answer&) const = default;
};

/// An item that was not answered, and why.
struct MissingAnswer {
  std::string item;
  MissingReason reason = MissingReason::unknown;

  bool operator==(const MissingAnswer&) const = default;
};

/// What is known from outside about the stage at a check-in.
struct KnownStage {
  std::vector<std::string> any_of;  ///< the stage is one of these
  bool entered = false;             ///< and was entered at exactly this time

  bool operator==(const KnownStage&) const = default;
};

/// Two reports of use that are no further apart are of one use; expert default.
inline constexpr Days same_use{1.0};

/// The answers of one person at one moment. Any answer can be missing.
struct CheckIn {
  std::string person;
  Time time;
  std::vector<Answer> answers;
  std::vector<MissingAnswer> missing;
  std::optional<KnownStage> known_stage;
  std::optional<Days> used_days_ago;     ///< the use reported here happened so long ago
  bool abstinent_since_last = false;     ///< no use since the last check-in is known
  std::vector<std::string> acknowledge;  ///< safety flags that were dealt with
  std::optional<double> seconds;         ///< from the first question to the last answer
  std::string substance = {};  ///< of the use of `used_days_ago`; empty: not stated

  bool operator==(const CheckIn&) const = default;
};

}  // namespace relapse
