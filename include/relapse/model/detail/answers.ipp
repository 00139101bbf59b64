#pragma once

#include <relapse/core/detail/likely_days.hpp>
#include <relapse/core/error.hpp>
#include <relapse/domain/substance.hpp>
#include <relapse/model/detail/answers.hpp>
#include <relapse/model/detail/unknown_item.hpp>

#include <algorithm>
#include <cmath>

namespace relapse {
namespace detail {

[[noreturn]] inline void refuse(const Item& item, const char* must) {
  throw InvalidInput("the answer to '" + item.id + "'",
                     std::string("is not allowed, but must be ") + must);
}

}  // namespace detail

RELAPSE_INLINE double encode_answer(int item, double value, const Model& model) {
  double encoded = 0.0;
  if (!model.answer_law(item).encode(value, encoded)) refuse_answer(item, value, model);
  return encoded;
}

RELAPSE_INLINE double encode_answer(int item, std::string_view label,
                                    const Model& model) {
  return encode_answer(item, answer_named(item, label, model), model);
}

RELAPSE_INLINE void refuse_answer(int item, double value, const Model& model) {
  detail::refuse(model.item(item), model.answer_law(item).wanted(value));
}

RELAPSE_INLINE double answer_named(int index, std::string_view label,
                                   const Model& model) {
  const Item& item = model.item(index);
  const auto found = std::find(item.labels.begin(), item.labels.end(), label);
  if (found == item.labels.end()) {
    detail::refuse(item,
                   item.labels.empty() ? "a number" : "a number or one of its labels");
  }
  const auto position = static_cast<double>(found - item.labels.begin());
  if (!item.scale) return position;
  const auto [first, last] = *item.scale;
  return first + std::copysign(position, last - first);
}

RELAPSE_INLINE double decode_answer(int item, double encoded, const Model& model) {
  return model.answer_law(item).decode(encoded);
}

RELAPSE_INLINE Answers::Answers(const Model& model)
    : value_(static_cast<std::size_t>(model.items()), 0.0),
      status_(static_cast<std::size_t>(model.items()),
              static_cast<std::uint8_t>(MissingReason::not_asked)) {}

RELAPSE_INLINE void Answers::clear(Time at) {
  time = at;
  known.reset();
  entered = known_in_use = false;
  used_days_ago.reset();
  may_be_opioid = true;
  abstinent_since_last = false;
  seconds.reset();
  raised = acknowledged = unknown_ = 0;
  std::fill(status_.begin(), status_.end(),
            static_cast<std::uint8_t>(MissingReason::not_asked));
  count_ = 0;
  use_asked_ = use_above_zero_ = false;
}

RELAPSE_INLINE void Answers::answer_safety(int item, double value, const Model& model) {
  const auto i = static_cast<std::size_t>(item);
  if (is_negative_code(value)) {
    status_[i] = static_cast<std::uint8_t>(MissingReason::unknown);
    return;
  }
  value_[i] = encode_answer(item, value, model);
  status_[i] = answered_status;
  ++count_;
  if (raises_flag(model.item(item), value))
    raised |= std::uint64_t{1} << model.flag_of(item);
}

RELAPSE_INLINE void Answers::answer_flag(int flag, double value) {
  if (!std::isfinite(value)) {
    throw InvalidInput("the answer", "is not allowed, but must be a finite number");
  }
  if (is_negative_code(value)) return miss_flag(flag);
  ++count_;
  if (value > 0.0) raised |= std::uint64_t{1} << flag;
}

RELAPSE_INLINE std::uint64_t Answers::unknown_flags(const Model& model) const {
  std::uint64_t unknown = unknown_;
  std::uint64_t answered = 0;
  for (const int item : model.safety_items()) {
    const std::uint64_t flag = std::uint64_t{1} << model.flag_of(item);
    if (is_answered(item)) answered |= flag;
    if (was_asked(item)) unknown |= flag;
  }
  return unknown & ~answered;
}

RELAPSE_INLINE void Answers::complete(const Model& model) {
  known_in_use = known && (*known & ~model.use()).none();
  const int missed = model.missed_item();
  if (missed < 0) return;
  value_[static_cast<std::size_t>(missed)] = any_answer() ? 0.0 : 1.0;
  status_[static_cast<std::size_t>(missed)] = answered_status;
}

RELAPSE_INLINE bool Answers::was_asked(int item) const {
  const auto reason = missing_reason(item);
  return reason == MissingReason::unknown || reason == MissingReason::declined ||
         reason == MissingReason::not_performed;
}

RELAPSE_INLINE std::optional<bool> Answers::use_reported() const {
  if (used_days_ago || known_in_use) return true;
  return use_asked_ ? std::optional<bool>(use_above_zero_) : std::nullopt;
}

RELAPSE_INLINE bool Answers::denies_use(const Model& model) const {
  if (!use_asked_ || use_above_zero_) return false;
  bool all = true;
  for (int item = 0; item < model.items(); ++item) {
    if (model.item(item).role != Role::use) continue;
    if (is_answered(item) && model.item(item).substance.empty()) return true;
    all = all && is_answered(item);
  }
  return all;
}

RELAPSE_INLINE Answers Answers::without_items(bool of_use, const Model& model) const {
  Answers rest = *this;
  for (int item = 0; item < model.items(); ++item) {
    if (model.sign(item) == nullptr) continue;
    if ((model.item(item).role == Role::use) == of_use)
      rest.miss(item, MissingReason::not_asked);
  }
  return rest;
}

RELAPSE_INLINE Answers Answers::signs_of_use(const Model& model) const {
  return without_items(false, model);
}

RELAPSE_INLINE Answers Answers::signs_beside_use(const Model& model) const {
  return without_items(true, model);
}

RELAPSE_INLINE int Answers::read_answer(const Answer& given, int guess,
                                        const Model& model) {
  const auto& id = given.item;
  const int item = model.find_item(id, guess);
  const int flag = item < 0 && is_built_in_flag(id) ? model.find_flag(id) : -1;
  if (item < 0 && flag < 0) throw InvalidInput(unknown_item(id, model));
  if (item >= 0 && was_told(item)) throw InvalidInput("is answered twice");
  const auto* number = std::get_if<double>(&given.value);
  if (item < 0) {
    if (number == nullptr) throw InvalidInput("must be answered by a number");
    answer_flag(flag, *number);
  } else if (number != nullptr) {
    answer(item, *number, model);
  } else {
    answer(item, std::get<std::string>(given.value), model);
  }
  return item;
}

RELAPSE_INLINE FlagBits Answers::read_safety(const CheckIn& check_in,
                                             const Model& model) {
  clear(check_in.time);
  FlagBits bits;
  for (const auto& given : check_in.answers) {
    const auto name = model.safety_name(given.item);
    if (name.empty()) continue;
    const int item = model.find_item(name);
    const int flag = item < 0 ? model.find_flag(name) : model.flag_of(item);
    try {
      const auto* number = std::get_if<double>(&given.value);
      if (number == nullptr) {
        if (item < 0) throw InvalidInput("must be answered by a number");
        answer(item, std::get<std::string>(given.value), model);
      } else if (item < 0) {
        answer_flag(flag, *number);
      } else {
        answer_safety(item, *number, model);
      }
    } catch (const InvalidInput&) {
      bits.unreadable |= std::uint64_t{1} << flag;
    }
  }
  bits.up = raised | bits.unreadable;
  return bits;
}

RELAPSE_INLINE void Answers::read_missing(const MissingAnswer& missing,
                                          const Model& model) {
  const int item = model.find_item(missing.item);
  if (item < 0 && is_built_in_flag(missing.item)) {
    if (missing.reason != MissingReason::not_asked)
      miss_flag(model.find_flag(missing.item));
    return;
  }
  if (item < 0) throw InvalidInput(unknown_item(missing.item, model));
  if (is_answered(item)) throw InvalidInput("is both answered and missing");
  miss(item, missing.reason);
}

RELAPSE_INLINE void Answers::read_stage(const KnownStage& stage, const Model& model) {
  ctmc::StateSet set;
  for (const auto& id : stage.any_of) set.set(static_cast<std::size_t>(model.stage(id)));
  if (set.none()) throw InvalidInput("must name at least one stage");
  known = set;
  entered = stage.entered;
}

RELAPSE_INLINE void Answers::read(const CheckIn& check_in, const Model& model) {
  const auto guarded = [&](const std::string& item, auto&& reading) {
    try {
      reading();
    } catch (const InvalidInput& error) {
      throw CheckInError({check_in.person, std::nullopt, item}, error.what());
    }
  };
  guarded("time", [&] {
    if (!std::isfinite(check_in.time.days)) throw InvalidInput("must be finite");
    clear(check_in.time);
  });
  int last = -1;  // answers mostly come in the order of the items
  for (const auto& given : check_in.answers) {
    guarded(given.item, [&] { last = read_answer(given, last + 1, model); });
  }
  for (const auto& missing : check_in.missing) {
    guarded(missing.item, [&] { read_missing(missing, model); });
  }
  if (check_in.known_stage) {
    guarded("stage", [&] { read_stage(*check_in.known_stage, model); });
  }
  used_days_ago = check_in.used_days_ago;
  may_be_opioid = relapse::may_be_opioid(check_in.substance);
  guarded("used_days_ago", [&] {
    if (!used_days_ago) return;
    if (const auto problem = wrong_length(used_days_ago->count); !problem.empty())
      throw InvalidInput(problem);
  });
  abstinent_since_last = check_in.abstinent_since_last;
  seconds = check_in.seconds;
  guarded("seconds", [&] {
    if (seconds && !(*seconds >= 0.0 && std::isfinite(*seconds)))
      throw InvalidInput("must be a finite number of seconds, 0 or more");
  });
  for (const auto& name : check_in.acknowledge) {
    const int flag = model.find_flag(name);
    guarded("acknowledge", [&] {
      if (flag < 0) throw InvalidInput("is not a flag of the model");
    });
    acknowledged |= std::uint64_t{1} << flag;
  }
  complete(model);
}

}  // namespace relapse
