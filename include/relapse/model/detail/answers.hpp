#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace relapse {

/// The answer that a label stands for, in the units of the item. Throws InvalidInput for
/// what is none.
double answer_named(int item, std::string_view label, const Model& model);
/// Refuses an answer as `encode_answer` does.
[[noreturn]] void refuse_answer(int item, double value, const Model& model);

/// Whether an answer lies within `at_least` and `at_most`, which are in the units in
/// which the item is answered.
template <class Bounds>
bool is_within(const Bounds& bounds, int item, double encoded, const Model& model) {
  const double answer = decode_answer(item, encoded, model);
  return (!bounds.at_least || answer >= *bounds.at_least) &&
         (!bounds.at_most || answer <= *bounds.at_most);
}

/// One check-in in the numbers of a model: levels counted from 0, determinants scaled.
/// The one form that streaming and batch share. Keeps its memory when cleared.
class Answers {
 public:
  explicit Answers(const Model& model);

  /// Forgets the last check-in.
  void clear(Time time);
  /// Takes over a whole check-in. Throws CheckInError naming person and item.
  void read(const CheckIn& check_in, const Model& model);
  /// Takes over nothing but the answers about safety, whatever else is wrong with the
  /// check-in, and whatever the case and spelling of their names.
  /// @return what they raise: an answer that cannot be read raises its flag
  FlagBits read_safety(const CheckIn& check_in, const Model& model);

  /// Sets the answer to an item. Throws InvalidInput for a value that the item has not.
  void answer(int item, double value, const Model& model) {
    const auto& law = model.answer_law(item);
    if (law.role() == Role::safety) return answer_safety(item, value, model);
    const auto i = static_cast<std::size_t>(item);
    if (!law.encode(value, value_[i])) refuse_answer(item, value, model);
    status_[i] = answered_status;
    ++count_;
    if (law.role() == Role::use) {
      use_asked_ = true;
      use_above_zero_ |= value_[i] > 0.0;
    }
  }
  /// The same for the name of a level.
  void answer(int item, std::string_view label, const Model& model) {
    answer(item, answer_named(item, label, model), model);
  }
  void miss(int item, MissingReason reason) {
    status_[static_cast<std::size_t>(item)] = static_cast<std::uint8_t>(reason);
  }
  /// An answer to a built-in flag that the model has no item for.
  void answer_flag(int flag, double value);
  /// The flag was asked about so, and not answered.
  void miss_flag(int flag) { unknown_ |= std::uint64_t{1} << flag; }
  /// Called once all answers are in: sets what is computed and not asked.
  void complete(const Model& model);

  bool is_answered(int item) const {
    return status_[static_cast<std::size_t>(item)] == answered_status;
  }
  /// Empty when the item is answered.
  std::optional<MissingReason> missing_reason(int item) const {
    if (is_answered(item)) return std::nullopt;
    return static_cast<MissingReason>(status_[static_cast<std::size_t>(item)]);
  }
  double value(int item) const { return value_[static_cast<std::size_t>(item)]; }
  bool any_answer() const noexcept { return count_ > 0; }
  /// The level that a sign contributes: its answer, or its missing level; empty when the
  /// sign contributes nothing.
  std::optional<double> evidence(int item, const Model& model) const {
    if (is_answered(item)) return value(item);
    const int level = model.answer_law(item).missing_level();
    return level >= 0 && was_asked(item) ? std::optional<double>(level) : std::nullopt;
  }
  /// The flags that were asked about here and not answered.
  std::uint64_t unknown_flags(const Model& model) const;
  /// Whether any use is told here, by an answer, by its time or by a stage that is known;
  /// empty when nothing about use was said.
  std::optional<bool> use_reported() const;
  /// Whether an answer to a use item is above 0.
  bool tells_use_by_answer() const noexcept { return use_above_zero_; }
  /// Whether the answers say that there was no use of anything: none above 0, and either
  /// every use item answered or one that asks about any substance.
  bool denies_use(const Model& model) const;
  /// These answers with the signs of use items alone, or without them.
  Answers signs_of_use(const Model& model) const;
  Answers signs_beside_use(const Model& model) const;

  Time time;
  std::optional<ctmc::StateSet> known;  ///< the stage is one of these
  bool entered = false;                 ///< and was entered now
  bool known_in_use = false;            ///< each of `known` is a stage of use
  std::optional<Days> used_days_ago;
  bool may_be_opioid = true;  ///< the use of `used_days_ago`
  bool abstinent_since_last = false;
  std::optional<double> seconds;   ///< that answering took
  std::uint64_t raised = 0;        ///< flags raised by these answers, a bit each
  std::uint64_t acknowledged = 0;  ///< flags acknowledged here

 private:
  /// Reads an answer; returns its item, -1 for a flag.
  int read_answer(const Answer& given, int guess, const Model& model);
  void answer_safety(int item, double value, const Model& model);
  bool was_told(int item) const {
    return status_[static_cast<std::size_t>(item)] !=
           static_cast<std::uint8_t>(MissingReason::not_asked);
  }
  bool was_asked(int item) const;
  Answers without_items(bool of_use, const Model& model) const;
  void read_missing(const MissingAnswer& missing, const Model& model);
  void read_stage(const KnownStage& stage, const Model& model);

  static constexpr std::uint8_t answered_status = 255;

  std::vector<double> value_;
  std::vector<std::uint8_t> status_;
  std::uint64_t unknown_ = 0;  // flags without an item, a bit each
  int count_ = 0;
  bool use_asked_ = false;
  bool use_above_zero_ = false;
};

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/model/detail/answers.ipp>
#endif
