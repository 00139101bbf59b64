#include <relapse/core/time.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>

BOOST_AUTO_TEST_SUITE(time_test)

using relapse::Days;
using relapse::Time;

BOOST_AUTO_TEST_CASE(a_difference_of_moments_is_a_length) {
  static_assert(Time{10.5} - Time{3.0} == Days{7.5});
  BOOST_TEST((Time{3.0} - Time{10.5}).count == -7.5);
}

BOOST_AUTO_TEST_CASE(adding_and_taking_away_undo_each_other) {
  const Time start{20513.25};
  const Days week{7.0};
  BOOST_TEST(((start + week) - start == week));
  BOOST_TEST(((start + week) - week == start));
}

BOOST_AUTO_TEST_CASE(order_is_that_of_the_days) {
  BOOST_TEST((Days{1.0} < Days{2.0}));
  BOOST_TEST((Time{2.0} > Time{1.0}));
  BOOST_TEST((Days{} == Days{0.0}));
}

BOOST_AUTO_TEST_CASE(days_count_from_the_epoch_in_utc_whatever_the_local_zone) {
  // 2026-03-01T08:00+02:00 is 06:00 in UTC, 20513 whole days and a quarter after the
  // epoch.
  constexpr std::int64_t six_in_utc = 1'772'344'800'000'000;
  BOOST_TEST(Time::from_microseconds(six_in_utc).days == 20513.25);
  BOOST_TEST(Time::from_microseconds(0).days == 0.0);
  BOOST_TEST(Time::from_microseconds(-43'200'000'000).days == -0.5);
}

BOOST_AUTO_TEST_CASE(moments_a_hundredth_of_a_millisecond_apart_stay_apart_this_century) {
  constexpr std::int64_t year_2099 = 4'070'908'800'000'000;
  const Time before = Time::from_microseconds(year_2099);
  const Time after = Time::from_microseconds(year_2099 + 10);
  BOOST_TEST((before < after));
}

BOOST_AUTO_TEST_SUITE_END()
