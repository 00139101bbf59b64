#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What is said about how a check-in was answered. It never changes a number: an answer
/// that is doubted is asked again.
namespace relapse {

/// An answer in a range, in the units of the item.
struct AnswerRange {
  std::string item;
  std::optional<double> at_least;
  std::optional<double> at_most;

  bool operator==(const AnswerRange&) const = default;
};

/// Answers that do not go together.
struct QualityRule {
  std::string id;
  std::vector<AnswerRange> together;  ///< all of them in one check-in
  std::string source;

  bool operator==(const QualityRule&) const = default;
};

/// The doubts that every model knows.
inline constexpr std::string_view built_in_doubts[] = {"same_answer", "too_fast"};

/// A doubt about the answers of one check-in: `same_answer`, `too_fast`, or a rule of the
/// model document.
struct QualityNote {
  std::string id;
  std::vector<std::string> items;  ///< that it is about

  bool operator==(const QualityNote&) const = default;
};

}  // namespace relapse
