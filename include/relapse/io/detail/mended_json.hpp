#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/utf8.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// JSON of what is nearly JSON, for what must not be missed in it.
namespace relapse::io::detail {

/// Goes through a text once and writes what it makes out. Nothing ends it: words and
/// numbers that JSON does not have become texts or the numbers that they mean, ends that
/// are missing are put, a text that holds JSON stands as what it holds.
class Mender {
 public:
  explicit Mender(int depth) : depth_(depth) {}

  std::string mend(std::string_view text) {
    rest_ = text;
    while (!rest_.empty()) step();
    cut_ |= !open_.empty();
    while (!open_.empty()) close();
    return root_ ? out_ + '}' : empty_ ? "null" : out_;
  }
  /// Whether the text, or one in it, ends before all is closed that it opens.
  bool is_cut() const noexcept { return cut_; }

 private:
  static constexpr int deepest_text = 8;         // of JSON in a text of JSON
  static constexpr std::size_t most_open = 128;  // what lies deeper stands there

  void step() {
    const char next = rest_.front();
    if (next == '{' || next == '[') return open(next);
    if (next == '}' || next == ']') {
      rest_.remove_prefix(1);
      if (left_out_ > 0) {
        --left_out_;
      } else if (!open_.empty()) {
        close();
      }
      return;
    }
    const bool single = next == '\'' && rest_.find(next, 1) != rest_.npos;
    if (next == '"' || single) return quoted(next);
    if (is_between(next)) return rest_.remove_prefix(1);
    bare();
  }

  static bool is_between(char sign) {
    return std::string_view(" \t\r\n\f\v,:;").find(sign) != std::string_view::npos ||
           static_cast<unsigned char>(sign) < 0x20U;
  }

  void open(char sign) {
    rest_.remove_prefix(1);
    if (open_.empty() && sign == '{' && open_root()) return;
    if (open_.size() >= most_open || !begin_value()) {
      ++left_out_;  // what is in it stands around it
      return;
    }
    out_ += sign;
    open_.push_back(Level{sign == '{' ? '}' : ']', false, false});
  }

  /// The outermost object, which one after the other continues.
  bool open_root() {
    if (!root_ && !empty_) return false;
    if (empty_) out_ += '{';
    open_.push_back(Level{'}', !empty_ && any_, false});
    empty_ = false;
    return root_ = true;
  }

  void close() {
    const Level level = open_.back();
    if (level.named) out_ += "null";
    open_.pop_back();
    // The end of the outermost object is written once nothing more can come.
    if (open_.empty() && root_) {
      any_ = level.any;
      return;
    }
    out_ += level.end;
  }

  /// Whether a value can stand here; writes what comes before it.
  bool begin_value() {
    if (open_.empty()) {
      if (!empty_) return false;
      empty_ = false;
      return true;
    }
    auto& level = open_.back();
    if (level.end == '}') {
      const bool named = level.named;
      level.named = false;
      return named;
    }
    if (level.any) out_ += ',';
    level.any = true;
    return true;
  }

  void key(const std::string& name) {
    if (open_.empty() && !open_root()) return;
    auto& level = open_.back();
    if (level.end == ']') return value(written(name));
    if (level.named) out_ += "null";
    if (level.any) out_ += ',';
    level.any = true;
    level.named = true;
    out_ += written(name) + ':';
  }

  void value(const std::string& json) {
    // Before anything is open, words are none that count.
    if (open_.empty() && !(json.front() == '{' || json.front() == '[')) return;
    if (begin_value()) out_ += json;
  }

  bool names_a_value() {
    const auto next = rest_.find_first_not_of(" \t\r\n");
    return next != rest_.npos && rest_[next] == ':';
  }

  void take(const std::string& text) {
    if (names_a_value()) return key(text);
    const auto first = text.find_first_not_of(" \t\r\n");
    const bool json = first != text.npos &&
                      (text[first] == '{' || text[first] == '[' || text[first] == '"');
    if (!json || depth_ >= deepest_text) return value(written(text));
    Mender inner(depth_ + 1);
    const std::string inside = inner.mend(text);
    cut_ |= inner.cut_;
    value(inside == "null" ? written(text) : inside);
  }

  void quoted(char quote) {
    std::size_t end = 1;
    while (end < rest_.size() && rest_[end] != quote) end += rest_[end] == '\\' ? 2U : 1U;
    const auto inside = rest_.substr(1, std::min(end, rest_.size()) - 1);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    take(unescaped(inside));
  }

  static std::string unescaped(std::string_view inside) {
    std::string json = "\"";
    for (std::size_t k = 0; k < inside.size(); ++k) {
      const char sign = inside[k];
      if (sign == '\\' && k + 1 < inside.size()) {
        const char escaped = inside[++k];
        const bool known =
            std::string_view("\"\\/bfnrtu").find(escaped) != std::string_view::npos;
        if (known) json += '\\';
        json += escaped == '"' && !known ? ' ' : escaped;
      } else if (sign == '"') {
        json += "\\\"";
      } else {
        json += static_cast<unsigned char>(sign) < 0x20U || sign == '\\' ? ' ' : sign;
      }
    }
    json += '"';
    constexpr bool throws = false;
    const auto read = nlohmann::json::parse(json, nullptr, throws);
    return read.is_string() ? read.get<std::string>() : std::string(inside);
  }

  void bare() {
    std::size_t end = 0;
    while (end < rest_.size() && !is_between(rest_[end]) &&
           std::string_view("{}[]\"").find(rest_[end]) == std::string_view::npos)
      ++end;
    end = std::max<std::size_t>(end, 1);
    const std::string word(rest_.substr(0, end));
    rest_.remove_prefix(end);
    if (names_a_value()) return key(word);
    std::string low;
    for (const char sign : word)
      low += static_cast<char>(std::tolower(static_cast<unsigned char>(sign)));
    for (const char* none : {"null", "none", "nil", "undefined"}) {
      if (low == none) return value("null");
    }
    if (low == "true" || low == "false") return value(low);
    value(number(word).value_or(written(word)));
  }

  /// The number that a word means, as JSON has it.
  static std::optional<std::string> number(const std::string& word) {
    const bool plus = word.size() > 1 && word.front() == '+' && word[1] != '-';
    const auto read = decimal_number(std::string_view(word).substr(plus ? 1 : 0));
    if (read) return nlohmann::json(*read).dump();
    // One too large to be a number is an answer all the same.
    const bool large = word.find_first_not_of("0123456789+-.eE") == word.npos &&
                       word.find_first_of("eE") > 0 &&
                       word.find_first_of("eE") != word.npos;
    return large ? std::optional<std::string>("1e99") : std::nullopt;
  }

  static std::string written(std::string_view text) {
    return nlohmann::json(as_utf8(text)).dump();
  }

  struct Level {
    char end = '}';
    bool any = false;    ///< something stands in it
    bool named = false;  ///< a name waits for its value
  };

  int depth_;
  std::string_view rest_;
  std::string out_;
  std::vector<Level> open_;
  bool empty_ = true;
  bool root_ = false;  ///< the outermost is an object, which may go on
  bool any_ = false;   ///< something stands in it
  bool cut_ = false;
  std::size_t left_out_ = 0;
};

inline std::string mended_json(std::string_view text) { return Mender(0).mend(text); }

}  // namespace relapse::io::detail
