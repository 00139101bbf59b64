#pragma once

#include <relapse/core/detail/elementary.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

// The instruction set that this file is compiled for.
#if defined(__AVX512F__) && defined(__AVX512DQ__)
#define RELAPSE_LANES avx512
#define RELAPSE_AVX512
#elif defined(__AVX2__) && defined(__FMA__)
#define RELAPSE_LANES avx2
#define RELAPSE_AVX2
#else
#define RELAPSE_LANES plain
#endif

#if defined(RELAPSE_AVX512) || defined(RELAPSE_AVX2)
#include <immintrin.h>
#endif

#define RELAPSE_TEXT_OF(word) #word
#define RELAPSE_NAME_OF(word) RELAPSE_TEXT_OF(word)

// Sizes of arrays are small numbers, which are counted in int.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"

/// Doubles side by side, as many as one instruction takes, and the arithmetic on them.
///
/// Everything here is inlined and lies in a namespace of its own for each instruction
/// set, so that files compiled for different ones can stand in one program. A product
/// that is added to something is either an `fma` or goes through `keep`: so no compiler
/// may choose where to round, and a number is the same wherever it is computed.
namespace relapse::RELAPSE_LANES {

#define RELAPSE_LANE [[gnu::always_inline]] inline
#define RELAPSE_LAMBDA __attribute__((always_inline))

#if defined(RELAPSE_AVX512)
inline constexpr int lanes = 8;
#elif defined(RELAPSE_AVX2)
inline constexpr int lanes = 4;
#else
inline constexpr int lanes = 2;
#endif
using Lanes [[gnu::vector_size(8 * lanes)]] = double;
using Bits [[gnu::vector_size(8 * lanes)]] = std::uint64_t;
using Bytes [[gnu::vector_size(8 * lanes)]] = std::uint8_t;

/// The name of the set.
inline constexpr const char* name_of_lanes = RELAPSE_NAME_OF(RELAPSE_LANES);

RELAPSE_LANE double lane(Lanes values, int i) { return values[i]; }
RELAPSE_LANE Bits bits_of(Lanes values) { return reinterpret_cast<Bits>(values); }
RELAPSE_LANE Lanes of_bits(Bits bits) { return reinterpret_cast<Lanes>(bits); }

RELAPSE_LANE Lanes load(const double* from) {
  Lanes values;
  std::memcpy(&values, from, sizeof(values));
  return values;
}
RELAPSE_LANE void store(Lanes values, double* to) {
  std::memcpy(to, &values, sizeof(values));
}
/// Of a difference, not a sum with nothing: that would have to turn -0 into 0.
RELAPSE_LANE Lanes all(double value) { return value - Lanes{}; }

/// A value that the compiler knows nothing about.
RELAPSE_LANE Lanes keep(Lanes values) {
#if defined(__AVX512F__)
  asm("" : "+v"(values));
#elif defined(__SSE2__)
  asm("" : "+x"(values));
#elif defined(__aarch64__)
  asm("" : "+w"(values));
#elif !defined(__wasm__)  // which has no fused instruction
  asm("" : "+m"(values));
#endif
  return values;
}

/// a b + c, rounded once where the instruction set can.
RELAPSE_LANE Lanes fma(Lanes a, Lanes b, Lanes c) {
#if defined(RELAPSE_AVX512)
  return _mm512_fmadd_pd(a, b, c);
#elif defined(RELAPSE_AVX2)
  return _mm256_fmadd_pd(a, b, c);
#else
  return keep(a * b) + c;
#endif
}

/// Sum over the lanes, always in the same order: halves onto each other.
RELAPSE_LANE double sum_of(Lanes values) {
#if defined(RELAPSE_AVX512)
  const auto half = __builtin_shufflevector(values, values, 0, 1, 2, 3) +
                    __builtin_shufflevector(values, values, 4, 5, 6, 7);
  const auto two = __builtin_shufflevector(half, half, 0, 1) +
                   __builtin_shufflevector(half, half, 2, 3);
  return two[0] + two[1];
#elif defined(RELAPSE_AVX2)
  const auto two = __builtin_shufflevector(values, values, 0, 1) +
                   __builtin_shufflevector(values, values, 2, 3);
  return two[0] + two[1];
#else
  double sum = lane(values, 0);
  for (int i = 1; i < lanes; ++i) sum += lane(values, i);
  return sum;
#endif
}

/// The largest of them; 0 where none is above it.
RELAPSE_LANE double largest_lane(Lanes values) {
  values = values > 0.0 ? values : Lanes{};
#if defined(RELAPSE_AVX512)
  const auto half = _mm256_max_pd(__builtin_shufflevector(values, values, 0, 1, 2, 3),
                                  __builtin_shufflevector(values, values, 4, 5, 6, 7));
  const auto two = _mm_max_pd(__builtin_shufflevector(half, half, 0, 1),
                              __builtin_shufflevector(half, half, 2, 3));
  return two[0] > two[1] ? two[0] : two[1];
#elif defined(RELAPSE_AVX2)
  const auto two = _mm_max_pd(__builtin_shufflevector(values, values, 0, 1),
                              __builtin_shufflevector(values, values, 2, 3));
  return two[0] > two[1] ? two[0] : two[1];
#else
  double largest = lane(values, 0);
  for (int l = 1; l < lanes; ++l) {
    largest = lane(values, l) > largest ? lane(values, l) : largest;
  }
  return largest;
#endif
}

/// A number of a loop that the compiler knows.
template <int N>
struct Number {
  static constexpr int value = N;
  constexpr operator int() const { return N; }
};

/// Calls use(Number<N>) for an N from 2 to 8 that is known at run time.
template <class Use>
RELAPSE_LANE auto with_number(int number, Use&& use) {
  switch (number) {
  case 2:
    return use(Number<2>{});
  case 3:
    return use(Number<3>{});
  case 4:
    return use(Number<4>{});
  case 5:
    return use(Number<5>{});
  case 6:
    return use(Number<6>{});
  case 7:
    return use(Number<7>{});
  default:
    return use(Number<8>{});
  }
}

/// Calls use(Number<0>), ..., use(Number<Count - 1>).
template <int Count, int At = 0, class Use>
RELAPSE_LANE void repeat(Use&& use) {
  if constexpr (At < Count) {
    use(Number<At>{});
    repeat<Count, At + 1>(use);
  }
}
/// The same; of a count that is known at run time, a loop.
template <int Count, class Use>
RELAPSE_LANE void repeat(Number<Count>, Use&& use) {
  repeat<Count>(use);
}
template <class Use>
RELAPSE_LANE void repeat(int count, Use&& use) {
  for (int at = 0; at < count; ++at) use(at);
}

/// One fewer.
template <int N>
constexpr Number<N - 1> before(Number<N>) {
  return {};
}
constexpr int before(int count) { return count - 1; }

/// The most that a count can be, `Most` where that is known at run time alone.
template <class Count, int Most>
inline constexpr int most_of = Most;
template <int N, int Most>
inline constexpr int most_of<Number<N>, Most> = N;

/// The arithmetic of lanes, for the elementary functions.
struct Abreast {
  using Value = Lanes;
  using Bits = relapse::RELAPSE_LANES::Bits;

  RELAPSE_LANE static Lanes all(double value) {
    return relapse::RELAPSE_LANES::all(value);
  }
  RELAPSE_LANE static Bits bits_of(Lanes values) {
    return relapse::RELAPSE_LANES::bits_of(values);
  }
  RELAPSE_LANE static Lanes of_bits(Bits bits) {
    return relapse::RELAPSE_LANES::of_bits(bits);
  }
  RELAPSE_LANE static Lanes keep(Lanes values) {
    return relapse::RELAPSE_LANES::keep(values);
  }
  RELAPSE_LANE static Lanes fma(Lanes a, Lanes b, Lanes c) {
    return relapse::RELAPSE_LANES::fma(a, b, c);
  }
};

/// exp, within 1 ulp, from -infinity to +infinity; in the plain set the doubles of
/// elementary::exp.
RELAPSE_LANE Lanes exp(Lanes x) { return elementary::exp_of<Abreast>(x); }

/// log of a normal number above zero, within 1 ulp; in the plain set the doubles of
/// elementary::log.
RELAPSE_LANE Lanes log(Lanes x) { return elementary::log_of<Abreast>(x); }

/// values <- function of values, in lanes.
template <class Function>
RELAPSE_LANE void transform(double* values, std::size_t count, Function function) {
  std::size_t at = 0;
  for (; at + lanes <= count; at += lanes)
    store(function(load(values + at)), values + at);
  if (at == count) return;
  double rest[lanes];
  for (double& value : rest) value = 1.0;
  std::memcpy(rest, values + at, (count - at) * sizeof(double));
  store(function(load(rest)), rest);
  std::memcpy(values + at, rest, (count - at) * sizeof(double));
}

/// Exchanges what stands in the upper half of each pair of groups of `Step` lanes of one
/// row with what stands in the lower half of the other.
template <int Step, int... Places>
RELAPSE_LANE void exchange(Lanes& low, Lanes& high) {
  const Lanes first = __builtin_shufflevector(
      low, high, ((Places & Step) != 0 ? lanes + Places - Step : Places)...);
  high = __builtin_shufflevector(
      low, high, ((Places & Step) != 0 ? lanes + Places : Places + Step)...);
  low = first;
}

template <int... Places>
RELAPSE_LANE void transpose_lanes(Lanes* row) {
  repeat<lanes>([&](auto r) RELAPSE_LAMBDA {
    if constexpr ((r & 1) == 0) exchange<1, Places...>(row[r], row[r + 1]);
  });
  repeat<lanes>([&](auto r) RELAPSE_LAMBDA {
    if constexpr (lanes > 2 && (r & 2) == 0) {
      exchange<2, Places...>(row[r], row[r + 2]);
    }
  });
  repeat<lanes>([&](auto r) RELAPSE_LAMBDA {
    if constexpr (lanes > 4 && (r & 4) == 0) {
      exchange<4, Places...>(row[r], row[r + 4]);
    }
  });
}

/// The numbers of row r, as many rows as lanes, become those of lane r.
RELAPSE_LANE void transpose(Lanes* row) {
#if defined(RELAPSE_AVX512)
  transpose_lanes<0, 1, 2, 3, 4, 5, 6, 7>(row);
#elif defined(RELAPSE_AVX2)
  transpose_lanes<0, 1, 2, 3>(row);
#else
  transpose_lanes<0, 1>(row);
#endif
}

}  // namespace relapse::RELAPSE_LANES

#pragma GCC diagnostic pop
