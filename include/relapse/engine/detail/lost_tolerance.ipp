#pragma once

#include <relapse/domain/substance.hpp>
#include <relapse/engine/detail/lost_tolerance.hpp>

#include <algorithm>
#include <limits>
#include <variant>

namespace relapse {
namespace engine::detail {

inline bool asks_of_opioids(const Item& item) {
  return item.role == Role::use && may_be_opioid(item.substance);
}

/// Days with medication in a week, counted so that all of them taken is 0 of the scale.
inline bool counts_days_taken(const Item& item) {
  return item.role == Role::determinant && item.scale && item.scale->first == 7.0 &&
         item.scale->second == 0.0;
}

/// The answer from which on a sign is one of stages of use alone, as that of a positive
/// test is; infinite for a sign that leaves it open.
inline double shows_use_from(int item, const Model& model) {
  double from = std::numeric_limits<double>::infinity();
  const auto& rule = model.document().items[static_cast<std::size_t>(item)];
  if (rule.item.role != Role::sign || !rule.emission) return from;
  const auto* law = std::get_if<Categorical>(&*rule.emission);
  if (law == nullptr) return from;
  for (int level = model.answer_levels(item) - 1; level > 0; --level) {
    for (std::size_t s = 0; s < law->probability.size(); ++s) {
      const double chance = law->probability[s][static_cast<std::size_t>(level)];
      if (chance > 0.0 && !model.use()[s]) return from;
    }
    from = level;
  }
  return from;
}

}  // namespace engine::detail

RELAPSE_INLINE void LostTolerance::extend(Time begin, Time end) {
  const bool meets = from && begin <= until && *from <= end;
  if (!(begin < end) || (from && !meets && end < *from)) return;
  from = meets ? std::min(*from, begin) : begin;
  until = meets ? std::max(until, end) : end;
}

namespace engine {

RELAPSE_INLINE OpioidItems::OpioidItems(const Model& model) {
  bool any = false;
  for (int item = 0; item < model.items(); ++item) {
    const bool opioid = detail::asks_of_opioids(model.item(item));
    asks_.push_back(opioid ? 1 : 0);
    shows_from_.push_back(detail::shows_use_from(item, model));
    any |= opioid;
    elsewhere_ |= model.item(item).role == Role::use && !opioid;
  }
  possible_ = any || !elsewhere_;
  overdose_ = model.find_flag("overdose");
  for (const char* id : {"medication", "covered_days"}) {
    const int item = model.find_item(id);
    if (item < 0 || !detail::counts_days_taken(model.item(item))) continue;
    medication_ = item;
    break;
  }
}

RELAPSE_INLINE bool OpioidItems::tells_of_use(const Answers& answers,
                                              const Model& model) const {
  bool elsewhere = false;
  bool shown = false;
  for (int item = 0; item < model.items(); ++item) {
    if (!answers.is_answered(item) || !(answers.value(item) > 0.0)) continue;
    if (asks_[static_cast<std::size_t>(item)] != 0) return true;
    elsewhere |= model.item(item).role == Role::use;
    shown |= answers.value(item) >= shows_from_[static_cast<std::size_t>(item)];
  }
  // A test, a time and a stage do not say of what: of an opioid, unless use of something
  // else was told or every use item is of something else.
  const bool known = answers.known && (*answers.known & ~model.use()).none();
  const bool told = answers.used_days_ago && answers.may_be_opioid;
  return possible_ && !elsewhere && (known || told || shown);
}

RELAPSE_INLINE LostTolerance OpioidItems::at_start(const infer::Start& start,
                                                   Time first) const {
  LostTolerance tolerance;
  if (!possible_ || !start.days_since_use) return tolerance;
  const Time used = first - *start.days_since_use;
  // Use within a longer recovery is a return to it, to a body that had lost tolerance.
  const bool returned = start.days_in_recovery &&
                        start.days_in_recovery->count - start.days_since_use->count >=
                            tolerance_lost_after_days;
  const Days wait{returned ? 0.0 : tolerance_lost_after_days};
  tolerance.extend(used + wait, used + lost_tolerance_lasts);
  return tolerance;
}

RELAPSE_INLINE void OpioidItems::take_in(LostTolerance& tolerance, const Answers& answers,
                                         const infer::Covariates& covariates,
                                         const Model& model) const {
  // An overdose is of something, though use is not told.
  const bool overdose = (answers.raised >> overdose_ & 1U) != 0;
  if (tells_of_use(answers, model) || (overdose && possible_)) {
    const Time used = answers.time - answers.used_days_ago.value_or(Days{0.0});
    tolerance.extend(used, used + lost_tolerance_lasts);
  }
  if (!possible_ || medication_ < 0 || !answers.is_answered(medication_)) return;
  const auto* told = infer::find_channel(covariates, model.item(medication_).id, model);
  if (told == nullptr) return;
  constexpr double rounding = 1e-9;                  // of a mean of equal answers
  const double missed = answers.value(medication_);  // of the week
  if (missed < 1.0) tolerance.taken = answers.time;
  const bool fewer_than_before = missed > told->mean() + rounding;
  if (7.0 * missed < tolerance_lost_after_days - rounding || !fewer_than_before) return;
  if (!tolerance.taken) return;
  tolerance.extend(answers.time, *tolerance.taken + lost_tolerance_lasts);
}

}  // namespace engine
}  // namespace relapse
