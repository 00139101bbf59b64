#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace relapse {

/// Finds the position of a name, of which there are a few dozen, thousands of times a
/// second. Views only: the names must outlive it.
class NameIndex {
 public:
  /// @param names all different
  explicit NameIndex(std::vector<std::string_view> names = {})
      : names_(std::move(names)) {
    while (slots_.size() < 2 * names_.size()) slots_.resize(2 * slots_.size(), -1);
    for (std::size_t i = 0; i < names_.size(); ++i) {
      std::size_t slot = slot_of(names_[i]);
      while (slots_[slot] >= 0) slot = next(slot);
      slots_[slot] = static_cast<int>(i);
    }
  }

  /// The same as below, quicker where `guess` is right.
  int find(std::string_view name, int guess) const {
    const auto at = static_cast<std::size_t>(guess);
    return at < names_.size() && names_[at] == name ? guess : find(name);
  }

  /// -1 when there is none of this name.
  int find(std::string_view name) const {
    for (std::size_t slot = slot_of(name);; slot = next(slot)) {
      const int found = slots_[slot];
      if (found < 0 || names_[static_cast<std::size_t>(found)] == name) return found;
    }
  }

 private:
  /// By the length, the first and the last eight bytes.
  std::size_t slot_of(std::string_view name) const {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    const std::size_t taken = name.size() < 8 ? name.size() : 8;
    if (taken > 0) {
      std::memcpy(&first, name.data(), taken);
      std::memcpy(&last, name.data() + name.size() - taken, taken);
    }
    std::uint64_t mixed = (first ^ name.size()) * 0x9e3779b97f4a7c15;
    mixed = (mixed ^ (mixed >> 29) ^ last) * 0xbf58476d1ce4e5b9;
    return (mixed >> 32) & (slots_.size() - 1);
  }
  std::size_t next(std::size_t slot) const { return (slot + 1) & (slots_.size() - 1); }

  std::vector<std::string_view> names_;
  std::vector<int> slots_ = std::vector<int>(8, -1);  // a power of two, half of them free
};

}  // namespace relapse
