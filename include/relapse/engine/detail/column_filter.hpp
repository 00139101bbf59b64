#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/engine/detail/columns.hpp>
#include <relapse/engine/detail/constant_filter.hpp>
#include <relapse/engine/detail/moving_filter.hpp>

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

namespace relapse::engine {

/// Where the results of a filter go, by row.
struct FilterResults {
  std::span<double> log_likelihood;
  std::span<double> stages;  ///< [row][stage]; empty: not wanted
};

/// The forward filter over whole columns, for tables of answers to signs with levels and
/// to determinants. What it cannot take (a value that an item has not, times that do not
/// rise, probabilities that vanish) it leaves to the filter that goes row by row, which
/// gives the same doubles or names what is wrong. One a thread.
class ColumnFilter {
 public:
  /// Whether a table can be taken at all.
  static bool takes(const Rows& rows, const Model& model);

  /// @param rows taken, and kept by the caller
  ColumnFilter(const Rows& rows, const Model& model, SameTime same_time);

  /// Follows the persons from `first` to before `last`.
  /// @param results of their rows alone; what is written of a person counts where `done`
  ///   says so afterwards
  void follow(std::size_t first, std::size_t last, const FilterResults& results);
  /// The same for the log-likelihood alone.
  /// @param sums by person, of all persons
  void add_up(std::size_t first, std::size_t last, std::span<double> sums);
  /// Whether a person among those followed last is done.
  bool done(std::size_t person) const { return done_[person - first_] != 0; }

 private:
  bool open(std::size_t first, std::size_t last);
  void choose_stretches(std::size_t first, std::size_t last);
  void lead(const FilterResults& results);
  template <class Take>
  void close(std::span<double> totals, Take&& take);

  const Rows& rows_;
  Columns columns_;
  std::variant<ConstantFilter, MovingFilter> filter_;
  std::vector<infer::Stretch> stretches_;  // of the persons that can be taken
  std::vector<std::size_t> persons_;       // by stretch
  std::vector<std::uint8_t> lost_;         // by stretch
  std::vector<std::uint8_t> done_;
  std::vector<double> totals_;
  std::size_t first_ = 0;
};

}  // namespace relapse::engine

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/column_filter.ipp>
#endif
