#include <relapse/core/detail/quadrature.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <span>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(quadrature_test)

namespace {

template <class Function>
std::vector<double> integral(int components, Function function,
                             double tolerance = 1e-11) {
  std::vector<double> total(static_cast<std::size_t>(components), 0.0);
  Quadrature().integrate(function, tolerance, total);
  return total;
}

}  // namespace

BOOST_AUTO_TEST_CASE(powers_are_integrated_exactly) {
  constexpr int powers = 24;
  const auto found = integral(powers, [](double x, std::span<double> out) {
    for (int n = 0; n < powers; ++n) {
      out[static_cast<std::size_t>(n)] = std::pow(x, n);
    }
  });
  for (int n = 0; n < powers; ++n) {
    BOOST_TEST(std::abs(found[static_cast<std::size_t>(n)] - 1.0 / (n + 1)) < 1e-15);
  }
}

BOOST_AUTO_TEST_CASE(what_settles_late_is_halved) {
  const auto found = integral(2, [](double x, std::span<double> out) {
    out[0] = 1.0 / (1e-4 + (x - 0.3) * (x - 0.3));
    out[1] = std::cos(100.0 * x);
  });
  const double bell = 100.0 * (std::atan(70.0) + std::atan(30.0));
  BOOST_TEST(std::abs(found[0] / bell - 1.0) < 1e-12);
  BOOST_TEST(std::abs(found[1] - std::sin(100.0) / 100.0) < 1e-10);
}

BOOST_AUTO_TEST_CASE(what_is_flat_is_asked_three_times) {
  int asked = 0;
  const auto found = integral(1, [&](double, std::span<double> out) {
    ++asked;
    out[0] = 2.0;
  });
  BOOST_TEST(found[0] == 2.0);
  BOOST_TEST(asked == 3);
}

BOOST_AUTO_TEST_CASE(it_adds_to_what_is_there_and_takes_nothing_at_all) {
  std::vector<double> total{1.0};
  Quadrature quadrature;
  const auto line = [](double x, std::span<double> out) {
    for (double& value : out) value = x;
  };
  quadrature.integrate(line, 1e-11, total);
  BOOST_TEST(std::abs(total[0] - 1.5) < 1e-15);
  quadrature.integrate(line, 1e-11, {});
}

BOOST_AUTO_TEST_SUITE_END()
