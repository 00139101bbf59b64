#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/random.hpp>

#include <cmath>

namespace relapse {

RELAPSE_INLINE Random random_stream(std::uint64_t seed, std::uint64_t stream) {
  std::seed_seq mixed{
      static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
      static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32)};
  return Random(mixed);
}

RELAPSE_INLINE double sample_uniform(Random& random) {
  return static_cast<double>(random() >> 11) * 0x1.0p-53;
}

RELAPSE_INLINE double sample_exponential(Random& random) {
  return -elementary::log1p(-sample_uniform(random));
}

RELAPSE_INLINE double sample_normal(Random& random) {
  for (;;) {
    const double u = 2.0 * sample_uniform(random) - 1.0;
    const double v = 2.0 * sample_uniform(random) - 1.0;
    const double s = u * u + v * v;
    if (s > 0.0 && s < 1.0) return u * std::sqrt(-2.0 * elementary::log(s) / s);
  }
}

RELAPSE_INLINE double sample_gamma(double shape, Random& random) {
  if (shape < 1.0) {
    const double boost = elementary::pow(1.0 - sample_uniform(random), 1.0 / shape);
    return boost * sample_gamma(shape + 1.0, random);
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double x = sample_normal(random);
    const double root = 1.0 + c * x;
    if (root <= 0.0) continue;
    const double v = root * root * root;
    const double u = 1.0 - sample_uniform(random);
    if (elementary::log(u) < 0.5 * x * x + d - d * v + d * elementary::log(v))
      return d * v;
  }
}

RELAPSE_INLINE double sample_poisson(double mean, Random& random) {
  // A gamma waiting time stands for many events at once, so that large means stay cheap.
  double count = 0.0;
  while (mean > 16.0) {
    const double events = std::floor(0.875 * mean);
    const double waited = sample_gamma(events, random);
    if (waited > mean) {
      const double share = mean / waited;
      for (double left = events - 1.0; left > 0.0; left -= 1.0) {
        if (sample_uniform(random) < share) count += 1.0;
      }
      return count;
    }
    count += events;
    mean -= waited;
  }
  double time = sample_exponential(random);
  while (time <= mean) {
    count += 1.0;
    time += sample_exponential(random);
  }
  return count;
}

RELAPSE_INLINE int sample_index(std::span<const double> weights, Random& random) {
  double total = 0.0;
  for (const double weight : weights) total += weight;
  double left = sample_uniform(random) * total;
  int last = 0;
  for (int i = 0; i < static_cast<int>(weights.size()); ++i) {
    if (weights[static_cast<std::size_t>(i)] <= 0.0) continue;
    last = i;
    left -= weights[static_cast<std::size_t>(i)];
    if (left < 0.0) break;
  }
  return last;
}

}  // namespace relapse
