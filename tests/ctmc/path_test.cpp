#include <relapse/core/error.hpp>
#include <relapse/ctmc/path.hpp>
#include <relapse/ctmc/transition.hpp>

#include "close.hpp"
#include "ctmc/reference.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <vector>

BOOST_AUTO_TEST_SUITE(path_test)

using relapse::Days;
using relapse::InvalidInput;
using relapse::ctmc::Generator;
using relapse::ctmc::Matrix;
using relapse::ctmc::occupation_integral;
using relapse::ctmc::transition_matrix;

namespace {

using Numbers = std::vector<double>;

const std::vector<test::ReferenceChain>& exponentials() {
  static const auto all = test::reference_chains("exp");
  return all;
}

Numbers uneven(int states) {
  Numbers values;
  for (int i = 0; i < states; ++i) values.push_back(1.0 / (3.0 + (5 * i) % 7));
  return values;
}

/// row exp(Q t) column
double likelihood(const Numbers& row, const Numbers& column, const Generator& generator,
                  Days t) {
  const Eigen::MatrixXd matrix = transition_matrix(generator, t);
  const Eigen::Map<const Eigen::VectorXd> left(row.data(), generator.states());
  const Eigen::Map<const Eigen::VectorXd> right(column.data(), generator.states());
  return left.dot(matrix * right);
}

Generator three_stages() {
  Generator chain(3);
  chain.set_rate(0, 1, 0.3);
  chain.set_rate(1, 0, 0.2);
  chain.set_rate(1, 2, 0.1);
  chain.set_rate(2, 1, 0.4);
  chain.set_rate(0, 2, 0.01);
  return chain;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_integral_is_that_of_400_digits) {
  for (const auto& chain : test::reference_chains("occupation")) {
    BOOST_TEST_CONTEXT(chain.name()) {
      const auto states = static_cast<std::ptrdiff_t>(chain.states());
      const Numbers row(chain.numbers.begin(), chain.numbers.begin() + states);
      const Numbers column(chain.numbers.begin() + states,
                           chain.numbers.begin() + 2 * states);
      const Eigen::MatrixXd found =
          occupation_integral(row, column, chain.generator, chain.t);
      const Eigen::MatrixXd expected = chain.matrix();
      const double scale = expected.maxCoeff();
      BOOST_TEST(test::close((found / scale).eval(), (expected / scale).eval(), 1e-13));
      const Eigen::MatrixXd large = (expected.array() > 1e-290).cast<double>();
      BOOST_TEST(test::close_relative(large.cwiseProduct(found).eval(),
                                      large.cwiseProduct(expected).eval(), 1e-10));
    }
  }
}

BOOST_AUTO_TEST_CASE(on_the_way_back_it_is_that_of_400_digits_too) {
  for (const auto& chain : test::reference_chains("occupation")) {
    BOOST_TEST_CONTEXT(chain.name()) {
      const auto states = static_cast<std::ptrdiff_t>(chain.states());
      const Numbers row(chain.numbers.begin(), chain.numbers.begin() + states);
      Numbers column(chain.numbers.begin() + states, chain.numbers.begin() + 2 * states);
      Numbers pulled = column;
      relapse::ctmc::pull_back(pulled, chain.generator, chain.t);
      const Eigen::MatrixXd found =
          relapse::ctmc::pull_back_with_occupation(row, column, chain.generator, chain.t);
      BOOST_TEST(test::close_relative(column, pulled, 1e-11));
      const Eigen::MatrixXd expected = chain.matrix();
      const double scale = expected.maxCoeff();
      BOOST_TEST(test::close((found / scale).eval(), (expected / scale).eval(), 1e-13));
      const Eigen::MatrixXd large = (expected.array() > 1e-290).cast<double>();
      BOOST_TEST(test::close_relative(large.cwiseProduct(found).eval(),
                                      large.cwiseProduct(expected).eval(), 1e-10));
    }
  }
}

BOOST_AUTO_TEST_CASE(time_in_the_states_sums_to_the_whole_time) {
  for (const auto& chain : exponentials()) {
    BOOST_TEST_CONTEXT(chain.name()) {
      const Numbers row = uneven(chain.states());
      const Numbers column(row.rbegin(), row.rend());
      const Eigen::MatrixXd integral =
          occupation_integral(row, column, chain.generator, chain.t);
      const double whole =
          chain.t.count * likelihood(row, column, chain.generator, chain.t);
      BOOST_TEST(integral.minCoeff() >= 0.0);
      BOOST_TEST(test::close_relative(integral.trace(), whole, 1e-12));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_enters_a_state_leaves_it_or_is_there_at_the_end) {
  // Expected jumps in, minus jumps out, is the change of the mass at the ends.
  for (const auto& chain : exponentials()) {
    BOOST_TEST_CONTEXT(chain.name()) {
      const int states = chain.states();
      const Numbers row = uneven(states);
      const Numbers column(static_cast<std::size_t>(states), 1.0);
      const Eigen::MatrixXd integral =
          occupation_integral(row, column, chain.generator, chain.t);
      const Eigen::MatrixXd jumps =
          integral.cwiseProduct(Eigen::MatrixXd(chain.generator.matrix()));
      const Eigen::MatrixXd matrix = transition_matrix(chain.generator, chain.t);
      const Eigen::Map<const Eigen::VectorXd> before(row.data(), states);
      const Eigen::VectorXd after = matrix.transpose() * before;
      const Eigen::VectorXd change = jumps.colwise().sum().transpose();
      const double scale = std::max(1.0, -jumps.diagonal().minCoeff());
      BOOST_TEST(
          test::close((change / scale).eval(), ((after - before) / scale).eval(), 1e-13));
    }
  }
}

BOOST_AUTO_TEST_CASE(it_is_the_derivative_in_the_rates) {
  const Numbers row{0.6, 0.3, 0.1};
  const Numbers column{0.2, 0.9, 0.4};
  // On both sides of the switch between series and doubling.
  for (const double t : {0.1, 2.0, 9.0, 12.0, 200.0}) {
    const Generator chain = three_stages();
    const Matrix integral = occupation_integral(row, column, chain, Days{t});
    for (int r = 0; r < 3; ++r) {
      for (int s = 0; s < 3; ++s) {
        if (s == r || chain.rate(r, s) == 0.0) continue;
        // A central difference: its own error falls with h^2, its rounding grows with 1 /
        // h.
        const double h = 1e-5 * chain.rate(r, s);
        Generator more = chain;
        Generator less = chain;
        more.set_rate(r, s, chain.rate(r, s) + h);
        less.set_rate(r, s, chain.rate(r, s) - h);
        const double slope = (likelihood(row, column, more, Days{t}) -
                              likelihood(row, column, less, Days{t})) /
                             (2 * h);
        BOOST_TEST(test::close(integral(r, s) - integral(r, r), slope, 1e-8));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(one_step_has_a_closed_form) {
  const double rate = 0.7;
  Generator chain(2);
  chain.set_rate(0, 1, rate);
  for (const double t : {1e-9, 0.5, 5.0, 6.0, 90.0}) {
    // From the first state to the second: at the jump, or on either side of it.
    const Numbers first{1.0, 0.0};
    const Numbers second{0.0, 1.0};
    const Matrix found = occupation_integral(first, second, chain, Days{t});
    const double gone = -std::expm1(-rate * t);
    const double left = std::exp(-rate * t);
    BOOST_TEST(test::close_relative(found(0, 1), gone / rate, 1e-14));
    BOOST_TEST(test::close(found(1, 0), t * (1 + left) - 2 * gone / rate,
                           1e-14 * std::max(10.0, t)));
    const double in_first = t < 1e-6 ? rate * t * t / 2 : gone / rate - t * left;
    BOOST_TEST(test::close_relative(found(0, 0), in_first, 1e-8));
    BOOST_TEST(test::close_relative(found(0, 0) + found(1, 1), t * gone, 1e-13));
  }
}

BOOST_AUTO_TEST_CASE(series_and_doubling_agree) {
  for (int states = 2; states <= 8; ++states) {
    Generator chain(states);
    for (int s = 0; s < states; ++s) {
      chain.set_rate(s, (s + 1) % states, s % 2 == 0 ? 1.0 : 0.375);
    }
    const Numbers row = uneven(states);
    const Numbers column(row.rbegin(), row.rend());
    const Eigen::MatrixXd before = occupation_integral(row, column, chain, Days{4.0});
    const Eigen::MatrixXd after =
        occupation_integral(row, column, chain, Days{std::nextafter(4.0, 5.0)});
    BOOST_TEST(test::close_relative(after, before, 1e-13));
  }
}

BOOST_AUTO_TEST_CASE(a_chain_that_does_not_move_stays_where_it_is) {
  for (int states = 1; states <= 8; ++states) {
    const Numbers row = uneven(states);
    const Numbers column(row.rbegin(), row.rend());
    for (const double t : {0.0, 2.0, 1e4}) {
      const Matrix found = occupation_integral(row, column, Generator(states), Days{t});
      for (int r = 0; r < states; ++r) {
        for (int s = 0; s < states; ++s) {
          const double expected =
              t * row[static_cast<std::size_t>(r)] * column[static_cast<std::size_t>(s)];
          BOOST_TEST(test::close_relative(found(r, s), expected, 1e-15));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(it_is_linear_in_row_and_column_of_any_sign) {
  const Generator chain = three_stages();
  const Numbers row{0.6, -0.3, 0.1};
  const Numbers column{-0.2, 0.9, 0.4};
  for (const double t : {1.0, 40.0}) {
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(3, 3);
    for (std::size_t r = 0; r < 3; ++r) {
      for (std::size_t s = 0; s < 3; ++s) {
        Numbers at(3, 0.0);
        Numbers to(3, 0.0);
        at[r] = to[s] = 1.0;
        sum += row[r] * column[s] *
               Eigen::MatrixXd(occupation_integral(at, to, chain, Days{t}));
      }
    }
    BOOST_TEST(test::close(occupation_integral(row, column, chain, Days{t}), sum, 1e-13));
  }
}

BOOST_AUTO_TEST_CASE(entries_and_times_that_cannot_be_are_refused) {
  const Generator chain = three_stages();
  const Numbers fine(3, 0.5);
  const Numbers four(4, 0.5);
  for (const double t : {-1.0, std::numeric_limits<double>::infinity()}) {
    BOOST_CHECK_THROW(occupation_integral(fine, fine, chain, Days{t}), InvalidInput);
  }
  BOOST_CHECK_THROW(occupation_integral(four, fine, chain, Days{1}), InvalidInput);
  BOOST_CHECK_THROW(occupation_integral(fine, four, chain, Days{1}), InvalidInput);
  const Numbers broken{0.5, std::numeric_limits<double>::quiet_NaN(), 0.5};
  BOOST_CHECK_THROW(occupation_integral(broken, fine, chain, Days{1}), InvalidInput);
  BOOST_CHECK_THROW(occupation_integral(fine, broken, chain, Days{1}), InvalidInput);
}

BOOST_AUTO_TEST_SUITE_END()
