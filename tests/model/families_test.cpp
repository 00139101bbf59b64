#include <relapse/model/detail/families.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(families_test)

namespace {

/// Error of the derivative by differences, of order 8.
constexpr double of_differences = 1e-9;
constexpr double rounding = 1e-12;

std::vector<Emission> laws() {
  return {Bernoulli{{0.2, 0.9}}, Categorical{{{0.5, 0.3, 0.2}, {0.1, 0.2, 0.7}}},
          Poisson{{0.7, 4.0}}, NegativeBinomial{{0.7, 4.0}, {0.5, 3.0}},
          Normal{{1.0, -2.0}, {0.5, 3.0}}};
}

template <class Law>
double log_density(const Law& law, std::size_t stage, double y) {
  if constexpr (model::has_levels<Law>) {
    return std::log(
        model::LawOf<Law>::probability(law, stage, static_cast<std::size_t>(y)));
  } else {
    return model::LawOf<Law>::log_density(law, stage, y);
  }
}

/// The law with a number moved on its scale; what shares give up, the others take.
template <class Law>
Law moved(Law law, std::size_t stage, std::size_t k, double by) {
  double& number = model::number_of(law, stage, k);
  switch (model::scale_of<Law>(k)) {
  case model::NumberScale::odds:
    number = expit(logit(number) + by);
    break;
  case model::NumberScale::log:
    number *= std::exp(by);
    break;
  case model::NumberScale::plain:
    number += by;
    break;
  case model::NumberScale::share:
    if constexpr (model::has_rows<Law>) {
      auto& row = law.probability[stage];
      row[k] *= std::exp(by);
      model::set_shares(row, [&](std::size_t level) { return row[level]; });
    }
  }
  return law;
}

const std::vector<double> answers{0.0, 1.0, 1.0, 0.0, 1.0};

}  // namespace

BOOST_AUTO_TEST_CASE(each_slope_is_that_of_the_density) {
  constexpr double weights[] = {4.0 / 5.0, -1.0 / 5.0, 4.0 / 105.0, -1.0 / 280.0};
  constexpr double h = 0.02;
  for (const auto& emission : laws()) {
    model::visit_law(emission, [&](auto family, const auto& law) {
      for (std::size_t k = 0; k < model::count_of_numbers(law, 1); ++k) {
        for (const double y : {0.0, 1.0}) {
          double slope = 0.0;
          for (int step = 1; step <= 4; ++step) {
            slope += weights[step - 1] * (log_density(moved(law, 1, k, step * h), 1, y) -
                                          log_density(moved(law, 1, k, -step * h), 1, y));
          }
          BOOST_TEST(std::abs(family.slope(law, 1, k, y) - slope / h) < of_differences);
        }
      }
    });
  }
}

BOOST_AUTO_TEST_CASE(after_a_step_no_slope_is_left) {
  const model::AnswerSums sums(answers, 3, [](std::size_t) { return 1.0; });
  for (auto emission : laws()) {
    model::visit_law(emission, [&](auto family, auto& law) {
      family.improve(law, 0, sums);
      for (std::size_t k = 0; k < model::count_of_numbers(law, 0); ++k) {
        if (!model::has_step(law, k)) continue;
        double slope = 0.0;
        for (const double y : answers) slope += family.slope(law, 0, k, y);
        BOOST_TEST(std::abs(slope) < 1e-4);
      }
    });
  }
}

BOOST_AUTO_TEST_CASE(a_start_from_data_has_the_mean_of_the_answers) {
  const model::AnswerSums sums(answers, 3, [](std::size_t) { return 1.0; });
  BOOST_TEST(std::abs(sums.mean - 0.6) < rounding);
  BOOST_TEST(std::abs(sums.variance - 0.24) < rounding);
  for (auto emission : laws()) {
    model::visit_law(emission, [&]<class Law>(model::LawOf<Law> family, Law& law) {
      family.begin(law, 0, sums);
      double mean = 0.0;
      if constexpr (model::has_levels<Law>) {
        for (std::size_t level = 1; level < family.levels(law); ++level)
          mean += static_cast<double>(level) * family.probability(law, 0, level);
      } else {
        mean = family.mean(law, 0);
      }
      BOOST_TEST(std::abs(mean - 0.6) < 3.0 * model::least_at_start);
    });
  }
}

BOOST_AUTO_TEST_CASE(a_law_that_is_certain_stays_certain) {
  const model::AnswerSums sums(answers, 2, [](std::size_t) { return 1.0; });
  Bernoulli yes{{1.0}};
  model::LawOf<Bernoulli>::improve(yes, 0, sums);
  BOOST_TEST(yes.probability[0] == 1.0);
  Categorical levels{{{0.0, 1.0}}};
  model::LawOf<Categorical>::improve(levels, 0, sums);
  BOOST_TEST((levels.probability[0] == std::vector<double>{0.0, 1.0}));
}

BOOST_AUTO_TEST_CASE(a_blank_law_is_of_its_family) {
  for (const auto& emission : laws())
    BOOST_TEST(model::blank(family_of(emission)).index() == emission.index());
}

BOOST_AUTO_TEST_SUITE_END()
