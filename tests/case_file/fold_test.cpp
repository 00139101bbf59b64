#include <relapse/case_file/case_file.hpp>
#include <relapse/core/error.hpp>
#include <relapse/io/standard.hpp>

#include "case_file/events.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

/// What took flags, events or whole files away, each as the sequence that did it.
using namespace relapse;

BOOST_AUTO_TEST_SUITE(fold_test)

namespace {

using namespace test;

std::vector<std::string> flags(const CaseFile& file, double now) {
  const auto view = seen(file, now);
  std::vector<std::string> names;
  for (const auto& each : view["flags"]) names.push_back(each["flag"]);
  return names;
}

const std::vector<std::string> none;
const std::vector<std::string> self_harm{"self_harm"};

}  // namespace

BOOST_AUTO_TEST_CASE(use_told_afterwards_behind_an_acknowledgement_leaves_a_view) {
  const auto file = of(
      {check_in("1", 100.0, R"("self_harm":1)"),
       event("acknowledge", "2", 102.0, R"("flag":"self_harm")"),
       check_in("3", 103.0, R"("craving":1)"),
       event("check_in", "4", 110.0, R"("used_days_ago":9,"answers":{"self_harm":1})")});
  BOOST_TEST(flags(file, 111.0) == self_harm);
}

BOOST_AUTO_TEST_CASE(
    a_correction_whose_id_was_another_events_stays_refused_in_a_closed_log) {
  auto file = of({event("note", "6", 101.0, R"("text":"x")"),
                  check_in("13", 102.0, R"("craving":1)"),
                  check_in("21", 104.0, R"("self_harm":1)"),
                  event("correction", "6", 126.0, R"("of":"21","removed":true)")});
  BOOST_TEST(flags(file, 136.0) == self_harm);
  file.compact(Time{102.5});
  BOOST_TEST(flags(file, 136.0) == self_harm);
}

BOOST_AUTO_TEST_CASE(a_correction_by_what_cannot_count_changes_nothing) {
  const std::string good = check_in("1", 100.0, R"("self_harm":1,"craving":3)");
  for (const std::string wrong :
       {R"("kind":"check_in","at":100,"answers":{"no_such":1})",
        R"("kind":"check_in","at":100,"answers":{"craving":99})",
        R"("kind":"acknowledge","at":101,"flag":"no_such")",
        R"("kind":"learning","at":100,"situations":["IX"])"}) {
    auto file = of({good});
    const auto before = seen(file, 105.0)["assessment"];
    const auto result = told(
        file, event("correction", "c", 101.0, R"("of":"1","event":{)" + wrong + "}"));
    BOOST_TEST(result["status"] == "refused", wrong);
    BOOST_TEST(result["lowered"].empty());
    BOOST_TEST(seen(file, 105.0)["assessment"] == before, wrong);
    BOOST_TEST(Json::parse(file.problems())[0]["id"] == "c", file.problems());
    const auto again = CaseFile::read(models::standard(), file.text());
    BOOST_TEST(seen(again, 105.0)["assessment"] == before, wrong);
  }
}

BOOST_AUTO_TEST_CASE(an_event_that_calls_itself_a_closing_is_an_event) {
  auto file = of({event("note", "1", 1.0, R"("schema":"relapse/closing/1","text":"x")"),
                  check_in("2", 100.0, R"("self_harm":1)")});
  const auto again = CaseFile::read(models::standard(), file.text());
  BOOST_TEST(again.events() == 2U);
  BOOST_TEST(flags(again, 101.0) == self_harm);
}

BOOST_AUTO_TEST_CASE(an_acknowledgement_has_not_seen_what_was_told_after_it) {
  const auto acknowledged = event("acknowledge", "a", 110.0, R"("flag":"self_harm")");
  for (const bool late : {true, false}) {
    const std::string when = late ? R"("told":112)" : R"("told":109)";
    for (const std::string answers :
         {R"("answers":{"self_harm":1})", R"("answers":{"self_harm":1,"no_such":1})"}) {
      const auto file = of({check_in("1", 100.0, R"("self_harm":1)"), acknowledged,
                            event("check_in", "2", 105.0, when + "," + answers)});
      BOOST_TEST(flags(file, 120.0) == (late ? self_harm : none), answers);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_a_correction_raises_counts_from_when_that_was_told) {
  const auto acknowledged = event("acknowledge", "k", 103.0, R"("flag":"self_harm")");
  for (const bool refused : {false, true}) {
    const std::string of = refused ? R"("of":"nobody")" : R"("of":"a")";
    auto file = test::of({check_in("o", 99.0, R"("self_harm":1)"),
                          check_in("a", 100.0, R"("self_harm":0)"), acknowledged,
                          event("correction", "x", 105.0,
                                of + R"(,"event":{"kind":"check_in","at":100,)"
                                     R"("answers":{"self_harm":3}})")});
    BOOST_TEST(flags(file, 120.0) == self_harm);
    file.add(event("acknowledge", "m", 106.0, R"("flag":"self_harm")"));
    BOOST_TEST(flags(file, 120.0) == none);
  }
}

BOOST_AUTO_TEST_CASE(a_late_event_names_what_it_raises_though_that_was_taken_down) {
  auto file = of({check_in("1", 100.0, R"("self_harm":1)"),
                  event("acknowledge", "k", 103.0, R"("flag":"self_harm")")});
  for (const auto& late : {check_in("2", 102.0, R"("self_harm":1)"),
                           check_in("1", 101.0, R"("self_harm":2)"),
                           check_in("3", 102.5, R"("self_harm":1,"no_such":1)")})
    BOOST_TEST(told(file, late)["raised"] == Json({"self_harm"}), late);
  BOOST_TEST(flags(file, 110.0) == none);
  BOOST_TEST(told(file, check_in("4", 102.0, R"("craving":1)"))["raised"].empty());
  const auto known =
      event("check_in", "5", 102.0, R"("told":104,"answers":{"self_harm":1})");
  BOOST_TEST(told(file, known)["raised"] == Json({"self_harm"}));
  BOOST_TEST(flags(file, 110.0) == self_harm);
}

namespace {

/// Views of all orders in which events can come, and of what two devices have of them
/// merged: they must be one.
Json seen_in_any_order(std::vector<std::string> events, double now) {
  std::sort(events.begin(), events.end());
  const auto view = seen(of(events), now);
  while (std::next_permutation(events.begin(), events.end())) {
    BOOST_TEST((seen(of(events), now) == view), events.front());
    for (std::size_t cut = 0; cut <= events.size(); ++cut) {
      const auto middle = events.begin() + static_cast<std::ptrdiff_t>(cut);
      auto file = of({events.begin(), middle});
      file.merge(of({middle, events.end()}));
      file.add(events.front());
      BOOST_TEST((seen(file, now) == view), cut);
    }
  }
  return view;
}

const std::string raising = R"("kind":"check_in","answers":{"self_harm":1})";

}  // namespace

BOOST_AUTO_TEST_CASE(an_acknowledgement_has_not_seen_a_later_text_that_cannot_be_read) {
  for (const auto& text : std::vector<std::string>{
           R"({"id":7,"at":120,)" + raising + "}",
           R"({"id":"","at":120,)" + raising + "}",
           R"({"id":null,"at":120,)" + raising + "}", R"({"at":120,)" + raising + "}",
           R"({"id":"x","at":"1970-05-01T00:00:00",)" + raising + "}",
           R"({"id":"x","at":"1970-05-01",)" + raising + "}",
           R"({"id":"x","told":120,)" + raising + "}",
           R"({"id":"x","at":"120.0",)" + raising + "}",
           R"({"id":"x","time":120,)" + raising + "}",
           R"({"id":"x","id":"y","at":100,"At":120,)" + raising + "}",
           R"({"id":"x","at":100,"told":"1970-05-01 00:00",)" + raising + "}",
           R"({"id":"x","at":120,)" + raising + ",}",
           R"({'id':'x','at':120,"kind":"check_in","answers":{"self_harm":True}})"}) {
    const std::vector<std::string> events{
        text, check_in("1", 100.0, R"("craving":1)"),
        event("acknowledge", "k", 110.0, R"("flag":"self_harm")")};
    BOOST_TEST(seen_in_any_order(events, 130.0)["flags"].size() == 1U, text);
    auto file = of(events);
    file.add(event("acknowledge", "m", 122.0, R"("flag":"self_harm")"));
    BOOST_TEST(flags(file, 130.0) == none, text);
  }
}

BOOST_AUTO_TEST_CASE(a_text_whose_moment_nobody_knows_stays_until_it_is_corrected) {
  for (const auto& text : std::vector<std::string>{
           "{" + raising + "}", R"({"id":"x","at":"yesterday",)" + raising + "}",
           R"({"id":"x","at":100,"told":"soon",)" + raising + "}",
           R"({"id":"x","at":-3,)" + raising + "}",
           // What was cut off may have said that it was told later.
           R"({"id":"x","at":100,)" + raising, R"({"id":"x",)" + raising + R"(,"at":12)",
           R"({"id":"x","at":100,)" + raising + R"(,"text":"{\"a\":)"}) {
    const std::vector<std::string> events{
        text, check_in("1", 100.0, R"("craving":1)"),
        check_in("2", 150.0, R"("craving":1)"),
        event("acknowledge", "k", 160.0, R"("flag":"self_harm")")};
    const auto view = seen_in_any_order(events, 170.0);
    BOOST_TEST(view["flags"][0]["flag"] == "self_harm", text);
    BOOST_TEST(view["assessment"]["level"] == "critical");
    auto file = of(events);
    // After an event of a device whose clock was wrong, and in views of what was before.
    file.add(event("note", "n", 9000.0, R"("text":"x")"));
    for (const double now : {90.0, 120.0, 170.0})
      BOOST_TEST(flags(file, now) == self_harm, now);
    BOOST_TEST(seen(file, 170.0)["basis"]["later"] == Json({"n"}));
    BOOST_TEST(told(file, text)["status"] == "known");
    BOOST_TEST(told(file, event("note", "o", 9001.0, R"("text":"x")"))["status"] ==
               "taken_in");
    BOOST_TEST(CaseFile::read(models::standard(), file.text()).view(Time{170.0}) ==
               file.view(Time{170.0}));
    auto closed = file;
    closed.compact(Time{170.0});
    BOOST_TEST(closed.text() != file.text());
    BOOST_TEST(closed.view(Time{170.0}) == file.view(Time{170.0}));
    const std::string id = seen(file, 170.0)["problems"][0]["id"];
    for (auto* each : {&file, &closed}) {
      const auto corrected = told(*each, event("correction", "c", 165.0,
                                               R"("of":")" + id + R"(","removed":true)"));
      BOOST_TEST(corrected["lowered"] == Json({"self_harm"}), text);
      BOOST_TEST(flags(*each, 170.0) == none, text);
    }
  }
  // Alone.
  CaseFile file(models::standard());
  const auto result = told(file, "{" + raising + "}");
  BOOST_TEST(result["status"] == "refused");
  BOOST_TEST(result["flags"] == Json({"self_harm"}));
  BOOST_TEST(seen(file, 90.0)["flags"][0]["raised"] == "1970-04-01T00:00:00Z");
}

BOOST_AUTO_TEST_CASE(a_safety_answer_raises_its_flag_in_any_form_that_can_be_made_out) {
  for (const std::string said :
       {R"("answers":{"self_harm":1e400})", R"("answers":[["self_harm",1]])",
        R"("instruments":{"phq9":[0,0,0,0,0,0,0,0,1]})",
        R"("instruments":{"phq9":{"answers":{"9":1}}})",
        R"("instruments":{"phq9":{"item9":1}})",
        R"("instruments":[{"name":"phq9","answers":{"9":1}}])",
        R"("instruments":"{\"phq9\":{\"9\":1}}")", R"("answers":"{\"self_harm\":1}")",
        R"("answers":"\"{\\\"self_harm\\\":1}\"")"}) {
    CaseFile file(models::standard());
    const auto result = told(file, event("check_in", "1", 100.0, said));
    BOOST_TEST(result["status"] == "refused", said);
    BOOST_TEST(result["flags"] == Json::parse(R"(["self_harm"])"), said);
  }
  for (const std::string said :
       {R"("of":"1","event":{"kind":"check_in","at":100},"answers":{"self_harm":1})",
        R"("of":"1","event":"{\"answers\":{\"self_harm\":1}}")"}) {
    CaseFile file(models::standard());
    BOOST_TEST(told(file, event("correction", "2", 100.0, said))["flags"] ==
                   Json::parse(R"(["self_harm"])"),
               said);
  }
  const std::string head = R"({"id":"1","at":100,"kind":"check_in","answers":{)";
  for (const auto& answers : std::vector<std::string>{
           R"("craving":NaN,"self_harm":1}})", R"("craving":-Infinity,"self_harm":1}})",
           "\"words\":\"a\tb\",\"self_harm\":1}}", R"("used":True,"self_harm":1}})",
           R"("used":None,"self_harm":1}})", R"("craving":.5,"self_harm":1}})",
           R"("craving":01,"self_harm":1}})", R"("self_harm":NaN}})",
           R"("self_harm":+1}})", R"(self_harm: 1}})", R"('self_harm': 1}})",
           R"("craving":1,,"self_harm":1,}})",
           R"("craving":1]},"answers":{"self_harm":1}})", R"("a":"\x","self_harm":1)"}) {
    CaseFile file(models::standard());
    const auto result = told(file, head + answers);
    BOOST_TEST(result["status"] == "refused", answers);
    BOOST_TEST(result["flags"] == Json::parse(R"(["self_harm"])"), answers);
    CaseFile twice(models::standard());
    BOOST_TEST(told(twice, Json(head + answers).dump())["flags"] == result["flags"],
               answers);
  }
  // What was not answered raises none.
  for (const auto& answers : std::vector<std::string>{
           R"("self_harm":None}})", R"("self_harm":0.0,"craving":NaN}})",
           R"("craving":NaN},"missing":"{\"self_harm\":\"not_asked\"}"})"}) {
    CaseFile file(models::standard());
    BOOST_TEST(told(file, head + answers)["flags"].empty(), answers);
  }
  CaseFile file(models::standard());
  const std::string unasked = R"("of":"1","event":{"kind":"check_in","at":100,)"
                              R"("missing":{"self_harm":"not_asked"},"no_such":1})";
  BOOST_TEST(told(file, event("correction", "2", 100.0, unasked))["flags"].empty());
}

BOOST_AUTO_TEST_CASE(a_correction_that_waits_has_told_the_closed_part_what_it_says) {
  auto file = of(
      {event(
           "correction", "e4", 110.0,
           R"("of":"29","event":{"kind":"check_in","at":106,"answers":{"overdose":1}})"),
       event("acknowledge", "k", 113.0, R"("flag":"overdose")"),
       check_in("1", 120.0, R"("craving":1)"), check_in("2", 121.0, R"("craving":1)")});
  BOOST_TEST(flags(file, 130.0) == none);
  file.compact(Time{125.0});
  BOOST_TEST(flags(file, 130.0) == none);
  const auto again = CaseFile::read(models::standard(), file.text());
  BOOST_TEST(flags(again, 130.0) == none);
}

BOOST_AUTO_TEST_CASE(a_wish_for_help_is_answered_whatever_is_wrong_with_it) {
  for (const std::string slip :
       {R"("mood":1)", R"("words":3)", R"("locale":5)", R"("by":"me")", R"("told":90)"}) {
    CaseFile file(models::standard());
    const auto result = told(file, event("help_wanted", "1", 100.0, slip));
    BOOST_TEST(result["help"].contains("emergency"), slip);
  }
  CaseFile file(models::standard());
  BOOST_TEST(told(file, R"({"kind":"help_wanted"})")["help"].contains("emergency"));
  file.add(event("correction", "c", 101.0, R"("of":"h","removed":true)"));
  BOOST_TEST(
      told(file, event("help_wanted", "h", 100.0, R"("told":99)")).contains("help"));
}

BOOST_AUTO_TEST_CASE(what_is_told_of_a_goal_leaves_its_state_as_it_was) {
  const auto file = of(
      {event("goal", "1", 100.0, R"("goal":"g","words":"A","state":"done")"),
       event("goal", "2", 101.0, R"("goal":"g","words":"B")"),
       event("step", "3", 100.0, R"("goal":"g","step":"s","words":"A","state":"done")"),
       event("step", "4", 101.0, R"("goal":"g","step":"s","words":"B")"),
       event("appointment", "5", 100.0,
             R"("appointment":"a","when":100.5,"state":"kept")"),
       event("appointment", "6", 101.0, R"("appointment":"a","place":"ward")")});
  const auto view = seen(file, 102.0);
  BOOST_TEST(view["goals"][0]["words"] == "B");
  BOOST_TEST(view["goals"][0]["state"] == "done");
  BOOST_TEST(view["goals"][0]["steps"][0]["done"] == true);
  BOOST_TEST(view["appointments"][0]["state"] == "kept");
  BOOST_TEST(view["appointments"][0]["open"] == false);
}

BOOST_AUTO_TEST_CASE(a_time_that_is_none_is_named_and_hides_no_flag) {
  const auto problem = [](const std::string& at) {
    const auto file = of(
        {event("note", "n", 100.0, R"("text":"x")"),
         R"({"id":"1","at":)" + at + R"(,"kind":"check_in","answers":{"self_harm":1}})"});
    BOOST_TEST(flags(file, 101.0) == self_harm, at);
    return seen(file, 101.0)["problems"].dump();
  };
  const auto says = [&](const std::string& at, const std::string& words) {
    const auto said = problem(at);
    BOOST_TEST(said.find(words) != said.npos, said);
  };
  says(R"("2600-03-01T08:00Z")", "/at: is further from 1970 than the year 2300");
  says("1772344800", "/at: is beyond the year 2300 as days, and looks like seconds");
  says("null", "/at: is null");
}

BOOST_AUTO_TEST_CASE(an_item_of_an_instrument_raises_its_flag_in_each_spelling) {
  const auto says = [](const std::string& more, const std::string& words) {
    const auto file = of({event("check_in", "1", 100.0, more)});
    BOOST_TEST(flags(file, 101.0) == self_harm, more);
    const auto said = seen(file, 101.0)["problems"].dump();
    BOOST_TEST(said.find(words) != said.npos, said);
  };
  for (const std::string name : {"phq9_9", "PHQ-9 item 9", "phq9_09"}) {
    says(R"("answers":{")" + name + R"(":1})",
         "is the item '9' of the instrument 'phq9'");
  }
  says(R"("instruments":{"phq9":{"09":1}})", "have another spelling of '9'");
  says(R"("instruments":{"PHQ-9":{"9":1}})", "have another spelling of 'phq9'");
}

namespace {

const std::string base_contacts =
    R"("set":{"contacts":[{"name":"Sam","channel":"1","consent":["support","contact_rule"]}],)"
    R"("contact_rules":[{"contact":"Sam","level":"high","self_nudge_first":false}],)"
    R"("time_zone":"UTC"})";
const std::string withdrawn =
    R"("set":{"contacts":[{"name":"Sam","channel":"1","consent":["support"]},)"
    R"({"name":"Ann","channel":"2","consent":["support"]}]})";
const std::string offline =
    R"("set":{"contacts":[{"name":"Sam","channel":"1","consent":["support","contact_rule"]},)"
    R"({"name":"Bob","channel":"3","consent":["support"]}]})";

std::string set_in(const CaseFile& file, double now, const std::string& set) {
  return R"("base":")" + seen(file, now)["plan"]["content_hash"].get<std::string>() +
         "\"," + set;
}

std::vector<std::string> people(const CaseFile& file) {
  std::vector<std::string> names;
  const auto plan = file.plan();
  for (const auto& contact : plan->contacts) {
    std::string name = contact.name;
    for (const auto& each : contact.consent) name += " " + each;
    names.push_back(name);
  }
  return names;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_withdrawn_consent_is_not_given_back_by_who_did_not_know) {
  auto file = of(
      {event("plan", "p0", 100.0, base_contacts), event("plan", "a1", 101.0, withdrawn),
       event("plan", "b1", 101.1, offline), check_in("c", 102.0, R"("self_harm":1)")});
  const auto view = seen(file, 102.1);
  BOOST_TEST(view["contact"]["messages"].empty());
  const Json conflict{{"part", "contacts"}, {"entry", "Sam"}, {"field", "consent"}};
  BOOST_TEST(view["plan"]["conflicts"] == Json::array({conflict}));
  // Told again it is no other conflict; given in the plan as it is now it counts.
  file.add(event("plan", "b2", 102.5, offline));
  BOOST_TEST(seen(file, 102.6)["plan"]["conflicts"] == Json::array({conflict}));
  file.add(event("plan", "d", 103.0, set_in(file, 102.6, offline)));
  file.add(check_in("c2", 103.05, R"("craving":1)"));
  BOOST_TEST(!seen(file, 103.1)["contact"]["messages"].empty());
  BOOST_TEST(people(file) ==
             (std::vector<std::string>{"Sam support contact_rule", "Bob support"}));
  // Nor is it by naming somebody anew who was taken out.
  file.add(event("plan", "e", 104.0, R"("set":{"contacts":[],"contact_rules":[]})"));
  file.add(event("plan", "f", 105.0, offline));
  BOOST_TEST(people(file) == (std::vector<std::string>{"Sam", "Bob"}));
}

BOOST_AUTO_TEST_CASE(parts_that_two_devices_set_are_brought_together_by_their_base) {
  auto phone = of({event("plan", "p0", 100.0, base_contacts)});
  auto tablet = phone;
  phone.add(event("plan", "a1", 101.0, set_in(phone, 100.5, withdrawn)));
  tablet.add(event("plan", "b1", 101.1, set_in(tablet, 100.5, offline)));
  // Another edit in what the tablet alone knows of.
  tablet.add(event("plan", "b2", 101.2,
                   set_in(tablet, 101.15,
                          R"("set":{"contacts":[{"name":"Sam","channel":"9",)"
                          R"("consent":["support","contact_rule"]},)"
                          R"({"name":"Bob","channel":"3","consent":["support"]}]})")));
  auto both = phone;
  both.merge(tablet);
  tablet.merge(phone);
  BOOST_TEST(both.view(Time{102.0}) == tablet.view(Time{102.0}));
  BOOST_TEST(people(both) ==
             (std::vector<std::string>{"Sam support", "Ann support", "Bob support"}));
  BOOST_TEST(both.plan()->contacts[0].channel == "9");
  BOOST_TEST(seen(both, 102.0)["plan"]["conflicts"].empty());
  // In whatever order and however often they come.
  std::vector<std::string> lines;
  const auto all = both.text();
  for (auto begin = all.find('\n') + 1; begin < all.size();) {
    const auto end = all.find('\n', begin);
    lines.push_back(all.substr(begin, end - begin));
    begin = end + 1;
  }
  std::sort(lines.begin(), lines.end());
  do {
    auto again = of(lines);
    again.add(lines.front());
    BOOST_TEST(again.view(Time{102.0}) == both.view(Time{102.0}));
    again.add(check_in("c", 102.5, R"("craving":1)"));
    const auto open = again.view(Time{104.0});
    again.compact(Time{103.0});
    BOOST_TEST(again.view(Time{104.0}) == open);
  } while (std::next_permutation(lines.begin(), lines.end()));
  // What cannot both be is named; also after the log was closed.
  for (auto* file : {&phone, &both}) file->add(check_in("c", 102.5, R"("craving":1)"));
  both.compact(Time{103.0});
  auto other = phone;
  other.add(event("plan", "o", 103.5,
                  set_in(phone, 103.0,
                         R"("set":{"contacts":[{"name":"Sam","channel":"8",)"
                         R"("consent":["support"]}]})")));
  const auto text = other.text();
  const auto line = text.substr(text.rfind('\n', text.size() - 2) + 1);
  both.add(line);
  const auto conflicts = seen(both, 104.0)["plan"]["conflicts"];
  BOOST_REQUIRE(conflicts.size() == 1U);
  BOOST_TEST(conflicts[0]["field"] == "channel");
  // A base that nobody knows gives nothing back either.
  both.add(event("plan", "n", 105.0, R"("base":"0000",)" + offline));
  for (const auto& each : people(both))
    BOOST_TEST(each.find("contact_rule") == each.npos, each);
}

BOOST_AUTO_TEST_CASE(a_whole_plan_told_again_under_its_number_is_a_conflict) {
  auto plan = Json::parse(R"({"schema":"relapse/plan/1","person":"P1","version":1,
    "contacts":[{"name":"Sam","channel":"1","consent":["support","contact_rule"]}],
    "contact_rules":[{"contact":"Sam","level":"high","self_nudge_first":false}]})");
  auto file = of({event("plan", "1", 100.0, R"("plan":)" + plan.dump())});
  plan["contacts"][0]["consent"] = {"support"};
  plan["created"] = "1970-04-20T00:00:00Z";
  file.add(event("plan", "2", 110.0, R"("plan":)" + plan.dump()));
  file.add(check_in("3", 111.0, R"("self_harm":1)"));
  const auto view = seen(file, 111.1);
  BOOST_TEST(view["contact"]["messages"].empty());
  BOOST_REQUIRE(view["plan"]["conflicts"].size() == 1U);
  BOOST_TEST(view["plan"]["conflicts"][0]["field"] == "consent");
}

BOOST_AUTO_TEST_CASE(a_flag_that_a_version_does_not_know_stays_up_and_is_named) {
  const auto with = [](const char* id) {
    auto document = models::standard().document();
    ItemRule cold;
    cold.item.id = id;
    cold.item.role = Role::safety;
    cold.item.flag = id;
    document.items.push_back(cold);
    document.safety.push_back({id, RiskLevel::critical, "", ""});
    document.version = id;
    return Model(document);
  };
  CaseFile file(with("house_cold"));
  file.add(event("plan", "p", 99.0,
                 R"("set":{"contacts":[{"name":"Sam","consent":["contact_rule"]}],)"
                 R"("contact_rules":[{"contact":"Sam","flag":"house_cold",)"
                 R"("self_nudge_first":false}]})"));
  file.add(check_in("1", 100.0, R"("house_cold":1,"craving":3,"used":1)"));
  auto read = CaseFile::read(with("no_heating"), file.text());
  const auto view = seen(read, 100.5);
  BOOST_REQUIRE(view["flags"].size() == 1U);
  BOOST_TEST(view["flags"][0]["flag"] == "house_cold");
  BOOST_TEST(view["flags"][0]["former"] == true);
  BOOST_TEST(!view["flags"][0]["words"].get<std::string>().empty());
  BOOST_TEST(view["assessment"]["level"] == "critical");
  BOOST_TEST(view["assessment"]["flags"] == Json({"house_cold"}));
  BOOST_TEST(view["contact"]["messages"].size() == 1U);
  BOOST_TEST(view["suggestions"][0]["action"] == "crisis");
  // The rest of the check-in counts.
  BOOST_TEST(view["problems"].empty());
  BOOST_TEST(!view["after_use"].is_null());
  // It outlives reading, merging and closing, and goes with an acknowledgement.
  read = CaseFile::read(with("no_heating"), read.text());
  read.merge(CaseFile(with("no_heating")));
  read.add(check_in("2", 101.0, R"("craving":1)"));
  read.add(check_in("3", 102.0, R"("craving":1)"));
  auto closed = read;
  closed.compact(Time{103.0});
  for (auto* each : {&read, &closed}) {
    BOOST_TEST(flags(*each, 103.0) == (std::vector<std::string>{"house_cold"}));
    const auto early =
        told(*each, event("acknowledge", "e", 99.5, R"("flag":"house_cold")"));
    BOOST_TEST(early["flags"] == Json({"house_cold"}));
    const auto down =
        told(*each, event("acknowledge", "a", 104.0, R"("flag":"house_cold")"));
    BOOST_TEST(down["lowered"] == Json({"house_cold"}));
    BOOST_TEST(down["level"] == seen(*each, 104.0)["assessment"]["level"]);
    BOOST_TEST(flags(*each, 105.0) == none);
  }
}

BOOST_AUTO_TEST_CASE(the_level_of_a_result_is_that_of_the_view) {
  CaseFile file(models::standard());
  const auto same = [&](const std::string& told_of, double now) {
    const auto result = told(file, told_of);
    const auto assessment = seen(file, now)["assessment"];
    if (assessment.is_null()) return !result.contains("level");
    return result["level"] == assessment["level"];
  };
  BOOST_TEST(same(check_in("0", 99.0, R"("self_harm":1,"no_such":1)"), 99.001));
  BOOST_TEST(same(event("acknowledge", "00", 99.5, R"("flag":"self_harm")"), 99.501));
  BOOST_TEST(same(check_in("1", 100.0, R"("used":0,"craving":0)"), 100.001));
  BOOST_TEST(same(check_in("2", 101.0, R"("self_harm":1,"no_such":1)"), 101.001));
  BOOST_TEST(same(check_in("3", 102.0, R"("self_harm":1)"), 102.001));
  BOOST_TEST(same(event("acknowledge", "4", 102.5, R"("flag":"self_harm")"), 102.501));
}

BOOST_AUTO_TEST_CASE(a_message_to_whom_no_plan_knows_is_refused) {
  const std::string mira =
      R"("message":"contact","contact":"Sam","rule":"Sam: level high")";
  auto file = of({event("plan", "p", 100.0, base_contacts),
                  check_in("1", 100.5, R"("self_harm":1)")});
  const auto wrong = [&](const std::string& id, const std::string& what) {
    const auto result = told(file, event("message_sent", id, 100.6, what));
    BOOST_TEST(result["status"] == "refused");
    return result["problem"].get<std::string>();
  };
  BOOST_TEST(
      wrong("w1", R"("message":"contact","contact":"sam","rule":"Sam: level high")")
          .find("/contact: is none") == 0U);
  BOOST_TEST(wrong("w2", R"("message":"self_nudge","contact":"Sam","rule":"0")")
                 .find("/rule: is none") == 0U);
  BOOST_TEST(seen(file, 100.7)["contact"]["messages"].size() == 1U);
  // Who was in an earlier version is known.
  file.add(event("plan", "q", 100.8, R"("set":{"contacts":[],"contact_rules":[]})"));
  BOOST_TEST(told(file, event("message_sent", "m", 100.9, mira))["status"] == "taken_in");
  BOOST_TEST(
      wrong("w3", R"("message":"contact","contact":"Bob","rule":"Bob: level high")")
          .find("/contact: is none") == 0U);
}

BOOST_AUTO_TEST_CASE(help_comes_however_its_name_is_spelled) {
  for (const std::string kind : {"help_wanted", "HELP_WANTED", "helpWanted",
                                 "help-wanted", "Help wanted", "HelpWanted"}) {
    CaseFile file(models::standard());
    const auto result = told(file, event(kind, "1", 100.0, R"("locale":"de-AT")"));
    BOOST_TEST(result.contains("help"), kind);
    BOOST_TEST((result["status"] == "taken_in") == (kind == "help_wanted"), kind);
  }
  CaseFile file(models::standard());
  BOOST_TEST(!told(file, event("note", "1", 100.0, R"("text":"help wanted","x":1)"))
                  .contains("help"));
}

BOOST_AUTO_TEST_SUITE_END()
