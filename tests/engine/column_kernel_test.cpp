#include <relapse/engine/detail/column_kernel.hpp>
#include <relapse/infer/detail/loops.hpp>

#include "kernels.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(column_kernel_test)

namespace {

std::vector<const engine::ColumnKernel*> kernels() {
  return test::kernels_here(&engine::find_column_kernel);
}

using test::draw;

}  // namespace

BOOST_AUTO_TEST_CASE(there_is_a_kernel_and_it_bears_its_name) {
  BOOST_TEST(kernels().size() >= 1U);
  for (const auto* kernel : kernels()) {
    BOOST_TEST(engine::find_column_kernel(kernel->name) == kernel);
  }
  BOOST_TEST(engine::find_column_kernel("no such set") == nullptr);
}

BOOST_AUTO_TEST_CASE(logarithms_are_added_up) {
  for (const auto* kernel : kernels()) {
    for (const std::size_t count : {0U, 1U, 7U, 8U, 90U, 10'001U}) {
      for (const double reach : {1.0, 400.0}) {
        auto values = draw(count, -reach, reach);
        long double expected = 0.0L;
        for (double& value : values) {
          value = std::exp(value);
          expected += std::log(static_cast<long double>(value));
        }
        double sum = 7.0;
        BOOST_TEST(kernel->sum_logarithms(values.data(), count, 1e-200, &sum));
        const double most = reach * static_cast<double>(count + 1);
        BOOST_TEST(std::abs(sum - static_cast<double>(expected)) < 1e-15 * most);
        for (std::size_t at = 0; at < count; at += 11) {
          auto other = values;
          other[at] = at % 2 == 0 ? 1e-200 : std::numeric_limits<double>::quiet_NaN();
          BOOST_TEST(!kernel->sum_logarithms(other.data(), count, 1e-200, &sum));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(whole_numbers_are_looked_up_and_others_noticed) {
  const std::vector<std::uint32_t> places{40, 10, infer::no_place, 30};
  for (const auto* kernel : kernels()) {
    for (const std::size_t count : {1U, 8U, 21U}) {
      std::vector<double> values;
      std::vector<std::uint32_t> expected;
      for (std::size_t k = 0; k < count; ++k) {
        const std::size_t whole = k % 3 == 2 ? 3 : k % 3;
        values.push_back(static_cast<double>(whole));
        expected.push_back(places[whole]);
      }
      std::vector<std::uint32_t> found(count);
      const auto look_up = [&](const std::vector<double>& at) {
        return kernel->look_up(at.data(), count, places.data(), 4, found.data());
      };
      BOOST_TEST(look_up(values));
      BOOST_TEST(found == expected, boost::test_tools::per_element());
      for (const double wrong : {2.0, 0.5, 4.0, -1.0, 1e300, std::nan("")}) {
        for (std::size_t at = 0; at < count; ++at) {
          auto other = values;
          other[at] = wrong;
          BOOST_TEST(!look_up(other));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(days_between_times_are_found_and_falling_ones_noticed) {
  constexpr double least = std::numeric_limits<double>::denorm_min();
  for (const auto* kernel : kernels()) {
    for (const std::size_t count : {1U, 2U, 9U, 30U}) {
      std::vector<double> time;
      for (std::size_t k = 0; k < count; ++k)
        time.push_back(0.5 * static_cast<double>(k * k));
      std::vector<double> days(count, -1.0);
      BOOST_TEST(kernel->days_between(time.data(), count, least, days.data()));
      BOOST_TEST(days[0] == 0.0);
      for (std::size_t k = 1; k < count; ++k)
        BOOST_TEST(days[k] == time[k] - time[k - 1]);
      const double infinity = std::numeric_limits<double>::infinity();
      for (std::size_t k = 0; k < count; ++k) {
        for (const double wrong : {infinity, -infinity, std::nan("")}) {
          auto other = time;
          other[k] = wrong;
          BOOST_TEST(!kernel->days_between(other.data(), count, least, days.data()));
        }
        if (k == 0) continue;
        auto other = time;
        other[k] = other[k - 1];
        BOOST_TEST(!kernel->days_between(other.data(), count, least, days.data()));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(whole_numbers_become_bytes_and_others_are_marked) {
  std::vector<double> values;
  std::vector<std::uint8_t> expected;
  std::vector<std::uint8_t> marks;
  const auto add = [&](double value, int byte, bool wrong) {
    values.push_back(value);
    expected.push_back(static_cast<std::uint8_t>(byte));
    marks.push_back(wrong ? 255 : 0);
  };
  for (int whole = 0; whole < 255; ++whole) add(whole, whole, false);
  add(std::nan(""), 255, false), add(-0.0, 0, false);
  const std::size_t fine = values.size();
  for (const double wrong : {255.0, -1.0, 0.5, 254.5, 1e300, -1e300}) add(wrong, 0, true);
  add(std::numeric_limits<double>::infinity(), 0, true);
  for (const auto* kernel : kernels()) {
    std::vector<std::uint8_t> bytes(values.size());
    std::vector<std::uint8_t> refused(values.size(), 0);
    kernel->to_bytes(values.data(), values.size(), bytes.data(), refused.data());
    BOOST_TEST(refused == marks, boost::test_tools::per_element());
    bytes.resize(fine);
    BOOST_TEST(std::equal(bytes.begin(), bytes.end(), expected.begin()));
    kernel->to_bytes(values.data(), 3, bytes.data(), refused.data());
    BOOST_TEST(refused == marks, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(bytes_become_rows_and_those_out_of_scale_are_marked) {
  // An item of 3 levels, then a scale from 5 down to 1, in one table. All bytes, those
  // out of scale on either side of those within.
  std::vector<std::uint8_t> values;
  for (int k = 0; k < 256; ++k) values.push_back(static_cast<std::uint8_t>(101 * k));
  const std::vector<std::uint8_t> levels(256, 2);
  for (const auto* kernel : kernels()) {
    for (const bool gaps : {true, false}) {
      // Whole blocks, and a rest.
      for (const std::size_t count : {std::size_t{256}, std::size_t{200}}) {
        const engine::ByteLevels columns[] = {
            {.values = levels.data(), .levels = 3, .missing = 3},
            {.values = values.data(),
             .first = 5,
             .falling = true,
             .levels = 5,
             .missing = 5,
             .gaps = gaps,
             .stride = 4}};
        // The second of two tables.
        std::vector<std::uint8_t> rows(2 * 256, 99);
        std::vector<std::uint8_t> refused(count, 0);
        std::vector<std::uint8_t> answered(count, 0);
        kernel->encode({.columns = columns,
                        .count = 2,
                        .silent = 1,
                        .rows = rows.data() + 64,
                        .block_step = 128},
                       count, refused.data(), answered.data());
        for (std::size_t k = 0; k < count; ++k) {
          const int byte = values[k];
          const bool missing = gaps && byte == 255;
          const bool fine = 1 <= byte && byte <= 5;
          const int row = rows[k / 64 * 128 + 64 + k % 64];
          BOOST_TEST(rows[k / 64 * 128 + k % 64] == 99);
          BOOST_TEST((refused[k] != 0) == (!fine && !missing), byte);
          BOOST_TEST((answered[k] != 0));
          if (fine) BOOST_TEST(row == 1 + 2 + 4 * (5 - byte));
          if (missing) BOOST_TEST(row == 1 + 2 + 4 * 5);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_missing_answer_is_none) {
  const std::vector<std::uint8_t> values{0, 255, 1};
  const engine::ByteLevels column{.values = values.data(), .levels = 3, .missing = 3};
  for (const auto* kernel : kernels()) {
    std::vector<std::uint8_t> rows(64);
    std::vector<std::uint8_t> refused(3, 0);
    std::vector<std::uint8_t> answered(3, 0);
    kernel->encode(
        {.columns = &column, .count = 1, .rows = rows.data(), .block_step = 64}, 3,
        refused.data(), answered.data());
    BOOST_TEST(answered[0] != 0);
    BOOST_TEST(answered[1] == 0);
    BOOST_TEST(answered[2] != 0);
  }
}

BOOST_AUTO_TEST_SUITE_END()
