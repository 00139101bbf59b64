#include <relapse/core/error.hpp>
#include <relapse/core/zone.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(zone_test)

namespace {

constexpr std::int64_t minute = 60'000'000;

/// Central Europe in 2026, whose clocks change on 29 March and 25 October at 01:00 UTC.
/// Days since 1970: 20541 is 29 March 2026, 20751 is 25 October 2026.
Zone berlin() {
  return Zone({{Time{20454.0}, 3600},
               {Time{20541.0 + 1.0 / 24}, 7200},
               {Time{20751.0 + 1.0 / 24}, 3600}},
              Time{20820.0});
}

Time at(double day, int hour, int minutes = 0) {
  return Time::from_microseconds(static_cast<std::int64_t>(day) * 1440 * minute +
                                 (hour * 60 + minutes) * minute);
}

}  // namespace

BOOST_AUTO_TEST_CASE(utc_is_the_zone_without_transitions) {
  BOOST_TEST((Zone{}.local(Time{-0.25}) == LocalTime{-1, 18 * 60 * minute}));
  BOOST_TEST(!Zone{}.next_change(Time{0.0}));
}

BOOST_AUTO_TEST_CASE(clocks_jump_where_the_transitions_say) {
  const Zone zone = berlin();
  BOOST_TEST((zone.local(at(20541, 0, 59)) == LocalTime{20541, (60 + 59) * minute}));
  BOOST_TEST((zone.local(at(20541, 1)) == LocalTime{20541, 3 * 60 * minute}));
  BOOST_TEST((zone.local(at(20751, 0, 30)) == LocalTime{20751, 150 * minute}));
  BOOST_TEST((zone.local(at(20751, 1, 30)) == LocalTime{20751, 150 * minute}));
  BOOST_TEST((zone.local(at(20540, 23)) == LocalTime{20541, 0}));
}

BOOST_AUTO_TEST_CASE(nothing_is_guessed_where_the_zone_is_not_known) {
  BOOST_CHECK_THROW(berlin().local(Time{20453.9}), InvalidInput);
  BOOST_CHECK_THROW(berlin().local(Time{20820.0}), InvalidInput);
  BOOST_CHECK_THROW(Zone({}, Time{1.0}), InvalidInput);
  BOOST_CHECK_THROW(Zone({{Time{2.0}, 0}}, Time{1.0}), InvalidInput);
  BOOST_CHECK_THROW(Zone({{Time{1.0}, 0}, {Time{1.0}, 60}}, Time{9.0}), InvalidInput);
  BOOST_CHECK_THROW(Zone({{Time{1.0}, 86'400}}, Time{9.0}), InvalidInput);
  BOOST_CHECK_THROW(Zone{}.local(Time{1e300}), InvalidInput);
}

BOOST_AUTO_TEST_CASE(times_of_day_are_two_digits_each) {
  BOOST_TEST(minute_of_day("00:00").value() == 0);
  BOOST_TEST(minute_of_day("23:59").value() == 1439);
  for (const char* text : {"", "7:30", "24:00", "12:60", "12-30", "12:3a", "12:300"}) {
    BOOST_TEST(!minute_of_day(text));
  }
  BOOST_CHECK_THROW(DailyHours("22:00", "22:00"), InvalidInput);
  BOOST_CHECK_THROW(DailyHours("22:00", "late"), InvalidInput);
}

BOOST_AUTO_TEST_CASE(hours_over_midnight_end_in_the_morning) {
  const DailyHours night("22:00", "07:30");
  const Zone zone = berlin();
  BOOST_TEST(!night.contain(zone.local(at(20500, 20, 59))));
  BOOST_TEST(night.contain(zone.local(at(20500, 21))));
  BOOST_TEST(night.contain(zone.local(at(20501, 6, 29))));
  BOOST_TEST(!night.contain(zone.local(at(20501, 6, 30))));
  BOOST_TEST((night.end(at(20500, 23), zone) == at(20501, 6, 30)));
  BOOST_TEST((night.end(at(20500, 12), zone) == at(20500, 12)));
}

BOOST_AUTO_TEST_CASE(a_night_in_which_clocks_jump_ends_by_the_clock) {
  const Zone zone = berlin();
  const DailyHours night("22:00", "07:30");
  BOOST_TEST((night.end(at(20540, 22), zone) == at(20541, 5, 30)));
  BOOST_TEST((night.end(at(20750, 22), zone) == at(20751, 6, 30)));
  // Ends within the hour that is left out, and within the one that comes twice.
  BOOST_TEST((DailyHours("22:00", "02:30").end(at(20540, 22), zone) == at(20541, 1)));
  const DailyHours to_half_past_two("22:00", "02:30");
  BOOST_TEST((to_half_past_two.end(at(20750, 22), zone) == at(20751, 0, 30)));
  BOOST_TEST((to_half_past_two.end(at(20751, 1, 15), zone) == at(20751, 1, 30)));
}

BOOST_AUTO_TEST_SUITE_END()
