#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/engine/detail/assessor.hpp>
#include <relapse/engine/detail/column_kernel.hpp>
#include <relapse/engine/detail/rows.hpp>
#include <relapse/infer/detail/loops.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace relapse::engine {

/// Whole numbers of days between check-ins below this one are the usual case.
inline constexpr int usual_days = 64;

/// One check-in of the columns, as the determinants take it in.
class ColumnsRow {
 public:
  Time time;
  std::optional<Days> used_days_ago = {};

  bool any_answer() const { return any_answer_; }
  std::optional<bool> use_reported() const { return use_reported_; }
  bool is_answered(int item) const { return value(item) == value(item); }
  double value(int item) const { return values_[static_cast<std::size_t>(item)]; }

 private:
  friend class Columns;
  bool any_answer_ = false;
  std::optional<bool> use_reported_;
  std::vector<double> values_;  // by item; NaN: none
};

/// Whole columns of check-ins in the numbers of the kernel: the rows of the sign tables,
/// the answers that determinants read. Rows with a value that an item has not, and times
/// that do not rise, are marked as refused.
class Columns {
 public:
  static constexpr std::uint8_t refusal = 255;

  /// Whether a table can be taken: grouped, nothing but answers, signs with levels.
  static bool takes(const Rows& rows, const Model& model);

  /// @param rows taken, and kept by the caller
  Columns(const Rows& rows, Model model, SameTime same_time);

  /// Reads the rows of the persons from `first` to before `last`. Rows are counted from
  /// their first one in what follows.
  void read(std::size_t first, std::size_t last);
  std::size_t count() const noexcept { return refused_.size(); }
  /// The rows of the sign tables that the check-ins select, [table][row].
  infer::CheckInTask check_ins() const;
  std::span<const std::uint8_t> refused() const noexcept { return refused_; }
  /// Days since the check-in before of the same person; 0 at a first one, and where
  /// refused.
  std::span<const double> days() const noexcept { return days_; }
  std::span<const double> time() const noexcept { return time_; }
  /// The answers to an item that determinants read, encoded, by row; NaN: none. Empty
  /// when it has no column.
  std::span<const double> told(int item) const;
  /// The row that `look` fills.
  ColumnsRow first_look() const;
  void look(std::size_t row, ColumnsRow& at) const;

 private:
  /// A column that goes into a table of signs.
  struct Source {
    std::size_t column = 0;
    std::size_t table = 0;
    ByteLevels levels;
  };

  /// A sign that depends on the person.
  struct Personal {
    int item = 0;
    int column = -1;                       // of the batch; -1: none
    ByteLevels levels = {};                // where there is a column
    std::vector<double> kept = {};         // [last answer][whole days since]
    std::vector<std::uint8_t> codes = {};  // by row, in whole blocks
  };

  /// A column that determinants read.
  struct Told {
    std::size_t column = 0;
    int item = 0;
    bool use = false;
    std::vector<double> of_byte = {};  // by byte of such a column
    std::vector<double> values = {};   // by row; NaN: none
  };

  void add_signs();
  void add_personal();
  void add_told();
  std::optional<std::size_t> column_of(int item) const;
  ByteLevels levels_of(std::size_t column, int stride) const;
  const std::uint8_t* bytes_of(std::size_t column, std::size_t place, std::size_t begin);
  void encode_signs(std::size_t begin);
  void encode_personal(std::size_t begin);
  double encoded(int item, double value) const;
  double encoded_byte(Told& told, std::uint8_t byte) const;
  void read_numbers(Told& told, std::span<const double> values);
  void read_told(Told& told, std::size_t begin);
  void encode_missed();
  void recall(std::size_t begin, std::size_t end);
  void check_times(std::size_t begin, std::size_t end);

  const Rows& rows_;
  Model model_;
  SameTime same_time_;
  std::vector<Source> sources_;     // in the order of the tables
  std::vector<Personal> personal_;  // in the order of the items
  std::vector<Told> told_;
  std::vector<std::uint8_t> silent_;  // by table: of the items without a column
  int missed_table_ = -1;
  std::uint8_t missed_stride_ = 0;
  std::vector<std::uint8_t> codes_;  // [block of rows][table][row]
  std::vector<model::Said> said_;    // [row][personal sign]
  std::vector<std::uint8_t> refused_;
  std::vector<std::uint8_t> answered_;
  std::array<std::vector<std::uint8_t>, most_columns> converted_;  // of a table
  std::vector<double> days_;
  std::span<const double> time_;
};

}  // namespace relapse::engine

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/columns.ipp>
#endif
