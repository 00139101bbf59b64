#pragma once

#include <relapse/core/detail/elementary.hpp>

#include <limits>
#include <span>

namespace relapse::elementary {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
/// Below it exp(x) - 1 and log(1 + x) are x.
inline constexpr double negligible = 0x1p-54;

inline double magnitude(double x) { return x < 0.0 ? -x : x; }

/// The whole number next to x, for |x| < 2^51.
inline double nearest(double x) { return (x + whole) - whole; }

/// Of a number above zero, however small.
inline Split<One> split_any(double x) {
  if (x >= std::numeric_limits<double>::min()) return split<One>(x);
  const Split<One> parts = split<One>(x * 0x1p54);
  return {parts.k - 54.0, parts.m};
}

/// What a logarithm is outside of the numbers above zero.
inline double log_beyond(double x) {
  if (x == 0.0) return -infinity;
  return x > 0.0 ? x : nothing;
}

inline bool has_log(double x) {
  return x > 0.0 && x <= std::numeric_limits<double>::max();
}

/// c[0] x^(n - 1) + ... + c[n - 1]
inline double polynomial(std::span<const double> c, double x) {
  double sum = c.front();
  for (const double next : c.subspan(1)) sum = One::fma(sum, x, next);
  return sum;
}

/// exp(-y^2) for y >= 0, by a y so short that its square is exact, and the rest.
inline double gauss(double y) {
  constexpr std::uint64_t leading = ~((std::uint64_t{1} << 27) - 1);
  const double near = One::of_bits(One::bits_of(y) & leading);
  const double value = exp(-(near * near));
  return One::fma(value, expm1(-((y - near) * (y + near))), value);
}

RELAPSE_INLINE double exp(double x) { return exp_of<One>(x); }

RELAPSE_INLINE double expm1(double x) {
  if (x > 40.0) return exp(x);
  if (x < -40.0) return -1.0;
  if (magnitude(x) < negligible) return x;
  const double n = nearest(keep(x * 0x1.71547652b82fep0));
  const double high = One::fma(n, -log_2_high, x);
  const double low = keep(n * log_2_low);
  const double r = high - low;
  const double scale = scaled<One>(1.0, n);
  const double rest = keep(keep(r * r) * exp_rest<One>(r)) - low;
  return One::fma(scale, rest, One::fma(scale, high, scale - 1.0));
}

RELAPSE_INLINE double exp2(double x) {
  x = x < -1100.0 ? -1100.0 : x;
  x = x > 1100.0 ? 1100.0 : x;
  const double n = nearest(x);
  const double r = (x - n) * log_2;
  return scaled<One>(1.0 + One::fma(keep(r * r), exp_rest<One>(r), r), n);
}

RELAPSE_INLINE double log(double x) {
  if (!has_log(x)) return log_beyond(x);
  const Split<One> parts = split_any(x);
  return log_sum<One>(parts.k, parts.m - 1.0, 0.0);
}

RELAPSE_INLINE double log1p(double x) {
  const double sum = 1.0 + x;
  if (!has_log(sum)) return log_beyond(sum);
  if (magnitude(x) < negligible) return x;
  if (x > -0.25 && x < 0.375) return log_sum<One>(0.0, x, 0.0);
  // What the sum lost in rounding, as a share of it.
  const double lost = x >= 1.0 ? 1.0 - (sum - x) : x - (sum - 1.0);
  const Split<One> parts = split<One>(sum);
  return log_sum<One>(parts.k, parts.m - 1.0, lost / sum);
}

RELAPSE_INLINE double log2(double x) {
  if (!has_log(x)) return log_beyond(x);
  const Split<One> parts = split_any(x);
  const double log_m = log_sum<One>(0.0, parts.m - 1.0, 0.0);
  return One::fma(log_m, 0x1.71547652b82fep0, parts.k);
}

RELAPSE_INLINE double pow(double x, double y) {
  if (y == 0.0 || x == 1.0) return 1.0;
  return exp(y * log(x));
}

RELAPSE_INLINE double erfc(double x) {
  constexpr double near[] = {1.85777706184603153e-1, 3.16112374387056560e0,
                             1.13864154151050156e2, 3.77485237685302021e2,
                             3.20937758913846947e3};
  constexpr double under_near[] = {1.0, 2.36012909523441209e1, 2.44024637934444173e2,
                                   1.28261652607737228e3, 2.84423683343917062e3};
  constexpr double middle[] = {
      2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0,
      6.61191906371416295e1,  2.98635138197400131e2,  8.81952221241769090e2,
      1.71204761263407058e3,  2.05107837782607147e3,  1.23033935479799725e3};
  constexpr double under_middle[] = {1.0,
                                     1.57449261107098347e1,
                                     1.17693950891312499e2,
                                     5.37181101862009858e2,
                                     1.62138957456669019e3,
                                     3.29079923573345963e3,
                                     4.36261909014324716e3,
                                     3.43936767414372164e3,
                                     1.23033935480374942e3};
  constexpr double far[] = {1.63153871373020978e-2, 3.05326634961232344e-1,
                            3.60344899949804439e-1, 1.25781726111229246e-1,
                            1.60837851487422766e-2, 6.58749161529837803e-4};
  constexpr double under_far[] = {1.0,
                                  2.56852019228982242e0,
                                  1.87295284992346725e0,
                                  5.27905102951428412e-1,
                                  6.05183413124413191e-2,
                                  2.33520497626869185e-3};
  constexpr double one_by_root_pi = 5.6418958354775628695e-1;
  const double y = magnitude(x);
  if (y <= 0.46875) {
    const double square = keep(x * x);
    return 1.0 - keep(x * polynomial(near, square) / polynomial(under_near, square));
  }
  double tail = 0.0;
  if (y <= 4.0) {
    tail = polynomial(middle, y) / polynomial(under_middle, y);
  } else if (y < 28.0) {
    const double share = 1.0 / (y * y);
    const double part = share * polynomial(far, share) / polynomial(under_far, share);
    tail = (one_by_root_pi - part) / y;
  } else if (!(y >= 28.0)) {
    return x;  // not a number
  }
  if (tail > 0.0) tail = keep(tail * gauss(y));
  return x < 0.0 ? 2.0 - tail : tail;
}

}  // namespace relapse::elementary
