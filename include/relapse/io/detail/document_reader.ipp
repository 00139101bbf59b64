#pragma once

#include <relapse/core/detail/refuse.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/core/detail/unknown.hpp>
#include <relapse/core/detail/utf8.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/timestamp.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace relapse::io {
namespace detail {

/// Takes the events of nlohmann's parsers and builds the document, without recursion.
class DocumentBuilder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  /// @param text what is parsed, when it is JSON
  explicit DocumentBuilder(std::optional<std::string_view> text = {}) : text_(text) {}

  /// As what all readers are, for which nlohmann's parsers are compiled once.
  nlohmann::json_sax<nlohmann::json>* reader() { return this; }
  nlohmann::json take() { return std::move(root_); }

  bool null() override { return put(nullptr) != nullptr; }
  bool boolean(bool value) override { return put(value) != nullptr; }
  bool number_integer(std::int64_t value) override { return put(value) != nullptr; }
  bool number_unsigned(std::uint64_t value) override { return put(value) != nullptr; }
  bool number_float(double value, const std::string&) override {
    if (!std::isfinite(value)) refuse(here(), "a number without end", "finite");
    return put(value) != nullptr;
  }
  bool string(std::string& value) override {
    if (!is_utf8(value)) refuse(here(), "other bytes", "text in UTF-8");
    return put(std::move(value)) != nullptr;
  }
  bool binary(nlohmann::json::binary_t&) override {
    refuse(here(), "a byte string", "a JSON value");
  }

  bool start_object(std::size_t) override { return open(nlohmann::json::object()); }
  bool key(std::string& key) override {
    if (!is_utf8(key)) refuse(here(), "an object with other bytes as a key", "UTF-8");
    auto& level = open_.back();
    level.key = key;
    if (level.container->contains(key)) refuse(here(), "there again", "there once only");
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(nlohmann::json::array()); }
  bool end_array() override { return close(); }

  [[noreturn]] bool parse_error(std::size_t position, const std::string&,
                                const nlohmann::json::exception& error) override {
    constexpr int number_overflow = 406;
    if (error.id == number_overflow) refuse(here(), "a number too large", "finite");
    if (!text_)
      refuse(JsonPointer{}, "malformed at byte " + std::to_string(position), "CBOR");
    refuse(JsonPointer{},
           "malformed at " + line_and_column(position) + reason(error.what()), "JSON");
  }

 private:
  struct Level {
    nlohmann::json* container;
    std::string key;  // of the member at work
  };

  nlohmann::json* put(nlohmann::json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    auto& [container, key] = open_.back();
    if (container->is_object()) return &((*container)[key] = std::move(value));
    container->push_back(std::move(value));
    return &container->back();
  }
  bool open(nlohmann::json container) {
    if (open_.size() == document_depth_limit) {
      refuse(here(), "nested more than " + std::to_string(document_depth_limit) + " deep",
             "less deep");
    }
    open_.push_back({put(std::move(container)), {}});
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  /// The place that the next value takes.
  JsonPointer here() const {
    JsonPointer at;
    for (const auto& level : open_) {
      const bool last = &level == &open_.back();
      at = level.container->is_object() ? at / level.key
                                        : at / (level.container->size() - (last ? 0 : 1));
    }
    return at;
  }
  std::string line_and_column(std::size_t position) const {
    const auto before = text_->substr(0, position > 0 ? position - 1 : 0);
    const auto lines = std::count(before.begin(), before.end(), '\n');
    const std::size_t last_line =
        before.rfind('\n') + 1;  // 0 when there is no line before
    return "line " + std::to_string(lines + 1) + ", column " +
           std::to_string(before.size() - last_line + 1);
  }
  /// What the parser expected, without the text that it read.
  static std::string reason(std::string_view what) {
    const auto begin = what.find("syntax error ");
    if (begin == what.npos) return {};
    what.remove_prefix(begin);
    return " (" + std::string(what.substr(0, what.find("; last read"))) + ")";
  }

  std::optional<std::string_view> text_;
  nlohmann::json root_;
  std::vector<Level> open_;
};

/// Walks over the heads of CBOR items (RFC 8949, section 3), one after the other. Needed
/// before nlohmann's parser, which recurses into nested strings of indefinite length and
/// trusts stated sizes.
class CborScan {
 public:
  explicit CborScan(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  void run() {
    while (position_ < bytes_.size()) head();
  }

 private:
  enum Major { negative = 1, byte_string = 2, text = 3, array = 4, map = 5, tag = 6 };

  [[noreturn]] void refuse_here(std::string_view found, std::string_view wanted) const {
    refuse(JsonPointer{}, std::string(found) + " at byte " + std::to_string(position_),
           wanted);
  }
  void head() {
    const unsigned initial = bytes_[position_];
    const unsigned major = initial >> 5;
    const unsigned short_argument = initial & 31;
    if (major == byte_string) refuse_here("a byte string", "made of JSON values");
    if (major == tag) refuse_here("tagged", "without tags");
    if (short_argument > 27)
      refuse_here("of an indefinite or reserved length", "definite");
    const std::uint64_t argument = take_argument(short_argument);
    const std::uint64_t left = bytes_.size() - position_;
    if (major >= text && major <= map && argument > left)
      refuse_here("cut short", "whole");
    if (major == text) position_ += static_cast<std::size_t>(argument);
    if (major == negative &&
        argument > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
      refuse_here("an integer out of range", "one of 64 bits");
    }
  }
  std::uint64_t take_argument(unsigned short_argument) {
    ++position_;
    if (short_argument < 24) return short_argument;
    const std::size_t length = std::size_t{1} << (short_argument - 24);
    if (length > bytes_.size() - position_) refuse_here("cut short", "whole");
    std::uint64_t argument = 0;
    for (std::size_t i = 0; i < length; ++i)
      argument = argument << 8 | bytes_[position_++];
    return argument;
  }

  std::span<const std::uint8_t> bytes_;
  std::size_t position_ = 0;
};

inline void require_size(std::size_t bytes, std::size_t limit) {
  if (bytes <= limit) return;
  refuse(JsonPointer{}, std::to_string(bytes) + " bytes long",
         "at most " + std::to_string(limit));
}

inline std::string_view kind_of(const nlohmann::json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  if (value.is_string()) return "text";
  if (value.is_number()) return "a number";
  return value.is_boolean() ? "true or false" : "null";
}

}  // namespace detail

RELAPSE_INLINE nlohmann::json read_json(std::string_view text, std::size_t limit) {
  detail::require_size(text.size(), limit);
  // The parser takes a zero byte for the end of its input.
  const std::size_t zero = text.find('\0');
  if (zero != text.npos) {
    relapse::refuse(JsonPointer{}, "with a zero byte at " + std::to_string(zero), "JSON");
  }
  detail::DocumentBuilder builder(text);
  nlohmann::json::sax_parse(text.begin(), text.end(), builder.reader());
  return builder.take();
}

RELAPSE_INLINE nlohmann::json read_cbor(std::span<const std::uint8_t> bytes) {
  detail::require_size(bytes.size(), document_size_limit);
  detail::CborScan(bytes).run();
  detail::DocumentBuilder builder;
  // As characters: the parser takes the traits of what it reads, and those of bytes are
  // gone from newer standard libraries.
  const auto* first = reinterpret_cast<const char*>(bytes.data());
  nlohmann::json::sax_parse(first, first + bytes.size(), builder.reader(),
                            nlohmann::json::input_format_t::cbor);
  return builder.take();
}

RELAPSE_INLINE void Node::refuse(std::string_view found, std::string_view wanted) const {
  relapse::refuse(at_, found, wanted);
}

RELAPSE_INLINE void Node::refuse(std::string_view wanted) const {
  relapse::refuse(at_, detail::kind_of(*value_), wanted);
}

RELAPSE_INLINE void Node::refuse_word(std::span<const std::string_view> words) const {
  refuse("an unknown word", "one of " + joined(words, ", "));
}

RELAPSE_INLINE bool Node::is_text() const { return value_->is_string(); }

RELAPSE_INLINE bool Node::is_list() const { return value_->is_array(); }

RELAPSE_INLINE bool Node::is_number() const { return value_->is_number(); }

RELAPSE_INLINE bool Node::is_null() const { return value_->is_null(); }

RELAPSE_INLINE bool Node::is_truth() const { return value_->is_boolean(); }

RELAPSE_INLINE bool Node::has(std::string_view key) const {
  return value_->is_object() && value_->contains(key);
}

RELAPSE_INLINE Node Node::operator[](std::string_view key) const {
  return Node(*value_->find(key), at_ / key);
}

RELAPSE_INLINE std::string Node::text() const {
  if (!value_->is_string()) refuse("text");
  return value_->get<std::string>();
}

RELAPSE_INLINE double Node::number() const {
  if (!value_->is_number()) refuse("a number");
  return value_->get<double>();
}

RELAPSE_INLINE bool Node::truth() const {
  if (!value_->is_boolean()) refuse("true or false");
  return value_->get<bool>();
}

RELAPSE_INLINE int Node::whole(int least, int most) const {
  const double value = number();
  if (!(value == std::floor(value) && value >= least && value <= most)) {
    refuse("another number", "a whole number from " + std::to_string(least) + " to " +
                                 std::to_string(most));
  }
  return static_cast<int>(value);
}

RELAPSE_INLINE std::string read_item_id(const Node& node) {
  if (node.is_text()) return node.text();
  return std::to_string(node.whole(0, std::numeric_limits<int>::max()));
}

RELAPSE_INLINE std::uint64_t Node::bits() const {
  if (!value_->is_number_unsigned()) refuse("a whole number of 64 bits");
  return value_->get<std::uint64_t>();
}

RELAPSE_INLINE Time Node::time() const {
  if (!is_text()) {
    const double days = number();
    if (const auto problem = unlikely_days(days); !problem.empty())
      refuse(problem, "days, or " + std::string(timestamp_form));
    return Time{days};
  }
  const auto [time, problem] = read_timestamp(text());
  if (!time) refuse(problem, timestamp_form);
  return *time;
}

RELAPSE_INLINE std::vector<Node> Node::list() const {
  if (!value_->is_array()) refuse("a list");
  std::vector<Node> nodes;
  for (const auto& element : *value_) nodes.emplace_back(element, at_ / nodes.size());
  return nodes;
}

RELAPSE_INLINE std::vector<std::string> Node::texts() const {
  return read_list(*this, [](const Node& node) { return node.text(); });
}

RELAPSE_INLINE std::vector<double> Node::numbers() const {
  return read_list(*this, [](const Node& node) { return node.number(); });
}

RELAPSE_INLINE std::vector<std::pair<std::string, Node>> Node::members() const {
  if (!value_->is_object()) refuse("an object");
  std::vector<std::pair<std::string, Node>> members;
  for (const auto& [key, value] : value_->items()) {
    members.emplace_back(key, Node(value, at_ / key));
  }
  return members;
}

RELAPSE_INLINE Fields::Fields(Node node, const Keys& required, const Keys& optional)
    : node_(std::move(node)) {
  Keys known = required;
  for (const auto key : optional) {
    if (!contains(known, key)) known.push_back(key);
  }
  for (const auto& [key, member] : node_.members()) {
    if (!contains(known, key)) {
      refuse_unknown(member.at(), "key", key, known);
    }
  }
  for (const auto key : required) {
    if (!has(key)) relapse::refuse(node_.at() / key, "missing", "given");
  }
}

RELAPSE_INLINE Fields read_root(const nlohmann::json& document, std::string_view schema,
                                Keys required, const Keys& optional) {
  const Node root(document);
  if (!document.is_object()) root.refuse("an object");
  if (!root.has("schema")) relapse::refuse(root.at() / "schema", "missing", schema);
  const Node stated(document["schema"], root.at() / "schema");
  if (stated.text() != schema) stated.refuse("another schema", schema);
  required.insert(required.begin(), "schema");
  return {root, required, optional};
}

}  // namespace relapse::io
