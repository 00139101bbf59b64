#include <relapse/core/error.hpp>
#include <relapse/io/timestamp.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <random>
#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(timestamp_test)

using relapse::io::parse_timestamp;
using relapse::io::time_json;
using relapse::io::to_timestamp;

BOOST_AUTO_TEST_CASE(a_zone_is_taken_into_account_whatever_the_local_one) {
  BOOST_TEST(parse_timestamp("1970-01-01T00:00:00Z").days == 0.0);
  BOOST_TEST(parse_timestamp("2026-03-01T08:00:00+02:00").days == 20513.25);
  BOOST_TEST(parse_timestamp("2026-03-01T00:30:00-05:30").days == 20513.25);
  BOOST_TEST(parse_timestamp("2026-03-01T11:45:00+05:45").days == 20513.25);
  BOOST_TEST(parse_timestamp("2026-02-28T06:30:00-23:30").days == 20513.25);
}

BOOST_AUTO_TEST_CASE(seconds_may_be_left_out_and_letters_be_small) {
  BOOST_TEST(parse_timestamp("2026-03-01T08:00+02:00").days == 20513.25);
  BOOST_TEST(parse_timestamp("2026-03-01 06:00z").days == 20513.25);
  BOOST_TEST(parse_timestamp("2026-03-01t06:00:00.000000000z").days == 20513.25);
}

BOOST_AUTO_TEST_CASE(fractions_count_to_the_microsecond) {
  const auto at = [](std::int64_t microseconds) {
    return Time::from_microseconds(1'772'344'800'000'000 + microseconds);
  };
  BOOST_TEST((parse_timestamp("2026-03-01T06:00:00.5Z") == at(500'000)));
  BOOST_TEST((parse_timestamp("2026-03-01T06:00:00.000001Z") == at(1)));
  BOOST_TEST((parse_timestamp("2026-03-01T06:00:00.123456000Z") == at(123'456)));
  BOOST_TEST((parse_timestamp("2026-03-01T06:00:59.999999Z") == at(59'999'999)));
}

BOOST_AUTO_TEST_CASE(the_calendar_is_known) {
  BOOST_TEST(parse_timestamp("2024-02-29T00:00Z").days == 19782.0);
  BOOST_TEST(parse_timestamp("2000-02-29T00:00Z").days == 11016.0);
  BOOST_TEST(parse_timestamp("1969-12-31T12:00Z").days == -0.5);
  for (const char* text :
       {"2026-02-29T00:00Z", "1900-02-29T00:00Z", "2026-04-31T00:00Z"}) {
    BOOST_TEST(io::read_timestamp(text).problem == "no day of the calendar");
  }
}

BOOST_AUTO_TEST_CASE(a_time_without_zone_is_refused_and_told_so) {
  for (const char* text :
       {"2026-03-01T08:00", "2026-03-01T08:00:00", "2026-03-01 08:00:00.5"}) {
    BOOST_TEST(io::read_timestamp(text).problem == "a time without zone");
  }
  BOOST_CHECK_EXCEPTION(
      parse_timestamp("2026-03-01T08:00"), InvalidInput, [](const InvalidInput& error) {
        return error.what() ==
               std::string(
                   "timestamp: is a time without zone, but must be a time with its "
                   "zone, such as 2026-03-01T08:00:00+02:00");
      });
}

BOOST_AUTO_TEST_CASE(what_is_finer_than_a_microsecond_is_cut_off) {
  const auto whole = parse_timestamp("2026-03-01T06:00:00.123456Z");
  BOOST_TEST((parse_timestamp("2026-03-01T06:00:00.123456789Z") == whole));
}

BOOST_AUTO_TEST_CASE(offsets_may_stand_in_the_basic_form) {
  for (const char* text : {"2026-03-01T02:00:00-0400", "2026-03-01T02:00-04",
                           "2026-03-01T06:00:00+00", "2026-03-01T11:30:00+0530"}) {
    BOOST_TEST(parse_timestamp(text).days == 20513.25, text);
  }
  for (const char* text : {"2026-03-01 06:00:00 UTC", "2026-03-01 06:00:00GMT",
                           "2026-03-01 08:00:00 +0200", "2026-03-01T06:00 Z"}) {
    BOOST_TEST(parse_timestamp(text).days == 20513.25, text);
  }
  for (const char* text : {"2026-03-01T06:00 ", "2026-03-01T06:00  UTC",
                           "2026-03-01T06:00UT", "2026-03-01T06:00 UTC+2"}) {
    BOOST_TEST(io::read_timestamp(text).problem == "no timestamp", text);
  }
  for (const char* text : {"2026-03-01T02:00-4", "2026-03-01T02:00-040",
                           "2026-03-01T02:00-04:", "2026-03-01T02:00-04000"}) {
    BOOST_TEST(io::read_timestamp(text).problem == "no timestamp", text);
  }
}

BOOST_AUTO_TEST_CASE(other_ways_of_iso_8601_are_the_same_moment) {
  for (const char* text :
       {"20260301T060000Z", "20260301T0600Z", "20260301T060000.0+0000",
        "2026-03-01T06:00:00,000Z", "2026-03-01T07:00:00+01:00[Europe/Berlin]",
        "2026-03-01T06:00Z[UTC]"}) {
    BOOST_TEST(parse_timestamp(text).days == 20513.25, text);
  }
  BOOST_TEST((io::read_timestamp("20260301T0600").problem == "a time without zone"));
}

BOOST_AUTO_TEST_CASE(texts_have_the_bounds_of_numbers) {
  BOOST_TEST(parse_timestamp("2300-01-04T00:00Z").days == 120'533.0);
  for (const char* text : {"2300-01-05T00:00Z", "2600-01-01T00:00Z", "1500-01-01T00:00Z",
                           "0001-01-01T00:00Z", "9999-12-31T23:59:59Z"}) {
    BOOST_TEST(io::read_timestamp(text).problem == "further from 1970 than the year 2300",
               text);
  }
}

BOOST_AUTO_TEST_CASE(an_offset_must_be_that_of_the_zone_in_brackets) {
  const auto problem = [](const char* text) { return io::read_timestamp(text).problem; };
  const char* const other = "a time whose offset is not that of the zone in brackets";
  BOOST_TEST(problem("2026-03-01T08:00:00+05:00[UTC]") == other);
  BOOST_TEST(problem("2026-03-01T08:00:00+00:00[UTC]") == "");
  // Without rules nothing is known of other zones.
  BOOST_TEST(problem("2026-03-01T08:00:00+05:00[Europe/Berlin]") == "");
  io::set_zone_rules([](std::string_view zone, Time moment) -> std::optional<int> {
    if (zone != "Europe/Berlin") return std::nullopt;
    constexpr double spring = 20541.0 + 1.0 / 24.0;  // 2026-03-29T01:00Z
    return moment.days < spring ? 3600 : 7200;
  });
  BOOST_TEST(problem("2026-03-01T08:00:00+05:00[Europe/Berlin]") == other);
  BOOST_TEST(problem("2026-03-29T02:30:00+01:00[Europe/Berlin]") == other);
  BOOST_TEST(problem("2026-03-29T02:30:00+02:00[Europe/Berlin]") == other);
  BOOST_TEST(problem("2026-03-29T01:30:00+01:00[Europe/Berlin]") == "");
  BOOST_TEST(problem("2026-03-29T03:00:00+02:00[Europe/Berlin]") == "");
  BOOST_TEST(problem("2026-03-01T08:00:00Z[Europe/Berlin]") == "");
  BOOST_TEST(problem("2026-03-01T08:00:00+05:00[Nowhere]") == "");
  io::set_zone_rules(nullptr);
}

BOOST_AUTO_TEST_CASE(numbers_that_are_no_days_are_recognised_by_their_size) {
  for (const double days : {0.0, -0.5, 20513.25, 120'533.0, -120'533.0})
    BOOST_TEST(io::unlikely_days(days).empty(), days);
  const double seconds = 20513.25 * 86400.0;
  const auto looks_like = [](double days, const std::string& what) {
    const std::string problem(io::unlikely_days(days));
    BOOST_TEST(problem.substr(problem.size() - what.size()) == what, problem);
  };
  looks_like(seconds, "like seconds");
  looks_like(seconds * 1e3, "like milliseconds");
  looks_like(seconds * 1e6, "like microseconds");
  looks_like(seconds * 1e9, "like nanoseconds");
  looks_like(20260301.0, "like a date, YYYYMMDD");
  looks_like(20261301.0, "beyond the year 2300 as days");
  looks_like(120'533.1, "beyond the year 2300 as days");
}

BOOST_AUTO_TEST_CASE(anything_else_is_no_timestamp) {
  for (const char* text : {"",
                           "now",
                           "2026",
                           "2026-03-01",
                           "2026-03-01Z",
                           "26-03-01T08:00Z",
                           "2026-3-01T08:00Z",
                           "2026-13-01T08:00Z",
                           "2026-00-01T08:00Z",
                           "2026-03-00T08:00Z",
                           "2026-03-32T08:00Z",
                           "2026-03-01T24:00Z",
                           "2026-03-01T08:60Z",
                           "2026-03-01T08:00:60Z",
                           "2026-03-01T08:00:00.Z",
                           "2026-03-01T08:00:0Z",
                           "2026-03-01T08:00:00+2:00",
                           "2026-03-01T08:00:00+24:00",
                           "2026-03-01T08:00:00+02:60",
                           "2026-03-01T08:00:00Z ",
                           " 2026-03-01T08:00:00Z",
                           "2026-03-01T08:00:00ZZ",
                           "+2026-03-01T08:00:00Z",
                           "-026-03-01T08:00:00Z",
                           "2026/03/01T08:00:00Z",
                           "20260301T08:00:00Z",
                           "2026-0301T080000Z",
                           "2026-03-01T080000Z",
                           "20260301Z",
                           "2026-03-01T08:00:00+01:00[",
                           "2026-03-01T08:00:00+01:00[]",
                           "2026-03-01T08:00:00+01:00[a]b",
                           "2026-03-01T08:00:00[Europe/Berlin]"}) {
    BOOST_TEST(io::read_timestamp(text).problem == "no timestamp", text);
    BOOST_CHECK_THROW(parse_timestamp(text), InvalidInput);
  }
}

BOOST_AUTO_TEST_CASE(times_are_written_in_utc) {
  BOOST_TEST(to_timestamp(Time{20513.25}).value() == "2026-03-01T06:00:00Z");
  BOOST_TEST(to_timestamp(Time{0.0}).value() == "1970-01-01T00:00:00Z");
  BOOST_TEST(to_timestamp(Time{-0.5}).value() == "1969-12-31T12:00:00Z");
  BOOST_TEST(to_timestamp(Time::from_microseconds(1)).value() ==
             "1970-01-01T00:00:00.000001Z");
  BOOST_TEST(to_timestamp(Time::from_microseconds(-1)).value() ==
             "1969-12-31T23:59:59.999999Z");
}

// Up to the year 2200, so that neighbouring microseconds are one double at the end.
BOOST_AUTO_TEST_CASE(every_microsecond_reads_back_as_the_same_time) {
  std::mt19937_64 random(3);
  constexpr std::int64_t span = 7'258'118'400'000'000;
  for (int i = 0; i < 50'000; ++i) {
    const auto draw = static_cast<std::int64_t>(random() % (2 * std::uint64_t{span}));
    const Time time = Time::from_microseconds(draw - span);
    const auto text = to_timestamp(time);
    BOOST_REQUIRE(text.has_value());
    BOOST_REQUIRE((parse_timestamp(*text) == time));
  }
}

BOOST_AUTO_TEST_CASE(times_between_microseconds_and_far_away_are_numbers_in_json) {
  BOOST_TEST(!to_timestamp(Time{1e-12}).has_value());
  BOOST_TEST(!to_timestamp(Time{3e6}).has_value());
  BOOST_TEST(!to_timestamp(Time{-1e300}).has_value());
  BOOST_TEST(time_json(Time{1e-12}) == "1e-12");
  BOOST_TEST(time_json(Time{3e6}) == "3e+06");
  BOOST_TEST(time_json(Time{4.0}) == "\"1970-01-05T00:00:00Z\"");
}

BOOST_AUTO_TEST_CASE(the_first_and_the_last_year_are_in_range) {
  BOOST_TEST(to_timestamp(Time{-719'528.0}).value() == "0000-01-01T00:00:00Z");
  BOOST_TEST(to_timestamp(Time{2'932'896.0}).value() == "9999-12-31T00:00:00Z");
}

BOOST_AUTO_TEST_SUITE_END()
