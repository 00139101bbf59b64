#pragma once

#include <relapse/core/names.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace relapse {

/// What the byte 255 says in a column of bytes.
enum class ByteGaps { missing, an_answer };

/// The answers to one item (or built-in flag) in all check-ins: doubles, or bytes.
struct Column {
  std::string item;
  /// One value a row, in the units of the item; NaN is the stated sentinel of a missing
  /// answer.
  std::span<const double> values = {};
  /// Why an answer is missing, as `MissingReason`; empty: NaN means `unknown`.
  std::span<const std::uint8_t> reasons = {};
  /// The same as whole numbers, instead of `values`; 255 is the stated sentinel of a
  /// missing answer, unless `gaps` says that there are none.
  std::span<const std::uint8_t> bytes = {};
  ByteGaps gaps = ByteGaps::missing;

  std::size_t size() const noexcept {
    return bytes.empty() ? values.size() : bytes.size();
  }
  /// The answer in a row; NaN where it is missing.
  double value(std::size_t row) const {
    if (bytes.empty()) return values[row];
    const std::uint8_t byte = bytes[row];
    return byte == 255 && gaps == ByteGaps::missing
               ? std::numeric_limits<double>::quiet_NaN()
               : static_cast<double>(byte);
  }
};

/// A data set of check-ins, one row each, in any order. Views only: the caller keeps the
/// data. Persons are numbered 0 .. names - 1.
struct Batch {
  std::span<const std::int32_t> person;       ///< number of the person of each row
  std::span<const std::string> person_names;  ///< for error messages; may be empty
  std::span<const double> time;               ///< days
  std::vector<Column> columns;
  /// Stages that are possible, a bit each; 0: nothing known. Empty span: no such column.
  std::span<const std::uint8_t> known = {};
  std::span<const std::uint8_t> entered = {};
  std::span<const std::uint8_t> abstinent_since_last = {};
  std::span<const double> used_days_ago = {};       ///< NaN: not stated
  std::span<const std::uint64_t> acknowledge = {};  ///< flags, a bit each
  /// What is known from before a person's first check-in, at that one; NaN: not stated.
  /// Later rows say nothing or the same.
  std::span<const double> days_since_use = {};
  std::span<const double> days_in_recovery = {};
  /// Rows that the caller has refused already, for something that is not in these
  /// columns: they are refused here as well, and their safety answers raise flags.
  std::span<const std::uint8_t> refused = {};
  /// Flags of which the caller could not read an answer, a bit each: they are raised, and
  /// the row is refused.
  std::span<const std::uint64_t> unreadable = {};
};

/// Whether two check-ins of one person may carry the same time.
enum class SameTime { refuse, in_order };

template <>
struct Names<SameTime> {
  static constexpr std::string_view all[] = {"refuse", "in_order"};
};

}  // namespace relapse
