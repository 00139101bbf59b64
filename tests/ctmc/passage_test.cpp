#include <relapse/core/error.hpp>
#include <relapse/ctmc/passage.hpp>
#include <relapse/ctmc/transition.hpp>

#include "close.hpp"
#include "ctmc/reference.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

BOOST_AUTO_TEST_SUITE(passage_test)

using relapse::Days;
using relapse::InvalidInput;
using relapse::ctmc::absorbing;
using relapse::ctmc::Generator;
using relapse::ctmc::passage_probability;
using relapse::ctmc::StateSet;
using relapse::ctmc::transition_matrix;
using relapse::ctmc::Vector;

namespace {

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

BOOST_AUTO_TEST_CASE(nowhere_is_never_entered_and_everywhere_is_where_one_is) {
  const auto& chain = chains().back();
  const int states = chain.states();
  const StateSet everywhere((1ULL << states) - 1);
  BOOST_TEST(test::close(passage_probability(chain.generator, {}, chain.t),
                         Vector::Zero(states).eval(), 0.0));
  BOOST_TEST(test::close(passage_probability(chain.generator, everywhere, chain.t),
                         Vector::Ones(states).eval(), 0.0));
}

BOOST_AUTO_TEST_CASE(sets_and_times_that_cannot_be_are_refused) {
  const Generator chain(3);
  const StateSet fourth("1000");
  BOOST_CHECK_THROW(passage_probability(chain, fourth, Days{1}), InvalidInput);
  BOOST_CHECK_THROW(passage_probability(chain, StateSet("1"), Days{-1}), InvalidInput);
}

BOOST_AUTO_TEST_SUITE_END()
