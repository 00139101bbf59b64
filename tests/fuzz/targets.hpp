#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <span>
#include <string_view>

/// What a fuzzer runs: functions of some bytes that end the process when a promise of the
/// library does not hold.
namespace fuzz {

using Bytes = std::span<const std::uint8_t>;

struct Target {
  std::string_view name;
  void (*run)(Bytes bytes);
};

/// Ends the process, naming the promise, unless it holds.
inline void require(bool holds, std::string_view promise) {
  if (holds) return;
  std::cerr << "does not hold: " << promise << '\n';
  std::abort();
}

inline std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Bytes as a source of decisions; zeros once they are used up.
class Choices {
 public:
  explicit Choices(Bytes bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t first = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return first;
  }
  /// From 0 to below `end`, which is at most 256.
  int below(int end) { return byte() % end; }
  bool one_in(int count) { return below(count) == 0; }
  /// In [0, 1], in steps of 1/65535.
  double share() {
    const unsigned high = byte();
    return static_cast<double>(high * 256U + byte()) / 65535.0;
  }
  double between(double low, double high) { return low + (high - low) * share(); }

 private:
  Bytes bytes_;
};

std::span<const Target> document_targets();
std::span<const Target> law_targets();

}  // namespace fuzz
