#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/domain/situation.hpp>
#include <relapse/model/detail/fields.hpp>
#include <relapse/model/detail/vocabulary.hpp>

/// The checks of determinants.
namespace relapse::model {

/// Checks where a determinant takes its value from.
class OriginCheck {
 public:
  OriginCheck(const JsonPointer& at, const DeterminantRule& rule, const Vocabulary& words)
      : at_(at), rule_(rule), words_(words) {}

  void operator()(const FromItem& from) const {
    check_fields(at_, from);
    require_item(at_ / "item", from.item);
    if (from.relative_to != RelativeTo::reference)
      require_reference_of_zero("relative to the own mean");
  }
  void operator()(const FromSituation& from) const {
    check_fields(at_, from);
    if (find_situation(from.situation) == nullptr) {
      refuse(at_ / "situation", json_string(from.situation), "a code of the taxonomy");
    }
    require_scaled(at_ / "exposure", from.exposure);
    if (!from.efficacy.empty()) require_scaled(at_ / "efficacy", from.efficacy);
    require_probability(at_ / "default_efficacy", from.default_efficacy);
    require_reference_of_zero("from a situation");
  }
  void operator()(BuiltinKind kind) const {
    require_choice(at_ / "builtin", kind);
    if (is_clock(kind) && rule_.memory.kind != MemoryKind::last) {
      refuse(at_ / "memory" / "kind", name_of(rule_.memory.kind), "left out for a clock");
    }
    if (kind == BuiltinKind::recent_use) {
      if (rule_.memory.kind != MemoryKind::decay) {
        refuse(at_ / "memory" / "kind", name_of(rule_.memory.kind),
               "decay for what fades after use");
      }
      require_reference_of_zero("that fades after use");
    }
    if (rule_.outlook.kind != OutlookKind::memory) {
      refuse(at_ / "outlook" / "kind", name_of(rule_.outlook.kind),
             "left out for a builtin");
    }
  }

 private:
  const Item& require_item(const JsonPointer& at, std::string_view id) const {
    const Item* item = words_.item(id);
    if (item == nullptr) words_.refuse_item(at, id);
    if (item->role != Role::determinant) {
      refuse(at, "an item of the role " + std::string(name_of(item->role)),
             "one of the role determinant");
    }
    return *item;
  }
  void require_scaled(const JsonPointer& at, std::string_view id) const {
    if (!require_item(at, id).scale)
      refuse(at, "an item without scale", "one with a scale");
  }
  void require_reference_of_zero(std::string_view what) const {
    if (rule_.reference == 0.0) return;
    refuse(at_ / "reference", rule_.reference,
           "0 for a determinant " + std::string(what));
  }

  const JsonPointer& at_;
  const DeterminantRule& rule_;
  const Vocabulary& words_;
};

/// A half-life belongs to one kind of a law alone.
inline void check_half_life(const JsonPointer& at, double half_life, bool needed) {
  if (needed) {
    require_positive(at / "half_life_days", half_life);
  } else if (half_life != 0.0) {
    refuse(at / "half_life_days", half_life, "left out for this kind");
  }
}

inline void check_determinants(const std::vector<DeterminantRule>& rules,
                               const Vocabulary& words) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto& rule = rules[i];
    const JsonPointer at = JsonPointer{} / "determinants" / i;
    check_half_life(at / "memory", rule.memory.half_life_days,
                    rule.memory.kind == MemoryKind::decay);
    check_half_life(at / "outlook", rule.outlook.half_life_days,
                    rule.outlook.kind == OutlookKind::own_mean);
    require_at_most(at / "when_unknown" / "days_since_use", rule.unknown_days.size(),
                    unknown_days_limit);
    for (std::size_t k = 0; k < rule.unknown_days.size(); ++k) {
      require_not_negative(at / "when_unknown" / "days_since_use" / k,
                           rule.unknown_days[k]);
    }
    std::visit(OriginCheck(at, rule, words), rule.from);
    const auto* kind = std::get_if<BuiltinKind>(&rule.from);
    const bool from_use = kind != nullptr && (*kind == BuiltinKind::log_days_since_use ||
                                              *kind == BuiltinKind::recent_use);
    if (!from_use && !rule.unknown_days.empty()) {
      refuse(at / "when_unknown", "given",
             "left out for what does not count from the last use");
    }
  }
}

}  // namespace relapse::model
