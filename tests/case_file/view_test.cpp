#include <relapse/case_file/case_file.hpp>
#include <relapse/core/error.hpp>
#include <relapse/io/plan_json.hpp>
#include <relapse/io/standard.hpp>
#include <relapse/plan/merge.hpp>
#include <relapse/plan/versions.hpp>

#include "case_file/events.hpp"
#include "plans.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

/// What the parts of a view say, where it was not what the events say.
using namespace relapse;

BOOST_AUTO_TEST_SUITE(view_test)

namespace {

using namespace test;

Json seen_in(const CaseFile& file, double now, Zone zone) {
  ViewSettings settings;
  settings.zone = std::move(zone);
  return Json::parse(file.view(Time{now}, settings));
}

/// An hour ahead of UTC, and two from a day on.
Zone summer(double from) {
  return {{{Time{0.0}, 3'600}, {Time{from}, 7'200}}, Time{40'000.0}};
}

std::vector<std::string> gaps(const Json& view) {
  std::vector<std::string> names;
  for (const auto& each : view["plan"]["findings"]) names.push_back(each["gap"]);
  return names;
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_view_comes_however_little_is_known_of_the_zone) {
  const auto file =
      of({event("use_report", "old", 4.0), check_in("1", 100.0, R"("craving":1)"),
          event("use_report", "new", 101.0)});
  const Zone known({{Time{99.0}, 3'600}}, Time{110.0});
  const Zone always({{Time{0.0}, 3'600}}, Time{1'000.0});
  for (const double now : {4.5, 98.0, 102.0, 120.0})
    BOOST_TEST(seen_in(file, now, known) == seen_in(file, now, always), now);
  BOOST_TEST((known.everywhere().local(Time{4.0}) == always.local(Time{4.0})));
  BOOST_TEST((Zone().everywhere() == Zone()));
}

BOOST_AUTO_TEST_CASE(a_check_in_is_missed_once_it_is_late_by_half_of_what_lies_between) {
  auto file = of({event("schedule", "s", 100.3, R"("every_days":1)")});
  for (int day = 1; day <= 27; ++day) {
    const double minutes = day % 3 == 0 ? 29.0 : day % 3 == 1 ? -29.0 : 3.0;
    file.add(
        check_in(std::to_string(day), 100.3 + day + minutes / 1440.0, R"("craving":1)"));
  }
  const auto missed = [&](double now) { return seen(file, now)["schedule"]["missed"]; };
  BOOST_TEST(missed(127.8) == 0);
  BOOST_TEST(missed(128.3) == 0);
  BOOST_TEST(missed(128.79) == 0);
  BOOST_TEST(missed(128.83) == 1);
  BOOST_TEST(missed(129.83) == 2);
  BOOST_TEST(seen(file, 127.8)["schedule"]["expected"] == 27);
}

BOOST_AUTO_TEST_CASE(check_ins_are_expected_at_the_same_time_on_the_clock) {
  const double hour = 1.0 / 24.0;
  auto file = of({event("schedule", "s", 100.25, R"("every_days":1)"),
                  check_in("1", 110.25 - hour, R"("craving":1)")});
  const auto next = seen_in(file, 110.5, summer(105.0))["schedule"]["next"];
  BOOST_TEST(next == "1970-04-22T05:00:00Z");
  BOOST_TEST(seen_in(file, 110.5, Zone())["schedule"]["next"] == "1970-04-22T06:00:00Z");
}

BOOST_AUTO_TEST_CASE(after_new_use_what_keeps_safe_is_to_do_again) {
  auto file = of({check_in("1", 100.0, R"("used":0)"), event("use_report", "2", 101.0)});
  for (const char* step : {"safety", "medical", "stop", "contact"})
    file.add(event("step", step, 102.0,
                   R"("protocol":"after_use","state":"done","step":")" +
                       std::string(step) + "\""));
  const auto is_done = [](const Json& view, const std::string& kind) {
    for (const auto& step : view["after_use"]["steps"]) {
      if (step["step"] == kind) return step["done"].get<bool>();
    }
    return false;
  };
  BOOST_TEST(is_done(seen(file, 103.0), "safety"));
  file.add(event("use_report", "3", 110.0));
  const auto view = seen(file, 111.0);
  for (const char* step : {"safety", "stop"}) BOOST_TEST(!is_done(view, step), step);
  BOOST_TEST(is_done(view, "contact"));
  BOOST_TEST(view["after_use"]["next"] == 0);
}

BOOST_AUTO_TEST_CASE(days_in_recovery_begin_where_they_were_said_to) {
  CaseFile file(models::standard(), {"P", {{}, Days{40.0}}});
  file.add(check_in("1", 100.0, R"("used":0)"));
  file.add(event("use_report", "2", 101.0));
  BOOST_TEST(seen(file, 102.0)["after_use"]["counts"]["days_in_recovery"] == 42);
}

BOOST_AUTO_TEST_CASE(counts_know_what_was_known_at_the_start_and_no_more) {
  const auto counts = [](infer::Start start) {
    CaseFile file(models::standard(), {"P", start});
    for (int day = 0; day < 4; ++day)
      file.add(check_in(std::to_string(day), 100.0 + day, R"("used":0)"));
    file.add(check_in("4", 104.0, R"("used":1)"));
    return seen(file, 104.5)["after_use"]["counts"];
  };
  const auto all = counts({Days{110.0}, Days{110.0}});
  for (const char* each : {"days_in_recovery", "days_without_use", "longest_run"})
    BOOST_TEST(all[each] == 114, each);
  BOOST_TEST(counts({Days{110.0}, {}}) == all);
  const auto none = counts({});
  for (const char* each : {"days_in_recovery", "days_without_use", "longest_run"})
    BOOST_TEST(none[each].is_null(), each);
  BOOST_TEST(none["lapses"] == 1);
  // A last use within the recovery: nobody told of the days before it.
  for (const auto since : {std::optional<Days>(), std::optional(Days{30.0})}) {
    const auto some = counts({since, Days{110.0}});
    BOOST_TEST(some["days_in_recovery"] == 114);
    BOOST_TEST(some["days_without_use"].is_null());
    BOOST_TEST(some["longest_run"].is_null());
  }
}

BOOST_AUTO_TEST_CASE(a_flag_is_answered_by_the_same_sentence_everywhere) {
  for (const auto& locale : {"en-US", "de-DE"}) {
    for (const auto& each : models::standard().document().items) {
      if (each.item.role != Role::safety) continue;
      const auto file = of({check_in("1", 100.0, "\"" + each.item.id + "\":1")});
      const auto view = seen(file, 100.1, locale);
      const std::string words = view["flags"][0]["words"];
      BOOST_TEST(words.find(' ') != std::string::npos, words);
      BOOST_TEST(view["help"]["crisis_protocol"] == Json::array({words}));
      BOOST_TEST(view["suggestions"][0]["words"] == words);
    }
  }
}

BOOST_AUTO_TEST_CASE(at_night_nobody_is_called_and_nothing_is_open) {
  Plan plan;
  plan.contacts = {{"Sam", "friend", "1", {"support"}}, {"Ann", "friend", "2", {}}};
  plan.contact_rules = {{.contact = "Sam", .quiet_from = "12:00", .quiet_to = "14:00"}};
  const std::string lonely = R"("isolating":3,"meetings":0,"craving":0,"confidence":9,)"
                             R"("stress":2,"negative_affect":1,"sleep":8,"support":8,)"
                             R"("routine":8,"coping":8)";
  const std::string danger = R"("planning_use":1,"seeking_chances":1,"craving":4)";
  const Zone zone({{Time{0.0}, 3'600}}, Time{1'000.0});
  const auto at = [&](int hour, const std::string& answers, const Zone& clock,
                      bool asks_for_help = false) {
    const double now = 100.0 + (hour - 1) / 24.0;
    auto file = of({event_json("p", 99.0, plan), check_in("1", now, answers)});
    if (asks_for_help)
      file.add(R"({"kind":"help_wanted","id":"h","at":)" + std::to_string(now) + "}");
    ViewSettings settings;
    settings.zone = clock;
    settings.suggestions = 12;
    return Json::parse(file.view(Time{now}, settings));
  };
  const auto has = [](const Json& view, const char* action) {
    return std::any_of(
        view["suggestions"].begin(), view["suggestions"].end(),
        [&](const Json& each) { return each.value("action", "") == action; });
  };
  const auto calls = [](const Json& view, const std::string& name) {
    return std::any_of(
        view["suggestions"].begin(), view["suggestions"].end(),
        [&](const Json& each) { return each.value("contact", "") == name; });
  };
  for (const int hour : {3, 22, 6}) {
    const auto night = at(hour, lonely, zone);
    BOOST_TEST(night["assessment"]["level"] != "high");
    for (const char* each : {"go_to_meeting", "keep_appointment", "book_appointment"})
      BOOST_TEST(!has(night, each), each << " at " << hour);
    BOOST_TEST(!calls(night, "Sam"));
    BOOST_TEST(!calls(night, "Ann"));
  }
  const auto day = at(10, lonely, zone);
  BOOST_TEST(has(day, "go_to_meeting"));
  BOOST_TEST(calls(day, "Sam"));
  // A contact's own quiet hours hold for that contact.
  BOOST_TEST(!calls(at(13, lonely, zone), "Sam"));
  BOOST_TEST(calls(at(13, lonely, zone), "Ann"));
  // What cannot wait does not, and nobody knows the hour without a clock.
  BOOST_TEST(calls(at(3, danger, zone), "Sam"));
  BOOST_TEST(calls(at(3, lonely + R"(,"violence":1)", zone), "Sam"));
  BOOST_TEST(calls(at(3, lonely, zone, true), "Sam"));
  BOOST_TEST(has(at(3, lonely, Zone()), "go_to_meeting"));
}

BOOST_AUTO_TEST_CASE(nothing_is_left_now_that_comes_tomorrow) {
  Plan plan;
  plan.triggers = {{"II-B", "Fridays", true, "", "", {"friday"}}};
  const auto leaves = [&](double now) {  // day 105 is a Thursday
    const auto file = of({event_json("p", 99.0, plan),
                          check_in("1", now, R"("planning_use":1,"used":0)")});
    ViewSettings settings;
    settings.suggestions = 12;
    int ahead = 0;
    bool found = false;
    const auto view = Json::parse(file.view(Time{now}, settings));
    for (const auto& each : view["suggestions"]) {
      ahead += each["need"] == "II-B" ? 1 : 0;
      found = found || each.value("action", "") == "leave_situation";
    }
    BOOST_TEST(ahead > 0);
    return found;
  };
  BOOST_TEST(!leaves(105.3));
  BOOST_TEST(leaves(106.3));
}

BOOST_AUTO_TEST_CASE(a_step_that_is_done_is_not_suggested) {
  auto file = of({check_in("1", 100.0, R"("used":0)"), event("use_report", "2", 101.0)});
  const auto has = [&](double now, const char* action) {
    const auto view = seen(file, now);
    return std::any_of(
        view["suggestions"].begin(), view["suggestions"].end(),
        [&](const Json& each) { return each.value("action", "") == action; });
  };
  BOOST_TEST(has(101.1, "medical_check"));
  file.add(event("step", "s", 101.2,
                 R"("protocol":"after_use","step":"medical","state":"done")"));
  BOOST_TEST(!has(101.3, "medical_check"));
  // New use calls for it anew.
  file.add(event("use_report", "3", 102.0));
  BOOST_TEST(has(102.1, "medical_check"));
}

BOOST_AUTO_TEST_CASE(findings_know_what_events_told) {
  Plan plan;
  plan.created = Time{100.0};
  plan.review = Time{110.0};
  plan.appointments.push_back({"group", Time{105.0}});
  plan.homework.push_back({.words = "diary", .by = "1970-04-22"});  // day 111
  auto file = of({event_json("p", 100.0, plan), check_in("1", 101.0, R"("craving":1)")});
  const std::string name = seen(file, 102.0)["appointments"][0]["appointment"];
  BOOST_TEST(holds(gaps(seen(file, 110.5)), "appointment_past"));
  BOOST_TEST(holds(gaps(seen(file, 110.5)), "review_due"));
  auto kept = file;
  kept.add(event("appointment", "a", 106.0,
                 R"("state":"kept","appointment":")" + name + "\""));
  kept.add(
      event("step", "r", 109.0, R"("protocol":"review","step":"first","state":"done")"));
  BOOST_TEST(!holds(gaps(seen(kept, 110.5)), "appointment_past"));
  BOOST_TEST(!holds(gaps(seen(kept, 110.5)), "review_due"));
  BOOST_TEST(!seen(kept, 110.5)["review"]["last"].is_null());
  kept.add(
      event("step", "r2", 109.5, R"("protocol":"review","step":"first","state":"set")"));
  BOOST_TEST(seen(kept, 110.5)["review"]["last"].is_null());
  BOOST_TEST(holds(gaps(seen(kept, 110.5)), "review_due"));
  // The day is that of the person's clock.
  BOOST_TEST(!holds(gaps(seen(file, 110.97)), "homework_due"));
  BOOST_TEST(holds(gaps(seen_in(file, 110.97, summer(105.0))), "homework_due"));
}

BOOST_AUTO_TEST_CASE(a_key_that_is_none_is_told_beside_those_of_events) {
  CaseFile file(models::standard());
  const std::string problem =
      told(file, event("check_in", "1", 1.0, R"("weather":{})"))["problem"];
  BOOST_TEST(problem.find("schema") == problem.npos, problem);
  const std::string other =
      told(file, event("test_result", "2", 1.0, R"("wrong":1)"))["problem"];
  BOOST_TEST(other.find("`at`") != other.npos, other);
  BOOST_TEST(other.find("`at`", other.find("`at`") + 1) == other.npos, other);
  for (const std::string until : {"soon", "2026-13-45"}) {
    const auto result =
        told(file, event("goal", until, 1.0, R"("goal":"g","until":")" + until + "\""));
    BOOST_TEST(result["status"] == "refused", until);
  }
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_an_event_is_named_by_its_key) {
  CaseFile file(models::standard());
  BOOST_TEST(told(file, event("note", "1", 1.0,
                              R"("text":"x","told":null,"by":null)"))["status"] ==
             "taken_in");
  BOOST_TEST(told(file, event("note", "1", 1.0, R"("text":"x")"))["status"] == "known");
  const std::vector<std::pair<std::string, std::string>> wrong{
      {R"({"id":"2","at":2,"kind":"note","text":"x","told":"2026-03-01T08:00"})",
       "/told: "},
      {R"({"id":3,"at":2,"kind":"note","text":"x"})", "/id: "},
      {R"({"id":"","at":2,"kind":"note","text":"x"})", "/id: "},
      {R"({"id":"4","at":-2,"kind":"note","text":"x"})", "/at: "},
      {R"({"id":"5","kind":"note","text":"x"})", "/at: "},
      {R"({"id":"6","at":2,"id":"7"})", "id"},
      {R"({"id":"8","at":2,"kind":"plan","set":{"contacts":[{"channel":"1"}]}})",
       "/set/contacts/0/name: "},
      {R"({"id":"9","at":2,"kind":"plan","plan":{"schema":"relapse/plan/1"}})",
       "/plan/version: "}};
  for (const auto& [text, place] : wrong) {
    const auto result = told(file, text);
    BOOST_TEST(result["status"] == "refused", text);
    const auto problem = result["problem"].get<std::string>();
    BOOST_TEST(problem.find(place) != problem.npos, problem);
  }
}

BOOST_AUTO_TEST_CASE(edits_come_to_the_plan_that_revising_it_gives) {
  Plan expected = test::first_plan();
  expected.created = Time{100.0};
  auto file = of({event_json("p", 100.0, expected)});
  for (int k = 1; k <= 5; ++k) {
    Plan next = expected;
    next.reasons = {"reason " + std::to_string(k)};
    const std::string id = "e" + std::to_string(k);
    file.add(event("plan", id, 100.0 + k,
                   R"("set":{"reasons":["reason )" + std::to_string(k) + R"("]})"));
    expected = revise(expected, next, {"event " + id, Time{100.0 + k}});
  }
  BOOST_TEST((file.plan() == expected));
  BOOST_TEST(seen(file, 106.0)["plan"]["version"] == expected.version);
  BOOST_TEST(file.time_zone(Time{99.0}).empty());
  // Another device's version and a closing know of all of them.
  Plan theirs = test::first_plan();
  theirs.created = Time{100.0};
  Plan longer = theirs;
  longer.reasons.push_back("theirs");
  const auto other = revise(theirs, longer, {"b", Time{102.5}});
  file.add(event_json("o", 107.0, other));
  BOOST_TEST((file.plan() == merge(expected, other).plan));
  file.add(event("plan", "z", 108.0, R"("set":{"reasons":["last"]})"));
  file.add(check_in("1", 109.0, R"("craving":1)"));
  auto closed = file;
  closed.compact(Time{110.0});
  const auto read = CaseFile::read(models::standard(), closed.text());
  BOOST_TEST((read.plan() == file.plan()));
}

// What a view keeps for the next one is of the events before it alone.
BOOST_AUTO_TEST_CASE(a_view_does_not_depend_on_those_before_it) {
  const std::string answers = R"("craving":3,"stress":6,"exposure_II-B":3)";
  const std::vector<std::string> events{
      event_json("p", 99.0, test::first_plan()),
      event("schedule", "s", 99.5, R"("every_days":1)"),
      check_in("1", 100.0, answers),
      check_in("2", 101.0, R"("craving":1,"self_harm":1)"),
      event("acknowledge", "a", 101.2, R"("flag":"self_harm")"),
      event("follow_up", "f", 101.3, R"("action":"urge_surfing","helped":8)"),
      event("message_sent", "m", 101.4,
            R"("message":"suggestion","action":"relaxation")"),
      event("help_wanted", "h", 101.5),
      event("goal", "g", 101.6, R"("goal":"g","words":"Move","area":"housing")"),
      event("test_result", "t", 101.7, R"("substance":"opioids","result":"positive")"),
      event("use_report", "u", 101.8),
      event("step", "d", 101.9,
            R"("protocol":"after_use","step":"medical","state":"done")"),
      event("appointment", "o", 102.0, R"("appointment":"o","when":103.0)"),
      event("note", "n", 102.1, R"("text":"n")"),
      check_in("3", 102.5, answers),
      check_in("late", 100.5, R"("craving":4)"),
      event("correction", "c", 102.6,
            R"("of":"3","event":{"kind":"check_in","at":102.5,"answers":{"craving":0}})"),
      event("plan", "q", 102.7, R"("set":{"reasons":["another"]})"),
      event("use_report", "v", 102.8, R"("used":false)"),
      event("check_in", "w", 102.9, R"("answers":{"craving":99})"),
  };
  CaseFile looked(models::standard());
  CaseFile fresh(models::standard());
  for (const auto& each : events) {
    looked.add(each);
    fresh.add(each);
    const CaseFile once = fresh;
    for (const double now : {100.7, 103.0, 103.1}) {
      for (const char* locale : {"de", "en-US"}) {
        const CaseFile alone = once;
        BOOST_TEST(looked.view(Time{now}, locale) == alone.view(Time{now}, locale));
      }
    }
  }
  BOOST_TEST(looked.view(Time{103.0}, "en") ==
             CaseFile::read(models::standard(), looked.text()).view(Time{103.0}, "en"));
}

BOOST_AUTO_TEST_CASE(
    who_answers_minutes_after_the_prompt_is_asked_again_at_the_next_one) {
  auto file = of({event("schedule", "s", 100.25, R"("every_days":1)")});
  const auto next = [&](double now) {
    const auto text = seen(file, now)["schedule"]["next"].get<std::string>();
    return std::pair(text.substr(0, 10), text.substr(11, 5));
  };
  file.add(check_in("1", 100.254, R"("craving":1)"));
  BOOST_TEST(
      (next(100.255) == std::pair(std::string("1970-04-12"), std::string("06:00"))));
  BOOST_TEST((next(101.2) == std::pair(std::string("1970-04-12"), std::string("06:00"))));
  // Who answers before it is asked for the one after.
  file.add(check_in("2", 101.2, R"("craving":1)"));
  BOOST_TEST(
      (next(101.21) == std::pair(std::string("1970-04-13"), std::string("06:00"))));
}

BOOST_AUTO_TEST_CASE(the_last_word_on_appointments_and_goals_stands_whoever_had_it) {
  auto file = of(
      {event("appointment", "1", 100.0,
             R"("appointment":"GP","when":110.0,"place":"Room 1","state":"kept")"),
       event("goal", "2", 100.0, R"("goal":"Work","until":"1970-05-01","state":"done")"),
       event("step", "3", 100.0, R"("goal":"Work","step":"Call","state":"set")"),
       event("plan", "4", 105.0,
             R"("set":{"appointments":[{"words":"GP","at":120.0,"place":"Room 7"}],)"
             R"("goals":[{"words":"Work","by":"1970-09-30","steps":["Call"],)"
             R"("done":["Call"]}]})")});
  auto view = seen(file, 106.0);
  BOOST_TEST(view["appointments"].size() == 1U);
  BOOST_TEST(view["appointments"][0]["place"] == "Room 7");
  BOOST_TEST(view["appointments"][0]["state"] == "planned");
  BOOST_TEST(view["appointments"][0]["when"] == "1970-05-01T00:00:00Z");
  BOOST_TEST(view["goals"][0]["state"] == "set");
  BOOST_TEST(view["goals"][0]["until"] == "1970-09-30");
  BOOST_TEST(view["goals"][0]["steps"][0]["done"] == true);
  // Another part of the plan takes no later word back.
  file.add(event("appointment", "5", 120.5, R"("appointment":"GP","state":"missed")"));
  file.add(event("goal", "6", 120.5, R"("goal":"Work","state":"dropped")"));
  file.add(event("plan", "7", 121.0, R"("set":{"reasons":["sleep"]})"));
  view = seen(file, 122.0);
  BOOST_TEST(view["appointments"][0]["state"] == "missed");
  BOOST_TEST(view["goals"][0]["state"] == "dropped");
  // The next one is another one.
  file.add(
      event("plan", "8", 123.0, R"("set":{"appointments":[{"words":"GP","at":130.0}]})"));
  view = seen(file, 124.0);
  BOOST_TEST(view["appointments"][0]["state"] == "planned");
  BOOST_TEST(view["appointments"][0]["when"] == "1970-05-11T00:00:00Z");
  file.add(check_in("9", 125.0, R"("craving":1)"));
  auto closed = file;
  closed.compact(Time{126.0});
  BOOST_TEST(closed.view(Time{127.0}) == file.view(Time{127.0}));
}

BOOST_AUTO_TEST_CASE(after_use_the_next_check_in_comes_due) {
  auto file = of({check_in("0", 100.0, R"("used":0)"),
                  event("use_report", "1", 101.0, R"("told":101.5)")});
  const auto next = [&](double now) {
    return seen(file, now)["after_use"]["next_check_in"].get<std::string>();
  };
  BOOST_TEST(next(101.6) == "1970-04-13T12:00:00Z");
  BOOST_TEST(next(110.0) == "1970-04-13T12:00:00Z");
  BOOST_TEST(next(101.2) == "1970-04-13T00:00:00Z");  // not told yet
  file.add(check_in("2", 103.0, R"("craving":1)"));
  BOOST_TEST(next(110.0) == "1970-04-15T00:00:00Z");
  // Not later than one that is expected.
  file.add(event("schedule", "3", 103.0, R"("every_days":0.25)"));
  file.add(check_in("4", 103.3, R"("craving":1)"));
  BOOST_TEST(next(103.31) == seen(file, 103.31)["schedule"]["next"]);
}

BOOST_AUTO_TEST_CASE(help_offers_nothing_that_the_plan_marks_as_not_available) {
  auto file = of({check_in("1", 100.0, R"("craving":4)")});
  const auto offered = [&] {
    return seen(file, 101.0)["help"]["urge"]["action"].get<std::string>();
  };
  for (int k = 0; k < 3; ++k) {
    const auto first = offered();
    file.add(event("follow_up", "f" + std::to_string(k), 100.1,
                   R"("action":")" + first + R"(","helped":9)"));
    BOOST_TEST(offered() == first);
    std::string all;
    const auto plan = file.plan();
    for (const auto& each : plan ? plan->strategies : std::vector<Strategy>())
      all += R"({"action":")" + each.action + R"(","available":false},)";
    file.add(event("plan", "p" + std::to_string(k), 100.2 + 0.1 * k,
                   R"("set":{"strategies":[)" + all + R"({"action":")" + first +
                       R"(","available":false}]})"));
    BOOST_TEST(offered() != first);
  }
}

BOOST_AUTO_TEST_SUITE_END()
