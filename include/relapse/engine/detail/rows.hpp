#pragma once

#include <relapse/core/error.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/engine/batch.hpp>
#include <relapse/infer/detail/covariates.hpp>
#include <relapse/model/detail/answers.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <cstdint>
#include <limits>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace relapse::detail {

/// The stated sentinel of a number that does not exist.
inline constexpr double absent = std::numeric_limits<double>::quiet_NaN();

}  // namespace relapse::detail

namespace relapse::engine {

/// Where a column goes: an item, or a built-in flag without an item.
struct Target {
  int item = -1;
  int flag = -1;
};

/// A batch whose columns were found to fit together, with its rows in the order of
/// persons.
class Rows {
 public:
  /// Throws InvalidInput for columns of unequal length, unknown or named twice.
  Rows(const Batch& batch, const Model& model);

  std::size_t persons() const noexcept { return begin_.size() - 1; }
  std::size_t count() const noexcept { return batch_.time.size(); }
  const Batch& batch() const noexcept { return batch_; }
  const Model& model() const noexcept { return model_; }
  /// By column.
  std::span<const Target> targets() const noexcept { return targets_; }
  /// Whether the rows of each person stand together, persons in the order of their
  /// numbers: then the rows of one are those from `before` on.
  bool grouped() const noexcept { return grouped_; }
  /// Rows of the persons before this one.
  std::size_t before(std::size_t person) const { return begin_[person]; }
  /// The rows of a person in the order of time (stable); those without a usable time
  /// last. Sorts them on the way, so one thread a person at a time.
  std::span<const std::size_t> sorted(std::size_t person);
  /// Reads a row. Throws CheckInError naming person, row and column.
  void read(std::size_t row, Answers& answers) const { read({&row, 1}, {&answers, 1}); }
  /// Reads several rows, column by column. Where more than one is refused, names any.
  void read(std::span<const std::size_t> rows, std::span<Answers> answers) const;
  /// Reads what a row says of the time before the first check-in.
  /// @param first whether it is the first one; others may only say the same
  void read_start(std::size_t row, bool first, infer::Start& start) const;
  /// The flags that the safety answers of a row raise, whatever else is wrong with it.
  /// @param answers overwritten
  FlagBits raised(std::size_t row, Answers& answers) const;
  /// The same for many rows.
  std::vector<FlagBits> raised() const;
  /// The name of the person of a row.
  std::string name(std::size_t row) const;
  /// What was refused in a row, with its place and the flags that the row raises.
  CheckInError refusal(std::size_t row, const InvalidInput& error) const;

 private:
  void find_targets();
  bool tells_of_safety(std::size_t column) const;
  void group_by_person();
  void order_rows();
  void read_answer(std::size_t row, std::size_t column, Answers& answers) const;
  void read_knowledge(std::size_t row, Answers& answers) const;
  [[noreturn]] void refuse(std::size_t row, const std::string& column,
                           const std::string& problem) const;

  const Batch& batch_;
  const Model& model_;
  std::vector<Target> targets_;  // by column
  bool grouped_ = true;
  std::once_flag ordered_;
  std::vector<std::size_t> order_;  // rows by person, made when first asked for
  std::vector<std::size_t> begin_;  // into order_, one more than persons
};

}  // namespace relapse::engine

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/rows.ipp>
#endif
