#include <relapse/core/random.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

BOOST_AUTO_TEST_SUITE(random_test)

using relapse::Random;
using relapse::random_stream;

namespace {

constexpr std::size_t draws = 200'000;
// How many standard errors a moment may be away; the seeds are fixed.
constexpr double standard_errors = 4.0;

struct Moments {
  double mean = 0.0;
  double variance = 0.0;
};

template <class Sampler>
Moments moments(Sampler sample) {
  Random random = random_stream(20260301, 7);
  std::vector<double> values(draws);
  Moments result;
  for (double& value : values) {
    value = sample(random);
    result.mean += value / draws;
  }
  for (const double value : values) {
    const double distance = value - result.mean;
    result.variance += distance * distance / draws;
  }
  return result;
}

/// @param kurtosis fourth central moment over the squared variance
void check_moments(const Moments& found, Moments expected, double kurtosis) {
  const double n = draws;
  BOOST_TEST(std::abs(found.mean - expected.mean) <=
             standard_errors * std::sqrt(expected.variance / n));
  BOOST_TEST(std::abs(found.variance - expected.variance) <=
             standard_errors * expected.variance * std::sqrt((kurtosis - 1.0) / n));
}

double correlation(Random left, Random right) {
  double sum = 0.0;
  for (std::size_t i = 0; i < draws; ++i) {
    sum += relapse::sample_normal(left) * relapse::sample_normal(right);
  }
  return sum / draws;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_stream_is_the_same_whenever_it_is_made) {
  Random first = random_stream(1, 5);
  Random other = random_stream(1, 6);
  other.discard(1000);
  Random again = random_stream(1, 5);
  for (int i = 0; i < 100; ++i) BOOST_TEST(first() == again());
}

BOOST_AUTO_TEST_CASE(a_seed_means_the_same_numbers_everywhere) {
  // From the script tests/data/core/random_stream.py.
  Random random = random_stream(42, 3);
  BOOST_TEST(random() == 12523044466735400969U);
  BOOST_TEST(random() == 11396007123420412152U);
  Random wide = random_stream(0x123456789abcdef0, 0xfedcba9876543210);
  BOOST_TEST(wide() == 10411418034299169355U);
}

BOOST_AUTO_TEST_CASE(streams_of_one_seed_are_independent) {
  const double limit = standard_errors / std::sqrt(static_cast<double>(draws));
  BOOST_TEST(std::abs(correlation(random_stream(1, 0), random_stream(1, 1))) < limit);
  BOOST_TEST(std::abs(correlation(random_stream(1, 1), random_stream(1, 2))) < limit);
  BOOST_TEST(std::abs(correlation(random_stream(1, 2), random_stream(2, 1))) < limit);
  BOOST_TEST(std::abs(correlation(random_stream(1, 0), random_stream(1, 0x100000000))) <
             limit);
}

BOOST_AUTO_TEST_CASE(uniform_numbers_lie_in_the_half_open_unit_interval) {
  Random random = random_stream(1, 1);
  for (std::size_t i = 0; i < draws; ++i) {
    const double u = relapse::sample_uniform(random);
    BOOST_REQUIRE(u >= 0.0 && u < 1.0);
  }
  check_moments(moments(relapse::sample_uniform), {0.5, 1.0 / 12.0}, 1.8);
}

BOOST_AUTO_TEST_CASE(exponential_numbers_have_mean_and_variance_one) {
  check_moments(moments(relapse::sample_exponential), {1.0, 1.0}, 9.0);
}

BOOST_AUTO_TEST_CASE(normal_numbers_have_mean_zero_and_variance_one) {
  check_moments(moments(relapse::sample_normal), {0.0, 1.0}, 3.0);
}

BOOST_DATA_TEST_CASE(gamma_numbers_have_the_shape_as_mean_and_variance,
                     boost::unit_test::data::make({0.05, 0.3, 1.0, 4.5, 250.0}), shape) {
  const auto found =
      moments([&](Random& random) { return relapse::sample_gamma(shape, random); });
  check_moments(found, {shape, shape}, 3.0 + 6.0 / shape);
}

BOOST_DATA_TEST_CASE(counts_have_their_mean_as_mean_and_variance,
                     boost::unit_test::data::make({0.02, 3.0, 15.9, 16.1, 100.0, 5000.0}),
                     mean) {
  const auto found =
      moments([&](Random& random) { return relapse::sample_poisson(mean, random); });
  check_moments(found, {mean, mean}, 3.0 + 1.0 / mean);
}

BOOST_AUTO_TEST_CASE(a_count_of_mean_zero_is_zero_and_every_count_is_whole) {
  Random random = random_stream(1, 1);
  for (int i = 0; i < 100; ++i) BOOST_TEST(relapse::sample_poisson(0.0, random) == 0.0);
  for (int i = 0; i < 1000; ++i) {
    const double count = relapse::sample_poisson(40.0, random);
    BOOST_TEST(count == std::floor(count));
  }
}

BOOST_AUTO_TEST_CASE(an_index_is_drawn_as_often_as_its_weight_says) {
  const std::array<double, 5> weights{0.0, 3.0, 0.0, 1.0, 0.0};
  std::array<double, 5> shares{};
  Random random = random_stream(1, 1);
  for (std::size_t i = 0; i < draws; ++i) {
    shares.at(static_cast<std::size_t>(relapse::sample_index(weights, random))) +=
        1.0 / draws;
  }
  const double limit =
      standard_errors * std::sqrt(0.75 * 0.25 / static_cast<double>(draws));
  BOOST_TEST(std::abs(shares[1] - 0.75) < limit);
  BOOST_TEST(shares[0] + shares[2] + shares[4] == 0.0);
}

BOOST_AUTO_TEST_SUITE_END()
