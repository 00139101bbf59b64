#include <relapse/care/high_risk.hpp>
#include <relapse/core/detail/calendar.hpp>
#include <relapse/core/error.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(high_risk_test)

namespace {

Time noon(const char* date) {
  return Time{static_cast<double>(calendar_day(date).value()) + 0.5};
}

/// The next day of a trigger from a date on, as dates; empty: none within the days.
template <class Change>
std::string next(Change change, const char* from, int days = 366) {
  Plan plan;
  plan.triggers = {{.situation = "II-B", .words = "the bar"}};
  change(plan.triggers[0]);
  const auto ahead = care::high_risk_ahead(plan, noon(from), days, Zone());
  if (ahead.empty()) return "";
  const auto day = date_text(ahead[0].day);
  return ahead[0].until == ahead[0].day ? day : day + "/" + date_text(ahead[0].until);
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_kind_of_time_comes_on_its_day) {
  const auto date = [](Trigger& trigger) { trigger.date = "2026-12-24"; };
  BOOST_TEST(next(date, "2026-11-29") == "2026-12-24");
  BOOST_TEST(next(date, "2026-12-24") == "2026-12-24");
  BOOST_TEST(next(date, "2026-12-25") == "");
  BOOST_TEST(next(date, "2026-11-29", 25) == "");
  BOOST_TEST(next(date, "2026-11-29", 26) == "2026-12-24");
  const auto yearly = [](Trigger& trigger) { trigger.date = "02-29"; };
  BOOST_TEST(next(yearly, "2027-03-01") == "2028-02-29");
  BOOST_TEST(next(yearly, "2026-01-01") == "");
  const auto weekday = [](Trigger& trigger) { trigger.days = {"friday", "sunday"}; };
  BOOST_TEST(next(weekday, "2026-11-30") == "2026-12-04");
  BOOST_TEST(next(weekday, "2026-11-29") == "2026-11-29");
  const auto pay_day = [](Trigger& trigger) { trigger.pay_day = 31; };
  BOOST_TEST(next(pay_day, "2026-02-01") == "2026-02-28");
  BOOST_TEST(next(pay_day, "2026-03-01") == "2026-03-31");
  BOOST_TEST(next([](Trigger&) {}, "2026-03-01") == "");
}

BOOST_AUTO_TEST_CASE(a_time_of_year_runs_over_new_year_and_counts_while_it_lasts) {
  const auto season = [](Trigger& trigger) { trigger.time_of_year = "12-20/01-06"; };
  BOOST_TEST(next(season, "2026-11-29") == "2026-12-20/2027-01-06");
  BOOST_TEST(next(season, "2027-01-02") == "2027-01-02/2027-01-06");
  const auto summer = [](Trigger& trigger) { trigger.time_of_year = "06-01/08-31"; };
  BOOST_TEST(next(summer, "2026-09-01") == "2027-06-01/2027-08-31");
}

BOOST_AUTO_TEST_CASE(days_come_in_their_order_in_the_persons_words_and_calendar) {
  Plan plan;
  plan.triggers = {{.situation = "II-B", .words = "work party", .date = "2026-12-18"},
                   {.situation = "I-E",
                    .words = "",
                    .id = "t2",
                    .date = "2026-12-01",
                    .place = "the kiosk"}};
  const auto ahead = care::high_risk_ahead(plan, noon("2026-11-29"), 28, Zone());
  BOOST_TEST_REQUIRE(ahead.size() == 2U);
  BOOST_TEST(ahead[0].trigger == "t2");
  BOOST_TEST(ahead[0].words.find("the kiosk") != std::string::npos);
  BOOST_TEST(ahead[1].words == "work party");
  BOOST_TEST(care::high_risk_lines(ahead)[1].text == "18 December 2026: work party");
  // Fourteen hours ahead of UTC the next day has begun.
  const Zone east({{Time{0.0}, 14 * 3600}}, Time{1e6});
  const auto local = care::high_risk_ahead(plan, noon("2026-11-30"), 1, east);
  BOOST_TEST(local.size() == 1U);
  BOOST_TEST(care::high_risk_ahead(plan, noon("2026-11-30"), 1, Zone()).empty());
}

BOOST_AUTO_TEST_CASE(a_weekday_does_not_hide_a_date) {
  Plan plan;
  plan.triggers = {
      {.situation = "II-B", .words = "bar", .date = "12-24", .days = {"friday"}}};
  const auto ahead = care::high_risk_ahead(plan, noon("2026-11-29"), 28, Zone());
  BOOST_TEST_REQUIRE(ahead.size() == 2U);
  BOOST_TEST(date_text(ahead[0].day) == "2026-12-04");
  BOOST_TEST(date_text(ahead[1].day) == "2026-12-24");
}

BOOST_AUTO_TEST_CASE(a_trigger_says_when_and_where_it_comes) {
  const Trigger all{.situation = "II-B",
                    .words = "",
                    .date = "12-24",
                    .days = {"friday"},
                    .time_of_year = "12-20/01-06",
                    .pay_day = 25,
                    .place = "the kiosk"};
  const std::vector<std::string> said{"each year on 24 December", "Friday",
                                      "each year from 20 December to 6 January",
                                      "each month, pay day on day 25", "the kiosk"};
  BOOST_TEST(care::when_in_words(all) == said, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_look_ahead_of_no_days_is_refused) {
  for (const int days : {0, -1, 367}) {
    BOOST_CHECK_THROW(care::high_risk_ahead(Plan(), Time{0.0}, days, Zone()),
                      InvalidInput);
  }
}

BOOST_AUTO_TEST_CASE(a_stretch_of_days_is_said_with_both_ends) {
  Plan plan;
  plan.triggers = {
      {.situation = "II-B", .words = "the fair", .time_of_year = "12-20/01-06"}};
  const auto ahead = care::high_risk_ahead(plan, noon("2026-12-01"), 28, Zone());
  BOOST_TEST_REQUIRE(ahead.size() == 1U);
  BOOST_TEST(care::high_risk_lines(ahead)[0].text ==
             "20 December 2026 to 6 January 2027: the fair");
}

BOOST_AUTO_TEST_CASE(a_date_of_one_year_is_said_with_its_year) {
  const Trigger once{.situation = "II-B", .words = "", .date = "2026-12-24"};
  BOOST_TEST(care::when_in_words(once) == std::vector<std::string>{"24 December 2026"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
