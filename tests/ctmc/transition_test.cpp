#include <relapse/core/error.hpp>
#include <relapse/ctmc/transition.hpp>

#include "close.hpp"
#include "ctmc/reference.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(transition_test)

using relapse::Days;
using relapse::InvalidInput;
using relapse::ctmc::advance;
using relapse::ctmc::Generator;
using relapse::ctmc::pull_back;
using relapse::ctmc::transition_matrix;

namespace {

using Numbers = std::vector<double>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

const std::vector<test::ReferenceChain>& chains() {
  static const auto all = test::reference_chains("exp");
  return all;
}

Numbers advanced(Numbers row, const Generator& generator, Days t) {
  advance(row, generator, t);
  return row;
}

Numbers pulled_back(Numbers column, const Generator& generator, Days t) {
  pull_back(column, generator, t);
  return column;
}

Numbers unit(int states, int state) {
  Numbers values(static_cast<std::size_t>(states), 0.0);
  values[static_cast<std::size_t>(state)] = 1.0;
  return values;
}

/// Different positive numbers.
Numbers uneven(int states) {
  Numbers values;
  for (int i = 0; i < states; ++i) values.push_back(1.0 / (3.0 + (5 * i) % 7));
  return values;
}

Eigen::Map<const Eigen::VectorXd> vector(const Numbers& values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

double sum(const Numbers& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// What `model.md` asks of each entry: 1e-13, and 1e-10 of itself above 1e-290.
template <class Found>
boost::test_tools::predicate_result as_exact(const Found& found,
                                             const Eigen::MatrixXd& expected) {
  auto absolute = test::close(found, expected, 1e-13);
  if (!absolute) return absolute;
  const Eigen::MatrixXd large = (expected.array() > 1e-290).cast<double>();
  const Eigen::MatrixXd ours = large.cwiseProduct(Eigen::MatrixXd(found));
  return test::close_relative(ours, large.cwiseProduct(expected), 1e-10);
}

/// One movement after the other at one rate: counts of a Poisson process.
Generator equal_steps(int states, double rate) {
  Generator chain(states);
  for (int i = 0; i + 1 < states; ++i) chain.set_rate(i, i + 1, rate);
  return chain;
}

/// Largest exit rate 1 with a cycle and some way back.
Generator round_trip(int states) {
  Generator chain(states);
  for (int i = 0; i < states; ++i) {
    chain.set_rate(i, (i + 1) % states, 0.25 + 0.5 * i / states);
    if (states > 2) chain.set_rate((i + 1) % states, i, 0.125);
  }
  const double largest = chain.max_exit_rate();
  Generator scaled(states);
  for (int i = 0; i < states; ++i) {
    for (int j = 0; j < states; ++j) {
      if (j != i) scaled.set_rate(i, j, chain.rate(i, j) / largest);
    }
  }
  return scaled;
}

}  // namespace

BOOST_AUTO_TEST_CASE(no_time_changes_nothing) {
  for (const auto& chain : chains()) {
    const int states = chain.states();
    const auto matrix = transition_matrix(chain.generator, Days{0});
    BOOST_TEST(test::close(matrix, Eigen::MatrixXd::Identity(states, states), 0.0));
    const Numbers values = uneven(states);
    BOOST_TEST(advanced(values, chain.generator, Days{0}) == values);
    BOOST_TEST(pulled_back(values, chain.generator, Days{0}) == values);
  }
}

BOOST_AUTO_TEST_CASE(a_chain_that_does_not_move_stays) {
  for (int states = 1; states <= 8; ++states) {
    const Generator still(states);
    const Numbers values = uneven(states);
    for (const double t : {1e-9, 1.0, 1e4, 1e300}) {
      BOOST_TEST(advanced(values, still, Days{t}) == values);
      BOOST_TEST(pulled_back(values, still, Days{t}) == values);
      BOOST_TEST(test::close(transition_matrix(still, Days{t}),
                             Eigen::MatrixXd::Identity(states, states), 0.0));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_entry_is_that_of_400_digits) {
  for (const auto& chain : chains()) {
    BOOST_TEST_CONTEXT(chain.name()) {
      BOOST_TEST(as_exact(transition_matrix(chain.generator, chain.t), chain.matrix()));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_row_and_column_carried_is_that_of_400_digits) {
  for (const auto& chain : chains()) {
    BOOST_TEST_CONTEXT(chain.name()) {
      const Eigen::MatrixXd expected = chain.matrix();
      for (int s = 0; s < chain.states(); ++s) {
        const Numbers row = advanced(unit(chain.states(), s), chain.generator, chain.t);
        const Numbers column =
            pulled_back(unit(chain.states(), s), chain.generator, chain.t);
        BOOST_TEST(as_exact(vector(row).transpose(), expected.row(s)));
        BOOST_TEST(as_exact(vector(column), expected.col(s)));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(rows_sum_to_one_and_nothing_is_negative) {
  for (const auto& chain : chains()) {
    BOOST_TEST_CONTEXT(chain.name()) {
      const Eigen::MatrixXd matrix = transition_matrix(chain.generator, chain.t);
      BOOST_TEST(matrix.minCoeff() >= 0.0);
      BOOST_TEST(test::close(matrix.rowwise().sum().eval(),
                             Eigen::VectorXd::Ones(chain.states()), 1e-14));
    }
  }
}

BOOST_AUTO_TEST_CASE(advancing_keeps_the_sum) {
  for (const auto& chain : chains()) {
    for (const double scale : {1e-200, 1.0, 1e200}) {
      Numbers row = uneven(chain.states());
      for (double& mass : row) mass *= scale;
      const double before = sum(row);
      const Numbers after = advanced(row, chain.generator, chain.t);
      BOOST_TEST(test::close_relative(sum(after), before, 2e-15));
      BOOST_TEST(*std::min_element(after.begin(), after.end()) >= 0.0);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_certain_stays_certain) {
  for (const auto& chain : chains()) {
    const Numbers ones(static_cast<std::size_t>(chain.states()), 1.0);
    // exp(-x) and the sum of the series each know x to its last digit, and x is up to 25.
    BOOST_TEST(test::close(pulled_back(ones, chain.generator, chain.t), ones, 2e-14));
  }
}

BOOST_AUTO_TEST_CASE(transitions_compose) {
  for (const auto& chain : chains()) {
    BOOST_TEST_CONTEXT(chain.name()) {
      const Eigen::MatrixXd whole = transition_matrix(chain.generator, chain.t);
      const Eigen::MatrixXd part =
          transition_matrix(chain.generator, Days{0.3 * chain.t.count});
      const Eigen::MatrixXd rest =
          transition_matrix(chain.generator, Days{0.7 * chain.t.count});
      BOOST_TEST(test::close((part * rest).eval(), whole, 1e-12));
    }
  }
}

BOOST_AUTO_TEST_CASE(splitting_an_interval_changes_nothing) {
  for (const auto& chain : chains()) {
    BOOST_TEST_CONTEXT(chain.name()) {
      const Numbers values = uneven(chain.states());
      const Numbers row = advanced(values, chain.generator, chain.t);
      const Numbers column = pulled_back(values, chain.generator, chain.t);
      for (const double share : {1e-6, 0.1, 0.5, 0.9}) {
        const Days part{share * chain.t.count};
        const Days rest{(1.0 - share) * chain.t.count};
        BOOST_TEST(test::close(
            advanced(advanced(values, chain.generator, part), chain.generator, rest), row,
            1e-12));
        BOOST_TEST(test::close(pulled_back(pulled_back(values, chain.generator, part),
                                           chain.generator, rest),
                               column, 1e-12));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(series_and_matrix_agree_on_both_sides_of_the_switch) {
  for (int states = 2; states <= 8; ++states) {
    const Generator chain = round_trip(states);
    BOOST_TEST(chain.max_exit_rate() == 1.0);
    for (const double t :
         {1e-3, 1.0, 5.0, 24.99, std::nextafter(25.0, 26.0), 26.0, 300.0}) {
      const Eigen::MatrixXd matrix = transition_matrix(chain, Days{t});
      const Numbers values = uneven(states);
      const Eigen::VectorXd row = matrix.transpose() * vector(values);
      const Eigen::VectorXd column = matrix * vector(values);
      BOOST_TEST(test::close(advanced(values, chain, Days{t}), row, 1e-14));
      BOOST_TEST(test::close(pulled_back(values, chain, Days{t}), column, 1e-14));
    }
  }
}

BOOST_AUTO_TEST_CASE(looking_ahead_and_looking_back_give_one_expectation) {
  for (const auto& chain : chains()) {
    const Numbers row = uneven(chain.states());
    const Numbers column(row.rbegin(), row.rend());
    const double ahead =
        vector(advanced(row, chain.generator, chain.t)).dot(vector(column));
    const double back =
        vector(row).dot(vector(pulled_back(column, chain.generator, chain.t)));
    BOOST_TEST(test::close_relative(ahead, back, 2e-13));
  }
}

BOOST_AUTO_TEST_CASE(two_states_have_a_closed_form) {
  for (const double there : {1e-8, 0.02, 1.0, 300.0}) {
    for (const double back : {0.0, 1e-12, 0.5, 300.0}) {
      Generator chain(2);
      chain.set_rate(0, 1, there);
      chain.set_rate(1, 0, back);
      for (const double t : {1e-7, 0.1, 1.0, 70.0, 1e5}) {
        const double moved = -std::expm1(-(there + back) * t) / (there + back);
        const Eigen::MatrixXd matrix = transition_matrix(chain, Days{t});
        BOOST_TEST(test::close_relative(matrix(0, 1), there * moved, 1e-13));
        BOOST_TEST(test::close_relative(matrix(1, 0), back * moved, 1e-13));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(equal_steps_count_as_a_poisson_process) {
  for (const double x : {1e-6, 0.3, 4.0, 24.0, 27.0, 600.0}) {
    const Generator chain = equal_steps(8, 2.0);
    const Days t{x / 2.0};
    const Numbers row = advanced(unit(8, 0), chain, t);
    const Eigen::MatrixXd matrix = transition_matrix(chain, t);
    double expected = std::exp(-x);
    for (int n = 0; n < 7; ++n) {
      BOOST_TEST_CONTEXT(n << " steps, " << x << " expected") {
        BOOST_TEST(
            test::close_relative(row[static_cast<std::size_t>(n)], expected, 1e-11));
        BOOST_TEST(test::close_relative(matrix(0, n), expected, 1e-11));
      }
      expected *= x / (n + 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(entries_of_1e_minus_40_keep_their_digits) {
  // Seven steps of rate 1e-5 in a day, with a fast way back: 1e-35 / 7! at the first
  // order.
  Generator chain = equal_steps(8, 1e-5);
  const double once = transition_matrix(chain, Days{1})(0, 7);
  BOOST_TEST(test::close_relative(once, 1e-35 / 5040 * (1 - 7e-5 / 8), 1e-9));
  chain.set_rate(7, 0, 20.0);
  const double fast = transition_matrix(chain, Days{1e-3})(0, 7);
  BOOST_TEST(fast > 1e-61);
  BOOST_TEST(fast < 1e-56);
  BOOST_TEST(
      test::close_relative(advanced(unit(8, 0), chain, Days{1e-3})[7], fast, 1e-12));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_reached_stays_exactly_zero) {
  Generator chain(6);
  chain.set_rate(0, 1, 0.5);
  chain.set_rate(1, 0, 0.25);
  chain.set_rate(1, 2, 0.125);
  chain.set_rate(2, 3, 3.0);
  chain.set_rate(4, 5, 0.7);
  for (const double t : {0.01, 1.0, 8.0, 9.0, 200.0}) {
    const Eigen::MatrixXd matrix = transition_matrix(chain, Days{t});
    for (int from = 0; from < 6; ++from) {
      const Numbers row = advanced(unit(6, from), chain, Days{t});
      const Numbers column = pulled_back(unit(6, from), chain, Days{t});
      for (int to = 0; to < 6; ++to) {
        const auto reaches = [](int a, int b) {
          if (a <= 1) return b <= 3;
          return a <= 3 ? a <= b && b <= 3 : a <= b;
        };
        const auto place = static_cast<std::size_t>(to);
        BOOST_TEST((matrix(from, to) > 0.0) == reaches(from, to));
        BOOST_TEST((row[place] > 0.0) == reaches(from, to));
        BOOST_TEST((column[place] > 0.0) == reaches(to, from));
      }
    }
    BOOST_TEST(matrix(3, 3) == 1.0);
    BOOST_TEST(matrix(5, 5) == 1.0);
  }
}

BOOST_AUTO_TEST_CASE(the_order_of_the_states_changes_nothing) {
  for (const auto& chain : chains()) {
    const int states = chain.states();
    Generator mirrored(states);
    for (int r = 0; r < states; ++r) {
      for (int s = 0; s < states; ++s) {
        if (s != r) {
          mirrored.set_rate(states - 1 - r, states - 1 - s, chain.generator.rate(r, s));
        }
      }
    }
    const Eigen::MatrixXd matrix = transition_matrix(chain.generator, chain.t);
    const Eigen::MatrixXd other = transition_matrix(mirrored, chain.t);
    BOOST_TEST(test::close(matrix.reverse().eval(), other, 1e-13));
  }
}

BOOST_AUTO_TEST_CASE(any_finite_numbers_give_finite_numbers) {
  constexpr double largest = std::numeric_limits<double>::max();
  constexpr double least = std::numeric_limits<double>::denorm_min();
  for (const double rate : {least, 1e-310, 1e-300, 1.0, 1e300, largest / 4}) {
    Generator chain(3);
    chain.set_rate(0, 1, rate);
    chain.set_rate(1, 2, rate / 2);
    chain.set_rate(2, 0, rate);
    for (const double t : {least, 1e-300, 1.0, 1e300, largest}) {
      const auto matrix = transition_matrix(chain, Days{t});
      BOOST_TEST(matrix.allFinite());
      for (const double size : {least, 1e-300, 1.0, largest / 4}) {
        const Numbers values{size, 0.0, size};
        const Numbers row = advanced(values, chain, Days{t});
        const Numbers column = pulled_back(values, chain, Days{t});
        BOOST_TEST(vector(row).allFinite());
        BOOST_TEST(vector(column).allFinite());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(nothing_comes_of_nothing) {
  const Numbers zeros(5, 0.0);
  BOOST_TEST(advanced(zeros, round_trip(5), Days{3}) == zeros);
  BOOST_TEST(advanced(zeros, round_trip(5), Days{300}) == zeros);
}

BOOST_AUTO_TEST_CASE(a_time_that_cannot_be_is_refused_and_changes_nothing) {
  const Generator chain = round_trip(3);
  for (const double t : {-1e-300, -1.0, not_a_number, infinity, -infinity}) {
    Numbers values = uneven(3);
    BOOST_CHECK_THROW(transition_matrix(chain, Days{t}), InvalidInput);
    BOOST_CHECK_THROW(advance(values, chain, Days{t}), InvalidInput);
    BOOST_CHECK_THROW(pull_back(values, chain, Days{t}), InvalidInput);
    BOOST_TEST(values == uneven(3));
  }
}

BOOST_AUTO_TEST_CASE(entries_that_cannot_be_are_refused) {
  const Generator chain = round_trip(3);
  for (const double entry : {not_a_number, infinity, -infinity, -0.1}) {
    Numbers row{0.5, entry, 0.5};
    BOOST_CHECK_THROW(advance(row, chain, Days{1}), InvalidInput);
  }
  for (const double entry : {not_a_number, infinity, -infinity}) {
    Numbers column{0.5, entry, 0.5};
    BOOST_CHECK_THROW(pull_back(column, chain, Days{1}), InvalidInput);
  }
  Numbers overflowing(3, std::numeric_limits<double>::max());
  BOOST_CHECK_THROW(advance(overflowing, chain, Days{1}), InvalidInput);
}

BOOST_AUTO_TEST_CASE(a_wrong_number_of_entries_is_refused) {
  Numbers four(4, 0.25);
  BOOST_CHECK_THROW(advance(four, round_trip(3), Days{1}), InvalidInput);
  BOOST_CHECK_THROW(pull_back(four, round_trip(5), Days{1}), InvalidInput);
  BOOST_CHECK_THROW(advance(four, Generator(1), Days{0}), InvalidInput);
}

BOOST_AUTO_TEST_CASE(rates_that_are_not_finite_are_refused_where_they_are_used) {
  for (const double rate : {infinity, std::numeric_limits<double>::max()}) {
    Generator chain(3);
    chain.set_rate(0, 1, rate);
    chain.set_rate(0, 2, rate);
    Numbers values = uneven(3);
    BOOST_CHECK_THROW(transition_matrix(chain, Days{1}), InvalidInput);
    BOOST_CHECK_THROW(advance(values, chain, Days{1}), InvalidInput);
    BOOST_CHECK_THROW(pull_back(values, chain, Days{1}), InvalidInput);
  }
}

BOOST_AUTO_TEST_SUITE_END()
