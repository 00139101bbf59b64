#pragma once

#include <relapse/plan/changes.hpp>
#include <relapse/plan/detail/fields.hpp>

#include <map>
#include <string>
#include <type_traits>
#include <utility>

namespace relapse {
namespace detail {

template <class Value>
PlanValue plan_value(const Value& value) {
  if constexpr (std::is_enum_v<Value>) {
    return std::string(name_of(value));
  } else if constexpr (is_optional<Value>) {
    return value ? PlanValue(*value) : PlanValue();
  } else if constexpr (std::is_same_v<Value, Days>) {
    return value.count;
  } else {
    return value;
  }
}

/// Entries of one list by what they are known by; the second of the same content is known
/// by its number, too.
using EntryKey = std::pair<std::string, int>;

template <class Entry>
struct Keyed {
  std::vector<EntryKey> order;
  std::map<EntryKey, const Entry*> entries;

  explicit Keyed(const std::vector<Entry>& list) {
    std::map<std::string, int> seen;
    for (const auto& entry : list) {
      auto key = key_of(entry);
      const int number = seen[key]++;
      order.emplace_back(std::move(key), number);
      entries.emplace(order.back(), &entry);
    }
  }
  const Entry* find(const EntryKey& key) const {
    const auto found = entries.find(key);
    return found == entries.end() ? nullptr : found->second;
  }
};

template <class Entry>
std::vector<EntryKey> common_order(const Keyed<Entry>& list, const Keyed<Entry>& other) {
  std::vector<EntryKey> order;
  for (const auto& key : list.order) {
    if (other.find(key) != nullptr) order.push_back(key);
  }
  return order;
}

inline std::vector<std::string> names_of(const std::vector<EntryKey>& keys) {
  std::vector<std::string> names;
  for (const auto& key : keys) names.push_back(key.first);
  return names;
}

template <class Entry>
void diff_fields(const Entry& before, const Entry& after, const PlanChange& where,
                 std::vector<PlanChange>& changes) {
  for_each_field(FieldsOf<Entry>::all, [&](const auto& field) {
    if (before.*field.member == after.*field.member) return;
    auto change = where;
    change.field = field.name;
    change.before = plan_value(before.*field.member);
    change.after = plan_value(after.*field.member);
    changes.push_back(std::move(change));
  });
}

template <class Entry>
void diff_list(std::string_view part, const std::vector<Entry>& before,
               const std::vector<Entry>& after, std::vector<PlanChange>& changes) {
  const Keyed<Entry> was(before);
  const Keyed<Entry> is(after);
  const auto change = [&](ChangeKind kind, const std::string& entry) {
    return PlanChange{kind, std::string(part), entry, {}, {}, {}};
  };
  for (const auto& key : was.order) {
    if (is.find(key) == nullptr)
      changes.push_back(change(ChangeKind::removed, key.first));
  }
  for (const auto& key : is.order) {
    const Entry* earlier = was.find(key);
    if (earlier == nullptr) {
      changes.push_back(change(ChangeKind::added, key.first));
    } else {
      diff_fields(*earlier, *is.find(key), change(ChangeKind::changed, key.first),
                  changes);
    }
  }
  const auto order_was = common_order(was, is);
  const auto order_is = common_order(is, was);
  if (order_was == order_is) return;
  auto moved = change(ChangeKind::moved, {});
  moved.before = names_of(order_was);
  moved.after = names_of(order_is);
  changes.push_back(std::move(moved));
}

inline bool same_content(const Plan& one, const Plan& other) {
  return diff(one, other).empty();
}

}  // namespace detail

RELAPSE_INLINE std::vector<PlanChange> diff(const Plan& before, const Plan& after) {
  std::vector<PlanChange> changes;
  for_each_field(plan_lists, [&](const auto& list) {
    detail::diff_list(list.name, before.*list.member, after.*list.member, changes);
  });
  for_each_field(plan_singles, [&](const auto& field) {
    if (before.*field.member == after.*field.member) return;
    changes.push_back({ChangeKind::changed,
                       std::string(field.name),
                       {},
                       {},
                       detail::plan_value(before.*field.member),
                       detail::plan_value(after.*field.member)});
  });
  detail::diff_fields(before.use_definition, after.use_definition,
                      {ChangeKind::changed, "use_definition", {}, {}, {}, {}}, changes);
  return changes;
}

}  // namespace relapse
