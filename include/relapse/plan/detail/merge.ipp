#pragma once

#include <relapse/core/detail/texts.hpp>
#include <relapse/core/error.hpp>
#include <relapse/plan/detail/fields.hpp>
#include <relapse/plan/merge.hpp>
#include <relapse/plan/versions.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <type_traits>
#include <utility>

namespace relapse {
namespace detail {

/// Who was taken out on one side is asked for nothing until the person decides.
inline void withdraw(Contact& contact) {
  contact.consent.clear();
  contact.sees.clear();
}

/// What two sides know of each other.
enum class Common {
  version,  ///< they have a last version before both
  nothing,  ///< none: nobody knows what either side took out
  edits     ///< the same edits, and other content: each looks like the other retold
};

/// Brings two versions together. Of the two, `later` stands where both cannot.
class Merge {
 public:
  Merge(std::vector<PlanConflict>& conflicts, Common common)
      : conflicts_(conflicts), common_(common) {}

  template <class Entry>
  std::vector<Entry> list(std::string_view part, const std::vector<Entry>* base,
                          const std::vector<Entry>& earlier,
                          const std::vector<Entry>& later) {
    static const std::vector<Entry> none;
    part_ = part;
    const Keyed<Entry> was(base == nullptr ? none : *base);
    const Keyed<Entry> one(earlier);
    const Keyed<Entry> two(later);
    std::map<EntryKey, Entry> kept;
    for (const auto* side : {&one, &two}) {
      for (const auto& key : side->order) {
        if (kept.count(key) != 0) continue;
        entry_ = key.first;
        if (auto entry = merged(was.find(key), one.find(key), two.find(key))) {
          kept.emplace(key, std::move(*entry));
        }
      }
    }
    std::vector<Entry> all;
    for (const auto& key : order(kept, was, one, two)) {
      all.push_back(std::move(kept.at(key)));
    }
    return all;
  }

  template <class Value>
  Value single(std::string_view name, const Value* base, const Value& earlier,
               const Value& later) {
    part_ = name;
    entry_.clear();
    return value(base, earlier, later);
  }

  template <class Entry>
  Entry whole(std::string_view name, const Entry* base, const Entry& earlier,
              const Entry& later) {
    part_ = name;
    entry_.clear();
    return fields(base, earlier, later);
  }

 private:
  /// The fields of two entries; each changed one is taken.
  template <class Entry>
  Entry fields(const Entry* base, const Entry& earlier, const Entry& later) {
    Entry all = later;
    for_each_field(FieldsOf<Entry>::all, [&](const auto& field) {
      field_ = field.name;
      const auto* was = base == nullptr ? nullptr : &(base->*field.member);
      all.*field.member = value(was, earlier.*field.member, later.*field.member);
    });
    field_ = {};
    return all;
  }

  /// The fields of a rule hold together or not at all.
  ContactRule fields(const ContactRule* base, const ContactRule& earlier,
                     const ContactRule& later) {
    if (base != nullptr && later == *base) return earlier;
    if (base != nullptr && earlier == *base) return later;
    for_each_field(FieldsOf<ContactRule>::all, [&](const auto& field) {
      if (earlier.*field.member == later.*field.member) return;
      field_ = field.name;
      report(base == nullptr ? PlanValue() : plan_value(base->*field.member),
             plan_value(later.*field.member), plan_value(earlier.*field.member));
    });
    field_ = {};
    return later;
  }

  template <class Entry>
  std::optional<Entry> merged(const Entry* base, const Entry* earlier,
                              const Entry* later) {
    if (earlier != nullptr && later != nullptr) return fields(base, *earlier, *later);
    Entry there = earlier != nullptr ? *earlier : *later;
    if (base == nullptr && common_ != Common::edits) return there;
    if (base != nullptr && *base == there) return std::nullopt;
    report({}, PlanValue(entry_), {});
    if constexpr (std::is_same_v<Entry, Contact>) withdraw(there);
    return there;
  }

  template <class Value>
  Value value(const Value* base, const Value& earlier, const Value& later) {
    if (earlier == later || (base != nullptr && earlier == *base)) return later;
    if (base != nullptr && later == *base) return earlier;
    report(base == nullptr ? PlanValue() : plan_value(*base), plan_value(later),
           plan_value(earlier));
    return later;
  }

  /// Sets of words: what either side added or took out. Without a version before both, a
  /// contact may do what both sides agree to.
  std::vector<std::string> value(const std::vector<std::string>* base,
                                 const std::vector<std::string>& earlier,
                                 const std::vector<std::string>& later) {
    if (earlier == later || (base != nullptr && earlier == *base)) return later;
    if (base != nullptr && later == *base) return earlier;
    std::vector<std::string> all;
    if (common_ != Common::version && part_ == "contacts") {
      for (const auto& word : later) {
        if (contains(earlier, word)) all.push_back(word);
      }
      report({}, all, all == later ? earlier : later);
      return all;
    }
    for (const auto* side : {&later, &earlier}) {
      for (const auto& word : *side) {
        const bool taken_out = base != nullptr && contains(*base, word) &&
                               !(contains(earlier, word) && contains(later, word));
        if (!taken_out && !contains(all, word)) all.push_back(word);
      }
    }
    if (common_ == Common::edits) report({}, all, earlier);
    return all;
  }

  template <class Entry>
  std::vector<EntryKey> order(const std::map<EntryKey, Entry>& kept,
                              const Keyed<Entry>& base, const Keyed<Entry>& one,
                              const Keyed<Entry>& two) {
    const auto shared = [&](const Keyed<Entry>& side) {
      std::vector<EntryKey> keys;
      for (const auto& key : side.order) {
        if (one.find(key) != nullptr && two.find(key) != nullptr) keys.push_back(key);
      }
      return keys;
    };
    const auto of_one = shared(one);
    const auto of_two = shared(two);
    // Whose order stands: of the side that changed it, or of the later one.
    const bool one_as_base = common_order(one, base) == common_order(base, one);
    const bool two_as_base = common_order(two, base) == common_order(base, two);
    if (of_one != of_two && !one_as_base && !two_as_base) {
      entry_.clear();
      report(names_of(common_order(base, two)), names_of(of_two), names_of(of_one));
    }
    const bool of_one_alone = of_one != of_two && !one_as_base && two_as_base;
    const auto& first = of_one_alone ? one : two;
    const auto& second = &first == &one ? two : one;
    std::vector<EntryKey> keys;
    for (const auto& key : first.order) {
      if (kept.count(key) != 0) keys.push_back(key);
    }
    insert_missing(second.order, kept, keys);
    return keys;
  }

  /// Puts what the other side alone has after what it follows there.
  template <class Entry>
  static void insert_missing(const std::vector<EntryKey>& other,
                             const std::map<EntryKey, Entry>& kept,
                             std::vector<EntryKey>& keys) {
    auto after = keys.begin();
    for (const auto& key : other) {
      if (kept.count(key) == 0) continue;
      const auto found = std::find(keys.begin(), keys.end(), key);
      after = (found != keys.end() ? found : keys.insert(after, key)) + 1;
    }
  }

  void report(PlanValue base, PlanValue kept, PlanValue other) {
    conflicts_.push_back({part_, entry_, std::string(field_), std::move(base),
                          std::move(kept), std::move(other)});
  }

  std::vector<PlanConflict>& conflicts_;
  Common common_;
  std::string part_;
  std::string entry_;
  std::string_view field_;
};

/// Whether the first has all edits of the second.
inline bool knows(const EditCounts& one, const EditCounts& other) {
  return std::all_of(other.begin(), other.end(), [&](const auto& made) {
    const auto found = one.find(made.first);
    return found != one.end() && found->second >= made.second;
  });
}

/// All that a version says, in the order of the document.
inline std::vector<PlanValue> content_of(const Plan& plan) {
  std::vector<PlanValue> all{plan.device};
  const auto add = [&](const auto& entry) {
    for_each_field(FieldsOf<std::decay_t<decltype(entry)>>::all, [&](const auto& field) {
      all.push_back(plan_value(entry.*field.member));
    });
  };
  for_each_field(plan_lists, [&](const auto& list) {
    for (const auto& entry : plan.*list.member) {
      all.emplace_back(key_of(entry));
      add(entry);
    }
    all.emplace_back();  // the end of the list
  });
  for_each_field(plan_singles, [&](const auto& field) {
    all.push_back(plan_value(plan.*field.member));
  });
  add(plan.use_definition);
  return all;
}

/// The order of versions that does not depend on who asks: of the same moment and with
/// the same edits, their content decides.
inline bool is_earlier(const Plan& one, const Plan& other) {
  const auto rank = [](const Plan& plan) {
    return std::tuple(plan.created ? plan.created->days : -1e300, plan.version,
                      edits_of(plan));
  };
  const auto first = rank(one);
  const auto second = rank(other);
  return first != second ? first < second : content_of(one) < content_of(other);
}

using Versions = std::map<EditCounts, Plan>;

inline Versions versions_of(const Plan& plan) {
  Versions versions;
  for (const auto& earlier : plan.history) versions.emplace(edits_of(earlier), earlier);
  versions.insert_or_assign(edits_of(plan), without_history(plan));
  return versions;
}

/// The last versions that two sides both know: none of them knows another.
inline std::vector<const Plan*> last_common(const Versions& one, const Versions& other) {
  std::vector<const Plan*> common;
  for (const auto& [edits, plan] : one) {
    const auto found = other.find(edits);
    if (found != other.end() && same_content(plan, found->second))
      common.push_back(&plan);
  }
  std::vector<const Plan*> last;
  for (const auto* plan : common) {
    const bool is_known = std::any_of(common.begin(), common.end(), [&](const auto* by) {
      return by != plan && knows(edits_of(*by), edits_of(*plan));
    });
    if (!is_known) last.push_back(plan);
  }
  return last;
}

/// What came before the plans that are merged. `disputed` are the names under which each
/// has another version, as after a device was restored: neither is known to both.
struct Ancestors {
  const Versions& all;
  const std::set<EditCounts>& disputed;
};

/// The versions that one version knows, itself included.
inline Versions known_to(const Ancestors& ancestors, const Plan& version) {
  Versions known;
  for (const auto& [edits, plan] : ancestors.all) {
    if (ancestors.disputed.count(edits) == 0 && knows(edits_of(version), edits)) {
      known.emplace(edits, plan);
    }
  }
  known.insert_or_assign(edits_of(version), version);
  return known;
}

inline Plan merge_versions(const Plan& one, const Plan& other, const Ancestors& ancestors,
                           std::vector<PlanConflict>& conflicts);

/// The version before both sides; where both know several last ones (merges that
/// crossed), these merged.
inline std::optional<Plan> base_of(const Plan& one, const Plan& other,
                                   const Ancestors& ancestors) {
  const auto of_one = known_to(ancestors, one);
  const auto of_other = known_to(ancestors, other);
  const auto last = last_common(of_one, of_other);
  if (last.empty()) return std::nullopt;
  Plan base = *last.front();
  std::vector<PlanConflict> reported_before;
  for (auto next = last.begin() + 1; next != last.end(); ++next) {
    base = merge_versions(base, **next, ancestors, reported_before);
  }
  return base;
}

/// A rule needs its contact, also where the other side took the contact out.
inline void restore_contacts(const Plan& one, const Plan& other, Plan& merged,
                             std::vector<PlanConflict>& conflicts) {
  const auto named = [](const Plan& plan, const std::string& name) {
    return std::find_if(plan.contacts.begin(), plan.contacts.end(),
                        [&](const auto& contact) { return contact.name == name; });
  };
  for (const auto& rule : merged.contact_rules) {
    if (named(merged, rule.contact) != merged.contacts.end()) continue;
    const auto& from = named(one, rule.contact) != one.contacts.end() ? one : other;
    merged.contacts.push_back(*named(from, rule.contact));
    withdraw(merged.contacts.back());
    conflicts.push_back({"contacts", rule.contact, {}, {}, rule.contact, {}});
  }
}

inline Plan merge_versions(const Plan& one, const Plan& other, const Ancestors& ancestors,
                           std::vector<PlanConflict>& conflicts) {
  const bool same_edits = edits_of(one) == edits_of(other);
  const auto comes_after = [&](const Plan& plan, const Plan& before) {
    return knows(edits_of(plan), edits_of(before)) &&
           ancestors.disputed.count(edits_of(before)) == 0;
  };
  if (same_edits ? same_content(one, other) : comes_after(one, other)) return one;
  if (!same_edits && comes_after(other, one)) return other;
  const Plan& earlier = is_earlier(one, other) ? one : other;
  const Plan& later = &earlier == &one ? other : one;
  // The same edits with another outcome have no version before both.
  const auto base = same_edits ? std::optional<Plan>() : base_of(one, other, ancestors);
  Plan merged = later;
  Merge both(conflicts, same_edits ? Common::edits
                        : base     ? Common::version
                                   : Common::nothing);
  for_each_field(plan_lists, [&](const auto& list) {
    const auto* was = base ? &((*base).*list.member) : nullptr;
    merged.*list.member =
        both.list(list.name, was, earlier.*list.member, later.*list.member);
  });
  for_each_field(plan_singles, [&](const auto& field) {
    const auto* was = base ? &((*base).*field.member) : nullptr;
    merged.*field.member =
        both.single(field.name, was, earlier.*field.member, later.*field.member);
  });
  const auto* was = base ? &base->use_definition : nullptr;
  merged.use_definition =
      both.whole("use_definition", was, earlier.use_definition, later.use_definition);
  restore_contacts(earlier, later, merged, conflicts);
  merged.edits = edits_of(one);
  for (const auto& [device, made] : edits_of(other)) {
    merged.edits[device] = std::max(merged.edits[device], made);
  }
  merged.version = count_edits(merged.edits);
  merged.device.clear();
  return merged;
}

}  // namespace detail

RELAPSE_INLINE MergedPlan merge(const Plan& one, const Plan& other) {
  if (one.person != other.person) {
    throw InvalidInput("merge", "the plans are of two persons");
  }
  auto all = detail::versions_of(one);
  std::set<EditCounts> disputed;
  for (const auto& [edits, plan] : detail::versions_of(other)) {
    auto& known = all.emplace(edits, plan).first->second;
    if (!detail::same_content(known, plan)) disputed.insert(edits);
    if (detail::is_earlier(known, plan)) known = plan;
  }
  MergedPlan result;
  result.plan = detail::merge_versions(without_history(one), without_history(other),
                                       {all, disputed}, result.conflicts);
  for (const auto& [edits, plan] : all) {
    if (edits != edits_of(result.plan)) result.plan.history.push_back(plan);
  }
  std::stable_sort(result.plan.history.begin(), result.plan.history.end(),
                   [](const Plan& a, const Plan& b) { return a.version < b.version; });
  return result;
}

}  // namespace relapse
