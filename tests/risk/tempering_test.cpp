#include <relapse/core/random.hpp>
#include <relapse/risk/detail/tempering.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(tempering_test)

BOOST_AUTO_TEST_CASE(the_pieces_of_many_states_are_no_more_than_their_odds_need) {
  auto random = random_stream(1, 0);
  for (const int count : {2, 5, 40, 300}) {
    for (const double spread : {1.0, 40.0, 400.0}) {
      std::vector<risk::TemperedState> states(static_cast<std::size_t>(count));
      for (auto& state : states) {
        state.log_mass = -10.0 * sample_uniform(random);
        state.log_likelihood = -spread * sample_uniform(random);
      }
      constexpr double slow = 5.0;
      std::vector<double> ends;
      risk::detail::set_tempering_pieces(states, slow, ends);
      BOOST_TEST(ends.front() == 0.0);
      BOOST_TEST(ends.back() == 1.0);
      for (std::size_t k = 1; k < ends.size(); ++k) BOOST_TEST(ends[k] > ends[k - 1]);
      BOOST_TEST(static_cast<double>(ends.size()) <= std::max(70.0, spread / slow + 8.0));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
