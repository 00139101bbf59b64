#include <relapse/core/error.hpp>
#include <relapse/ctmc/generator.hpp>

#include "close.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>
#include <string>

BOOST_AUTO_TEST_SUITE(generator_test)

using relapse::InvalidInput;
using relapse::ctmc::absorbing;
using relapse::ctmc::Generator;
using relapse::ctmc::Matrix;
using relapse::ctmc::max_states;
using relapse::ctmc::StateSet;

namespace {

Eigen::MatrixXd three_states() {
  Eigen::MatrixXd rates(3, 3);
  rates << 0, 0.5, 0.25,  //
      2, 0, 0,            //
      0, 1, 0;
  return rates;
}

/// Whether an error reads as all of `words`.
auto says(std::initializer_list<std::string> words) {
  return [words = std::vector<std::string>(words)](const InvalidInput& error) {
    const std::string text = error.what();
    for (const auto& word : words) {
      if (text.find(word) == std::string::npos) return false;
    }
    return true;
  };
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_new_generator_does_not_move) {
  for (int states = 1; states <= max_states; ++states) {
    const Generator still(states);
    BOOST_TEST(still.states() == states);
    BOOST_TEST(still.max_exit_rate() == 0.0);
    BOOST_TEST(test::close(still.matrix(), Eigen::MatrixXd::Zero(states, states), 0.0));
  }
}

BOOST_AUTO_TEST_CASE(the_diagonal_is_minus_the_sum_of_the_rates) {
  const Generator chain(three_states());
  BOOST_TEST(chain.rate(0, 1) == 0.5);
  BOOST_TEST(chain.rate(2, 0) == 0.0);
  BOOST_TEST(chain.exit_rate(0) == 0.75);
  BOOST_TEST(chain.exit_rate(2) == 1.0);
  BOOST_TEST(chain.max_exit_rate() == 2.0);
  Eigen::MatrixXd full = three_states();
  full.diagonal() << -0.75, -2, -1;
  BOOST_TEST(test::close(chain.matrix(), full, 0.0));
}

BOOST_AUTO_TEST_CASE(a_rate_that_is_set_replaces_the_one_before) {
  Generator chain(three_states());
  chain.set_rate(0, 2, 3.0);
  chain.set_rate(0, 2, 4.0);
  BOOST_TEST(chain.rate(0, 2) == 4.0);
  BOOST_TEST(chain.exit_rate(0) == 4.5);
  BOOST_TEST(chain.rates_from(0)[2] == 4.0);
  BOOST_TEST(chain.rates_from(0)[0] == 0.0);
  BOOST_TEST(chain.rates_from(0)[7] == 0.0);
}

BOOST_AUTO_TEST_CASE(the_diagonal_of_a_given_matrix_is_not_read) {
  Eigen::MatrixXd rates = three_states();
  rates.diagonal() << -0.75, 17.0, std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST((Generator(rates) == Generator(three_states())));
}

BOOST_AUTO_TEST_CASE(a_generator_is_the_same_as_the_one_of_its_matrix) {
  const Generator chain(three_states());
  BOOST_TEST((Generator(chain.matrix()) == chain));
}

BOOST_AUTO_TEST_CASE(absorbing_states_are_never_left_and_the_others_as_before) {
  const Generator chain(three_states());
  const Generator stopped = absorbing(chain, StateSet("001"));
  BOOST_TEST(stopped.exit_rate(0) == 0.0);
  BOOST_TEST(stopped.exit_rate(1) == 2.0);
  BOOST_TEST(stopped.exit_rate(2) == 1.0);
  BOOST_TEST((absorbing(chain, StateSet{}) == chain));
  BOOST_TEST((absorbing(chain, StateSet("111")) == Generator(3)));
}

BOOST_AUTO_TEST_CASE(no_storage_is_allocated) {
  static_assert(Matrix::MaxSizeAtCompileTime == max_states * max_states);
  static_assert(std::is_trivially_copyable_v<Generator>);
}

BOOST_AUTO_TEST_CASE(a_number_of_states_that_cannot_be_is_refused) {
  for (const int states : {-1, 0, 9}) {
    BOOST_CHECK_EXCEPTION(Generator{states}, InvalidInput,
                          says({"number of states", std::to_string(states)}));
  }
  BOOST_CHECK_EXCEPTION(Generator(Eigen::MatrixXd(9, 9)), InvalidInput,
                        says({"number of states", "9"}));
  BOOST_CHECK_EXCEPTION(Generator(Eigen::MatrixXd(0, 0)), InvalidInput,
                        says({"number of states", "0"}));
  BOOST_CHECK_EXCEPTION(Generator(Eigen::MatrixXd(3, 2)), InvalidInput,
                        says({"3 rows", "2 columns"}));
}

BOOST_AUTO_TEST_CASE(a_rate_that_cannot_be_is_refused_by_its_place) {
  for (const double rate : {-1e-300, std::numeric_limits<double>::quiet_NaN(),
                            std::numeric_limits<double>::infinity()}) {
    Eigen::MatrixXd rates = three_states();
    rates(2, 1) = rate;
    BOOST_CHECK_EXCEPTION(Generator{rates}, InvalidInput, says({"row 2", "column 1"}));
  }
}

BOOST_AUTO_TEST_CASE(rates_whose_sum_is_infinite_are_refused_by_their_row) {
  Eigen::MatrixXd rates = three_states();
  rates(1, 0) = rates(1, 2) = std::numeric_limits<double>::max();
  BOOST_CHECK_EXCEPTION(Generator{rates}, InvalidInput, says({"row 1", "infinite"}));
}

BOOST_AUTO_TEST_CASE(a_set_of_states_that_are_not_there_is_refused) {
  BOOST_CHECK_EXCEPTION(absorbing(Generator(3), StateSet("1000")), InvalidInput,
                        says({"state 3", "0 to 2"}));
}

BOOST_AUTO_TEST_SUITE_END()
