#pragma once

#include <relapse/core/detail/likely_days.hpp>
#include <relapse/core/error.hpp>
#include <relapse/engine/batch.hpp>
#include <relapse/infer/detail/covariates.hpp>
#include <relapse/model/detail/answers.hpp>
#include <relapse/model/detail/prepared_model.hpp>
#include <relapse/model/detail/unknown_item.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <mutex>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace relapse {

namespace detail {

/// The stated sentinel of a number that does not exist.
inline constexpr double absent = std::numeric_limits<double>::quiet_NaN();

}  // namespace detail

namespace engine {

/// Where a column goes: an item, or a built-in flag without an item.
struct Target {
  int item = -1;
  int flag = -1;
};

}  // namespace engine

namespace engine {
namespace detail {

inline void require_length(std::size_t length, std::size_t rows,
                           const std::string& what) {
  if (length == 0 || length == rows) return;
  throw InvalidInput("batch", "'" + what + "' has " + std::to_string(length) +
                                  " rows, but must have " + std::to_string(rows));
}

/// The first row from `row` on that is not of this person; looks at many at once.
inline std::size_t end_of(std::int32_t person, std::size_t row,
                          std::span<const std::int32_t> persons) {
  constexpr std::size_t together = 16;
  for (; row + together <= persons.size(); row += together) {
    std::int32_t differ = 0;
    for (std::size_t k = 0; k < together; ++k) differ |= persons[row + k] ^ person;
    if (differ != 0) break;
  }
  while (row < persons.size() && persons[row] == person) ++row;
  return row;
}

}  // namespace detail

}  // namespace engine

namespace engine {

/// A batch whose columns were found to fit together, with its rows in the order of
/// persons.
class Rows {
 public:
  /// Throws InvalidInput for columns of unequal length, unknown or named twice.
  Rows(const Batch& batch, const Model& model) : batch_(batch), model_(model) {
    const std::size_t rows = batch.time.size();
    if (batch.person.size() != rows) {
      throw InvalidInput("batch",
                         "'person' and 'time' must have the same number of rows");
    }
    detail::require_length(batch.known.size(), rows, "stage");
    detail::require_length(batch.entered.size(), rows, "entered");
    detail::require_length(batch.abstinent_since_last.size(), rows,
                           "abstinent_since_last");
    detail::require_length(batch.used_days_ago.size(), rows, "used_days_ago");
    detail::require_length(batch.acknowledge.size(), rows, "acknowledge");
    detail::require_length(batch.days_since_use.size(), rows, "days_since_use");
    detail::require_length(batch.days_in_recovery.size(), rows, "days_in_recovery");
    detail::require_length(batch.refused.size(), rows, "refused");
    detail::require_length(batch.unreadable.size(), rows, "unreadable");
    find_targets();
    group_by_person();
  }

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
  std::span<const std::size_t> sorted(std::size_t person) {
    std::call_once(ordered_, [this] { order_rows(); });
    const std::span<std::size_t> rows(order_.data() + begin_[person],
                                      begin_[person + 1] - begin_[person]);
    const auto key = [&](std::size_t row) {
      const double time = batch_.time[row];
      return std::isfinite(time) ? time : std::numeric_limits<double>::infinity();
    };
    const auto earlier = [&](std::size_t a, std::size_t b) { return key(a) < key(b); };
    if (!std::is_sorted(rows.begin(), rows.end(), earlier)) {
      std::stable_sort(rows.begin(), rows.end(), earlier);
    }
    return rows;
  }

  /// Reads a row. Throws CheckInError naming person, row and column.
  void read(std::size_t row, Answers& answers) const { read({&row, 1}, {&answers, 1}); }

  /// Reads several rows, column by column. Where more than one is refused, names any.
  void read(std::span<const std::size_t> rows, std::span<Answers> answers) const {
    for (std::size_t k = 0; k < rows.size(); ++k) {
      const bool refused = !batch_.refused.empty() && batch_.refused[rows[k]] != 0;
      if (refused || (!batch_.unreadable.empty() && batch_.unreadable[rows[k]] != 0)) {
        refuse(rows[k], "", "was refused before it came here");
      }
      const double time = batch_.time[rows[k]];
      if (!std::isfinite(time)) refuse(rows[k], "time", "must be a finite time");
      answers[k].clear(Time{time});
    }
    for (std::size_t c = 0; c < batch_.columns.size(); ++c) {
      for (std::size_t k = 0; k < rows.size(); ++k) read_answer(rows[k], c, answers[k]);
    }
    for (std::size_t k = 0; k < rows.size(); ++k) {
      read_knowledge(rows[k], answers[k]);
      answers[k].complete(model_);
    }
  }

  /// Reads what a row says of the time before the first check-in.
  /// @param first whether it is the first one; others may only say the same
  void read_start(std::size_t row, bool first, infer::Start& start) const {
    const auto read = [&](std::span<const double> told, const char* column,
                          std::optional<Days>& known) {
      if (told.empty() || std::isnan(told[row])) return;
      if (const auto problem = wrong_length(told[row]); !problem.empty())
        refuse(row, column, problem);
      if (!first && known != Days{told[row]}) {
        refuse(
            row, column,
            "differs from that of the first check-in, but must be left out or the same");
      }
      known = Days{told[row]};
    };
    read(batch_.days_since_use, "days_since_use", start.days_since_use);
    read(batch_.days_in_recovery, "days_in_recovery", start.days_in_recovery);
  }

  /// The flags that the safety answers of a row raise, whatever else is wrong with it.
  /// @param answers overwritten
  FlagBits raised(std::size_t row, Answers& answers) const {
    answers.clear(Time{0.0});
    FlagBits bits;
    if (!batch_.unreadable.empty()) bits.unreadable = batch_.unreadable[row];
    for (std::size_t k = 0; k < targets_.size(); ++k) {
      if (!tells_of_safety(k) || std::isnan(batch_.columns[k].value(row))) continue;
      const auto [item, flag] = targets_[k];
      try {
        read_answer(row, k, answers);
      } catch (const CheckInError&) {
        bits.unreadable |= std::uint64_t{1} << (item < 0 ? flag : model_.flag_of(item));
      }
    }
    bits.up = answers.raised | bits.unreadable;
    bits.unknown = answers.unknown_flags(model_) & ~bits.up;
    return bits;
  }

  /// The same for many rows.
  std::vector<FlagBits> raised() const {
    Answers answers(model_);
    std::vector<FlagBits> bits(count());
    for (std::size_t row = 0; row < count(); ++row) bits[row] = raised(row, answers);
    return bits;
  }

  /// The name of the person of a row.
  std::string name(std::size_t row) const {
    const auto person = static_cast<std::size_t>(batch_.person[row]);
    return person < batch_.person_names.size() ? batch_.person_names[person]
                                               : std::to_string(person);
  }

  /// What was refused in a row, with its place and the flags that the row raises.
  CheckInError refusal(std::size_t row, const InvalidInput& error) const {
    Answers answers(model_);
    const FlagBits bits = raised(row, answers);
    RaisedFlags flags{model_.flags_in(bits.up), model_.flags_in(bits.unreadable)};
    const auto* known = dynamic_cast<const CheckInError*>(&error);
    if (known == nullptr) return {{name(row), row, ""}, error.what(), std::move(flags)};
    return {{name(row), row, known->place().item}, known->problem(), std::move(flags)};
  }

 private:
  void find_targets() {
    const std::size_t rows = batch_.time.size();
    for (const auto& column : batch_.columns) {
      detail::require_length(column.size(), rows, column.item);
      detail::require_length(column.reasons.size(), rows, column.item + "_missing");
      const bool two_kinds = !column.values.empty() && !column.bytes.empty();
      if (column.size() != rows || two_kinds) {
        throw InvalidInput("column '" + column.item + "'", "must have one value a row");
      }
      Target target{.item = model_.find_item(column.item)};
      if (target.item < 0 && is_built_in_flag(column.item)) {
        target.flag = model_.find_flag(column.item);
      }
      if (target.item < 0 && target.flag < 0) {
        throw InvalidInput("column '" + column.item + "'",
                           unknown_item(column.item, model_));
      }
      if (target.item >= 0 && target.item == model_.missed_item()) {
        throw InvalidInput("column '" + column.item + "'", "is computed, not asked");
      }
      for (const auto& other : targets_) {
        if (other.item == target.item && other.flag == target.flag) {
          throw InvalidInput("column '" + column.item + "'", "stands twice");
        }
      }
      targets_.push_back(target);
    }
  }

  bool tells_of_safety(std::size_t column) const {
    const int item = targets_[column].item;
    return item < 0 || model_.item(item).role == Role::safety;
  }

  void group_by_person() {
    std::int32_t last = -1;
    std::int32_t most = -1;
    for (std::size_t row = 0; row < batch_.person.size();) {
      const auto person = batch_.person[row];
      if (person < 0) throw InvalidInput("batch", "persons must be numbered from 0");
      grouped_ = grouped_ && last <= person;
      if (grouped_) begin_.resize(static_cast<std::size_t>(person) + 1, row);
      last = person;
      most = std::max(most, person);
      row = detail::end_of(person, row, batch_.person);
    }
    if (grouped_) {
      begin_.push_back(batch_.person.size());
      return;
    }
    begin_.assign(static_cast<std::size_t>(most) + 2, 0);
    for (const auto person : batch_.person)
      ++begin_[static_cast<std::size_t>(person) + 1];
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
  }

  void order_rows() {
    order_.resize(batch_.person.size());
    if (grouped_) {
      std::iota(order_.begin(), order_.end(), std::size_t{0});
      return;
    }
    auto next = begin_;
    for (std::size_t row = 0; row < order_.size(); ++row) {
      order_[next[static_cast<std::size_t>(batch_.person[row])]++] = row;
    }
  }

  void read_answer(std::size_t row, std::size_t index, Answers& answers) const {
    const auto& column = batch_.columns[index];
    const auto target = targets_[index];
    const double value = column.value(row);
    if (std::isnan(value)) {
      if (target.item < 0) return answers.miss_flag(target.flag);
      const auto reason = column.reasons.empty() ? std::uint8_t{0} : column.reasons[row];
      if (reason >= std::size(Names<MissingReason>::all)) {
        refuse(row, column.item + "_missing", "is not a missing reason");
      }
      answers.miss(target.item, static_cast<MissingReason>(reason));
      return;
    }
    try {
      if (target.item >= 0) {
        answers.answer(target.item, value, model_);
      } else {
        answers.answer_flag(target.flag, value);
      }
    } catch (const InvalidInput& error) {
      refuse(row, column.item, error.what());
    }
  }

  void read_knowledge(std::size_t row, Answers& answers) const {
    if (!batch_.known.empty() && batch_.known[row] != 0) {
      if (batch_.known[row] >> model_.stages() != 0) {
        refuse(row, "stage", "names a stage that is not in the model");
      }
      answers.known = ctmc::StateSet(batch_.known[row]);
    }
    answers.entered = !batch_.entered.empty() && batch_.entered[row] != 0;
    if (answers.entered && !answers.known) refuse(row, "entered", "needs a known stage");
    answers.abstinent_since_last =
        !batch_.abstinent_since_last.empty() && batch_.abstinent_since_last[row] != 0;
    if (!batch_.used_days_ago.empty() && !std::isnan(batch_.used_days_ago[row])) {
      const double days = batch_.used_days_ago[row];
      if (const auto problem = wrong_length(days); !problem.empty())
        refuse(row, "used_days_ago", problem);
      answers.used_days_ago = Days{days};
    }
    if (!batch_.acknowledge.empty()) answers.acknowledged = batch_.acknowledge[row];
  }

  [[noreturn]] void refuse(std::size_t row, const std::string& column,
                           const std::string& problem) const {
    throw CheckInError({name(row), row, column}, problem);
  }

  const Batch& batch_;
  const Model& model_;
  std::vector<Target> targets_;  // by column
  bool grouped_ = true;
  std::once_flag ordered_;
  std::vector<std::size_t> order_;  // rows by person, made when first asked for
  std::vector<std::size_t> begin_;  // into order_, one more than persons
};

}  // namespace engine

}  // namespace relapse
