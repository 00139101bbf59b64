#pragma once

#include <relapse/core/detail/bits.hpp>
#include <relapse/core/inline.hpp>

#include <cfloat>
#include <cstdint>

#ifdef __FAST_MATH__
#error "relapse needs the arithmetic of IEEE 754: compile without -ffast-math"
#endif

#define RELAPSE_ALWAYS_INLINE [[gnu::always_inline]] inline

/// exp, log and what is built from them, of our own.
///
/// They use +, -, *, /, square roots and bits alone, each rounded once to a double and in
/// one order, so that a model means the same doubles with every C library, compiler and
/// processor: those of C libraries differ in the last bit, even between two machines of
/// one. Nothing that inference depends on calls the functions of <cmath> that round
/// otherwise; tests/tree_test.py holds that.
namespace relapse::elementary {

static_assert(sizeof(double) == 8 && DBL_MANT_DIG == 53,
              "relapse needs doubles of IEEE 754");
static_assert(FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 1 || FLT_EVAL_METHOD == 16,
              "relapse needs doubles that are rounded at each step: on 32-bit x86 "
              "compile with -msse2 -mfpmath=sse");

/// A value that the compiler knows nothing about: a product that goes through it is not
/// fused with the sum that takes it.
RELAPSE_ALWAYS_INLINE double keep(double value) {
#if defined(__x86_64__) || defined(__SSE2__)
  asm("" : "+x"(value));
#elif defined(__aarch64__) || (defined(__ARM_FP) && __ARM_FP & 8)
  asm("" : "+w"(value));
#elif !defined(__wasm__)  // which has no fused instruction
  asm("" : "+m"(value));
#endif
  return value;
}

/// The arithmetic of one double, for the templates below; lanes have one of their own.
struct One {
  using Value = double;
  using Bits = std::uint64_t;

  RELAPSE_ALWAYS_INLINE static double all(double value) { return value; }
  RELAPSE_ALWAYS_INLINE static Bits bits_of(double value) {
    return bit_cast<Bits>(value);
  }
  RELAPSE_ALWAYS_INLINE static double of_bits(Bits bits) {
    return bit_cast<double>(bits);
  }
  RELAPSE_ALWAYS_INLINE static double keep(double value) {
    return elementary::keep(value);
  }
  /// a b + c, rounded twice.
  RELAPSE_ALWAYS_INLINE static double fma(double a, double b, double c) {
    return elementary::keep(a * b) + c;
  }
};

/// Adding it rounds to a whole number, which its last bits then hold.
inline constexpr double whole = 0x1.8p52;
/// log 2 in two parts, the first so short that its product with an exponent is exact.
inline constexpr double log_2_high = 0x1.62e42feep-1;
inline constexpr double log_2_low = 0x1.a39ef35793c76p-33;
inline constexpr double log_2 = 0x1.62e42fefa39efp-1;

/// (exp(r) - 1 - r) / r^2 for |r| <= log(2) / 2. Source of the polynomial: the minimax
/// one of tests/data/core/elementary.py, right to 3e-19 of exp(r) - 1.
template <class A>
RELAPSE_ALWAYS_INLINE typename A::Value exp_rest(typename A::Value r) {
  constexpr double c[] = {0x1p-1,
                          0x1.5555555555559p-3,
                          0x1.555555555555ap-5,
                          0x1.111111110f6aep-7,
                          0x1.6c16c16c1445cp-10,
                          0x1.a01a01afe53c9p-13,
                          0x1.a01a01b0b3ab9p-16,
                          0x1.71ddf8536b214p-19,
                          0x1.27e4c5a7f0409p-22,
                          0x1.af5ebf5b1b97fp-26,
                          0x1.1f9558844bbcep-29};
  // Not by Horner's rule, whose steps wait for each other.
  const auto r2 = A::keep(r * r);
  const auto r4 = A::keep(r2 * r2);
  auto low = A::fma(A::all(c[3]), r, A::all(c[2]));
  auto middle = A::fma(A::all(c[7]), r, A::all(c[6]));
  auto high = A::fma(A::all(c[9]), r, A::all(c[8]));
  low = A::fma(low, r2, A::fma(A::all(c[1]), r, A::all(c[0])));
  middle = A::fma(middle, r2, A::fma(A::all(c[5]), r, A::all(c[4])));
  high = A::fma(A::all(c[10]), r2, high);
  return A::fma(r4, A::fma(r4, high, middle), low);
}

/// value 2^n for a whole n, in two factors where n may be beyond the exponents.
template <class A>
RELAPSE_ALWAYS_INLINE typename A::Value scaled(typename A::Value value,
                                               typename A::Value n) {
  const auto magic = A::all(whole);
  if constexpr (sizeof(n) == sizeof(double)) {
    if (n > -1022.0 && n < 1023.0) {
      return value * A::of_bits((A::bits_of(n + magic) + 1023) << 52);
    }
  }
  const auto half = n * 0.5 + magic;
  const auto rest = n - (half - magic);
  const auto first = (A::bits_of(half) + 1023) << 52;
  const auto second = (A::bits_of(rest + magic) + 1023) << 52;
  return value * A::of_bits(first) * A::of_bits(second);
}

/// exp, within 1 ulp, from -infinity to +infinity.
template <class A>
RELAPSE_ALWAYS_INLINE typename A::Value exp_of(typename A::Value x) {
  const auto magic = A::all(whole);
  const auto least = A::all(-760.0);
  const auto most = A::all(760.0);
  x = x < least ? least : x;
  x = x > most ? most : x;
  const auto n = A::fma(x, A::all(0x1.71547652b82fep0), magic) - magic;
  auto r = A::fma(n, A::all(-log_2_high), x);
  r = A::fma(n, A::all(-log_2_low), r);
  return scaled<A>(A::all(1.0) + A::fma(A::keep(r * r), exp_rest<A>(r), r), n);
}

/// A normal number above zero as 2^k m, with m between the roots of 1/2 and 2.
template <class A>
struct Split {
  typename A::Value k;
  typename A::Value m;
};
template <class A>
RELAPSE_ALWAYS_INLINE Split<A> split(typename A::Value x) {
  constexpr std::uint64_t root_half = 0x3fe6a09e667f3bcd;
  constexpr std::uint64_t one = 0x3ff0000000000000;
  const auto raised = A::bits_of(x) - root_half + one;
  const auto exponent = raised >> 52;
  return {A::of_bits(exponent | std::uint64_t{0x4330000000000000}) - (0x1p52 + 1023.0),
          A::of_bits(A::bits_of(x) - (exponent << 52) + one)};
}

/// k log(2) + log(1 + f) + rest, for 1 + f between the roots of 1/2 and 2. Source of the
/// polynomial: Sun's fdlibm, e_log.c.
template <class A>
RELAPSE_ALWAYS_INLINE typename A::Value log_sum(typename A::Value k, typename A::Value f,
                                                typename A::Value rest) {
  constexpr double c[] = {0x1.5555555555593p-1, 0x1.999999997fa04p-2,
                          0x1.2492494229359p-2, 0x1.c71c51d8e78afp-3,
                          0x1.7466496cb03dep-3, 0x1.39a09d078c69fp-3,
                          0x1.2f112df3e5244p-3};
  const auto s = f / (f + 2.0);
  const auto z = A::keep(s * s);
  const auto w = A::keep(z * z);
  auto even = A::fma(A::all(c[6]), w, A::all(c[4]));
  even = A::fma(even, w, A::all(c[2]));
  even = A::fma(even, w, A::all(c[0]));
  auto odd = A::fma(A::all(c[5]), w, A::all(c[3]));
  odd = A::fma(odd, w, A::all(c[1]));
  const auto r = A::fma(odd, z, even);
  const auto half_square = A::keep(A::keep(f * f) * 0.5);
  const auto tail =
      A::fma(s, A::fma(z, r, half_square), A::fma(k, A::all(log_2_low), rest));
  return A::fma(k, A::all(log_2_high), f - (half_square - tail));
}

/// log of a normal number above zero, within 1 ulp.
template <class A>
RELAPSE_ALWAYS_INLINE typename A::Value log_of(typename A::Value x) {
  const Split<A> parts = split<A>(x);
  return log_sum<A>(parts.k, parts.m - 1.0, A::all(0.0));
}

// At the ends, beyond them and for NaN as those of <cmath>.

double exp(double x);    ///< within 1 ulp
double expm1(double x);  ///< within 1.25 ulp
double exp2(double x);   ///< within 1.25 ulp, exact for whole numbers
double log(double x);    ///< within 1 ulp
double log1p(double x);  ///< within 1 ulp
double log2(double x);   ///< within 1.75 ulp, exact for powers of two

/// exp(y log(x)) for x >= 0, within 2 + |y log(x)| ulp.
double pow(double x, double y);

/// Within 8 ulp. Source of the rational functions: Cody 1969 (CALERF).
double erfc(double x);

}  // namespace relapse::elementary

#ifndef RELAPSE_COMPILED
#include <relapse/core/detail/elementary.ipp>
#endif
