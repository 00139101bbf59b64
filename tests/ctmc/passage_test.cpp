#include <relapse/core/error.hpp>
#include <relapse/ctmc/passage.hpp>
#include <relapse/ctmc/transition.hpp>

#include "close.hpp"
#include "ctmc/reference.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

BOOST_AUTO_TEST_SUITE(passage_test)

using relapse::Days;
using relapse::InvalidInput;
using relapse::ctmc::absorbing;
using relapse::ctmc::advance;
using relapse::ctmc::advance_avoiding;
using relapse::ctmc::Generator;
using relapse::ctmc::passage_probability;
using relapse::ctmc::StateSet;
using relapse::ctmc::transition_matrix;
using relapse::ctmc::Vector;

namespace {

using Numbers = std::vector<double>;

const std::vector<test::ReferenceChain>& chains() {
  static const auto all = test::reference_chains("exp");
  return all;
}

/// The last state, and the one before where there are more than four.
StateSet last_states(int states) {
  StateSet set;
  set.set(static_cast<std::size_t>(states - 1));
  if (states > 4) set.set(static_cast<std::size_t>(states - 2));
  return set;
}

Numbers avoiding(Numbers row, const Generator& generator, StateSet avoided, Days t) {
  advance_avoiding(row, generator, avoided, t);
  return row;
}

Numbers even(int states) {
  return Numbers(static_cast<std::size_t>(states), 1.0 / states);
}

double sum(const Numbers& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_step_has_a_closed_form_with_all_its_digits) {
  for (const double rate : {1e-30, 1e-9, 0.1, 40.0}) {
    Generator chain(2);
    chain.set_rate(0, 1, rate);
    chain.set_rate(1, 0, 5.0);
    for (const double t : {1e-9, 0.5, 30.0, 1e4}) {
      const Vector found = passage_probability(chain, StateSet("10"), Days{t});
      BOOST_TEST(test::close_relative(found[0], -std::expm1(-rate * t), 2e-14));
      BOOST_TEST(found[1] == 1.0);
    }
  }
}

BOOST_AUTO_TEST_CASE(two_equal_steps_have_the_law_of_erlang) {
  Generator chain(3);
  chain.set_rate(0, 1, 0.4);
  chain.set_rate(1, 2, 0.4);
  for (const double x : {1e-8, 1e-3}) {
    const double found = passage_probability(chain, StateSet("100"), Days{x / 0.4})[0];
    BOOST_TEST(
        test::close_relative(found, x * x / 2 * (1 - 2 * x / 3 + x * x / 4), 1e-9));
  }
  for (const double x : {1.0, 7.0, 40.0}) {
    const double found = passage_probability(chain, StateSet("100"), Days{x / 0.4})[0];
    BOOST_TEST(test::close(found, 1 - std::exp(-x) * (1 + x), 1e-14));
  }
}

BOOST_AUTO_TEST_CASE(passage_is_the_mass_of_the_stopped_chain_in_the_target) {
  for (const auto& chain : chains()) {
    BOOST_TEST_CONTEXT(chain.name()) {
      const StateSet target = last_states(chain.states());
      const Eigen::MatrixXd matrix =
          transition_matrix(absorbing(chain.generator, target), chain.t);
      Eigen::VectorXd expected = Eigen::VectorXd::Zero(chain.states());
      for (int s = 0; s < chain.states(); ++s) {
        if (target[static_cast<std::size_t>(s)]) expected += matrix.col(s);
      }
      const Vector found = passage_probability(chain.generator, target, chain.t);
      BOOST_TEST(test::close_relative(found, expected, 1e-11));
    }
  }
}

BOOST_AUTO_TEST_CASE(passage_does_not_fall_with_time_and_is_a_probability) {
  for (const auto& chain : chains()) {
    BOOST_TEST_CONTEXT(chain.name()) {
      const StateSet target = last_states(chain.states());
      Vector before = passage_probability(chain.generator, target, Days{0});
      for (const double share : {1e-6, 1e-3, 0.1, 0.2, 0.5, 0.9, 1.0, 2.0, 30.0, 1e3}) {
        const Vector now =
            passage_probability(chain.generator, target, Days{share * chain.t.count});
        for (int s = 0; s < chain.states(); ++s) {
          BOOST_TEST(now[s] >= before[s] * (1.0 - 1e-13));
          BOOST_TEST(now[s] <= 1.0);
        }
        before = now;
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(passage_and_survival_share_the_whole) {
  for (const auto& chain : chains()) {
    BOOST_TEST_CONTEXT(chain.name()) {
      const StateSet target = last_states(chain.states());
      const Numbers row = even(chain.states());
      const double survived = sum(avoiding(row, chain.generator, target, chain.t));
      const Vector passed = passage_probability(chain.generator, target, chain.t);
      BOOST_TEST(test::close(survived + passed.mean(), 1.0, 1e-13));
    }
  }
}

BOOST_AUTO_TEST_CASE(nowhere_is_never_entered_and_everywhere_is_where_one_is) {
  const auto& chain = chains().back();
  const int states = chain.states();
  const StateSet everywhere((1ULL << states) - 1);
  BOOST_TEST(test::close(passage_probability(chain.generator, {}, chain.t),
                         Vector::Zero(states).eval(), 0.0));
  BOOST_TEST(test::close(passage_probability(chain.generator, everywhere, chain.t),
                         Vector::Ones(states).eval(), 0.0));
  const Numbers row = even(states);
  Numbers advanced = row;
  advance(advanced, chain.generator, chain.t);
  BOOST_TEST(avoiding(row, chain.generator, {}, chain.t) == advanced);
  BOOST_TEST(avoiding(row, chain.generator, everywhere, chain.t) ==
             Numbers(static_cast<std::size_t>(states), 0.0));
}

BOOST_AUTO_TEST_CASE(avoiding_follows_the_generator_of_the_others_alone) {
  // A cycle of three and a way out to a fourth: exp of the block by its own series.
  Generator chain(4);
  chain.set_rate(0, 1, 0.5);
  chain.set_rate(1, 2, 0.4);
  chain.set_rate(2, 0, 0.3);
  chain.set_rate(1, 3, 0.2);
  chain.set_rate(3, 0, 9.0);
  for (const double t : {0.25, 4.0}) {
    const Eigen::MatrixXd block = chain.matrix().topLeftCorner(3, 3) * t;
    Eigen::RowVectorXd term(3);
    term << 0.5, 0.25, 0.125;
    Eigen::RowVectorXd expected = term;
    for (int n = 1; n < 60; ++n) {
      term = term * block / n;
      expected += term;
    }
    const Numbers found =
        avoiding({0.5, 0.25, 0.125, 0.125}, chain, StateSet("1000"), Days{t});
    BOOST_TEST(test::close(Numbers(found.begin(), found.begin() + 3), expected, 1e-14));
    BOOST_TEST(found[3] == 0.0);
  }
}

BOOST_AUTO_TEST_CASE(avoiding_no_time_loses_what_is_there_alone) {
  Generator chain(3);
  chain.set_rate(0, 1, 2.0);
  const Numbers found = avoiding({0.5, 0.25, 0.25}, chain, StateSet("010"), Days{0});
  BOOST_TEST(found == (Numbers{0.5, 0.0, 0.25}));
}

BOOST_AUTO_TEST_CASE(splitting_an_interval_that_avoids_changes_nothing) {
  for (const auto& chain : chains()) {
    BOOST_TEST_CONTEXT(chain.name()) {
      const StateSet avoided = last_states(chain.states());
      const Numbers row = even(chain.states());
      const Days part{0.3 * chain.t.count};
      const Days rest{0.7 * chain.t.count};
      BOOST_TEST(test::close(avoiding(avoiding(row, chain.generator, avoided, part),
                                      chain.generator, avoided, rest),
                             avoiding(row, chain.generator, avoided, chain.t), 1e-12));
    }
  }
}

BOOST_AUTO_TEST_CASE(small_survival_keeps_its_digits) {
  Generator chain(3);
  chain.set_rate(0, 1, 1.0);
  chain.set_rate(1, 0, 1.0);
  chain.set_rate(0, 2, 2.0);
  chain.set_rate(1, 2, 2.0);
  // Both states are left for the third at rate 2.
  for (const double t : {1.0, 20.0, 300.0}) {
    const double survived =
        sum(avoiding({0.5, 0.5, 0.0}, chain, StateSet("100"), Days{t}));
    BOOST_TEST(test::close_relative(survived, std::exp(-2.0 * t), 1e-11));
  }
}

BOOST_AUTO_TEST_CASE(sets_rows_and_times_that_cannot_be_are_refused) {
  const Generator chain(3);
  Numbers row = even(3);
  const StateSet fourth("1000");
  BOOST_CHECK_THROW(passage_probability(chain, fourth, Days{1}), InvalidInput);
  BOOST_CHECK_THROW(passage_probability(chain, StateSet("1"), Days{-1}), InvalidInput);
  BOOST_CHECK_THROW(advance_avoiding(row, chain, fourth, Days{1}), InvalidInput);
  BOOST_CHECK_THROW(advance_avoiding(row, chain, StateSet("1"), Days{-1}), InvalidInput);
  BOOST_TEST(row == even(3));
  Numbers negative{0.5, -0.5, 1.0};
  BOOST_CHECK_THROW(advance_avoiding(negative, chain, StateSet("10"), Days{1}),
                    InvalidInput);
  Numbers four = even(4);
  BOOST_CHECK_THROW(advance_avoiding(four, chain, {}, Days{1}), InvalidInput);
}

BOOST_AUTO_TEST_SUITE_END()
