#include <relapse/ctmc/transition.hpp>
#include <relapse/infer/detail/transitions.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(transitions_test)

BOOST_AUTO_TEST_CASE(matrices_are_those_of_the_chain_and_stay_where_they_are) {
  const auto& model = test::models()[0];
  infer::Transitions transitions(model, 40);
  const std::vector<double> unchanged(model.movement().moves().size(), 1.0);
  std::vector<std::uint32_t> places;
  for (int day = 0; day < 40; ++day) places.push_back(transitions.find(0.5 * day));
  for (int day = 0; day < 40; ++day) {
    const auto place = places[static_cast<std::size_t>(day)];
    BOOST_TEST(transitions.find(0.5 * day) == place);
    const auto matrix = ctmc::transition_matrix(model.movement().generator(unchanged, 0),
                                                Days{0.5 * day});
    for (int r = 0; r < model.stages(); ++r) {
      for (int s = 0; s < model.stages(); ++s) {
        BOOST_TEST(transitions.matrices()[place + static_cast<std::size_t>(8 * r + s)] ==
                   matrix(r, s));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(each_node_has_its_matrix_whatever_the_way_of_the_habits) {
  auto document = test::small_document();
  document.propensity.nodes = 5;
  document.propensity.toward_use = 0.8;
  const Model model(test::habitual(document, 1));
  BOOST_REQUIRE(model.ways() > 1);
  infer::Transitions transitions(model, 1);
  const std::vector<double> unchanged(model.movement().moves().size(), 1.0);
  const auto place = transitions.find(3.0);
  const double* row = transitions.matrices() + place;
  for (int node = 0; node < model.nodes(); ++node) {
    const auto matrix =
        ctmc::transition_matrix(model.movement().generator(unchanged, node), Days{3.0});
    for (int r = 0; r < model.stages(); ++r, row += 8) {
      for (int s = 0; s < model.stages(); ++s) BOOST_TEST(row[s] == matrix(r, s));
    }
  }
}

BOOST_AUTO_TEST_CASE(no_more_times_are_kept_than_asked_for) {
  infer::Transitions transitions(test::models()[0], 2);
  BOOST_TEST(transitions.find(1.0) != transitions.full);
  BOOST_TEST(transitions.find(2.0) != transitions.full);
  BOOST_TEST(transitions.find(3.0) == transitions.full);
  BOOST_TEST(transitions.find(2.0) != transitions.full);
  transitions.forget();
  BOOST_TEST(transitions.find(3.0) != transitions.full);
}

BOOST_AUTO_TEST_SUITE_END()
