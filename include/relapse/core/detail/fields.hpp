#pragma once

#include <relapse/core/detail/json_pointer.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/require.hpp>
#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

/// Documents as tables: each kind of entry states the names of its fields once, and what
/// writes, reads and checks documents goes over the table.
namespace relapse {

/// Whether a document must have the field, and whether it may then be empty. What is
/// optional is written where it differs from what an entry is without it; `written` is
/// optional when read and there in all that is written.
enum class Need { optional, written, required, required_text };

constexpr bool is_required(Need need) {
  return need == Need::required || need == Need::required_text;
}

/// A value of an entry by its name.
template <class Entry, class Value>
struct Field {
  std::string_view name;
  Value Entry::*member;
  Need need = Need::optional;
  int least = 0;  ///< of a whole number
  int most = std::numeric_limits<int>::max();
};

template <class Entry, class Value>
Field(std::string_view, Value Entry::*) -> Field<Entry, Value>;
template <class Entry, class Value>
Field(std::string_view, Value Entry::*, Need) -> Field<Entry, Value>;
template <class Entry, class Value>
Field(std::string_view, Value Entry::*, Need, int, int) -> Field<Entry, Value>;

/// A text, or texts, that a document may hold as whole numbers, too: ids of the items of
/// a form.
template <class Entry, class Value>
struct IdField : Field<Entry, Value> {};

template <class Entry, class Value>
IdField(std::string_view, Value Entry::*) -> IdField<Entry, Value>;
template <class Entry, class Value>
IdField(std::string_view, Value Entry::*, Need) -> IdField<Entry, Value>;

/// A list that documents hold as an object: one of the members of an element is its key,
/// another one the value; without such the value is an object of the other members.
template <class Entry, class Element, class Value>
struct KeyedField {
  std::string_view name;
  std::vector<Element> Entry::*member;
  std::string Element::*key;
  Value Element::*value = nullptr;
  Need need = Need::optional;

  constexpr KeyedField(std::string_view n, std::vector<Element> Entry::*m,
                       std::string Element::*k, Value Element::*v)
      : name(n), member(m), key(k), value(v) {}
  constexpr KeyedField(std::string_view n, std::vector<Element> Entry::*m,
                       std::string Element::*k, Need needed)
      : name(n), member(m), key(k), need(needed) {}
};

template <class Entry, class Element>
KeyedField(std::string_view, std::vector<Element> Entry::*, std::string Element::*, Need)
    -> KeyedField<Entry, Element, Element>;

/// Some of the fields of an entry, which documents hold in an object of their own; left
/// out where all of them are.
template <class... Member>
struct FieldGroup {
  std::string_view name;
  std::tuple<Member...> fields;
  Need need = Need::optional;
};

template <class... Member>
FieldGroup(std::string_view, std::tuple<Member...>) -> FieldGroup<Member...>;
template <class... Member>
FieldGroup(std::string_view, std::tuple<Member...>, Need) -> FieldGroup<Member...>;

/// The fields of an entry: `static constexpr std::tuple all`.
template <class Entry>
struct FieldsOf;

/// Calls `visit(field)` for each field of a tuple of them.
template <class Table, class Visit>
constexpr void for_each_field(const Table& table, Visit visit) {
  std::apply([&](const auto&... field) { (visit(field), ...); }, table);
}

template <class Type>
inline constexpr bool is_list = false;
template <class Element>
inline constexpr bool is_list<std::vector<Element>> = true;
template <class Type>
inline constexpr bool is_optional = false;
template <class Value>
inline constexpr bool is_optional<std::optional<Value>> = true;

// Writing. A type with a form of its own has an overload of `value_json` in this
// namespace.

inline std::string value_json(const std::string& value) { return json_string(value); }
inline std::string value_json(bool value) { return value ? "true" : "false"; }
inline std::string value_json(double value) { return json_number(value); }
inline std::string value_json(int value) { return std::to_string(value); }
inline std::string value_json(Days value) { return json_number(value.count); }

template <class Entry>
void add_fields(JsonObject& object, const Entry& entry);

template <class Value>
std::string value_json(const Value& value) {
  if constexpr (std::is_enum_v<Value>) {
    return json_string(name_of(value));
  } else if constexpr (is_optional<Value>) {
    return value ? value_json(*value) : "null";
  } else if constexpr (is_list<Value>) {
    std::string list = "[";
    for (const auto& element : value) {
      if (list.size() > 1) list += ',';
      list += value_json(element);
    }
    return list += ']';
  } else {
    JsonObject object;
    add_fields(object, value);
    return object.json();
  }
}

/// Whether a field is written; an entry may know better than its table.
template <class Entry>
bool is_written(const Entry&, std::string_view /*field*/, bool by_table) {
  return by_table;
}

namespace detail {

/// @param plain an entry without anything
template <class Entry, class Value>
void add_field(JsonObject& object, const Entry& entry, const Entry& plain,
               const Field<Entry, Value>& field) {
  const auto& value = entry.*field.member;
  const bool is_said = field.need != Need::optional || value != plain.*field.member;
  if (is_written(entry, field.name, is_said))
    object.add_json(field.name, value_json(value));
}

template <class Entry, class Element, class Value>
void add_field(JsonObject& object, const Entry& entry, const Entry&,
               const KeyedField<Entry, Element, Value>& field) {
  JsonObject inner;
  for (const auto& element : entry.*field.member) {
    if constexpr (std::is_same_v<Value, Element>) {
      inner.add_json(element.*field.key, value_json(element));
    } else {
      inner.add_json(element.*field.key, value_json(element.*field.value));
    }
  }
  if (field.need != Need::optional || !inner.empty()) object.add(field.name, inner);
}

template <class Entry, class... Member>
void add_field(JsonObject& object, const Entry& entry, const Entry& plain,
               const FieldGroup<Member...>& group) {
  bool is_said = group.need != Need::optional;
  JsonObject inner;
  for_each_field(group.fields, [&](const auto& field) {
    is_said |= entry.*field.member != plain.*field.member;
    add_field(inner, entry, plain, field);
  });
  if (is_said) object.add(group.name, inner);
}

}  // namespace detail

/// Adds the fields of an entry to what will be its object.
template <class Entry>
void add_fields(JsonObject& object, const Entry& entry) {
  const Entry plain{};
  for_each_field(FieldsOf<Entry>::all, [&](const auto& field) {
    detail::add_field(object, entry, plain, field);
  });
}

// Checking.

template <class Entry>
void check_fields(const JsonPointer& at, const Entry& entry);

/// Throws ParseError for what no document can hold: text that is not UTF-8, numbers
/// without end, words that are none.
template <class Value>
void check_value(const JsonPointer& at, const Value& value) {
  if constexpr (std::is_same_v<Value, std::string>) {
    require_text(at, value);
  } else if constexpr (std::is_same_v<Value, double>) {
    require_finite(at, value);
  } else if constexpr (std::is_same_v<Value, Days>) {
    require_finite(at, value.count);
  } else if constexpr (std::is_enum_v<Value>) {
    require_choice(at, value);
  } else if constexpr (is_optional<Value>) {
    if (value) check_value(at, *value);
  } else if constexpr (is_list<Value>) {
    for (std::size_t k = 0; k < value.size(); ++k) check_value(at / k, value[k]);
  } else if constexpr (!std::is_arithmetic_v<Value>) {
    check_fields(at, value);
  }
}

namespace detail {

template <class Entry, class Value>
void check_field(const JsonPointer& at, const Entry& entry,
                 const Field<Entry, Value>& field) {
  check_value(at / field.name, entry.*field.member);
}

template <class Entry, class Element, class Value>
void check_field(const JsonPointer& at, const Entry& entry,
                 const KeyedField<Entry, Element, Value>& field) {
  for (const auto& element : entry.*field.member) {
    const JsonPointer here = at / field.name / element.*field.key;
    require_text(here, element.*field.key);
    if constexpr (std::is_same_v<Value, Element>) {
      check_value(here, element);
    } else {
      check_value(here, element.*field.value);
    }
  }
}

template <class Entry, class... Member>
void check_field(const JsonPointer& at, const Entry& entry,
                 const FieldGroup<Member...>& group) {
  for_each_field(group.fields,
                 [&](const auto& field) { check_field(at / group.name, entry, field); });
}

}  // namespace detail

template <class Entry>
void check_fields(const JsonPointer& at, const Entry& entry) {
  for_each_field(FieldsOf<Entry>::all,
                 [&](const auto& field) { detail::check_field(at, entry, field); });
}

}  // namespace relapse
