#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace relapse {

/// A place in a JSON document (RFC 6901), built from the root step by step.
class JsonPointer {
 public:
  JsonPointer() = default;

  /// The member of an object.
  JsonPointer operator/(std::string_view key) const {
    JsonPointer longer = *this;
    longer.text_ += '/';
    for (const char c : key) {
      if (c == '~') {
        longer.text_ += "~0";
      } else if (c == '/') {
        longer.text_ += "~1";
      } else {
        longer.text_ += c;
      }
    }
    return longer;
  }
  /// The element of an array.
  JsonPointer operator/(std::size_t index) const {
    JsonPointer longer = *this;
    longer.text_ += '/' + std::to_string(index);
    return longer;
  }

  /// Empty for the whole document.
  const std::string& text() const noexcept { return text_; }
  bool operator==(const JsonPointer&) const = default;

 private:
  std::string text_;
};

}  // namespace relapse
