#include <relapse/engine/detail/lost_tolerance.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/io/standard.hpp>

#include "remembered.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(lost_tolerance_test)

namespace {

CheckIn told(double day, double taken) {
  CheckIn check_in;
  check_in.time = Time{day};
  check_in.answers = {{"used", 0.0}, {"craving", 1.0}, {"medication", taken}};
  return check_in;
}

/// On which of the days the notice is up, a check-in a day.
std::vector<int> days_up(const std::vector<double>& taken) {
  Monitor monitor(models::standard());
  std::vector<int> up;
  for (std::size_t day = 0; day < taken.size(); ++day) {
    const auto& now = monitor.update(told(static_cast<double>(day), taken[day]));
    BOOST_TEST(now.lost_tolerance_notice == now.lost_tolerance_until.has_value());
    if (now.lost_tolerance_notice) up.push_back(static_cast<int>(day));
  }
  return up;
}

}  // namespace

BOOST_AUTO_TEST_CASE(three_missed_days_after_medication_was_taken_bring_the_notice) {
  BOOST_TEST((days_up({7, 7, 6, 5, 4, 3}) == std::vector<int>{4, 5}));
}

BOOST_AUTO_TEST_CASE(who_takes_it_or_never_took_it_gets_none) {
  BOOST_TEST(days_up({7, 7, 7, 7, 7}).empty());
  BOOST_TEST(days_up({0, 0, 0, 0, 0}).empty());
  BOOST_TEST(days_up({4, 4, 4, 4}).empty());
  BOOST_TEST(days_up({6, 5, 6, 5, 6}).empty());
  Monitor never(models::standard());
  CheckIn check_in = told(0.0, 0.0);
  check_in.answers.pop_back();
  BOOST_TEST(!never.update(check_in).lost_tolerance_notice);
}

BOOST_AUTO_TEST_CASE(the_notice_ends_four_weeks_after_the_last_day_with_medication) {
  Monitor monitor(models::standard());
  monitor.update(told(0.0, 7.0));
  monitor.update(told(5.0, 2.0));
  const auto& now = monitor.update(told(8.0, 0.0));
  BOOST_TEST(now.lost_tolerance_until->days == 33.0);
  BOOST_TEST(monitor.at(Time{32.9}).lost_tolerance_notice);
  BOOST_TEST(!monitor.at(Time{33.0}).lost_tolerance_notice);
  // Somebody whose treatment has ended is not told so for ever.
  BOOST_TEST(!monitor.update(told(40.0, 0.0)).lost_tolerance_notice);
}

BOOST_AUTO_TEST_CASE(an_overdose_brings_it_whatever_is_said_of_use) {
  for (const bool said : {false, true}) {
    Monitor monitor(models::standard());
    CheckIn check_in;
    check_in.time = Time{10.0};
    check_in.answers = {{"overdose", 1.0}};
    if (said) check_in.answers.push_back({"used", 0.0});
    BOOST_TEST(monitor.update(check_in).lost_tolerance_until->days == 38.0);
    monitor.acknowledge("overdose", Time{11.0});
    BOOST_TEST(monitor.at(Time{12.0}).lost_tolerance_notice);
    BOOST_TEST((monitor.at(Time{12.0}).level >= RiskLevel::high));
  }
}

BOOST_AUTO_TEST_CASE(use_of_something_else_brings_none_whenever_it_was) {
  for (const double alcohol : {1.0, 0.0}) {
    Monitor monitor(models::weekly_bam());
    CheckIn check_in;
    check_in.time = Time{10.0};
    check_in.answers = {{"alcohol_days", alcohol}};
    check_in.used_days_ago = Days{3.0};
    if (alcohol == 0.0) check_in.answers.clear();
    // A time alone does not say of what.
    BOOST_TEST(monitor.update(check_in).lost_tolerance_notice == (alcohol == 0.0));
  }
}

BOOST_AUTO_TEST_CASE(use_whose_substance_is_told_brings_it_where_that_may_be_an_opioid) {
  for (const auto& [name, up] : {std::pair{"Heroin", true},
                                 {"", true},
                                 {"something", true},
                                 {"nicotine", false},
                                 {"Alkohol", false}}) {
    Monitor monitor(models::standard());
    CheckIn check_in;
    check_in.time = Time{10.0};
    check_in.used_days_ago = Days{0.0};
    check_in.substance = name;
    BOOST_TEST(monitor.update(check_in).lost_tolerance_notice == up, name);
    // It is that of one check-in.
    check_in = {};
    check_in.time = Time{11.0};
    check_in.answers = {{"used", 1.0}};
    BOOST_TEST(monitor.update(check_in).lost_tolerance_notice, name);
  }
}

BOOST_AUTO_TEST_CASE(after_use_it_is_up_at_once_and_says_when_it_ends) {
  Monitor monitor(models::standard());
  CheckIn check_in;
  check_in.time = Time{10.0};
  check_in.answers = {{"used", 1.0}};
  BOOST_TEST(monitor.update(check_in).lost_tolerance_until->days == 38.0);
  check_in.time = Time{20.0};
  BOOST_TEST(monitor.update(check_in).lost_tolerance_until->days == 48.0);
  check_in.time = Time{49.0};
  check_in.answers = {{"used", 0.0}};
  BOOST_TEST(!monitor.update(check_in).lost_tolerance_notice);
}

BOOST_AUTO_TEST_CASE(a_last_use_told_at_the_start_counts_from_the_third_day) {
  Monitor recent(models::standard(), {.start = {.days_since_use = Days{1.0}}});
  BOOST_TEST(!recent.update(told(0.0, 0.0)).lost_tolerance_notice);
  BOOST_TEST(recent.update(told(2.0, 0.0)).lost_tolerance_until->days == 27.0);
  Monitor long_ago(models::standard(), {.start = {.days_since_use = Days{60.0}}});
  BOOST_TEST(!long_ago.update(told(0.0, 0.0)).lost_tolerance_notice);
}

BOOST_AUTO_TEST_CASE(use_within_a_longer_recovery_is_a_return_to_it) {
  for (const auto& [recovery, up] : {std::pair{3650.0, true}, {2.0, false}}) {
    Monitor monitor(models::standard(), {.start = {.days_since_use = Days{1.0},
                                                   .days_in_recovery = Days{recovery}}});
    BOOST_TEST(monitor.update(told(0.0, 0.0)).lost_tolerance_notice == up);
  }
}

BOOST_AUTO_TEST_CASE(a_test_that_only_use_can_make_positive_brings_it) {
  Monitor monitor(models::opioid_weekly());
  CheckIn check_in;
  for (const double urine : {0.0, 1.0}) {
    check_in.time = Time{7.0 * urine};
    check_in.answers = {{"urine", urine}, {"use_days", 0.0}, {"covered_days", 7.0}};
    BOOST_TEST(monitor.update(check_in).lost_tolerance_notice == (urine > 0.0));
  }
  BOOST_TEST(monitor.at(Time{34.9}).lost_tolerance_notice);
  BOOST_TEST(!monitor.at(Time{35.0}).lost_tolerance_notice);
}

BOOST_AUTO_TEST_CASE(it_belongs_to_opioids) {
  auto document = models::standard().document();
  for (auto& rule : document.items) {
    if (rule.item.role == Role::use) rule.item.substance = "alcohol";
  }
  Monitor monitor{Model(document)};
  monitor.update(told(0.0, 7.0));
  BOOST_TEST(!monitor.update(told(7.0, 0.0)).lost_tolerance_notice);
  CheckIn use = told(8.0, 0.0);
  use.answers[0].value = 1.0;
  BOOST_TEST(!monitor.update(use).lost_tolerance_notice);
}

BOOST_AUTO_TEST_CASE(a_stretch_counts_in_and_none_is_cut_short) {
  LostTolerance tolerance;
  BOOST_TEST(!tolerance.is_up(Time{0.0}));
  tolerance.extend(Time{10.0}, Time{20.0});
  BOOST_TEST(!tolerance.is_up(Time{9.0}));
  BOOST_TEST(tolerance.is_up(Time{10.0}));
  BOOST_TEST(!tolerance.is_up(Time{20.0}));
  tolerance.extend(Time{15.0}, Time{18.0});
  BOOST_TEST(tolerance.until.days == 20.0);
  tolerance.extend(Time{5.0}, Time{4.0});
  tolerance.extend(Time{1.0}, Time{2.0});
  BOOST_TEST(tolerance.is_up(Time{19.0}));
  tolerance.extend(Time{30.0}, Time{40.0});
  BOOST_TEST(!tolerance.is_up(Time{25.0}));
}

BOOST_AUTO_TEST_CASE(a_snapshot_of_before_keeps_the_notice_for_four_weeks) {
  Monitor monitor(models::standard());
  CheckIn check_in;
  check_in.time = Time{10.0};
  check_in.answers = {{"used", 1.0}};
  monitor.update(check_in);
  const auto snapshot = monitor.snapshot();
  Monitor same(models::standard(), snapshot);
  BOOST_TEST(same.at(Time{20.0}).lost_tolerance_until->days == 38.0);
  Monitor old(models::standard(), test::changed(snapshot, [](auto& kept) {
                kept.tolerance_known = false;
                kept.record.tolerance = {};
              }));
  BOOST_TEST(old.at(Time{37.0}).lost_tolerance_notice);
  BOOST_TEST(!old.at(Time{38.0}).lost_tolerance_notice);
}

BOOST_AUTO_TEST_SUITE_END()
