#include <relapse/model/detail/prepared_model.hpp>
#include <relapse/model/detail/signs.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(signs_test)

namespace {

model::SignLaw law_of(const Emission& emission, int stages) {
  ItemRule rule;
  rule.emission = emission;
  return {rule, stages};
}

/// Smallest relative difference that counts.
constexpr double rounding = 1e-12;

std::vector<Emission> families() {
  return {Bernoulli{{0.2, 0.9}}, Categorical{{{0.5, 0.3, 0.2}, {0.1, 0.2, 0.7}}},
          Poisson{{0.7, 4.0}}, NegativeBinomial{{0.7, 4.0}, {0.5, 3.0}}};
}

}  // namespace

// A chain of weekly answers asks it of every level, and missing has no share of its own.
BOOST_AUTO_TEST_CASE(what_is_missing_repeats_nothing) {
  ItemRule rule;
  rule.emission = Categorical{{{0.5, 0.3, 0.2}, {0.1, 0.2, 0.7}}};
  rule.item.missing_is_a_level = true;
  rule.persistence = Persistence{{0.9, 0.8}, {}, 0.0};
  const model::SignLaw law(rule, 2);
  BOOST_TEST(law.repeat(1.0, 7.0).share == 0.8);
  BOOST_TEST(law.repeat(2.0, 7.0).share == 0.0);
}

BOOST_AUTO_TEST_CASE(every_law_sums_to_one_and_has_its_mean) {
  for (const auto& emission : families()) {
    const auto law = law_of(emission, 2);
    for (int stage = 0; stage < 2; ++stage) {
      double total = 0.0;
      double mean = 0.0;
      const int last = law.levels() > 0 ? law.levels() : 400;
      for (int value = 0; value < last; ++value) {
        const double p = std::exp(law.log_likelihood(value, stage));
        total += p;
        mean += value * p;
      }
      BOOST_TEST(std::abs(total - 1.0) < rounding);
      BOOST_TEST(std::abs(mean - law.mean(stage)) < 1e-10);
    }
  }
}

BOOST_AUTO_TEST_CASE(
    the_variance_of_a_negative_binomial_is_mean_plus_its_square_over_dispersion) {
  const auto law = law_of(NegativeBinomial{{2.5}, {1.7}}, 1);
  double second = 0.0;
  for (int value = 0; value < 600; ++value) {
    second += value * value * std::exp(law.log_likelihood(value, 0));
  }
  BOOST_TEST(second - 2.5 * 2.5 == 2.5 + 2.5 * 2.5 / 1.7,
             boost::test_tools::tolerance(1e-10));
}

BOOST_AUTO_TEST_CASE(a_large_dispersion_is_a_poisson) {
  const auto wide = law_of(NegativeBinomial{{3.0}, {1e12}}, 1);
  const auto poisson = law_of(Poisson{{3.0}}, 1);
  for (const double value : {0.0, 1.0, 5.0, 60.0}) {
    BOOST_TEST(std::abs(wide.log_likelihood(value, 0) -
                        poisson.log_likelihood(value, 0)) < 1e-8);
  }
}

BOOST_AUTO_TEST_CASE(a_normal_density_is_the_closed_form) {
  const auto law = law_of(Normal{{1.0}, {2.0}}, 1);
  BOOST_TEST(law.log_likelihood(4.0, 0) ==
                 -0.5 * 2.25 - std::log(2.0) - 0.9189385332046727,
             boost::test_tools::tolerance(rounding));
}

BOOST_AUTO_TEST_CASE(samples_follow_the_law) {
  Random random(3);
  auto laws = families();
  laws.push_back(Normal{{1.0, -2.0}, {0.5, 3.0}});
  for (const auto& emission : laws) {
    const auto law = law_of(emission, 2);
    for (int stage = 0; stage < 2; ++stage) {
      double sum = 0.0;
      double squares = 0.0;
      const int draws = 20'000;
      for (int k = 0; k < draws; ++k) {
        const double value = law.sample({}, stage, 0, random);
        BOOST_REQUIRE(law.admits(value));
        sum += value;
        squares += value * value;
      }
      const double mean = sum / draws;
      const double error = std::sqrt((squares / draws - mean * mean) / draws);
      BOOST_TEST(std::abs(mean - law.mean(stage)) < 4.5 * error);
    }
  }
}

BOOST_AUTO_TEST_CASE(copies_that_settle_are_a_law_that_samples_follow) {
  ItemRule rule;
  rule.emission = Categorical{{{0.4, 0.3, 0.2, 0.1}, {0.1, 0.2, 0.3, 0.4}}};
  rule.persistence = Persistence{{0.9, 0.8, 0.7, 0.6}, {8.0, 4.0, 2.0, 1.0}, 0.4};
  const model::SignLaw law(rule, 2);
  Random random(5);
  for (int last = 0; last < 4; ++last) {
    const auto repeat = law.repeat(last, 1.5);
    BOOST_TEST(repeat.share == rule.persistence->share[static_cast<std::size_t>(last)] *
                                   std::exp2(-1.5 / std::exp2(3 - last)),
               boost::test_tools::tolerance(rounding));
    for (int stage = 0; stage < 2; ++stage) {
      const int draws = 40'000;
      std::array<int, 4> count{};
      for (int k = 0; k < draws; ++k)
        ++count[static_cast<std::size_t>(law.sample(repeat, stage, 0, random))];
      double sum = 0.0;
      for (int level = 0; level < 4; ++level) {
        const double p = law.likelihood(level, repeat, stage, 0);
        const double fresh = (1.0 - repeat.share) * law.probability(level, stage);
        // By the ratio of two neighbours, which is what it says.
        const double copies = level > last ? 0.0 : p - fresh;
        BOOST_TEST((level <= last) == (p > fresh + rounding));
        if (level > 0 && level <= last) {
          const double below = law.likelihood(level - 1, repeat, stage, 0) -
                               (1.0 - repeat.share) * law.probability(level - 1, stage);
          BOOST_TEST(below == 0.4 * copies, boost::test_tools::tolerance(1e-9));
        }
        sum += p;
        const double error = std::sqrt(p * (1.0 - p) / draws);
        const double share = count[static_cast<std::size_t>(level)] / double{draws};
        BOOST_TEST(std::abs(share - p) < 4.5 * error);
      }
      BOOST_TEST(std::abs(sum - 1.0) < rounding);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_value_without_meaning_is_not_admitted) {
  const double none = std::nan("");
  for (const auto& emission : families()) {
    const auto law = law_of(emission, 2);
    for (const double value : {-1.0, 0.5, none, HUGE_VAL}) BOOST_TEST(!law.admits(value));
  }
  BOOST_TEST(!law_of(Bernoulli{{0.5}}, 1).admits(2.0));
  BOOST_TEST(law_of(Poisson{{0.5}}, 1).admits(2e9));
  BOOST_TEST(law_of(Normal{{0.5}, {1.0}}, 1).admits(-0.5));
}

BOOST_AUTO_TEST_SUITE_END()
