#pragma once

#include <relapse/core/inline.hpp>

#include <cstdint>
#include <random>
#include <span>

namespace relapse {

/// Samplers of our own on the standard's Mersenne twister, so that a seed means the same
/// numbers with every compiler and standard library.
using Random = std::mt19937_64;

/// A generator for one stream (a person, a start) of a seeded run; streams of one seed
/// are independent of each other and of the order in which they are made.
Random random_stream(std::uint64_t seed, std::uint64_t stream);

/// Uniform on [0, 1), 53 bits.
double sample_uniform(Random& random);
/// Standard exponential.
double sample_exponential(Random& random);
/// Standard normal (Marsaglia's polar method; one value a call).
double sample_normal(Random& random);
/// Gamma with shape > 0 and scale 1. Source: Marsaglia & Tsang 2000.
double sample_gamma(double shape, Random& random);
/// Poisson with mean >= 0.
double sample_poisson(double mean, Random& random);
/// Index drawn with the given non-negative weights, whose sum must be positive.
int sample_index(std::span<const double> weights, Random& random);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/core/detail/random.ipp>
#endif
