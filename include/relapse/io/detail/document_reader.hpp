#pragma once

#include <relapse/core/detail/json_pointer.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The strict reader that all documents share. Everything it refuses is a ParseError with
/// the pointer of the place. Its messages name places and kinds, never the values there,
/// because a document may hold what a person said.
namespace relapse::io {

inline constexpr std::size_t document_size_limit = std::size_t{16} << 20;  ///< bytes
inline constexpr std::size_t document_depth_limit = 32;

/// Throw ParseError for text that is not well-formed, a key that stands twice in an
/// object, more depth or size than the limits, bytes that are not UTF-8, and a number
/// that is not finite. CBOR is further held to what a snapshot needs: definite lengths,
/// no byte strings, no tags.
nlohmann::json read_json(std::string_view text, std::size_t limit = document_size_limit);
nlohmann::json read_cbor(std::span<const std::uint8_t> bytes);

/// A value in a document and its place. Valid as long as the document.
class Node {
 public:
  explicit Node(const nlohmann::json& value, JsonPointer at = {})
      : value_(&value), at_(std::move(at)) {}

  const JsonPointer& at() const noexcept { return at_; }
  bool is_text() const;
  bool is_list() const;
  bool is_number() const;
  bool is_null() const;
  bool is_truth() const;
  /// Whether this is an object with the key.
  bool has(std::string_view key) const;
  /// A member that is there.
  Node operator[](std::string_view key) const;

  std::string text() const;
  double number() const;
  bool truth() const;
  int whole(int least, int most) const;
  /// A whole number of 64 bits, exactly.
  std::uint64_t bits() const;
  /// A timestamp with its zone, or a number of days.
  Time time() const;
  template <class Choice>
  Choice choice() const {
    if (const auto found = from_name<Choice>(text())) return *found;
    refuse_word(Names<Choice>::all);
  }
  std::vector<Node> list() const;
  std::vector<std::string> texts() const;
  std::vector<double> numbers() const;
  /// Keys in the order of their bytes, with their values.
  std::vector<std::pair<std::string, Node>> members() const;

  /// Throws ParseError `<place>: is <found>, but must be <wanted>`.
  [[noreturn]] void refuse(std::string_view found, std::string_view wanted) const;
  /// The same, with the kind of the value as what was found.
  [[noreturn]] void refuse(std::string_view wanted) const;
  [[noreturn]] void refuse_word(std::span<const std::string_view> words) const;

 private:
  const nlohmann::json* value_;
  JsonPointer at_;
};

/// The number of an item in a form: 7A, or 8.
std::string read_item_id(const Node& node);

/// Reads a list of things, each with `read(node)`.
template <class Read>
auto read_list(const Node& node, Read read) {
  std::vector<decltype(read(node))> things;
  for (const auto& element : node.list()) things.push_back(read(element));
  return things;
}

using Keys = std::vector<std::string_view>;

/// An object with known keys.
class Fields {
 public:
  /// Throws ParseError when the node is no object, lacks a required key or has an unknown
  /// one.
  Fields(Node node, const Keys& required, const Keys& optional = {});

  const Node& node() const noexcept { return node_; }
  bool has(std::string_view key) const { return node_.has(key); }
  /// A member that is there.
  Node operator[](std::string_view key) const { return node_[key]; }

 private:
  Node node_;
};

/// The root of a document, whose schema is checked before anything else.
Fields read_root(const nlohmann::json& document, std::string_view schema, Keys required,
                 const Keys& optional = {});

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/document_reader.ipp>
#endif
