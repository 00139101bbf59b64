#include <relapse/risk/detail/level.hpp>

#include <boost/test/unit_test.hpp>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(level_test)

namespace {

const LevelRule rule{.horizon = Days{7.0},
                     .cuts = {0.05, 0.15, 0.35, 0.65},
                     .lower_after = Days{3.0},
                     .source = "test"};

struct Series {
  risk::LevelMemory memory;
  RiskLevel at(double time, double risk) {
    risk::remember(memory, risk, Time{time}, rule);
    return risk::level_at(memory, risk, Time{time}, rule);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_cut_is_reached_at_its_value) {
  BOOST_TEST((Series().at(0.0, 0.15) == RiskLevel::elevated));
  BOOST_TEST((Series().at(0.0, 0.1499) == RiskLevel::guarded));
}

BOOST_AUTO_TEST_CASE(a_level_is_raised_at_once_and_lowered_after_a_while) {
  Series series;
  BOOST_TEST((series.at(0.0, 0.01) == RiskLevel::low));
  BOOST_TEST((series.at(1.0, 0.40) == RiskLevel::high));
  BOOST_TEST((series.at(2.0, 0.01) == RiskLevel::high));
  BOOST_TEST((series.at(4.9, 0.01) == RiskLevel::high));
  BOOST_TEST((series.at(5.0, 0.01) == RiskLevel::low));
}

BOOST_AUTO_TEST_CASE(each_cut_has_its_own_run) {
  Series series;
  series.at(0.0, 0.70);
  series.at(1.0, 0.40);
  BOOST_TEST((series.at(3.0, 0.10) == RiskLevel::critical));
  BOOST_TEST((series.at(4.0, 0.10) == RiskLevel::high));
  BOOST_TEST((series.at(6.0, 0.10) == RiskLevel::guarded));
}

BOOST_AUTO_TEST_CASE(the_first_check_in_has_no_memory) {
  Series series;
  BOOST_TEST((series.at(0.0, 0.02) == RiskLevel::low));
  BOOST_TEST((series.at(1.0, 0.06) == RiskLevel::guarded));
}

BOOST_AUTO_TEST_CASE(a_rise_breaks_the_run) {
  Series series;
  series.at(0.0, 0.40);
  series.at(1.0, 0.01);
  series.at(3.0, 0.40);
  series.at(4.0, 0.01);
  BOOST_TEST((series.at(6.0, 0.01) == RiskLevel::high));
  BOOST_TEST((series.at(7.0, 0.01) == RiskLevel::low));
}

BOOST_AUTO_TEST_CASE(a_silence_leaves_cuts_and_reaches_none) {
  Series series;
  series.at(0.0, 0.40);
  series.at(1.0, 0.10);
  // It looks back to a moment above and below the cuts.
  risk::leave(series.memory, 0.50, Time{7.0}, rule);
  BOOST_TEST(
      (risk::level_at(series.memory, 0.02, Time{10.0}, rule) == RiskLevel::guarded));
  risk::leave(series.memory, 0.02, Time{7.0}, rule);
  BOOST_TEST(
      (risk::level_at(series.memory, 0.02, Time{9.9}, rule) == RiskLevel::guarded));
  BOOST_TEST((risk::level_at(series.memory, 0.02, Time{10.0}, rule) == RiskLevel::low));
}

BOOST_AUTO_TEST_CASE(a_level_may_be_kept_where_the_last_risk_reached_its_cut) {
  Series series;
  BOOST_TEST(!risk::may_be_kept(series.memory, 0.01, rule));
  series.at(0.0, 0.01);
  series.at(1.0, 0.40);
  BOOST_TEST(risk::may_be_kept(series.memory, 0.20, rule));
  BOOST_TEST(!risk::may_be_kept(series.memory, 0.40, rule));
  series.at(2.0, 0.20);
  BOOST_TEST(!risk::may_be_kept(series.memory, 0.16, rule));
}

BOOST_AUTO_TEST_SUITE_END()
