#include <relapse/model/detail/prepared_model.hpp>
#include <relapse/model/detail/sign_tables.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(sign_tables_test)

namespace {

model::SignLaw law_of(const Emission& emission, int stages) {
  ItemRule rule;
  rule.emission = emission;
  return {rule, stages};
}

std::vector<std::optional<model::SignLaw>> four_signs(double least) {
  std::vector<std::optional<model::SignLaw>> signs;
  signs.emplace_back(
      law_of(Categorical{{{0.5, 0.3, 0.2}, {least, 0.5, 0.5 - least}}}, 2));
  signs.emplace_back();  // no sign
  signs.emplace_back(law_of(Poisson{{1.0, 2.0}}, 2));
  signs.emplace_back(law_of(Bernoulli{{0.25, 0.75}}, 2));
  return signs;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_row_is_the_product_of_its_answers) {
  const auto signs = four_signs(0.1);
  const model::SignTables tables(signs, 2);
  BOOST_TEST(tables.linear());
  BOOST_TEST(tables.tables() == 1);
  BOOST_TEST(tables.members().size() == 2U);
  BOOST_TEST(tables.others().size() == 1U);
  const auto& [first, second] = std::pair(tables.members()[0], tables.members()[1]);
  for (int a = 0; a <= 3; ++a) {
    for (int b = 0; b <= 2; ++b) {
      const double* row = tables.table(0) + 8 * (a * first.stride + b * second.stride);
      for (int stage = 0; stage < 2; ++stage) {
        const double of_first = a < 3 ? signs[0]->probability(a, stage) : 1.0;
        const double of_second = b < 2 ? signs[3]->probability(b, stage) : 1.0;
        BOOST_TEST(row[stage] == of_first * of_second);
      }
      for (int pad = 2; pad < 8; ++pad) BOOST_TEST(row[pad] == 0.0);
    }
  }
  BOOST_TEST(tables.silent(0) == 3 * first.stride + 2 * second.stride);
}

BOOST_AUTO_TEST_CASE(probabilities_whose_product_could_vanish_become_logarithms) {
  const auto signs = four_signs(1e-302);
  const model::SignTables tables(signs, 2);
  BOOST_TEST(!tables.linear());
  const auto& first = tables.members()[0];
  const auto& second = tables.members()[1];
  const double* row = tables.table(0) + 8 * (0 * first.stride + 1 * second.stride);
  BOOST_TEST(row[1] == std::log(1e-302) + std::log(0.75));
}

BOOST_AUTO_TEST_CASE(zero_is_no_small_probability) {
  const auto signs = four_signs(0.0);
  BOOST_TEST(model::SignTables(signs, 2).linear());
}

BOOST_AUTO_TEST_SUITE_END()
