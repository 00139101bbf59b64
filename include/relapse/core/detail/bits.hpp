#pragma once

namespace relapse {

/// The bits of a value as another type of its size: std::bit_cast, which the older
/// standard libraries of new compilers lack (Emscripten 3.1 for one).
template <class To, class From>
constexpr To bit_cast(const From& from) {
  static_assert(sizeof(To) == sizeof(From));
  return __builtin_bit_cast(To, from);
}

}  // namespace relapse
