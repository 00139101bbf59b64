#include <relapse/core/detail/probability.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(probability_test)

using relapse::expit;
using relapse::logit;
using relapse::normal_quantile;

namespace {

struct Quantile {
  double p;
  double value;
};

/// The references of tests/data/core/normal_quantile.py.
std::vector<Quantile> references() {
  std::ifstream file(RELAPSE_TEST_DATA "/core/normal_quantile.csv");
  std::string line;
  std::getline(file, line);
  std::vector<Quantile> values;
  while (std::getline(file, line)) {
    const auto comma = line.find(',');
    values.push_back(
        {std::stod(line.substr(0, comma)), std::stod(line.substr(comma + 1))});
  }
  return values;
}

}  // namespace

BOOST_AUTO_TEST_CASE(expit_undoes_logit) {
  for (const double p : {1e-300, 1e-9, 0.1, 0.5, 0.9, 0.999}) {
    // The slope of expit at logit(p) turns an error of one rounding into |logit(p)|.
    const double roundings = 4.0 * (1.0 + std::abs(logit(p)));
    BOOST_TEST(std::abs(expit(logit(p)) - p) <=
               roundings * std::numeric_limits<double>::epsilon() * p);
  }
}

BOOST_AUTO_TEST_CASE(logit_and_expit_reach_the_ends_without_overflow) {
  BOOST_TEST(logit(0.0) == -std::numeric_limits<double>::infinity());
  BOOST_TEST(logit(1.0) == std::numeric_limits<double>::infinity());
  BOOST_TEST(expit(-1e308) == 0.0);
  BOOST_TEST(expit(1e308) == 1.0);
  BOOST_TEST(expit(0.0) == 0.5);
}

BOOST_AUTO_TEST_CASE(expit_of_opposite_numbers_sums_to_one) {
  for (double x = -40.0; x <= 40.0; x += 0.37) {
    BOOST_TEST(std::abs(expit(x) + expit(-x) - 1.0) <=
               std::numeric_limits<double>::epsilon());
  }
}

BOOST_AUTO_TEST_CASE(normal_quantile_agrees_with_references_of_higher_precision) {
  constexpr double relative = 1e-15;
  const auto all = references();
  BOOST_TEST_REQUIRE(all.size() >= 12U);
  for (const auto& [p, value] : all) {
    BOOST_TEST_CONTEXT("p = " << p) {
      BOOST_TEST(std::abs(normal_quantile(p) - value) <= relative * std::abs(value));
    }
  }
}

BOOST_AUTO_TEST_CASE(normal_quantile_is_odd_about_one_half) {
  BOOST_TEST(normal_quantile(0.5) == 0.0);
  // Probabilities whose complement is a double, so that nothing is rounded.
  for (const double p : {0.25, 0.125, 0.0625, 0x1p-20, 0x1p-50}) {
    BOOST_TEST(normal_quantile(1.0 - p) == -normal_quantile(p));
  }
}

BOOST_AUTO_TEST_CASE(normal_quantile_rises) {
  double before = -std::numeric_limits<double>::infinity();
  for (int i = 1; i < 4000; ++i) {
    const double value = normal_quantile(i / 4000.0);
    BOOST_TEST(before < value);
    before = value;
  }
}

BOOST_AUTO_TEST_SUITE_END()
