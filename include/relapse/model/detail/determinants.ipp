#pragma once

#include <relapse/core/detail/index.hpp>
#include <relapse/model/detail/determinants.hpp>

namespace relapse::model {
namespace detail {

inline Origin origin_of(RelativeTo held_against) {
  switch (held_against) {
  case RelativeTo::own_mean:
    return Origin::deviation;
  case RelativeTo::above_own_mean:
    return Origin::excess;
  default:
    return Origin::level;
  }
}

}  // namespace detail

RELAPSE_INLINE Determinants::Determinants(const ModelDocument& document) {
  for (std::size_t i = 0; i < document.items.size(); ++i) {
    const bool asked = document.items[i].item.role == Role::determinant;
    channel_.push_back(asked ? channels() : -1);
    if (asked) channel_items_.push_back(static_cast<int>(i));
  }
  read_.assign(channel_items_.size(), 0);
  const auto reads = [&](const std::string& item) {
    const int channel =
        channel_[static_cast<std::size_t>(index_of(document.items, item))];
    read_[static_cast<std::size_t>(channel)] = 1;
    return channel;
  };
  for (const auto& rule : document.determinants) {
    DeterminantLaw law;
    law.reference = rule.reference;
    law.outlook = rule.outlook;
    if (rule.memory.kind == MemoryKind::decay) law.half_life = rule.memory.half_life_days;
    if (const auto* asked = std::get_if<FromItem>(&rule.from)) {
      law.origin = detail::origin_of(asked->relative_to);
      law.channel = reads(asked->item);
    } else if (const auto* met = std::get_if<FromSituation>(&rule.from)) {
      law.origin = Origin::situation;
      law.channel = reads(met->exposure);
      if (!met->efficacy.empty()) law.efficacy_channel = reads(met->efficacy);
      law.default_efficacy = met->default_efficacy;
    } else {
      law.builtin = std::get<BuiltinKind>(rule.from);
      law.origin = is_clock(law.builtin) ? Origin::log_clock : Origin::held;
      law.unknown_days = rule.unknown_days;
      for (const double days : law.unknown_days) {
        if (law.half_life <= 0.0) break;
        const auto count = static_cast<double>(law.unknown_days.size());
        law.unknown_recent += fading(days, law.half_life) / count;
      }
      reads_use_ |= law.builtin == BuiltinKind::log_days_since_use ||
                    law.builtin == BuiltinKind::recent_use ||
                    law.builtin == BuiltinKind::lapses;
      reads_missed_ |= law.builtin == BuiltinKind::share_missed;
    }
    const bool moves = law.half_life > 0.0 || law.origin == Origin::log_clock;
    drift_ |= moves;
    outlook_drifts_ |= law.outlook.kind == OutlookKind::own_mean ||
                       (law.outlook.kind == OutlookKind::memory && moves);
    if (law.origin == Origin::log_clock) clocks_.push_back(count());
    if (law.outlook.kind != OutlookKind::memory) own_outlooks_.push_back(count());
    laws_.push_back(law);
  }
  Cell cell = cell_after(0.0);
  for (int number = 0; number < known_cells; ++number, cell = cell_after(cell.end)) {
    for (int point = 0; point < most_points; ++point) {
      const double age = age_at_point(point, most_points, cell.begin, cell.end);
      for (const auto& law : laws_) {
        left_.push_back(law.half_life > 0.0 ? fading(age, law.half_life) : 1.0);
      }
    }
  }
}

}  // namespace relapse::model
