#pragma once

#include <relapse/core/detail/likely_days.hpp>
#include <relapse/core/error.hpp>
#include <relapse/domain/item.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/detail/field_writer.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

/// Reading by the tables of `core/detail/fields.hpp`.
namespace relapse::io {

// A type with a form of its own has an overload of `take_value` in this namespace, and an
// entry whose values must go together one of `require_sense`.

inline void take_value(const Node& node, std::string& value) { value = node.text(); }
inline void take_value(const Node& node, bool& value) { value = node.truth(); }
inline void take_value(const Node& node, double& value) { value = node.number(); }
inline void take_value(const Node& node, Days& value) { value = Days{node.number()}; }
inline void take_value(const Node& node, Time& value) { value = node.time(); }
inline void take_value(const Node& node, Scale& value) {
  const auto ends = node.numbers();
  if (ends.size() != 2)
    node.refuse("a list of " + std::to_string(ends.size()), "two numbers");
  value = {ends[0], ends[1]};
}

template <class Entry>
void take_entry(const Node& node, Entry& entry);

template <class Value>
void take_value(const Node& node, Value& value) {
  if constexpr (std::is_enum_v<Value>) {
    value = node.choice<Value>();
  } else if constexpr (is_optional<Value>) {
    take_value(node, value.emplace());
  } else if constexpr (is_list<Value>) {
    value.clear();
    for (const auto& element : node.list()) take_value(element, value.emplace_back());
  } else {
    take_entry(node, value);
  }
}

template <class Entry>
void require_sense(const Fields&, Entry&) {}

/// Throws ParseError for days that no life has.
inline void require_length(const Fields& fields, std::string_view key,
                           const std::optional<Days>& days) {
  if (!days) return;
  if (const auto problem = wrong_length(days->count); !problem.empty())
    throw ParseError(fields[key].at().text(), problem);
}

namespace detail {

inline void take_id(const Node& node, std::string& id) { id = read_item_id(node); }
inline void take_id(const Node& node, std::vector<std::string>& ids) {
  ids = read_list(node, read_item_id);
}

/// The names of the fields of a table, the required ones apart.
struct TableKeys {
  template <class Table>
  explicit TableKeys(const Table& table) {
    for_each_field(table, [this](const auto& field) {
      (is_required(field.need) ? required : optional).push_back(field.name);
    });
  }
  TableKeys& with(const Keys& also_required, const Keys& also_optional) {
    required.insert(required.end(), also_required.begin(), also_required.end());
    optional.insert(optional.end(), also_optional.begin(), also_optional.end());
    return *this;
  }

  Keys required;
  Keys optional;
};

template <class Entry, class Value>
void read_field(const Fields& fields, Entry& entry, const Field<Entry, Value>& field) {
  if (!fields.has(field.name)) return;
  const Node node = fields[field.name];
  auto& value = entry.*field.member;
  if constexpr (std::is_same_v<Value, int>) {
    value = node.whole(field.least, field.most);
  } else {
    take_value(node, value);
  }
  if constexpr (std::is_same_v<Value, std::string>) {
    if (field.need == Need::required_text && value.empty()) node.refuse("empty", "text");
  }
}

template <class Entry, class Value>
void read_field(const Fields& fields, Entry& entry, const IdField<Entry, Value>& field) {
  if (fields.has(field.name)) take_id(fields[field.name], entry.*field.member);
}

template <class Entry, class Element, class Value>
void read_field(const Fields& fields, Entry& entry,
                const KeyedField<Entry, Element, Value>& field) {
  if (!fields.has(field.name)) return;
  for (const auto& [key, node] : fields[field.name].members()) {
    Element& element = (entry.*field.member).emplace_back();
    element.*field.key = key;
    if constexpr (std::is_same_v<Value, Element>) {
      take_value(node, element);
    } else {
      take_value(node, element.*field.value);
    }
  }
}

template <class Entry, class... Member>
void read_field(const Fields& fields, Entry& entry, const FieldGroup<Member...>& group) {
  if (!fields.has(group.name)) return;
  const TableKeys keys(group.fields);
  const Fields inner(fields[group.name], keys.required, keys.optional);
  for_each_field(group.fields,
                 [&](const auto& field) { read_field(inner, entry, field); });
}

}  // namespace detail

/// The object of an entry.
/// @param required, optional keys beside those of the table
template <class Entry>
Fields fields_of(const Node& node, const Keys& required = {}, const Keys& optional = {}) {
  const auto keys = detail::TableKeys(FieldsOf<Entry>::all).with(required, optional);
  return {node, keys.required, keys.optional};
}

/// The same for the root of a document.
template <class Document>
Fields root_of(const nlohmann::json& document, std::string_view schema,
               const Keys& required = {}, const Keys& optional = {}) {
  const auto keys = detail::TableKeys(FieldsOf<Document>::all).with(required, optional);
  return read_root(document, schema, keys.required, keys.optional);
}

/// Reads the fields of the table.
template <class Entry>
void read_fields(const Fields& fields, Entry& entry) {
  for_each_field(FieldsOf<Entry>::all,
                 [&](const auto& field) { detail::read_field(fields, entry, field); });
  require_sense(fields, entry);
}

template <class Entry>
void take_entry(const Node& node, Entry& entry) {
  read_fields(fields_of<Entry>(node), entry);
}

}  // namespace relapse::io
