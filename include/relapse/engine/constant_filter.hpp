#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/engine/assessor.hpp>
#include <relapse/engine/rows.hpp>
#include <relapse/infer/kernel.hpp>
#include <relapse/infer/transitions.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace relapse::engine {

/// Whole numbers of days between check-ins below this one are the usual case.
inline constexpr int usual_days = 64;

/// Where the results of a filter go, by row.
struct FilterResults {
  std::span<double> log_likelihood;
  std::span<double> stages;  ///< [row][stage]; empty: not wanted
};

/// The forward filter over whole columns, for models whose rates nothing changes and
/// tables whose columns are levels of signs. What it cannot take (a value that an item
/// has not, times that do not rise, probabilities that vanish) it leaves to the filter
/// that goes row by row, which gives the same doubles or names what is wrong. One a
/// thread.
class ConstantFilter {
 public:
  /// Whether a table can be taken at all.
  static bool takes(const Rows& rows, const Model& model);

  /// @param rows taken, and kept by the caller
  ConstantFilter(const Rows& rows, const Model& model, SameTime same_time);

  /// Follows the persons from `first` to before `last`.
  /// @param results of their rows alone; what is written of a person counts where `done`
  ///   says so afterwards
  void follow(std::size_t first, std::size_t last, const FilterResults& results);
  /// Whether a person among those followed last is done.
  bool done(std::size_t person) const { return done_[person - first_] != 0; }

 private:
  void add_columns();
  std::span<const std::uint8_t> bytes_of(std::size_t column, std::size_t begin,
                                         std::size_t count);
  void encode(std::size_t begin, std::size_t count);
  bool find_matrices(std::size_t begin, std::size_t end);
  void choose_stretches(std::size_t first, std::size_t last);
  void close(std::size_t first, std::size_t last, const FilterResults& results);

  /// A column that goes into a table of signs.
  struct Source {
    std::size_t column = 0;
    int table = 0;
    infer::ByteLevels levels;
  };

  const Rows& rows_;
  Model model_;
  SameTime same_time_;
  infer::Transitions transitions_;
  std::array<std::uint32_t, usual_days> of_days_;  // places of whole numbers of days
  std::vector<double> start_;                      // [node][8]
  std::vector<Source> sources_;
  std::vector<std::uint8_t> silent_;  // by table: of the items without a column
  int missed_table_ = -1;
  std::uint8_t missed_stride_ = 0;
  std::vector<std::uint8_t> codes_;  // [table][row]
  std::vector<std::uint8_t> refused_;
  std::vector<std::uint8_t> answered_;
  std::vector<std::uint8_t> converted_;
  std::vector<std::uint32_t> matrix_;  // by row
  std::vector<infer::Stretch> stretches_;
  std::vector<std::uint8_t> done_;
  std::size_t first_ = 0;
};

}  // namespace relapse::engine

#ifndef RELAPSE_COMPILED
#include <relapse/engine/constant_filter.ipp>
#endif
