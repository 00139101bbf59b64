#pragma once

#include <relapse/engine/detail/column_kernel.hpp>
#include <relapse/engine/detail/columns.hpp>
#include <relapse/engine/detail/constant_filter.hpp>
#include <relapse/engine/detail/moving_filter.hpp>
#include <relapse/infer/detail/kernel.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <variant>
#include <vector>

namespace relapse::engine {

/// Where the results of a filter go, by row.
struct FilterResults {
  std::span<double> log_likelihood;
  std::span<double> stages;  ///< [row][stage]; empty: not wanted
};

namespace detail {

inline std::variant<ConstantFilter, MovingFilter> filter_for(const Model& model) {
  if (ConstantFilter::takes(model)) return ConstantFilter(model);
  return MovingFilter(model);
}

}  // namespace detail

/// The forward filter over whole columns, for tables of answers to signs with levels and
/// to determinants. What it cannot take (a value that an item has not, times that do not
/// rise, probabilities that vanish) it leaves to the filter that goes row by row, which
/// gives the same doubles or names what is wrong. One a thread.
class ColumnFilter {
 public:
  /// Whether a table can be taken at all.
  static bool takes(const Rows& rows, const Model& model) {
    return (ConstantFilter::takes(model) || model.movement().has_effects()) &&
           Columns::takes(rows, model);
  }

  /// @param rows taken, and kept by the caller
  ColumnFilter(const Rows& rows, const Model& model, SameTime same_time)
      : rows_(rows),
        columns_(rows, model, same_time),
        filter_(detail::filter_for(model)) {}

  /// Follows the persons from `first` to before `last`.
  /// @param results of their rows alone; what is written of a person counts where `done`
  ///   says so afterwards
  void follow(std::size_t first, std::size_t last, const FilterResults& results) {
    if (!open(first, last)) return;
    lead(results);
    close(results.log_likelihood, [](std::size_t, std::span<double> totals) {
      return infer::kernel().logarithms(totals.data(), totals.size(),
                                        infer::smallest_total);
    });
  }

  /// The same for the log-likelihood alone.
  /// @param sums by person, of all persons
  void add_up(std::size_t first, std::size_t last, std::span<double> sums) {
    if (!open(first, last)) return;
    totals_.resize(rows_.before(last) - rows_.before(first));
    lead({totals_, {}});
    close(totals_, [&](std::size_t stretch, std::span<double> totals) {
      return column_kernel().sum_logarithms(
          totals.data(), totals.size(), infer::smallest_total, &sums[persons_[stretch]]);
    });
  }

  /// Whether a person among those followed last is done.
  bool done(std::size_t person) const { return done_[person - first_] != 0; }

 private:
  /// False where there is nothing to do.
  bool open(std::size_t first, std::size_t last) {
    first_ = first;
    done_.assign(last - first, 0);
    if (rows_.before(first) == rows_.before(last)) return false;
    columns_.read(first, last);
    choose_stretches(first, last);
    return true;
  }

  void choose_stretches(std::size_t first, std::size_t last) {
    stretches_.clear();
    persons_.clear();
    const std::size_t origin = rows_.before(first);
    for (std::size_t person = first; person < last; ++person) {
      const std::size_t begin = rows_.before(person) - origin;
      const std::size_t end = rows_.before(person + 1) - origin;
      const bool fine = std::memchr(columns_.refused().data() + begin, Columns::refusal,
                                    end - begin) == nullptr;
      if (!fine || end == begin) continue;
      stretches_.push_back({begin, end});
      persons_.push_back(person);
    }
    lost_.assign(stretches_.size(), 0);
  }

  void lead(const FilterResults& results) {
    auto task = columns_.check_ins();
    task.totals = results.log_likelihood.data();
    task.probabilities = results.stages.empty() ? nullptr : results.stages.data();
    if (auto* constant = std::get_if<ConstantFilter>(&filter_)) {
      if (!constant->follow(columns_, stretches_, task)) lost_.assign(lost_.size(), 1);
    } else {
      std::get<MovingFilter>(filter_).follow(columns_, stretches_, task, lost_);
    }
  }

  template <class Take>
  /// Gives the totals of each person away; leaves persons to the log domain where one is
  /// too small.
  void close(std::span<double> totals, Take&& take) {
    for (std::size_t k = 0; k < stretches_.size(); ++k) {
      const auto [begin, end] = stretches_[k];
      const bool fine = lost_[k] == 0 && take(k, totals.subspan(begin, end - begin));
      done_[persons_[k] - first_] = fine ? 1 : 0;
    }
  }

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
