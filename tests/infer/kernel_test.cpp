#include <relapse/infer/detail/kernel.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include "close.hpp"
#include "kernels.hpp"
#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(kernel_test)

namespace {

std::vector<const infer::Kernel*> kernels() {
  return test::kernels_here(&infer::find_kernel);
}

using test::draw;

/// Distance in units of the last digit.
double in_ulps(double value, long double exact) {
  const double near = static_cast<double>(std::abs(exact));
  const double ulp = std::nextafter(near, std::numeric_limits<double>::infinity()) - near;
  const long double away = static_cast<long double>(value) - exact;
  return std::abs(static_cast<double>(away / static_cast<long double>(ulp)));
}

}  // namespace

BOOST_AUTO_TEST_CASE(there_is_a_kernel_and_it_bears_its_name) {
  BOOST_TEST(kernels().size() >= 1U);
  for (const auto* kernel : kernels()) {
    BOOST_TEST(infer::find_kernel(kernel->name) == kernel);
  }
  BOOST_TEST(infer::find_kernel("no such set") == nullptr);
}

BOOST_AUTO_TEST_CASE(exponentials_are_right_to_one_unit_of_the_last_digit) {
  for (const auto* kernel : kernels()) {
    for (const double reach : {1e-3, 1.0, 700.0}) {
      const auto at = draw(40'001, -reach, reach);
      auto values = at;
      kernel->exponentials(values.data(), values.size());
      double worst = 0.0;
      for (std::size_t k = 0; k < at.size(); ++k) {
        worst = std::max(worst,
                         in_ulps(values[k], std::exp(static_cast<long double>(at[k]))));
      }
      BOOST_TEST(worst < 1.0, kernel->name << " up to " << reach << ": " << worst);
    }
  }
}

BOOST_AUTO_TEST_CASE(exponentials_know_the_ends) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (const auto* kernel : kernels()) {
    std::vector<double> values{0.0, -0.0, -infinity, infinity, 710.0, -760.0, -745.0};
    kernel->exponentials(values.data(), values.size());
    const std::vector<double> expected{1.0, 1.0, 0.0, infinity, infinity, 0.0, 5e-324};
    BOOST_TEST(values == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(logarithms_are_right_to_one_unit_of_the_last_digit) {
  for (const auto* kernel : kernels()) {
    for (const double reach : {1e-3, 1.0, 690.0}) {
      auto at = draw(40'001, -reach, reach);
      for (double& value : at) value = std::exp(value);
      auto values = at;
      BOOST_TEST(kernel->logarithms(values.data(), values.size(), 1e-308));
      double worst = 0.0;
      for (std::size_t k = 0; k < at.size(); ++k) {
        worst = std::max(worst,
                         in_ulps(values[k], std::log(static_cast<long double>(at[k]))));
      }
      BOOST_TEST(worst < 1.0, kernel->name << " up to " << reach << ": " << worst);
    }
  }
}

BOOST_AUTO_TEST_CASE(logarithms_are_left_alone_when_one_is_too_small) {
  for (const auto* kernel : kernels()) {
    for (const std::size_t count : {1U, 8U, 21U}) {
      for (const double bad : {1e-200, 0.0, std::numeric_limits<double>::quiet_NaN()}) {
        for (const std::size_t at : {std::size_t{0}, count / 2, count - 1}) {
          std::vector<double> values(count, 0.5);
          values[at] = bad;
          BOOST_TEST(!kernel->logarithms(values.data(), count, 1e-200));
          for (std::size_t k = 0; k < count; ++k) {
            if (k != at) BOOST_TEST(values[k] == 0.5);
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_number_does_not_depend_on_its_neighbours) {
  for (const auto* kernel : kernels()) {
    const auto at = draw(37, -20.0, 20.0);
    auto together = at;
    kernel->exponentials(together.data(), together.size());
    for (std::size_t k = 0; k < at.size(); ++k) {
      double alone = at[k];
      kernel->exponentials(&alone, 1);
      BOOST_TEST(alone == together[k]);
    }
  }
}

BOOST_AUTO_TEST_CASE(instruction_sets_agree) {
  constexpr int nodes = 3;
  for (int stages = 2; stages <= 8; ++stages) {
    const auto width = static_cast<std::size_t>(stages);
    std::vector<double> tables;
    for (int table = 0; table < 2; ++table) {
      auto values = draw(width, 0.01, 1.0);
      values.resize(infer::table_step);
      tables.insert(tables.end(), values.begin(), values.end());
    }
    const std::uint8_t rows[] = {0, 0};
    const infer::Evidence evidence{.tables = tables.data(), .count = 2, .rows = rows};
    const auto masses = draw(nodes * width, 0.0, 1.0);
    std::vector<double> expected;
    long double sum = 0.0L;
    for (std::size_t k = 0; k < masses.size(); ++k) {
      const std::size_t stage = k % width;
      const auto exact = [](double value) { return static_cast<long double>(value); };
      const long double both = exact(tables[stage]) *
                               exact(tables[infer::table_step + stage]) *
                               exact(masses[k]);
      expected.push_back(static_cast<double>(both));
      sum += both;
    }
    for (double& mass : expected) mass /= static_cast<double>(sum);
    expected.push_back(static_cast<double>(sum));
    for (const auto* kernel : kernels()) {
      auto joint = masses;
      const double total =
          kernel->weigh(joint.data(), static_cast<int>(nodes), stages, evidence);
      joint.push_back(total);
      BOOST_TEST(test::close(joint, expected, 1e-14), kernel->name << ' ' << stages);
    }
  }
}

BOOST_AUTO_TEST_CASE(signs_that_depend_on_the_person_weigh_what_their_law_says) {
  constexpr double rounding = 1e-14;
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U, 6U}) {
    auto document = test::small_document();
    document.items.pop_back();  // counts
    document.items[0].emission = Bernoulli{{0.0, 0.02, 0.9}};
    document.items.push_back(test::sign(
        "declined",
        Categorical{{{0.6, 0.3, 0.1, 0.0}, {0.2, 0.3, 0.3, 0.2}, {0.2, 0.2, 0.3, 0.3}}}));
    document.items.back().item.missing_is_a_level = true;
    const Model model(test::habitual(test::lasting(document, seed), seed));
    const auto& tables = model.sign_tables();
    auto random = random_stream(seed, 2);
    const auto below = [&](int most) {
      return static_cast<int>(sample_uniform(random) * most);
    };
    std::vector<model::Said> said;
    std::vector<double> expected =
        draw(static_cast<std::size_t>(model.nodes() * model.stages()), 0.0, 1.0);
    const auto masses = expected;
    for (const int item : model.personal_signs()) {
      const auto& sign = *model.sign(item);
      const double level = below(sign.levels());
      const int answers = model.answer_levels(item);
      model::Repeat repeat;
      if (sign.persists() && below(4) > 0)
        repeat = {static_cast<double>(below(answers)), sample_uniform(random)};
      said.push_back(sign.said(level, repeat));
      for (std::size_t j = 0; j < expected.size(); ++j) {
        const int node = static_cast<int>(j) / model.stages();
        expected[j] *=
            sign.likelihood(level, repeat, static_cast<int>(j) % model.stages(),
                            node % model.answer_ways());
      }
    }
    BOOST_REQUIRE(said.size() == tables.personal().size());
    double sum = 0.0;
    for (const double mass : expected) sum += mass;
    for (double& mass : expected) mass /= sum;
    expected.push_back(sum);
    for (const auto* kernel : kernels()) {
      auto joint = masses;
      const double total = kernel->weigh(joint.data(), model.nodes(), model.stages(),
                                         {.personal = tables.personal().data(),
                                          .personal_count = static_cast<int>(said.size()),
                                          .said = said.data(),
                                          .ways = tables.ways()});
      joint.push_back(total);
      BOOST_TEST(test::close(joint, expected, rounding), kernel->name << ' ' << seed);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_kernel_that_is_asked_for_is_the_one_that_runs) {
  const char* asked = std::getenv("RELAPSE_INSTRUCTION_SET");
  const char* widest = kernels().back()->name;
  const std::string expected = asked == nullptr ? widest : asked;
  BOOST_TEST(infer::kernel().name == expected);
}

BOOST_AUTO_TEST_SUITE_END()
