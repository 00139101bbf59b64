#pragma once

#include <relapse/core/inline.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// JSON as text. Every document of ours is written with these, so that a double and a
/// string look the same everywhere and read back unchanged.
namespace relapse {

/// The shortest decimals that read back as the same double; always with a point or an
/// exponent, so that it reads back as a double: 5.0, 0.1, 1e-300.
std::string shortest_decimals(double value);
/// The same for people: a whole number without a point.
std::string plain_decimals(double value);

/// The number that a whole text of decimals is, such as -1.5e3; empty for other texts.
std::optional<double> decimal_number(std::string_view text);

/// Shortest decimals for JSON. Throws InvalidInput when the value is not finite.
std::string json_number(double value);
/// A quoted string: UTF-8 passes through, control characters are escaped. Throws
/// InvalidInput when the text is not UTF-8.
std::string json_string(std::string_view text);
/// The same, added to a JSON text.
void add_json_string(std::string& json, std::string_view text);
/// @param elements JSON texts
std::string json_array(const std::vector<std::string>& elements);
/// An array of quoted strings.
std::string json_texts(const std::vector<std::string>& texts);
/// An array of what `write` makes of each element.
template <class Element, class Write>
std::string json_list(const std::vector<Element>& elements, Write write) {
  std::vector<std::string> texts;
  texts.reserve(elements.size());
  for (const auto& element : elements) texts.push_back(write(element));
  return json_array(texts);
}

/// The members of an object, each key once.
class JsonObject {
 public:
  JsonObject& add(std::string_view key, double value) {
    return add_json(key, json_number(value));
  }
  JsonObject& add(std::string_view key, std::string_view text) {
    return add_json(key, json_string(text));
  }
  JsonObject& add(std::string_view key, const char* text) {
    return add(key, std::string_view(text));
  }
  JsonObject& add(std::string_view key, const JsonObject& object) {
    return add_json(key, object.json());
  }
  JsonObject& add_whole(std::string_view key, std::int64_t value) {
    return add_json(key, std::to_string(value));
  }
  JsonObject& add_truth(std::string_view key, bool value) {
    return add_json(key, value ? "true" : "false");
  }
  /// Members that an empty text leaves out.
  JsonObject& add_unless_empty(std::string_view key, std::string_view text) {
    return text.empty() ? *this : add(key, text);
  }
  /// Throws InvalidInput when the key was added before.
  JsonObject& add_json(std::string_view key, std::string_view json);

  bool empty() const noexcept { return members_.empty(); }
  /// The object without white space, keys sorted by their bytes.
  std::string json() const;

 private:
  /// A member, by where its key and its text stand.
  struct Member {
    std::size_t key;
    std::size_t key_size;
    std::size_t text;
    std::size_t text_size;
  };

  std::string_view key_of(const Member& member) const {
    return std::string_view(keys_).substr(member.key, member.key_size);
  }

  std::string keys_;
  std::string text_;
  std::vector<Member> members_;
  std::size_t last_ = 0;  // the member with the greatest key
};

/// The same JSON on many lines; an array without arrays or objects stays on one.
/// @param json well-formed and without white space
/// @param spaces by which a level is indented
std::string indented_json(std::string_view json, int spaces);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/core/detail/json_text.ipp>
#endif
