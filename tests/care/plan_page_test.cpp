#include <relapse/care/plan_page.hpp>
#include <relapse/domain/crisis.hpp>
#include <relapse/io/standard.hpp>

#include "plans.hpp"
#include "spoken.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(plan_page_test)

namespace {

const Model& model() { return models::standard(); }

/// Every part of a plan has content; what is in own words is German or a name.
Plan full_plan() {
  Plan plan = test::first_plan();
  plan.version = 3;
  plan.review = Time{200.0};
  plan.triggers = {{"II-B", "die Bar", true, "t1"}, {"I-A", "", false, "t2"}};
  plan.signs = {{"mental", "verhandeln", "bargaining"}, {"emotional", "still", ""}};
  plan.strategies = {{"urge_surfing", "", {"II-B"}, true, {}},
                     {"", "Rad fahren", {}, false, "s2"}};
  plan.contacts = {
      {"Mira", "Freundin", "Telefon", {"support", "contact_rule", "after_use"}, {}},
      {"Noor", "Pflege", "Station", {}, {}}};
  auto by_flag = plan.contact_rules[0];
  by_flag.flag = "self_harm";
  auto by_silence = plan.contact_rules[0];
  by_silence.silence = Days{2.0};
  plan.contact_rules[0].days = 2;
  plan.contact_rules[0].of_days = 3;
  plan.contact_rules[0].quiet_from = "22:00";
  plan.contact_rules[0].quiet_to = "07:00";
  plan.contact_rules[0].expires = Time{300.0};
  plan.contact_rules[0].nudge_wait = Days{0.5};
  plan.contact_rules.push_back(by_flag);
  plan.contact_rules.push_back(by_silence);
  plan.reasons = {"meine Tochter"};
  plan.crisis_steps = {"zu meiner Schwester gehen"};
  plan.routine = {{"Laufen", "07:00", {"monday", "friday"}}};
  plan.medication = {{"Naltrexon", "50 mg", {"08:00"}, "Dr. Okafor"}};
  plan.meetings = {{"Gruppe", "Rathaus", "19:00", {"thursday"}}};
  plan.copies = {{"Mira", Time{150.0}, 2}};
  plan.use_definition.heavy_amount = 4.5;
  plan.use_definition.consecutive_days = 3;
  plan.use_definition.days_a_week = 4;
  return plan;
}

std::string english_page() {
  return test::text_of(care::plan_page(full_plan(), model(), {}));
}

std::string german_page() {
  return test::text_of(care::plan_page(full_plan(), model(), {}, test::german()));
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(safety_comes_first_whatever_the_plan_holds) {
  for (const auto& plan : {Plan(), full_plan()}) {
    const auto page = care::plan_page(plan, model(), {});
    const auto& first = page.sections.front();
    BOOST_TEST((first.tone == care::PageTone::safety));
    BOOST_TEST(holds(first.lines.front().text, fallback_resource));
    BOOST_TEST(holds(first.lines.back().text, lost_tolerance_notice));
    BOOST_TEST(first.lines.size() == 2 + plan.crisis_steps.size());
  }
}

BOOST_AUTO_TEST_CASE(parts_without_content_are_left_out) {
  BOOST_TEST(care::plan_page({}, model(), {}).sections.size() == 1U);
  for (const auto& section : care::plan_page(full_plan(), model(), {}).sections)
    BOOST_TEST(!section.lines.empty(), section.title);
}

BOOST_AUTO_TEST_CASE(everything_that_the_person_wrote_is_there) {
  for (const auto& page : {english_page(), german_page()}) {
    for (const char* own :
         {"die Bar", "verhandeln", "still", "Rad fahren", "Mira, Freundin, Telefon",
          "Noor", "meine Tochter", "zu meiner Schwester gehen", "Laufen", "Naltrexon",
          "50 mg", "08:00", "Dr. Okafor", "Gruppe, Rathaus", "22:00"}) {
      BOOST_TEST(holds(page, own), own);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_has_no_own_words_is_in_plain_ones_and_never_an_id) {
  const auto page = english_page();
  for (const char* words :
       {"unpleasant emotions", "Watch the urge rise, peak and pass, like a wave",
        "Thinking about use", "Rad fahren (not possible at present)",
        "die Bar (the hardest one)", "Laufen, Monday, Friday, 07:00",
        "Mira is told when the level is high or above on 2 of 3 days",
        "Mira is told when I report: self harm",
        "Mira is told when I have not checked in for 2 days",
        "I hear first, and have 12 hours before that", "not between 22:00 and 07:00",
        "until 28 October 1970", "a day with 4.5 or more", "3 days of use in a row",
        "Mira, version 2, 31 May 1970", "Is not contacted without asking me first",
        "Version 3, 11 April 1970; next look at it together on 20 July 1970",
        "I agreed that Mira may be: asked for support, told by a rule below, told after "
        "a return to use"}) {
    BOOST_TEST(holds(page, words), words);
  }
  for (const char* id : {"urge_surfing", "contact_rule", "self_harm", "II-B", "mental\n"})
    BOOST_TEST(!holds(page, id), id);
}

BOOST_AUTO_TEST_CASE(a_german_page_holds_no_english) {
  const auto page = german_page();
  BOOST_TEST(test::english_in(page) == "");
  BOOST_TEST(!holds(page, "{"));
  for (const char* words :
       {"Mein Genesungsplan", "Ihr örtlicher Notruf", "unangenehme Gefühle",
        "Laufen, Montag, Freitag, 07:00", "ab der Stufe „hoch“ an 2 von 3 Tagen",
        "12 Stunden", "bis 28. Oktober 1970", "ein Tag mit 4,5 oder mehr",
        "dass Mira um Unterstützung gebeten wird"}) {
    BOOST_TEST(holds(page, words), words);
  }
  BOOST_TEST(care::plan_page({}, model(), {}, test::german()).language == "de");
}

BOOST_AUTO_TEST_CASE(the_check_for_english_finds_it) {
  BOOST_TEST(test::english_in(english_page()) != "");
  BOOST_TEST(test::english_in("x: Add this situation to the plan: Bar.") != "");
}

BOOST_AUTO_TEST_CASE(dates_are_those_of_the_zone) {
  const Zone east({{Time{0.0}, 2 * 3600}}, Time{1e4});
  const Time late{100.95};
  BOOST_TEST(care::date_in_words(late, {}) == "11 April 1970");
  BOOST_TEST(care::date_in_words(late, east) == "12 April 1970");
  BOOST_TEST(care::date_in_words(late, east, test::german()) == "12. April 1970");
}

BOOST_AUTO_TEST_CASE(lengths_are_in_hours_and_days) {
  const auto english = [](double days) { return care::length_in_words(Days{days}); };
  BOOST_TEST(english(1.0 / 24.0) == "1 hour");
  BOOST_TEST(english(0.5) == "12 hours");
  BOOST_TEST(english(1.0) == "1 day");
  BOOST_TEST(english(2.0) == "2 days");
  BOOST_TEST(english(3.52) == "3.5 days");
  BOOST_TEST(care::length_in_words(Days{3.52}, test::german()) == "3,5 Tage");
  BOOST_TEST(care::length_in_words(Days{0.5}, test::german()) == "12 Stunden");
}

BOOST_AUTO_TEST_CASE(what_was_agreed_and_aimed_at_is_there_with_its_dates) {
  Plan plan;
  plan.appointments = {{"Dr. Okafor", Time{100.5}, "the ward", AppointmentState::missed}};
  plan.homework = {{"write the letter", "1970-04-20", "Noor", true},
                   {"call the club", "1970-04-21"}};
  plan.goals = {{"a dog", "home", {"ask the landlord", "the shelter"}, {"the shelter"}}};
  const auto page = test::text_of(care::plan_page(plan, model(), {}));
  for (const char* line :
       {"11 April 1970, Dr. Okafor, the ward, missed\n",
        "\nwrite the letter, by 20 April 1970, from Noor (done)\n",
        "\ncall the club, by 21 April 1970\n", "\na dog, home\nask the landlord\n",
        "\nthe shelter (done)\n"}) {
    BOOST_TEST(holds(page, line), line);
  }
}

BOOST_AUTO_TEST_CASE(days_ahead_are_there_when_a_moment_is_named_and_some_come) {
  auto plan = test::first_plan();
  plan.triggers[1].date = "1970-04-20";
  const auto page = [&](std::optional<Time> now) {
    return test::text_of(care::plan_page(plan, model(), {}, {}, now));
  };
  const char* line = "20 April 1970: pay day";
  BOOST_TEST(!holds(page({}), line));
  BOOST_TEST(holds(page(Time{100.0}), line));
  BOOST_TEST(!holds(page(Time{110.0}), "Dates ahead"));
}

BOOST_AUTO_TEST_SUITE_END()
