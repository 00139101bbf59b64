#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/inline.hpp>

#include <cmath>
#include <limits>

namespace relapse {

/// log(2 pi) / 2
inline constexpr double half_log_two_pi = 0.91893853320467274178;

/// log(p / (1 - p)); +-infinity at the ends.
inline double logit(double p) { return elementary::log(p) - elementary::log1p(-p); }

/// 1 / (1 + exp(-x)) without overflow.
inline double expit(double x) {
  return x >= 0 ? 1.0 / (1.0 + elementary::exp(-x))
                : elementary::exp(x) / (1.0 + elementary::exp(x));
}

/// Quantile of the standard normal distribution for 0 < p < 1, to full double precision
/// (rational start and one Halley step on erfc). Source: Acklam's coefficients.
double normal_quantile(double p);

/// log of the gamma function for x > 0, without the global state of the C library.
/// Source: Stirling's series (DLMF 5.11.1) above 12, recurrence below.
double log_gamma(double x);

/// Derivative of log_gamma for x > 0. Source: DLMF 5.11.2 above 12, recurrence below.
double digamma(double x);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/core/detail/probability.ipp>
#endif
