#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/probability.hpp>

#include <numbers>

namespace relapse {

RELAPSE_INLINE double normal_quantile(double p) {
  if (p > 0.5) return -normal_quantile(1.0 - p);
  constexpr double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,
                          -2.759285104469687e+02, 1.383577518672690e+02,
                          -3.066479806614716e+01, 2.506628277459239e+00};
  constexpr double b[] = {-5.447609879822406e+01, 1.615858368580409e+02,
                          -1.556989798598866e+02, 6.680131188771972e+01,
                          -1.328068155288572e+01};
  constexpr double c[] = {-7.784894002430293e-03, -3.223964580411365e-01,
                          -2.400758277161838e+00, -2.549732539343734e+00,
                          4.374664141464968e+00,  2.938163982698783e+00};
  constexpr double d[] = {7.784695709041462e-03, 3.224671290700398e-01,
                          2.445134137142996e+00, 3.754408661907416e+00};
  double x = 0.0;
  if (p < 0.02425) {
    const double q = std::sqrt(-2.0 * elementary::log(p));
    x = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
        ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1.0);
  } else {
    const double q = p - 0.5;
    const double r = q * q;
    x = (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
        (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1.0);
  }
  for (int step = 0; step < 2; ++step) {
    const double error = 0.5 * elementary::erfc(-x / std::numbers::sqrt2) - p;
    const double u =
        error * std::sqrt(2.0 * std::numbers::pi) * elementary::exp(0.5 * x * x);
    x -= u / (1.0 + 0.5 * x * u);
  }
  return x;
}

RELAPSE_INLINE double log_gamma(double x) {
  double product = 1.0;
  while (x < 12.0) {
    product *= x;
    x += 1.0;
  }
  constexpr double terms[] = {1.0 / 12.0,    -1.0 / 360.0, 1.0 / 1260.0,
                              -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360360.0,
                              1.0 / 156.0};
  const double inverse = 1.0 / x;
  double power = inverse;
  double series = 0.0;
  for (const double term : terms) {
    series += term * power;
    power *= inverse * inverse;
  }
  return (x - 0.5) * elementary::log(x) - x + half_log_two_pi + series -
         elementary::log(product);
}

RELAPSE_INLINE double digamma(double x) {
  double sum = 0.0;
  while (x < 12.0) {
    sum += 1.0 / x;
    x += 1.0;
  }
  constexpr double terms[] = {1.0 / 12.0,  -1.0 / 120.0,     1.0 / 252.0, -1.0 / 240.0,
                              1.0 / 132.0, -691.0 / 32760.0, 1.0 / 12.0};
  const double inverse_square = 1.0 / (x * x);
  double power = inverse_square;
  double series = 0.0;
  for (const double term : terms) {
    series += term * power;
    power *= inverse_square;
  }
  return elementary::log(x) - 0.5 / x - series - sum;
}

}  // namespace relapse
