#pragma once

#include <relapse/core/inline.hpp>

#include <cstddef>
#include <cstdint>

/// The inner loops over whole columns of answers, times and numbers, on plain arrays,
/// compiled once for each instruction set.
namespace relapse::engine {

/// Levels in one column of bytes, to be turned into rows of a table.
struct ByteLevels {
  const std::uint8_t* values = nullptr;
  std::uint8_t first = 0;    ///< answer of level 0
  bool falling = false;      ///< levels count downwards from it
  std::uint8_t levels = 0;   ///< that may be answered
  std::uint8_t missing = 0;  ///< level of a missing answer
  bool gaps = true;          ///< 255 is a missing answer
  std::uint8_t stride = 1;   ///< rows of the table that a level counts
};

/// Columns in one table, at most: each takes two levels or more of its 256 rows.
inline constexpr std::size_t most_columns = 8;

/// The columns of a table.
struct TableLevels {
  const ByteLevels* columns = nullptr;
  std::size_t count = 0;
  std::uint8_t silent = 0;       ///< row of the signs without a column
  std::uint8_t* rows = nullptr;  ///< of the first block
  std::size_t block_step = 0;    ///< from one block to the next
};

/// The loops of one instruction set.
struct ColumnKernel {
  const char* name;
  /// Whole numbers from 0 to 254 as bytes, what is missing (NaN) as 255; marks anything
  /// else in `refused`.
  void (*to_bytes)(const double* values, std::size_t count, std::uint8_t* bytes,
                   std::uint8_t* refused);
  /// Sets the rows of a table, whole blocks of 64; marks those that it has not in
  /// `refused`, those with an answer in `answered`.
  void (*encode)(const TableLevels& table, std::size_t count, std::uint8_t* refused,
                 std::uint8_t* answered);
  /// Differences of consecutive times, 0 at the first. False, and nothing but that, where
  /// one is below `least` or not finite.
  bool (*days_between)(const double* time, std::size_t count, double least, double* days);
  /// found <- places[value] for whole numbers from 0 to below `end` with a place; false,
  /// and what is found is unspecified, unless all are.
  bool (*look_up)(const double* values, std::size_t count, const std::uint32_t* places,
                  int end, std::uint32_t* found);
  /// The sum of their logarithms. False, and nothing done, unless all are above `least`,
  /// a normal number above zero.
  bool (*sum_logarithms)(const double* values, std::size_t count, double least,
                         double* sum);
};

/// Those of the set that was chosen.
const ColumnKernel& column_kernel();
/// Those of a set by name; null where there are none here.
const ColumnKernel* find_column_kernel(const char* set);

}  // namespace relapse::engine

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/column_kernel.ipp>
#endif
