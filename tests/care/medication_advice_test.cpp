#include <relapse/care/medication_advice.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/io/medications.hpp>
#include <relapse/io/standard.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(medication_advice_test)

namespace {

Plan taking(std::vector<const char*> names) {
  Plan plan;
  plan.contacts = {{"A friend", "friend", "telephone", {"support"}, {}},
                   {"The clinic", "clinician", "telephone", {"support"}, {}}};
  for (const char* name : names) {
    plan.medication.push_back({.name = name});
    plan.medication.back().medication_class = medications::find(name).medication_class;
  }
  return plan;
}

/// What is suggested to somebody, the whole of it.
std::vector<Suggestion> suggested(const Plan& plan, double taken, double used,
                                  const std::vector<Answer>& more = {}) {
  Monitor monitor(models::standard());
  CheckIn check_in;
  for (int day = 0; day < 3; ++day) {
    check_in.time = Time{static_cast<double>(day)};
    check_in.answers = {{"used", day == 2 ? used : 0.0},
                        {"craving", 2.0},
                        {"medication", day == 2 ? taken : 7.0}};
    if (day == 2) {
      check_in.answers.insert(check_in.answers.end(), more.begin(), more.end());
    }
    monitor.update(check_in);
  }
  return monitor.suggest(plan, {.count = 60});
}

bool says(const std::vector<Suggestion>& all, const char* action) {
  return std::any_of(all.begin(), all.end(),
                     [&](const auto& each) { return each.action == action; });
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_agonist_is_not_to_be_taken_again_after_missed_days) {
  for (const char* name : {"Methadone", "Buprenorphin", "Suboxone", "L-Polamidon"}) {
    for (const double taken : {0.0, 3.0, 5.0}) {
      const auto all = suggested(taking({name}), taken, 0.0);
      BOOST_TEST(!says(all, "take_medication"), name << " " << taken);
      BOOST_TEST(all.front().action == "talk_to_prescriber", name << " " << taken);
      BOOST_TEST(all.front().words.find(name) != std::string::npos);
      BOOST_TEST(all.front().contact == "The clinic");
    }
    BOOST_TEST(says(suggested(taking({name}), 6.0, 0.0), "take_medication"), name);
  }
}

BOOST_AUTO_TEST_CASE(an_antagonist_or_an_aversive_is_not_to_be_taken_after_use) {
  for (const char* name : {"Naltrexone", "Vivitrol", "Disulfiram", "Antabus"}) {
    BOOST_TEST(!says(suggested(taking({name}), 4.0, 1.0), "take_medication"), name);
    BOOST_TEST(says(suggested(taking({name}), 4.0, 0.0), "take_medication"), name);
  }
  BOOST_TEST(says(suggested(taking({"Acamprosate"}), 4.0, 1.0), "take_medication"));
}

BOOST_AUTO_TEST_CASE(nothing_is_to_be_taken_under_a_flag_or_when_use_may_have_been) {
  for (const char* name : {"Naltrexone", "Disulfiram", "Methadone", "Acamprosate"}) {
    for (const auto flag : built_in_flags) {
      const auto all = suggested(taking({name}), 6.0, 0.0, {{std::string(flag), 1.0}});
      BOOST_TEST(!says(all, "take_medication"), name << " " << flag);
    }
  }
  const auto plan = taking({"Naltrexone"});
  BOOST_TEST(!says(suggested(plan, 6.0, 0.0, {{"withdrawal", 4.0}}), "take_medication"));
  Monitor monitor(models::standard());
  CheckIn check_in;
  check_in.answers = {{"used", 0.0}, {"craving", 2.0}, {"medication", 6.0}};
  monitor.update(check_in);
  BOOST_TEST(says(monitor.suggest(plan, {.count = 60}), "take_medication"));
  const SuggestSettings tested{.count = 60, .in_doubt = DoubtedUse{Time{0.0}, true}};
  BOOST_TEST(!says(monitor.suggest(plan, tested), "take_medication"));
}

BOOST_AUTO_TEST_CASE(what_is_not_about_use_is_for_the_prescriber_after_missed_days) {
  auto plan = taking({"Lithium"});
  plan.medication.back().medication_class = MedicationClass::other;
  BOOST_TEST(suggested(plan, 0.0, 0.0).front().action == "talk_to_prescriber");
  BOOST_TEST(!says(suggested(plan, 0.0, 0.0), "take_medication"));
  BOOST_TEST(says(suggested(plan, 6.0, 0.0), "take_medication"));
}

BOOST_AUTO_TEST_CASE(the_rule_holds_for_the_weekly_model_of_opioid_treatment) {
  for (const auto& [name, urine] : {std::pair{"Methadone", 0.0}, {"Naltrexone", 1.0}}) {
    Monitor monitor(models::opioid_weekly());
    CheckIn check_in;
    for (int week = 0; week < 9; ++week) {
      const bool last = week == 8;
      check_in.time = Time{7.0 * week};
      check_in.answers = {{"urine", last ? urine : 0.0},
                          {"use_days", last && urine > 0.0 ? 3.0 : 0.0},
                          {"covered_days", last ? 0.0 : 7.0},
                          {"no_medication", last ? 1.0 : 0.0}};
      monitor.update(check_in);
    }
    const auto all = monitor.suggest(taking({name}), {.count = 9});
    BOOST_TEST(!says(all, "take_medication"), name);
    BOOST_TEST(says(all, "talk_to_prescriber") == (urine == 0.0), name);
    BOOST_TEST(says(all, "medical_check") == (urine > 0.0), name);
  }
}

BOOST_AUTO_TEST_CASE(of_an_unknown_one_nothing_is_said_after_missed_doses) {
  const auto all = suggested(taking({"The white pill"}), 4.0, 0.0);
  BOOST_TEST(!says(all, "take_medication"));
  BOOST_TEST(all.front().action == "talk_to_prescriber");
  BOOST_TEST(!says(suggested(taking({"The white pill"}), 6.0, 0.0), "take_medication"));
}

BOOST_AUTO_TEST_CASE(without_medication_in_the_plan_days_without_it_are_talked_about) {
  for (const double taken : {0.0, 3.0, 7.0}) {
    const auto all = suggested(taking({}), taken, 0.0);
    BOOST_TEST(!all.empty());
    BOOST_TEST(!says(all, "take_medication"));
    BOOST_TEST(says(all, "talk_to_prescriber") == (taken < 7.0), taken);
  }
}

BOOST_AUTO_TEST_CASE(after_several_days_without_an_antagonist_the_prescriber_is_first) {
  for (const char* name : {"Naltrexone", "Vivitrol"}) {
    for (const double taken : {0.0, 3.0}) {
      const auto all = suggested(taking({name}), taken, 0.0);
      BOOST_TEST(!says(all, "take_medication"), name << " " << taken);
      BOOST_TEST(all.front().action == "talk_to_prescriber", name << " " << taken);
    }
    // After use it is the use that comes first.
    BOOST_TEST(suggested(taking({name}), 0.0, 1.0).front().need == "use", name);
  }
}

BOOST_AUTO_TEST_CASE(one_that_may_not_be_taken_holds_back_the_saying_for_all) {
  BOOST_TEST(
      !says(suggested(taking({"Sertralin", "Methadon"}), 2.0, 0.0), "take_medication"));
  BOOST_TEST(!says(suggested(taking({"Disulfiram", "Acamprosat"}), 5.0, 1.0),
                   "take_medication"));
}

BOOST_AUTO_TEST_CASE(the_prescriber_comes_first_with_nobody_to_reach_too) {
  auto plan = taking({"Methadone"});
  plan.contacts.clear();
  plan.medication[0].prescriber = "Dr. Okafor";
  const auto all = suggested(plan, 0.0, 0.0);
  BOOST_TEST(all.front().action == "talk_to_prescriber");
  BOOST_TEST(all.front().words.find("Dr. Okafor") != std::string::npos);
  BOOST_TEST(all.front().contact.empty());
}

BOOST_AUTO_TEST_CASE(under_a_flag_somebody_is_reached_before_the_prescriber) {
  const auto all = suggested(taking({"Methadone"}), 0.0, 0.0, {{"self_harm", 1.0}});
  const auto next = std::find_if(
      all.begin(), all.end(), [](const auto& each) { return each.action != "crisis"; });
  BOOST_REQUIRE(next - all.begin() > 0);
  BOOST_REQUIRE(all.end() - next > 2);
  BOOST_TEST(next->need == "self_harm");
  BOOST_TEST(next->contact == "A friend");
  BOOST_TEST((next + 1)->action == "talk_to_prescriber");
}

BOOST_AUTO_TEST_CASE(a_strategy_of_the_plan_is_held_to_the_same_rule) {
  auto plan = taking({"Methadone"});
  plan.strategies = {{"take_medication", "My syrup", {}, true, {}}};
  BOOST_TEST(!says(suggested(plan, 1.0, 0.0), "take_medication"));
}

BOOST_AUTO_TEST_CASE(a_plan_of_other_substances_alone_does_not_concern_opioids) {
  Plan plan;
  BOOST_TEST(care::may_concern_opioids(plan));
  plan.substances = {"Alcohol", "Kokain"};
  BOOST_TEST(!care::may_concern_opioids(plan));
  plan.substances.push_back("something");
  BOOST_TEST(care::may_concern_opioids(plan));
  plan.substances = {"alcohol", "opioid"};
  BOOST_TEST(care::may_concern_opioids(plan));
  plan = taking({"Methadone"});
  plan.substances = {"alcohol"};
  BOOST_TEST(care::may_concern_opioids(plan));
  plan = taking({"Naltrexone"});
  plan.substances = {"alcohol"};
  BOOST_TEST(!care::may_concern_opioids(plan));
}

BOOST_AUTO_TEST_SUITE_END()
