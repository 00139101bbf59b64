#include <relapse/core/detail/shortest_digits.hpp>
#include <relapse/core/random.hpp>

#include <boost/test/unit_test.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <string>

BOOST_AUTO_TEST_SUITE(shortest_digits_test)

using relapse::detail::shortest_text;

namespace {

/// Of the standard library, as content hashes are made where it has one.
std::string standard_text(double value) {
  char buffer[32];
  const auto end = std::to_chars(std::begin(buffer), std::end(buffer), value);
  return {buffer, end.ptr};
}

/// Counts, as a million checks by themselves take a while.
struct Differences {
  long count = 0;
  std::string first;

  void look_at(double value) {
    if (shortest_text(value) == standard_text(value)) return;
    if (count++ == 0) first = standard_text(value) + ", not " + shortest_text(value);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(random_doubles_are_written_as_the_standard_library_does) {
  constexpr int draws = 20'000;
  auto random = relapse::random_stream(20261129, 0);
  Differences found;
  for (int i = 0; i < draws; ++i) {
    const std::uint64_t bits = random();
    const double any = relapse::bit_cast<double>(bits);
    if (std::isfinite(any)) found.look_at(any);
    found.look_at(relapse::bit_cast<double>(bits >> 12));  // below the normal numbers
    found.look_at(relapse::sample_uniform(random));
    found.look_at(static_cast<double>(bits >> (bits % 64)));
    found.look_at(static_cast<double>(bits % 1'000'000) / 1000.0);
  }
  BOOST_TEST(found.count == 0, found.first);
}

BOOST_AUTO_TEST_CASE(
    powers_and_their_neighbours_are_written_as_the_standard_library_does) {
  Differences found;
  for (int e = -1074; e < 1024; ++e) {
    const double power = std::ldexp(1.0, e);
    for (const double value : {power, std::nextafter(power, 0.0), power * 1.5,
                               std::nextafter(power, 1e308), -power}) {
      found.look_at(value);
    }
  }
  for (int e = -330; e < 309; ++e) {
    for (int digits = 1; digits < 30; ++digits) {
      const std::string text = std::to_string(digits) + 'e' + std::to_string(e);
      const double value = std::strtod(text.c_str(), nullptr);
      if (std::isfinite(value)) found.look_at(value);
    }
  }
  BOOST_TEST(found.count == 0, found.first);
}

BOOST_AUTO_TEST_CASE(the_ends_are_written_as_the_standard_library_does) {
  using Limits = std::numeric_limits<double>;
  for (const double value :
       {0.0, -0.0, Limits::denorm_min(), Limits::min(), Limits::max(), Limits::lowest(),
        Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN(), 1e21, 1e22, 1e23,
        123456789012345680.0, 1.2345678901234567e20}) {
    BOOST_TEST(shortest_text(value) == standard_text(value));
  }
}

BOOST_AUTO_TEST_SUITE_END()
