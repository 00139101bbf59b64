#include <relapse/core/error.hpp>
#include <relapse/model/detail/prepared_model.hpp>
#include <relapse/model/model.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <numeric>
#include <span>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(movement_test)

BOOST_AUTO_TEST_CASE(at_the_reference_and_propensity_zero_rates_are_as_written) {
  for (const auto& model : test::models()) {
    const std::vector<double> x(static_cast<std::size_t>(model.determinants().count()),
                                0.0);
    std::vector<double> ratios(model.movement().moves().size());
    model.movement().ratios(x, ratios);
    // No node has 0 in all of an even number of values.
    if (model.document().id == "dimensions") continue;
    const auto generator = model.movement().generator(ratios, model.nodes() / 2);
    for (const auto& rule : model.document().transitions) {
      BOOST_TEST(generator.rate(model.stage(rule.from), model.stage(rule.to)) ==
                     rule.rate,
                 boost::test_tools::tolerance(1e-14));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_cap_is_smooth_and_holds) {
  model::Move move{.from = 0, .to = 1, .rate = 0.3, .max_rate = 2.0, .effects = {}};
  for (const double u : {-20.0, -1.0, 0.0, 0.5, 4.0, 30.0}) {
    const double expected = 2.0 / (1.0 + (2.0 / 0.3 - 1.0) * std::exp(-u));
    BOOST_TEST(move.at(std::exp(u)) == expected, boost::test_tools::tolerance(1e-13));
    BOOST_TEST(move.at(std::exp(u)) <= 2.0);
    const double step = 1e-5;
    const double slope =
        (move.at(std::exp(u + step)) - move.at(std::exp(u - step))) / (2.0 * step);
    BOOST_TEST(std::abs(move.slope(std::exp(u)) - slope) < 1e-9);
  }
  BOOST_TEST(move.at(1.0) == 0.3);
}

BOOST_AUTO_TEST_CASE(a_cap_holds_whatever_the_determinants_say) {
  const model::Move move{.from = 0, .to = 1, .rate = 0.3, .max_rate = 2.0, .effects = {}};
  for (const double ratio :
       {1e290, 1e300, 1e308, std::numeric_limits<double>::infinity()}) {
    BOOST_TEST(move.at(ratio) == 2.0);
    BOOST_TEST(move.slope(ratio) == 0.0);
  }
  BOOST_TEST(std::isnan(move.at(std::nan(""))));
}

BOOST_AUTO_TEST_CASE(the_propensity_speeds_up_use_and_slows_down_recovery) {
  const auto& model = test::models()[1];
  const std::vector<double> x(static_cast<std::size_t>(model.determinants().count()),
                              0.0);
  std::vector<double> ratios(model.movement().moves().size());
  model.movement().ratios(x, ratios);
  const auto low = model.movement().generator(ratios, 0);
  const auto high = model.movement().generator(ratios, 4);
  BOOST_TEST(high.rate(1, 2) > low.rate(1, 2));
  BOOST_TEST(high.rate(1, 0) < low.rate(1, 0));
}

BOOST_AUTO_TEST_CASE(the_propensity_grid_has_zero_mean_and_unit_variance) {
  for (int nodes = 2; nodes <= 9; ++nodes) {
    auto document = test::small_document();
    document.propensity.nodes = nodes;
    const Model model(document);
    const auto grid = model.propensity();
    const double mean = std::accumulate(grid.begin(), grid.end(), 0.0) / nodes;
    const double square = std::inner_product(grid.begin(), grid.end(), grid.begin(), 0.0);
    BOOST_TEST(std::abs(mean) < 1e-15);
    BOOST_TEST(square / nodes == 1.0, boost::test_tools::tolerance(1e-14));
  }
}

BOOST_AUTO_TEST_CASE(two_propensities_act_each_on_its_own_direction) {
  const Model model(test::two_propensities());
  const int across = model.document().propensity.nodes;
  BOOST_TEST(model.nodes() == across * across);
  const auto rate = [&](int move, int node) {
    return model.movement().factor(move, node);
  };
  for (int m = 0; m < static_cast<int>(model.movement().moves().size()); ++m) {
    const auto direction =
        model.movement().moves()[static_cast<std::size_t>(m)].direction;
    for (int i = 0; i < across; ++i) {
      for (int j = 1; j < across; ++j) {
        const bool by_first = rate(m, j * across + i) > rate(m, (j - 1) * across + i);
        const bool by_second = rate(m, i * across + j) > rate(m, i * across + j - 1);
        BOOST_TEST(by_first == (direction == Direction::toward_use));
        BOOST_TEST(by_second == (direction == Direction::recovery));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_rate_over_a_cell_is_the_mean_of_those_at_its_points) {
  const Model& model = test::models()[1];
  const auto& movement = model.movement();
  const auto count = static_cast<std::size_t>(model.determinants().count());
  const std::size_t moves = movement.moves().size();
  std::vector<double> centred;
  for (std::size_t k = 0; k < 3 * count; ++k) {
    centred.push_back(0.7 * std::sin(static_cast<double>(k)));
  }
  std::vector<double> ratios(3 * moves);
  movement.ratios(centred, ratios);
  const auto mean = movement.generator(ratios, 1);
  std::vector<double> expected(moves, 0.0);
  const double weights[] = {5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0};
  bool capped = false;
  for (std::size_t point = 0; point < 3; ++point) {
    std::vector<double> here(moves);
    movement.ratios(std::span<const double>(centred).subspan(point * count, count), here);
    const auto generator = movement.generator(here, 1);
    for (std::size_t m = 0; m < moves; ++m) {
      const auto& move = movement.moves()[m];
      expected[m] += weights[point] * generator.rate(move.from, move.to);
      capped |= move.max_rate < std::numeric_limits<double>::infinity();
    }
  }
  BOOST_TEST(capped);
  for (std::size_t m = 0; m < moves; ++m) {
    const auto& move = movement.moves()[m];
    BOOST_TEST(mean.rate(move.from, move.to) == expected[m],
               boost::test_tools::tolerance(1e-14));
  }
}

BOOST_AUTO_TEST_CASE(an_infinite_rate_is_an_error) {
  auto document = test::small_document();
  document.items.push_back(test::asked("dose", {}));
  document.determinants = {{"dose", "", FromItem{"dose"}, 0.0, {}, {}, {}, ""}};
  document.transitions[0].effects = {{"dose", 1.0}};
  const Model model(document);
  const std::vector<double> x{1e300};
  std::vector<double> ratios(4);
  model.movement().ratios(x, ratios);
  BOOST_CHECK_THROW(model.movement().generator(ratios, 0), InvalidInput);
}

BOOST_AUTO_TEST_SUITE_END()
