#include <relapse/core/detail/calendar.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(calendar_test)

BOOST_AUTO_TEST_CASE(days_are_counted_from_1970_and_written_back) {
  BOOST_TEST(calendar_day("1970-01-01").value() == 0);
  BOOST_TEST(calendar_day("2026-11-29").value() == 20786);
  for (const char* text : {"2024-02-29", "1969-12-31", "0001-01-01", "9999-12-31"}) {
    BOOST_TEST(date_text(calendar_day(text).value()) == text);
  }
}

BOOST_AUTO_TEST_CASE(a_day_that_does_not_exist_is_none) {
  for (const char* text :
       {"2026-02-29", "2026-02-30", "2026-13-01", "2026-00-10", "2026-04-31", "2026-4-01",
        "26-04-01", "2026/04/01", "", "2026-04-01T00:00Z", "-026-04-01"}) {
    BOOST_TEST(!calendar_day(text).has_value(), text);
  }
  for (const char* text : {"02-30", "13-01", "00-01", "04-31", "4-01", "04-1", ""}) {
    BOOST_TEST(!month_day(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(the_29th_of_february_is_a_day_of_some_year) {
  BOOST_TEST((month_day("02-29") == MonthDay{2, 29}));
  BOOST_TEST((month_day("12-24") > MonthDay{2, 29}));
}

BOOST_AUTO_TEST_SUITE_END()
