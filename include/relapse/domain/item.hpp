#pragma once

#include <relapse/core/names.hpp>
#include <relapse/domain/safety.hpp>

#include <optional>
#include <string>
#include <vector>

namespace relapse {

/// What an item is for; exactly one role each.
enum class Role { sign, determinant, use, safety, follow_up };

template <>
struct Names<Role> {
  static constexpr std::string_view all[] = {"sign", "determinant", "use", "safety",
                                             "follow_up"};
};

/// The ends of a scale; `first` maps to 0 and `second` to 1, so a scale of [high, low]
/// reverses the item.
struct Scale {
  double first = 0.0;
  double second = 1.0;

  bool operator==(const Scale&) const = default;
};

/// How answers to a determinant item are simulated: a stationary Ornstein-Uhlenbeck
/// process around a person's mean, in the units of the item, rounded and truncated to its
/// scale.
struct SimulationLaw {
  double mean = 0.0;
  double sd_between = 0.0;      ///< spread of the persons' means
  double sd_within = 0.0;       ///< stationary spread around a person's mean
  double half_life_days = 1.0;  ///< of a deviation from the mean

  bool operator==(const SimulationLaw&) const = default;
};

/// How often an item is meant to be asked.
enum class Asked { daily, weekly, at_start, after_use };

template <>
struct Names<Asked> {
  static constexpr std::string_view all[] = {"daily", "weekly", "at_start", "after_use"};
};

/// Where in an instrument an item takes its answers from: one of its items, by number, or
/// the value of a subscale. Exactly one of the two is given.
struct InstrumentReference {
  std::string id;        ///< of the instrument, such as bam
  std::string item;      ///< such as 8
  std::string subscale;  ///< such as risk
  /// The whole range of what is referred to; its first end becomes that of `to`, what
  /// lies between is in proportion. Absent: values are taken as they are.
  std::optional<Scale> from;
  std::optional<Scale> to;  ///< in units of the item; its whole scale when absent
  std::string source;

  bool operator==(const InstrumentReference&) const = default;
};

/// Something asked in a check-in. Only a number and a short label of our own, never the
/// wording of a published instrument.
struct Item {
  std::string id;
  Role role = Role::sign;
  std::string label;                ///< words for people; the id when empty
  std::string question;             ///< how to ask for it, in words of our own
  std::optional<Asked> asked;       ///< how often; no word of it when absent
  std::string home;                 ///< stage that a sign belongs to; no numeric effect
  std::optional<Scale> scale;       ///< range of the answers
  std::vector<std::string> labels;  ///< names of the levels, from the scale's first
  bool missing_is_a_level = false;  ///< "asked and not answered" is a level of its own
  std::string substance;            ///< of a use item; empty when not stated
  std::string flag;                 ///< of a safety item
  /// The flag is raised at or above; at any answer above 0 when absent, and always of a
  /// built-in flag.
  std::optional<double> raise_at;
  /// An answer so far out, from the scale's first end or the lowest level, is answered by
  /// a suggestion before others.
  std::optional<double> urgent_at;
  std::optional<SimulationLaw> simulate;
  std::vector<InstrumentReference> instruments;  ///< sources of answers
  std::string source;

  bool operator==(const Item&) const = default;
};

/// Whether an answer to a safety item raises its flag.
inline bool raises_flag(const Item& item, double answer) {
  const bool any = !item.raise_at || is_built_in_flag(item.flag);
  return (any && answer > 0.0) || (item.raise_at && answer >= *item.raise_at);
}

/// An answer that raises the flag of an item, or one without an item.
inline double raising_answer(const Item* item) {
  return item != nullptr ? item->raise_at.value_or(1.0) : 1.0;
}

}  // namespace relapse
