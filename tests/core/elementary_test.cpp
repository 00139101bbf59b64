#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/lanes.hpp>

#include <boost/preprocessor/stringize.hpp>
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(elementary_test)

namespace elementary = relapse::elementary;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Function {
  double (*of)(double);
  double most_ulps;  ///< as the header says
};
const std::map<std::string, Function>& functions() {
  static const std::map<std::string, Function> all = {
      {"exp", {&elementary::exp, 1.0}},     {"expm1", {&elementary::expm1, 1.25}},
      {"exp2", {&elementary::exp2, 1.25}},  {"log", {&elementary::log, 1.0}},
      {"log1p", {&elementary::log1p, 1.0}}, {"log2", {&elementary::log2, 1.75}},
      {"erfc", {&elementary::erfc, 8.0}}};
  return all;
}

/// The references of tests/data/core/elementary.py.
struct Reference {
  std::string function;
  double x;
  double value;
  double rest;
};
/// As std::stod refuses what is below the normal numbers.
double decimal(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

std::vector<Reference> references() {
  std::ifstream file(RELAPSE_TEST_DATA "/core/elementary.csv");
  std::string line;
  std::getline(file, line);
  std::vector<Reference> all;
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string name;
    std::string number[3];
    std::getline(fields, name, ',');
    for (auto& text : number) std::getline(fields, text, ',');
    all.push_back({name, decimal(number[0]), decimal(number[1]), decimal(number[2])});
  }
  return all;
}

double ulp(double value) {
  const double size = std::abs(value);
  return std::nextafter(size, infinity) - size;
}

}  // namespace

BOOST_AUTO_TEST_CASE(they_are_as_near_to_the_truth_as_they_say) {
  const auto all = references();
  BOOST_TEST_REQUIRE(all.size() >= 1000U);
  std::map<std::string, double> worst;
  for (const auto& [name, x, value, rest] : all) {
    const double found = functions().at(name).of(x);
    const double ulps = std::abs((found - value) - rest) / ulp(value);
    worst[name] = std::max(worst[name], ulps);
  }
  BOOST_TEST_REQUIRE(worst.size() == functions().size());
  for (const auto& [name, ulps] : worst) {
    BOOST_TEST_CONTEXT(name << " is " << ulps << " ulps away") {
      BOOST_TEST(ulps <= functions().at(name).most_ulps);
    }
  }
}

BOOST_AUTO_TEST_CASE(they_are_exact_where_the_value_is_a_plain_number) {
  BOOST_TEST(elementary::exp(0.0) == 1.0);
  BOOST_TEST(elementary::log(1.0) == 0.0);
  BOOST_TEST(elementary::erfc(0.0) == 1.0);
  BOOST_TEST(elementary::pow(0.3, 0.0) == 1.0);
  BOOST_TEST(elementary::pow(1.0, infinity) == 1.0);
  for (int n = -1074; n <= 1023; ++n) {
    BOOST_TEST(elementary::exp2(n) == std::ldexp(1.0, n));
    BOOST_TEST(elementary::log2(std::ldexp(1.0, n)) == n);
  }
}

BOOST_AUTO_TEST_CASE(near_nothing_they_keep_the_argument_and_its_sign) {
  for (const double x : {0.0, -0.0, 5e-324, -1e-300, 1e-17}) {
    BOOST_TEST(elementary::expm1(x) == x);
    BOOST_TEST(elementary::log1p(x) == x);
    BOOST_TEST(std::signbit(elementary::expm1(x)) == std::signbit(x));
    BOOST_TEST(std::signbit(elementary::log1p(x)) == std::signbit(x));
  }
}

BOOST_AUTO_TEST_CASE(at_the_ends_and_beyond_they_are_as_those_of_the_standard) {
  const std::map<std::string, double (*)(double)> standard = {
      {"exp", [](double x) { return std::exp(x); }},
      {"expm1", [](double x) { return std::expm1(x); }},
      {"exp2", [](double x) { return std::exp2(x); }},
      {"log", [](double x) { return std::log(x); }},
      {"log1p", [](double x) { return std::log1p(x); }},
      {"log2", [](double x) { return std::log2(x); }},
      {"erfc", [](double x) { return std::erfc(x); }}};
  for (const auto& [name, function] : functions()) {
    for (const double x : {infinity, -infinity, 1e308, -1e308, 1200.0, -1200.0, -1.0,
                           -0.0, -5e-324, nan}) {
      const double wanted = standard.at(name)(x);
      if (std::isfinite(wanted) && wanted != 0.0) continue;
      BOOST_TEST_CONTEXT(name << " of " << x) {
        const double found = function.of(x);
        BOOST_TEST((found == wanted || (std::isnan(found) && std::isnan(wanted))));
      }
    }
  }
  BOOST_TEST(elementary::pow(0.0, 2.0) == 0.0);
  BOOST_TEST(elementary::pow(0.0, -2.0) == infinity);
  BOOST_TEST(std::isnan(elementary::pow(-1.0, 0.5)));
}

BOOST_AUTO_TEST_CASE(numbers_below_the_normal_ones_have_logarithms) {
  // log(2^-1060 m) = log(m) - 1060 log(2), as the exponent is taken off before.
  const double tiny = std::ldexp(1.5, -1060);
  const double wanted = std::log(1.5) - 1060.0 * std::log(2.0);
  BOOST_TEST(std::abs(elementary::log(tiny) - wanted) <= 2.0 * ulp(wanted));
  BOOST_TEST(elementary::exp(-745.0) > 0.0);
  BOOST_TEST(elementary::exp(-746.0) == 0.0);
}

BOOST_AUTO_TEST_CASE(they_rise_where_the_function_does) {
  double before_exp = 0.0;
  double before_log = -infinity;
  for (int i = -4000; i <= 4000; ++i) {
    const double e = elementary::exp(i / 64.0);
    const double l = elementary::log(i + 4000.5);
    BOOST_TEST(before_exp < e);
    BOOST_TEST(before_log < l);
    before_exp = e;
    before_log = l;
  }
}

BOOST_AUTO_TEST_CASE(the_plain_lanes_hold_the_doubles_of_one_number) {
  namespace set = relapse::RELAPSE_LANES;
  if (std::string("plain") != BOOST_PP_STRINGIZE(RELAPSE_LANES)) return;
  for (int i = -3000; i <= 3000; ++i) {
    const double x = i * 0.2531;
    const double y = elementary::exp(0.2 * i);
    BOOST_TEST(set::lane(set::exp(set::all(x)), set::lanes - 1) == elementary::exp(x));
    BOOST_TEST(set::lane(set::log(set::all(y)), 0) == elementary::log(y));
  }
}

BOOST_AUTO_TEST_SUITE_END()
