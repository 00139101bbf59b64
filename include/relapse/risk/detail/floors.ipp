#pragma once

#include <relapse/infer/detail/filter.hpp>
#include <relapse/risk/detail/floors.hpp>

#include <algorithm>

namespace relapse::risk {
namespace detail {

/// Whether the last answer to the item of a floor was one at which it does not hold.
inline bool was_another(const infer::PersonState& before, int item, const FloorRule& rule,
                        const Model& model) {
  if (!before.started) return false;
  const auto& channels = before.covariates.channels;
  if (const int channel = model.determinants().channel(item); channel >= 0) {
    if (channels.empty()) return false;
    const auto& asked = channels[static_cast<std::size_t>(channel)];
    return asked.asked() && !is_within(rule, item, asked.value, model);
  }
  const double last = infer::last_given(item, before.given, model).answer;
  return last >= 0.0 && !is_within(rule, item, last, model);
}

/// Whether a check-in says anything.
inline bool says_anything(const Answers& answers) {
  return answers.any_answer() || answers.abstinent_since_last || answers.known ||
         answers.used_days_ago;
}

/// What a check-in says of the fact of a floor: that it is so, that it is so no more, or
/// nothing.
inline std::optional<bool> says(const Answers& answers, const infer::PersonState& before,
                                const FloorRule& rule, const Model& model) {
  const auto if_so = [](bool so) { return so ? std::optional(true) : std::nullopt; };
  switch (rule.after) {
  case FloorCause::use:
    return std::nullopt;
  case FloorCause::flag:
    return if_so((answers.raised >> model.find_flag(rule.of) & 1U) != 0);
  case FloorCause::silence:
    return if_so(says_anything(answers));
  case FloorCause::item:
    break;
  }
  const int item = model.find_item(rule.of);
  if (!answers.is_answered(item)) return std::nullopt;
  const bool so = is_within(rule, item, answers.value(item), model);
  if (!rule.newly) return if_so(so);
  return so ? if_so(was_another(before, item, rule, model)) : std::optional(false);
}

inline std::optional<double> since_of(const FloorMemory& memory,
                                      const infer::Covariates& covariates,
                                      const FloorRule& rule, std::size_t index) {
  if (rule.after != FloorCause::use) {
    return index < memory.since.size() ? memory.since[index] : std::nullopt;
  }
  return covariates.use_known ? std::optional<double>(covariates.use_clock)
                              : std::nullopt;
}

/// How long after its last answer a floor is in force at the earliest; empty: never. A
/// silence is none before a check-in was missed.
inline std::optional<Days> wait_of(const FloorMemory& memory, const FloorRule& rule) {
  if (rule.after != FloorCause::silence || !memory.expected) return rule.silent;
  if (memory.expected->count == 0.0) return std::nullopt;
  return Days{
      std::max(rule.silent.count, (1.0 + infer::missed_from) * memory.expected->count)};
}

/// What an answer says stands until the person is heard again: silence after a plan to
/// use is no better news. Where no check-in is expected, silence says nothing.
inline bool is_last_word(const FloorMemory& memory, const FloorRule& rule, double since) {
  const bool none_expected = memory.expected && memory.expected->count == 0.0;
  return rule.after == FloorCause::item && memory.heard && since >= *memory.heard &&
         !none_expected;
}

}  // namespace detail

RELAPSE_INLINE void remember(FloorMemory& memory, const Answers& answers,
                             const infer::PersonState& before, const Model& model) {
  const auto& rules = model.document().floors;
  memory.since.resize(rules.size());
  if (detail::says_anything(answers)) memory.heard = answers.time.days;
  for (std::size_t k = 0; k < rules.size(); ++k) {
    // A silence can begin before anything was ever answered.
    const bool begins = rules[k].after == FloorCause::silence && !memory.since[k];
    const auto so = detail::says(answers, before, rules[k], model);
    if (begins || so.value_or(false)) {
      memory.since[k] = answers.time.days;
    } else if (so) {
      memory.since[k].reset();
    }
  }
}

RELAPSE_INLINE void hear(FloorMemory& memory, Time at, const Model& model) {
  const auto& rules = model.document().floors;
  const auto later = [&](std::optional<double>& last) {
    last = std::max(last.value_or(at.days), at.days);
  };
  memory.since.resize(rules.size());
  later(memory.heard);
  for (std::size_t k = 0; k < rules.size(); ++k) {
    if (rules[k].after == FloorCause::silence) later(memory.since[k]);
  }
}

RELAPSE_INLINE void floors_at(const FloorMemory& memory,
                              const infer::Covariates& covariates, Time now,
                              const Model& model, std::vector<Floor>& floors) {
  floors.clear();
  const auto& rules = model.document().floors;
  for (std::size_t k = 0; k < rules.size(); ++k) {
    const auto& rule = rules[k];
    const auto since = detail::since_of(memory, covariates, rule, k);
    const auto wait = detail::wait_of(memory, rule);
    if (!since || !wait) continue;
    const Time from = Time{*since} + *wait;
    const bool over = rule.lasts && now >= from + *rule.lasts;
    if (now < from || (over && !detail::is_last_word(memory, rule, *since))) continue;
    Floor floor{rule.id, rule.after, rule.of, rule.level, Time{*since}, {}};
    if (rule.lasts && !over) floor.until = from + *rule.lasts;
    floors.push_back(std::move(floor));
  }
}

}  // namespace relapse::risk
