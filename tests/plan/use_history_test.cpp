#include <relapse/core/error.hpp>
#include <relapse/core/random.hpp>
#include <relapse/plan/use_history.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(use_history_test)

namespace {

/// One report a day at noon: '.' without use, 'x' use, 'H' a day of ten, ' ' none.
std::vector<UseReport> course(const char* days) {
  std::vector<UseReport> reports;
  for (int day = 0; days[day] != '\0'; ++day) {
    if (days[day] == ' ') continue;
    reports.push_back({Time{day + 0.5}, days[day] != '.', days[day] == 'H' ? 10.0 : 1.0});
  }
  return reports;
}

UseKind kind(const char* days, const UseDefinition& definition) {
  return find_episodes(course(days), definition, {}).back().kind;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_lapse_becomes_a_relapse_by_the_persons_definition_alone) {
  BOOST_TEST((kind("HxxxxxxxxH", {}) == UseKind::lapse));
  const UseDefinition heavy{.heavy_amount = 5.0};
  BOOST_TEST((kind("..x.", heavy) == UseKind::lapse));
  BOOST_TEST((kind("..H.", heavy) == UseKind::relapse));
  const UseDefinition row{.consecutive_days = 3};
  BOOST_TEST((kind(".xx.xx", row) == UseKind::lapse));
  BOOST_TEST((kind(".xxx.", row) == UseKind::relapse));
  BOOST_TEST((kind(".xx x", row) == UseKind::lapse));  // a day nobody asked about
  const UseDefinition week{.days_a_week = 3};
  BOOST_TEST((kind("x..x..x", week) == UseKind::relapse));
  BOOST_TEST((kind("x..x...x", week) == UseKind::lapse));
}

BOOST_AUTO_TEST_CASE(episodes_end_with_a_return_to_abstinence) {
  const auto episodes = find_episodes(course("..xx.x"), {}, {});
  BOOST_REQUIRE(episodes.size() == 2U);
  BOOST_TEST(episodes[0].days == 2);
  BOOST_TEST((episodes[0].prolapse == Time{4.5}));
  BOOST_TEST(!episodes[1].prolapse);
  const auto counts = count_recovery(course("..xx.x"), {}, {}, {Time{0.0}, Time{6.0}});
  BOOST_TEST((counts == RecoveryCounts{6, 3, 2, 2, 0, 1}));
}

BOOST_AUTO_TEST_CASE(a_day_counts_once_it_is_over) {
  const auto reports = course("....x...");
  const auto counted = [&](double now, Days before) {
    return count_recovery(std::span(reports).first(static_cast<std::size_t>(now) + 1), {},
                          {}, {Time{-before.count}, Time{now}, before});
  };
  BOOST_TEST((counted(4.9, Days{0.0}) == RecoveryCounts{4, 4, 4, 1, 0, 0}));
  // Seven days are over, and one of them was with use.
  BOOST_TEST((counted(7.9, Days{0.0}) == RecoveryCounts{7, 6, 4, 1, 0, 1}));
  // What was known before the first report is a part of all that is counted.
  BOOST_TEST((counted(4.9, Days{110.0}) == RecoveryCounts{114, 114, 114, 1, 0, 0}));
  BOOST_TEST((counted(7.9, Days{110.0}) == RecoveryCounts{117, 116, 114, 1, 0, 1}));
}

BOOST_AUTO_TEST_CASE(nothing_ever_goes_back_to_zero) {
  Random random = random_stream(9, 0);
  for (int round = 0; round < 200; ++round) {
    std::vector<UseReport> reports;
    const UseDefinition definition{
        .heavy_amount = 5.0, .consecutive_days = 3, .days_a_week = 4};
    RecoveryCounts before;
    for (int day = 0; day < 40; ++day) {
      if (sample_uniform(random) < 0.8) {
        reports.push_back({Time{day + 0.3}, sample_uniform(random) < 0.25,
                           10.0 * sample_uniform(random)});
      }
      const auto now =
          count_recovery(reports, definition, {}, {Time{0.0}, Time{day + 0.9}});
      BOOST_TEST_REQUIRE(now.days_in_recovery == day);
      BOOST_TEST_REQUIRE(now.days_without_use >= before.days_without_use);
      BOOST_TEST_REQUIRE(now.longest_run >= before.longest_run);
      BOOST_TEST_REQUIRE(now.relapses >= before.relapses);
      BOOST_TEST_REQUIRE(now.lapses + now.relapses >= before.lapses + before.relapses);
      BOOST_TEST_REQUIRE(now.prolapses >= before.prolapses);
      before = now;
    }
  }
}

BOOST_AUTO_TEST_CASE(reports_that_cannot_be_are_refused) {
  std::vector<UseReport> back{{Time{2.0}, true}, {Time{1.0}, true}};
  BOOST_CHECK_THROW(find_episodes(back, {}, {}), InvalidInput);
  std::vector<UseReport> less{{Time{2.0}, true, -1.0}};
  BOOST_CHECK_THROW(find_episodes(less, {}, {}), InvalidInput);
  const auto one = course("...x");
  const auto refused = [&](RecoverySpan span) {
    BOOST_CHECK_THROW(count_recovery(one, {}, {}, span), InvalidInput);
  };
  refused({Time{1.0}, Time{9.0}});
  refused({Time{0.0}, Time{3.0}});
  refused({Time{0.0}, Time{9.0}, Days{-1.0}});
  refused({Time{0.0}, Time{9.0}, Days{1e9}});
}

BOOST_AUTO_TEST_SUITE_END()
