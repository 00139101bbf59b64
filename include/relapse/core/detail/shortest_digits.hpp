#pragma once

#include <relapse/core/detail/bits.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

/// The shortest decimals of a double, where the standard library has no
/// std::to_chars(double): the same text, by whole numbers of any length.
namespace relapse::detail {

/// A whole number from 0 to 2^1248, enough for the powers of ten of a double.
class Natural {
 public:
  explicit Natural(std::uint64_t value) {
    word_[0] = static_cast<std::uint32_t>(value);
    word_[1] = static_cast<std::uint32_t>(value >> 32);
    size_ = 2;
    trim();
  }

  void multiply(std::uint32_t by) {
    std::uint64_t carried = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      carried += std::uint64_t{word_[i]} * by;
      word_[i] = static_cast<std::uint32_t>(carried);
      carried >>= 32;
    }
    if (carried > 0) word_[size_++] = static_cast<std::uint32_t>(carried);
  }
  void multiply_by_power(std::uint32_t base, int exponent) {
    for (; exponent > 0; --exponent) multiply(base);
  }
  void shift_left(int bits) {
    for (; bits >= 31; bits -= 31) multiply(std::uint32_t{1} << 31);
    multiply(std::uint32_t{1} << bits);
  }
  void add(const Natural& other) {
    std::uint64_t carried = 0;
    size_ = std::max(size_, other.size_);
    for (std::size_t i = 0; i < size_; ++i) {
      carried += std::uint64_t{word_[i]} + other.word_[i];
      word_[i] = static_cast<std::uint32_t>(carried);
      carried >>= 32;
    }
    if (carried > 0) word_[size_++] = static_cast<std::uint32_t>(carried);
  }
  /// Of one that is not larger.
  void subtract(const Natural& other) {
    std::uint64_t borrowed = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      const std::uint64_t taken = borrowed + other.word_[i];
      borrowed = taken > word_[i] ? 1 : 0;
      word_[i] = static_cast<std::uint32_t>(word_[i] - taken);
    }
    trim();
  }
  /// Divides by ten; returns what is left over.
  int divide_by_ten() {
    std::uint64_t rest = 0;
    for (std::size_t i = size_; i-- > 0;) {
      rest = rest << 32 | word_[i];
      word_[i] = static_cast<std::uint32_t>(rest / 10);
      rest %= 10;
    }
    trim();
    return static_cast<int>(rest);
  }
  bool zero() const { return size_ == 0; }

  /// Negative, 0 or positive, as a < b, a == b or a > b.
  friend int compare(const Natural& a, const Natural& b) {
    if (a.size_ != b.size_) return a.size_ < b.size_ ? -1 : 1;
    for (std::size_t i = a.size_; i-- > 0;) {
      if (a.word_[i] != b.word_[i]) return a.word_[i] < b.word_[i] ? -1 : 1;
    }
    return 0;
  }

 private:
  void trim() {
    while (size_ > 0 && word_[size_ - 1] == 0) --size_;
  }

  std::array<std::uint32_t, 40> word_{};  // the lowest first; 0 from size_ on
  std::size_t size_ = 0;
};

/// A finite double above zero as mantissa 2^exponent.
struct Binary {
  std::uint64_t mantissa;
  int exponent;
  bool narrow;  ///< the next double below is half as far as the next above
};
inline Binary binary_of(double value) {
  constexpr std::uint64_t hidden = std::uint64_t{1} << 52;
  const auto bits = bit_cast<std::uint64_t>(value);
  const std::uint64_t fraction = bits & (hidden - 1);
  const int field = static_cast<int>(bits >> 52);
  if (field == 0) return {fraction, -1074, false};
  return {fraction | hidden, field - 1075, fraction == 0 && field > 1};
}

/// 0.d1 d2 d3 ... 10^exponent
struct Decimals {
  std::string digits;
  int exponent = 0;
};

/// The fewest digits that are nearer to a finite double above zero than to any other
/// one, and among these the nearest. Source: Steele and White 1990 (free format), with
/// whole numbers.
inline Decimals shortest_digits(double value) {
  const auto [mantissa, exponent, narrow] = binary_of(value);
  const bool even = mantissa % 2 == 0;  // a decimal half way is read as this double
  // value = rest / scale; half of the way to the next double above and below.
  Natural rest(mantissa);
  Natural scale(1);
  Natural above(1);
  Natural below(1);
  rest.shift_left(std::max(exponent, 0) + (narrow ? 2 : 1));
  scale.shift_left(std::max(-exponent, 0) + (narrow ? 2 : 1));
  above.shift_left(std::max(exponent, 0) + (narrow ? 1 : 0));
  below.shift_left(std::max(exponent, 0));

  int log_2 = exponent - 1;
  for (std::uint64_t left = mantissa; left > 0; left >>= 1) ++log_2;
  // floor(log10(2^log_2)), and one: too small by at most one.
  Decimals found{{}, static_cast<int>((std::int64_t{log_2} * 78913) >> 18) + 1};
  scale.multiply_by_power(10, found.exponent);
  for (Natural* each : {&rest, &above, &below}) {
    each->multiply_by_power(10, -found.exponent);
  }
  const auto reaches = [&](const Natural& part) {
    Natural end(part);
    end.add(above);
    return compare(end, scale) >= (even ? 0 : 1);
  };
  if (reaches(rest)) {
    scale.multiply(10);
    ++found.exponent;
  }
  for (;;) {
    for (Natural* each : {&rest, &above, &below}) each->multiply(10);
    char digit = '0';
    for (; compare(rest, scale) >= 0; ++digit) rest.subtract(scale);
    const bool down = compare(rest, below) <= (even ? 0 : -1);
    const bool up = reaches(rest);
    if (down || up) {
      rest.multiply(2);
      const int half = compare(rest, scale);
      const bool nearer_up = half > 0 || (half == 0 && (digit - '0') % 2 == 1);
      if (up && (!down || nearer_up)) ++digit;
    }
    found.digits += digit;
    if (down || up) return found;
  }
}

/// All digits of a whole number.
inline std::string whole_digits(double value) {
  const Binary binary = binary_of(value);
  Natural left(binary.exponent < 0 ? binary.mantissa >> -binary.exponent
                                   : binary.mantissa);
  left.shift_left(std::max(binary.exponent, 0));
  std::string digits;
  while (!left.zero()) digits += static_cast<char>('0' + left.divide_by_ten());
  return {digits.rbegin(), digits.rend()};
}

/// The text of std::to_chars(value): the shortest that is read as the same double, with
/// an exponent where that is shorter.
inline std::string shortest_text(double value) {
  if (value != value) return bit_cast<std::uint64_t>(value) >> 63 != 0 ? "-nan" : "nan";
  std::string text = bit_cast<std::uint64_t>(value) >> 63 != 0 ? "-" : "";
  value = value < 0.0 ? -value : value;
  if (value == 0.0) return text + '0';
  if (value > 0x1.fffffffffffffp1023) return text + "inf";
  const Decimals decimals = shortest_digits(value);
  const std::string& digits = decimals.digits;
  const auto count = static_cast<int>(digits.size());
  const int before = decimals.exponent;  // digits before the point, where there are any
  const int power = before - 1;
  const int with_exponent =
      count + (count > 1 ? 1 : 0) + (power > 99 || power < -99 ? 5 : 4);
  const int fixed = before <= 0       ? 2 - before + count
                    : before >= count ? before
                                      : count + 1;
  if (fixed > with_exponent) {
    text += digits[0];
    if (count > 1) text += '.' + digits.substr(1);
    text += power < 0 ? "e-" : "e+";
    const std::string size = std::to_string(power < 0 ? -power : power);
    return text + (size.size() < 2 ? "0" : "") + size;
  }
  if (before >= count) return text + whole_digits(value);
  if (before <= 0) {
    return text + "0." + std::string(static_cast<std::size_t>(-before), '0') + digits;
  }
  const auto split = static_cast<std::size_t>(before);
  return text + digits.substr(0, split) + '.' + digits.substr(split);
}

}  // namespace relapse::detail
