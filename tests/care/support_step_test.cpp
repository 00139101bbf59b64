#include <relapse/care/support_step.hpp>
#include <relapse/core/error.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(support_step_test)

namespace {

/// The same level every third day, up to now.
SupportInput steady(RiskLevel level, double days) {
  SupportInput input;
  for (double day = 0.0; day <= days; day += 3.0) {
    input.levels.push_back({Time{day}, level});
  }
  input.now = Time{days + 0.5};
  return input;
}

SupportChange change(const SupportInput& input) {
  const auto step = care::support_step(input);
  BOOST_TEST(!step.why.empty());
  BOOST_TEST(!step.words.empty());
  return step.change;
}

}  // namespace

BOOST_AUTO_TEST_CASE(calm_weeks_allow_less_and_fewer_weeks_do_not) {
  BOOST_TEST((change(steady(RiskLevel::guarded, 60.0)) == SupportChange::step_down));
  BOOST_TEST((change(steady(RiskLevel::low, 40.0)) == SupportChange::stay));
  BOOST_TEST((change({}) == SupportChange::stay));
  auto gap = steady(RiskLevel::low, 60.0);
  gap.levels.erase(gap.levels.begin() + 8, gap.levels.begin() + 13);
  BOOST_TEST((change(gap) == SupportChange::stay));
}

BOOST_AUTO_TEST_CASE(one_raised_level_in_these_weeks_keeps_support_as_it_is) {
  auto input = steady(RiskLevel::low, 60.0);
  input.levels[10].level = RiskLevel::elevated;
  BOOST_TEST((change(input) == SupportChange::stay));
  BOOST_TEST(care::support_step(input).why.find("31 January 1970") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(use_and_high_levels_ask_for_more) {
  auto input = steady(RiskLevel::low, 60.0);
  input.last_use = Time{50.0};
  BOOST_TEST((change(input) == SupportChange::step_up));
  input.last_use = Time{30.0};
  BOOST_TEST((change(input) == SupportChange::stay));
  input.last_use.reset();
  input.levels.back().level = RiskLevel::high;
  BOOST_TEST((change(input) == SupportChange::stay));  // on one day alone
  const auto sooner = care::support_step(input, {.high_days = 1});
  BOOST_TEST((sooner.change == SupportChange::step_up));
  BOOST_TEST(sooner.why.find("on 1 day") != std::string::npos);
  input.levels[input.levels.size() - 2].level = RiskLevel::critical;
  BOOST_TEST((change(input) == SupportChange::step_up));
}

BOOST_AUTO_TEST_CASE(raised_levels_that_last_ask_for_more) {
  BOOST_TEST((change(steady(RiskLevel::elevated, 30.0)) == SupportChange::step_up));
  BOOST_TEST((change(steady(RiskLevel::elevated, 9.0)) == SupportChange::stay));
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  const auto refused = [](SupportInput input, SupportSettings settings) {
    BOOST_CHECK_THROW(care::support_step(input, settings), InvalidInput);
  };
  auto input = steady(RiskLevel::low, 60.0);
  refused(input, {.high_days = 0});
  refused(input, {.high_within = Days{0.0}});
  refused(input, {.lasting_weeks = 0});
  refused(input, {.calm_weeks = 0});
  input.last_use = Time{100.0};
  refused(input, {});
  input = steady(RiskLevel::low, 60.0);
  input.now = Time{10.0};
  refused(input, {});
  input = steady(RiskLevel::low, 60.0);
  std::swap(input.levels[2], input.levels[7]);
  refused(input, {});
}

BOOST_AUTO_TEST_SUITE_END()
