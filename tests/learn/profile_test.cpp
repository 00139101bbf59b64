#include <relapse/learn/detail/panel_fit.hpp>
#include <relapse/learn/profile.hpp>

#include "close.hpp"
#include "panels.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(profile_test)

BOOST_AUTO_TEST_CASE(a_profile_is_highest_at_the_estimate) {
  const auto& model = test::models()[0];
  test::People people;
  for (std::uint64_t p = 0; p < 30; ++p)
    people.push_back(test::check_ins(model, 500 + p, 60.0));
  const auto panel = test::panel_of(model, people);
  const FitSettings settings{.free = {"rate"}, .starts = 1};
  const auto found = learn::fit(panel, model, settings);
  const double best = found.estimates[0];
  const double error = found.standard_errors[0];
  const auto points = learn::profile(panel, found.model, found.names[0],
                                     {best - error, best, best + error}, settings);
  BOOST_TEST(test::close(points[1].log_likelihood, found.log_likelihood, 1e-7));
  for (const std::size_t k : {0U, 2U}) {
    // One standard error away a parabola has fallen by a half.
    const double fallen = found.log_likelihood - points[k].log_likelihood;
    BOOST_TEST(fallen > 0.3);
    BOOST_TEST(fallen < 0.8);
    BOOST_TEST((points[k].status == FitStatus::converged));
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_number_of_the_model_is_refused) {
  const auto& model = test::models()[0];
  const auto panel = test::panel_of(model, test::people(model, 2));
  BOOST_CHECK_THROW(learn::profile(panel, model, "no_such", {0.0}, {}), InvalidInput);
  BOOST_CHECK_THROW(learn::profile(panel, model, "rate:stable>warning",
                                   {std::numeric_limits<double>::infinity()}, {}),
                    InvalidInput);
}

BOOST_AUTO_TEST_SUITE_END()
