#include <relapse/case_file/case_file.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/io/assessment_json.hpp>
#include <relapse/io/plan_json.hpp>
#include <relapse/io/standard.hpp>

#include "case_file/events.hpp"
#include "plans.hpp"
#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(case_file_test)

namespace {

using namespace test;

/// An item that a version of the standard model might add.
ItemRule safety_item(const char* id, const char* flag) {
  ItemRule rule;
  rule.item.id = id;
  rule.item.role = Role::safety;
  rule.item.flag = flag;
  return rule;
}

ItemRule use_item(const char* id) {
  const auto& items = models::standard().document().items;
  ItemRule rule = *std::find_if(items.begin(), items.end(), [](const ItemRule& each) {
    return each.item.role == Role::use;
  });
  rule.item.id = id;
  return rule;
}

/// Check-ins of a simulated person as events, with events of other kinds between them.
std::vector<std::string> life(std::uint64_t seed) {
  std::vector<std::string> events;
  int number = 0;
  for (auto each : test::check_ins(models::standard(), seed)) {
    each.time = each.time + Days{100.0};
    events.push_back(event_json("c" + std::to_string(number++), each));
  }
  events.push_back(event_json("p1", 100.0, test::first_plan()));
  events.push_back(event("plan", "p2", 110.5, R"("set":{"reasons":["my son"]})"));
  events.push_back(event("schedule", "s1", 101.0, R"("every_days":2)"));
  events.push_back(
      event("follow_up", "f1", 112.25, R"("action":"urge_surfing","helped":8)"));
  events.push_back(
      event("use_report", "u1", 115.125, R"("substance":"alcohol","by":"peer")"));
  events.push_back(event("acknowledge", "a1", 119.5, R"("flag":"self_harm")"));
  events.push_back(
      event("message_sent", "m1", 121.0,
            R"("message":"contact","contact":"Mira","rule":"Mira: level high")"));
  events.push_back(event("message_sent", "m2", 121.5,
                         R"("message":"suggestion","action":"urge_surfing")"));
  events.push_back(event("goal", "g1", 105.0, R"("goal":"guitar","words":"Play again")"));
  events.push_back(
      event("step", "g2", 109.0,
            R"("goal":"guitar","step":"tune","words":"Tune it","state":"done")"));
  events.push_back(event("note", "n1", 107.0, R"("text":"A good week")"));
  events.push_back(
      event("test_result", "t1", 116.0,
            R"("substance":"opioid","result":"negative","specimen":"urine")"));
  // Refused: an unknown item beside an answer that raises a flag, an unknown kind, an
  // answer out of its scale.
  events.push_back(check_in("x1", 118.75, R"("no_such_item":1,"self_harm":1)"));
  events.push_back(event("surprise", "x2", 113.0));
  events.push_back(check_in("x3", 122.5, R"("craving":99)"));
  // The same id with other content, and corrections of all kinds.
  events.push_back(event("note", "n1", 108.0, R"("text":"Another one")"));
  events.push_back(event("correction", "k1", 125.0,
                         R"("of":"f1","event":{"kind":"follow_up","at":112.25,)"
                         R"("action":"urge_surfing","helped":2})"));
  events.push_back(event("correction", "k2", 126.0, R"("of":"c3","removed":true)"));
  events.push_back(event("correction", "k3", 127.0, R"("of":"k2","removed":true)"));
  events.push_back(event("correction", "k4", 127.5, R"("of":"nobody","removed":true)"));
  return events;
}

constexpr double after = 145.0;

}  // namespace

BOOST_AUTO_TEST_CASE(a_view_says_what_the_monitor_that_saw_the_events_says) {
  for (const auto& model : test::models()) {
    Monitor monitor(model);
    CaseFile file(model);
    int number = 0;
    for (const auto& each : test::check_ins(model, 5)) {
      const auto assessment = Json::parse(io::to_json(monitor.update(each)));
      const auto result = told(file, event_json("c" + std::to_string(number++), each));
      BOOST_TEST(result["status"] == "taken_in");
      BOOST_TEST(seen(file, each.time.days)["last_check_in"] == assessment);
      const Time later = each.time + Days{0.25};
      BOOST_TEST((seen(file, later.days)["assessment"] ==
                  Json::parse(io::to_json(monitor.at(later)))));
    }
    BOOST_TEST(number > 10);
  }
}

BOOST_AUTO_TEST_CASE(any_order_any_split_and_any_repetition_give_the_same_view) {
  std::mt19937 random(7);
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    auto events = life(seed);
    const CaseFile whole = of(events);
    const auto view = whole.view(Time{after}, "de-DE");
    const auto earlier = whole.view(Time{116.5}, "en-US");
    for (int round = 0; round < 6; ++round) {
      std::shuffle(events.begin(), events.end(), random);
      BOOST_TEST((of(events).view(Time{after}, "de-DE") == view));
      std::vector<CaseFile> devices(3, CaseFile(models::standard()));
      for (const auto& each : events) {
        devices[random() % 3].add(each);
        if (random() % 2 == 0) devices[random() % 3].add(each);
      }
      std::shuffle(devices.begin(), devices.end(), random);
      devices[0].merge(devices[1]);
      devices[2].merge(devices[0]);
      BOOST_TEST((devices[2].view(Time{after}, "de-DE") == view));
      BOOST_TEST((devices[2].view(Time{116.5}, "en-US") == earlier));
      BOOST_TEST((devices[2].text() == whole.text()));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_log_reads_back_as_the_same_file) {
  const CaseFile file = of(life(4));
  const auto read = CaseFile::read(models::standard(), file.text());
  BOOST_TEST((read.text() == file.text()));
  BOOST_TEST((read.view(Time{after}) == file.view(Time{after})));
  BOOST_TEST(read.events() == file.events());
}

BOOST_AUTO_TEST_CASE(a_view_of_a_moment_knows_nothing_of_what_came_later) {
  const auto events = life(6);
  CaseFile file(models::standard());
  for (const auto& each : events) {
    const auto at = Json::parse(each)["at"];
    if (at.is_string() || at.get<double>() <= 111.0) file.add(each);
  }
  auto before = seen(file, 111.0);
  for (const auto& each : events) {
    const auto parsed = Json::parse(each);
    // A correction says what really was, whenever it comes.
    if (parsed["kind"] != "correction") file.add(each);
  }
  auto later = seen(file, 111.0);
  BOOST_TEST(!later["basis"]["later"].empty());
  for (auto* view : {&before, &later}) view->erase("basis");
  BOOST_TEST((later == before));
}

BOOST_AUTO_TEST_CASE(a_correction_that_is_corrected_back_leaves_the_view_as_it_was) {
  CaseFile file(models::standard());
  const auto first = check_in("1", 100.0, R"("craving":2)");
  const auto second = check_in("2", 101.0, R"("craving":1,"used":0)");
  file.add(first);
  file.add(second);
  auto before = seen(file, 102.0);
  const auto wrong = told(file, event("correction", "3", 101.5,
                                      R"("of":"1","event":{"kind":"check_in","at":100.5,)"
                                      R"("answers":{"craving":3,"self_harm":1}})"));
  BOOST_TEST(wrong["status"] == "replayed");
  BOOST_TEST(wrong["raised"] == Json({"self_harm"}));
  BOOST_TEST((seen(file, 102.0)["assessment"] != before["assessment"]));
  const auto back = told(file, event("correction", "4", 101.75,
                                     R"("of":"1","event":{"kind":"check_in","at":100.0,)"
                                     R"("answers":{"craving":2}})"));
  BOOST_TEST(back["lowered"] == Json({"self_harm"}));
  auto again = seen(file, 102.0);
  BOOST_TEST(again["basis"]["corrections"] == 2);
  for (auto* view : {&before, &again}) view->erase("basis");
  BOOST_TEST((again == before));
}

BOOST_AUTO_TEST_CASE(a_correction_that_comes_before_its_event_counts_once_that_is_there) {
  const auto correction = event("correction", "2", 103.0, R"("of":"1","removed":true)");
  CaseFile file(models::standard());
  BOOST_TEST(told(file, correction)["status"] == "refused");
  BOOST_TEST(seen(file, 105.0)["problems"].size() == 1U);
  file.add(check_in("1", 104.0, R"("craving":3)"));
  BOOST_TEST(seen(file, 105.0)["problems"].empty());
  BOOST_TEST((seen(file, 105.0)["assessment"].is_null()));
}

BOOST_AUTO_TEST_CASE(corrections_of_themselves_and_of_corrections_change_nothing) {
  CaseFile file(models::standard());
  file.add(check_in("1", 100.0, R"("craving":3)"));
  const auto before = seen(file, 101.0)["assessment"];
  for (const auto& more :
       {R"("of":"2","removed":true)", R"("of":"1","removed":true,"event":{})",
        R"("of":"1")", R"("of":"1","event":{"kind":"correction","at":1,"of":"1"})",
        R"("of":"1","event":{"id":"9","kind":"note","at":1,"text":"a"})"}) {
    CaseFile copy = file;
    const auto result = told(copy, event("correction", "2", 100.5, more));
    BOOST_TEST(result["status"] == "refused");
    BOOST_TEST((seen(copy, 101.0)["assessment"] == before));
  }
  // Two that correct each other: neither is an event itself.
  file.add(event("correction", "2", 100.5, R"("of":"3","removed":true)"));
  file.add(event("correction", "3", 100.5, R"("of":"2","removed":true)"));
  BOOST_TEST(seen(file, 101.0)["problems"].size() == 2U);
  BOOST_TEST((seen(file, 101.0)["assessment"] == before));
}

BOOST_AUTO_TEST_CASE(what_is_refused_stays_raises_its_flags_and_changes_nothing_else) {
  CaseFile file(models::standard());
  file.add(check_in("1", 100.0, R"("craving":1)"));
  auto before = seen(file, 102.0);
  const std::vector<std::string> refused{
      check_in("2", 101.0, R"("no_such_item":1,"self_harm":1)"),
      check_in("2", 101.0, R"("craving":"secret","self_harm":1)"),
      event("check_in", "2", 101.0, R"("answers":{"self_harm":1},"surprise":1)"),
      event("check_in", "2", 101.0, R"("answers":{"self_harm":1},"person":3)"),
      event("nothing_known", "2", 101.0, R"("answers":{"self_harm":1})"),
      event("check_in", "2", 101.0, R"("answers":{"self_harm":1},"told":50)"),
      event("check_in", "2", -3.0, R"("answers":{"self_harm":1})"),
      check_in("2", 100.0, R"("used":9,"self_harm":1)"),
      event("check_in", "2", 101.0, R"("instruments":{"phq9":{"9":2,"1":77}})"),
      event(
          "correction", "2", 101.0,
          R"("of":"none","event":{"kind":"check_in","at":1,"answers":{"self_harm":1}})"),
      R"({"id":"2","kind":"check_in","answers":{"self_harm":1}})",
      R"({"kind":"check_in","at":101,"answers":{"self_harm":1}})",
      R"({"id":"2","kind":"check_in","at":101,"answers":{"self_harm":1},"at":101})",
      R"({"id":"2","kind":"check_in","at":101,"answers":{"self_harm":1,"craving":)"};
  for (const auto& each : refused) {
    CaseFile copy = file;
    const auto result = told(copy, each);
    BOOST_TEST(result["status"] == "refused", each);
    BOOST_TEST(result["flags"] == Json({"self_harm"}), each);
    BOOST_TEST(!result["problem"].get<std::string>().empty());
    auto now = seen(copy, 102.0);
    BOOST_TEST(now["problems"].size() == 1U);
    BOOST_TEST((now["assessment"]["level"] == "critical"));
    BOOST_TEST((now["assessment"]["stages"] == before["assessment"]["stages"]));
    BOOST_TEST((now["last_check_in"]["stages"] == before["last_check_in"]["stages"]));
    BOOST_TEST(copy.events() == 2U);
    // Nothing is lost: the text is in the log, which reads back with the same problem.
    const auto read = CaseFile::read(models::standard(), copy.text());
    BOOST_TEST((read.view(Time{102.0}) == copy.view(Time{102.0})));
  }
}

BOOST_AUTO_TEST_CASE(a_problem_names_places_and_never_what_was_told) {
  CaseFile file(models::standard());
  for (const auto& each :
       {check_in("1", 100.0, R"("craving":"canary")"),
        check_in("2", 100.0, R"("used":7777)"),
        event("note", "3", 100.0, R"("text":7777,"more":"canary")"),
        event("follow_up", "4", 100.0, R"("action":"canary","helped":7)"),
        event("acknowledge", "5", 100.0, R"("flag":"canary")"),
        event("plan", "6", 100.0, R"("set":{"reasons":"canary"})"),
        event("use_report", "7", 100.0, R"("certainty":"canary")"),
        event("learning", "8", 100.0, R"("situations":["canary"])"),
        event("check_in", "9", 100.0, R"("instruments":{"phq9":{"1":7777}})"),
        std::string(R"({"id":"10","at":100,"kind":"note","text":"canary)")}) {
    const auto result = told(file, each);
    BOOST_TEST(result["status"] == "refused", each);
    const auto problem = result["problem"].get<std::string>();
    BOOST_TEST(problem.find("canary") == std::string::npos, problem);
    BOOST_TEST(problem.find("7777") == std::string::npos, problem);
  }
}

BOOST_AUTO_TEST_CASE(the_same_event_told_twice_counts_once_and_another_content_is_named) {
  CaseFile file(models::standard());
  const auto first = check_in("1", 100.0, R"("craving":3)");
  BOOST_TEST(told(file, first)["status"] == "taken_in");
  const auto text = file.text();
  BOOST_TEST(text.ends_with('\n' + file.last_line() + '\n'));
  BOOST_TEST(told(file, first)["status"] == "known");
  BOOST_TEST(file.last_line().empty());
  BOOST_TEST(told(file, check_in("1", 100.0, R"("craving":3.0)"))["status"] == "known");
  BOOST_TEST((file.text() == text));
  const auto before = seen(file, 101.0)["assessment"];
  const auto other = told(file, check_in("1", 100.5, R"("craving":0)"));
  BOOST_TEST(other["status"] == "refused");
  BOOST_TEST(other["problem"].get<std::string>().find("id of another") !=
             std::string::npos);
  BOOST_TEST((seen(file, 101.0)["assessment"] == before));
  BOOST_TEST(file.events() == 2U);
}

BOOST_AUTO_TEST_CASE(two_check_ins_of_one_moment_both_count_unless_they_say_the_same) {
  CaseFile file(models::standard());
  file.add(check_in("1", 100.0, R"("craving":3)"));
  const auto alone = seen(file, 101.0)["assessment"];
  BOOST_TEST(told(file, check_in("2", 100.0, R"("craving":3)"))["status"] == "refused");
  BOOST_TEST((seen(file, 101.0)["assessment"] == alone));
  BOOST_TEST(told(file, check_in("3", 100.0, R"("isolating":3)"))["status"] ==
             "taken_in");
  BOOST_TEST((seen(file, 101.0)["assessment"] != alone));
}

BOOST_AUTO_TEST_CASE(an_event_of_the_future_is_shown_once_its_moment_has_come) {
  CaseFile file(models::standard());
  file.add(check_in("1", 100.0, R"("craving":1)"));
  file.add(check_in("2", 120.0, R"("craving":3)"));
  BOOST_TEST(seen(file, 110.0)["basis"]["later"] == Json({"2"}));
  BOOST_TEST(seen(file, 110.0)["last_check_in"]["time"] ==
             seen(file, 100.0)["last_check_in"]["time"]);
  BOOST_TEST(seen(file, 120.0)["basis"]["later"].empty());
}

BOOST_AUTO_TEST_CASE(a_last_line_that_was_cut_is_kept_and_the_rest_is_whole) {
  const CaseFile file = of({check_in("1", 100.0, R"("craving":1)"),
                            check_in("2", 101.0, R"("craving":2,"self_harm":1)")});
  const auto text = file.text();
  for (std::size_t cut = 2; cut < 40; cut += 9) {
    const auto read = CaseFile::read(models::standard(),
                                     std::string_view(text).substr(0, text.size() - cut));
    const auto view = seen(read, 102.0);
    BOOST_TEST(view["problems"].size() == 1U);
    BOOST_TEST(view["last_check_in"]["time"] ==
               seen(file, 100.0)["last_check_in"]["time"]);
    BOOST_TEST(read.events() == 2U);
    const auto again = CaseFile::read(models::standard(), read.text());
    BOOST_TEST((again.text() == read.text()));
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_event_is_one_text_however_it_is_told_and_read) {
  const std::string torn = "{\"answers\": {\"overdose\": 1},\t\f\b\x01 \x7f \xc3\xa9 \\";
  CaseFile file = of({check_in("1", 100.0, R"("craving":1)"), torn});
  CaseFile read = CaseFile::read(models::standard(), file.text());
  BOOST_TEST((read.text() == file.text()));
  read.add(torn);
  file.merge(read);
  BOOST_TEST(file.events() == 2U);
  const auto view = seen(file, 102.0);
  BOOST_TEST(view["problems"].size() == 1U);
  BOOST_TEST(view["flags"][0]["flag"] == "overdose");
}

BOOST_AUTO_TEST_CASE(a_log_of_another_model_or_person_is_refused_by_name) {
  const CaseFile file = of(life(1));
  BOOST_CHECK_THROW(CaseFile::read(test::models()[0], file.text()), InvalidInput);
  BOOST_CHECK_THROW(CaseFile::read(models::standard(), "{}"), ParseError);
  BOOST_CHECK_THROW(CaseFile::read(models::standard(), ""), ParseError);
  CaseFile small(test::models()[0]);
  BOOST_CHECK_THROW(small.merge(file), InvalidInput);
  CaseFile mine(models::standard(), {.person = "P1"});
  const auto before = mine.text();
  BOOST_CHECK_THROW(mine.merge(CaseFile(models::standard(), {.person = "P2"})),
                    InvalidInput);
  BOOST_TEST((mine.text() == before));
  BOOST_TEST(told(mine, event("check_in", "1", 1.0, R"("person":"P3")"))["status"] ==
             "refused");
}

BOOST_AUTO_TEST_CASE(a_new_version_of_the_model_takes_the_log_in_and_says_so) {
  auto document = models::standard().document();
  document.version += ".1";
  document.levels.cuts[0] *= 1.01;
  const Model next(document);
  const CaseFile file = of(life(2));
  const auto read = CaseFile::read(next, file.text());
  const auto view = seen(read, after);
  BOOST_TEST(view["basis"]["written_by"] == models::standard().content_hash());
  BOOST_TEST(view["basis"]["content_hash"] == next.content_hash());
  BOOST_TEST((!view["assessment"].is_null()));
}

BOOST_AUTO_TEST_CASE(a_version_without_an_item_keeps_its_flags_and_uses) {
  auto document = models::standard().document();
  auto pain = safety_item("chest_pain", "overdose");
  pain.item.raise_at = 2.0;
  document.items.push_back(pain);
  const auto pills = use_item("pills");
  document.items.push_back(pills);
  document.version += ".1";
  const Model earlier(document);
  const Model& now = models::standard();
  CaseFile file(earlier);
  CaseFile without(now);
  for (const auto& [id, place, answers, left] :
       std::vector<std::tuple<const char*, double, const char*, const char*>>{
           {"1", 100.0, R"("craving":3,"chest_pain":1,"pills":0)", R"("craving":3)"},
           {"2", 101.0, R"("craving":4,"pills":2)", R"("craving":4)"},
           {"3", 102.0, R"("craving":2,"chest_pain":2)", R"("craving":2)"}}) {
    file.add(check_in(id, place, answers));
    without.add(check_in(id, place, left));
  }
  const auto read = CaseFile::read(now, file.text());
  BOOST_TEST(read.problems() == "[]");
  const auto view = seen(read, 103.0);
  BOOST_TEST(view["basis"]["former_items"] == Json({"chest_pain", "pills"}));
  BOOST_TEST(view["assessment"]["flags"] == Json({"overdose"}));
  BOOST_TEST(view["assessment"]["level"] == "critical");
  const auto taken = read.check_ins();
  BOOST_REQUIRE(taken.size() == 3U);
  BOOST_TEST((taken[0] == without.check_ins()[0]));
  BOOST_TEST((taken[1].used_days_ago == Days{0.0}));
  // Once it is written by the new version, and by way of merging and closing, too.
  CaseFile again = CaseFile::read(now, read.text());
  BOOST_TEST((again.text() == read.text()));
  BOOST_TEST(
      (again.view(Time{103.0}) == CaseFile::read(now, again.text()).view(Time{103.0})));
  again.merge(CaseFile(now));
  BOOST_TEST(seen(again, 103.0)["assessment"] == view["assessment"]);
  again.compact(Time{101.5});
  BOOST_TEST(seen(again, 103.0)["assessment"] == view["assessment"]);
  const auto late = told(again, check_in("4", 104.0, R"("chest_pain":3)"));
  BOOST_TEST(late["status"] == "taken_in");
  // What another version never asked about stays a mistake.
  BOOST_TEST(told(again, check_in("5", 105.0, R"("chest":3)"))["status"] == "refused");
}

BOOST_AUTO_TEST_CASE(flags_of_items_that_went_stand_whatever_the_answer_looked_like) {
  const auto with = [](const std::vector<ItemRule>& items, const char* flag,
                       int version) {
    auto document = models::standard().document();
    for (const auto& rule : items) document.items.push_back(rule);
    if (flag != nullptr) document.safety.push_back({flag, RiskLevel::critical, "", ""});
    document.version = std::to_string(version);
    return Model(document);
  };
  const auto flags_of = [](const Model& earlier, const Model& now, const char* answers) {
    CaseFile file(earlier);
    file.add(check_in("1", 100.0, answers));
    const auto read = CaseFile::read(now, file.text());
    std::set<std::string> flags;
    const auto view = seen(read, 102.0);
    for (const auto& flag : view["flags"]) flags.insert(flag["flag"]);
    return std::pair(flags, Json::parse(read.problems()).size());
  };
  using Flags = std::set<std::string>;
  const Model& now = models::standard();
  // A flag that no item of this version raises.
  BOOST_TEST(
      (flags_of(with({safety_item("fever", "fever")}, "fever", 1), with({}, "fever", 2),
                R"("fever":1)") == std::pair(Flags{"fever"}, std::size_t{0})));
  // What this version does not know is up as what it knows.
  const auto fever =
      with({safety_item("chest", "overdose"), safety_item("fever", "fever")}, "fever", 1);
  BOOST_TEST(
      (flags_of(fever, now, R"("fever":1,"chest":1,"dependant_at_risk":1)") ==
       std::pair(Flags{"dependant_at_risk", "fever", "overdose"}, std::size_t{0})));
  BOOST_TEST(
      (flags_of(fever, now, R"("fever":0)") == std::pair(Flags{}, std::size_t{0})));
  // A built-in flag rises at any answer above 0, and at one that is not on the scale.
  auto chest = safety_item("chest", "overdose");
  chest.item.scale = Scale{1.0, 5.0};
  chest.item.raise_at = 3.0;
  const auto pain = with({chest}, nullptr, 1);
  for (const char* answer : {R"("chest":2)", R"("chest":0)", R"("chest":"much")"})
    BOOST_TEST((flags_of(pain, now, answer).first == Flags{"overdose"}), answer);
  // Another meaning under the same name is no later version.
  CaseFile file(pain);
  file.add(check_in("1", 100.0, R"("chest":2)"));
  BOOST_CHECK_THROW(
      CaseFile::read(with({safety_item("chest", "violence")}, nullptr, 2), file.text()),
      InvalidInput);
  // Two versions, two meanings: both count, in whatever order.
  CaseFile other(with({safety_item("chest", "violence")}, nullptr, 2));
  other.add(check_in("2", 100.0, R"("chest":2,"craving":1)"));
  CaseFile one = CaseFile::read(now, file.text());
  CaseFile two = CaseFile::read(now, other.text());
  CaseFile both = one;
  both.merge(two);
  two.merge(one);
  BOOST_TEST(both.view(Time{101.0}) == two.view(Time{101.0}));
  BOOST_TEST(seen(both, 101.0)["flags"].size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_version_that_asks_more_of_an_answer_keeps_the_flags_that_are_up) {
  const auto fever_at = [](double answer) {
    auto document = models::standard().document();
    auto fever = safety_item("fever", "fever");
    fever.item.scale = Scale{0.0, 4.0};
    fever.item.raise_at = answer;
    document.items.push_back(fever);
    document.safety.push_back({"fever", RiskLevel::critical, "", ""});
    document.version = std::to_string(answer);
    return Model(document);
  };
  CaseFile file(fever_at(2.0));
  file.add(check_in("1", 100.0, R"("fever":2,"craving":3)"));
  const auto before = seen(file, 102.0);
  auto read = CaseFile::read(fever_at(3.0), file.text());
  read = CaseFile::read(fever_at(3.0), read.text());
  const auto view = seen(read, 102.0);
  BOOST_TEST(view["flags"] == before["flags"]);
  BOOST_TEST(view["assessment"]["stages"] == before["assessment"]["stages"]);
  BOOST_TEST(!view["basis"].contains("former_items"));
  BOOST_TEST(view["problems"].empty());
  BOOST_TEST(told(read, event("acknowledge", "2", 101.0,
                              R"("flag":"fever")"))["lowered"] == Json({"fever"}));
  BOOST_TEST(told(read, check_in("3", 103.0, R"("fever":1)"))["flags"].empty());
}

BOOST_AUTO_TEST_CASE(yes_no_and_no_answer_mean_what_they_mean_to_a_monitor) {
  CaseFile file(models::standard());
  CaseFile numbers(models::standard());
  double at = 100.0;
  for (const auto& [said, meant] :
       {std::pair(R"("used":false,"craving":3)", R"("used":0,"craving":3)"),
        std::pair(R"("craving":null,"isolating":3)", R"("isolating":3)"),
        std::pair(R"("self_harm":false,"used":true)", R"("self_harm":0,"used":1)"),
        std::pair(R"("self_harm":null,"craving":1)", R"("craving":1)"),
        std::pair(R"("self_harm":true)", R"("self_harm":1)")}) {
    at += 1.0;
    const auto id = std::to_string(at);
    BOOST_TEST(told(file, check_in(id, at, said)) ==
                   told(numbers, check_in(id, at, meant)),
               said);
    BOOST_TEST(seen(file, at)["assessment"] == seen(numbers, at)["assessment"], said);
  }
  BOOST_TEST(seen(file, at)["problems"].empty());
  // What is refused for something else, likewise.
  BOOST_TEST(told(file, check_in("x", 110.0, R"("overdose":false,"no_such":1)"))["raised"]
                 .empty());
  BOOST_TEST(
      told(file, check_in("y", 111.0, R"("overdose":true,"no_such":1)"))["raised"] ==
      Json({"overdose"}));
}

BOOST_AUTO_TEST_CASE(use_of_a_former_item_counts_beside_no_use_of_another) {
  auto document = models::standard().document();
  const auto pills = use_item("pills");
  document.items.push_back(pills);
  document.version += ".1";
  CaseFile file{Model(document)};
  file.add(check_in("1", 100.0, R"("craving":4,"pills":1,"used":0)"));
  const auto read = CaseFile::read(models::standard(), file.text());
  BOOST_TEST(read.problems() == "[]");
  BOOST_TEST(seen(read, 100.0)["assessment"]["in_use"] == true);
}

BOOST_AUTO_TEST_CASE(a_refused_event_raises_flags_in_any_form) {
  for (const char* answers :
       {R"("instruments":{"phq9":{"phq9_9":2}})", R"("instruments":{"PHQ-9":{"9":2}})",
        R"("instruments":{"phq9":{"PHQ9.9":1}})", R"("answers":[{"self_harm":1}])",
        R"("answer":{"self_harm":1})", R"("self_harm":1)",
        R"("answers":[{"name":"self_harm","value":"1"}])",
        R"("instruments":{"phq9":{"9":{"value":2}}})",
        R"("instruments":[{"type":"phq9","answers":[{"item":9,"value":2}]}])",
        R"("answers":{"phq9":{"9":2}})"}) {
    CaseFile file(models::standard());
    const auto result = told(file, event("check_in", "1", 100.0, answers));
    BOOST_TEST(result["status"] == "refused", answers);
    BOOST_TEST(result["flags"] == Json({"self_harm"}), answers);
  }
  CaseFile file(models::standard());
  for (const char* calm :
       {R"("missing":{"self_harm":1},"x":1)", R"("self_harm":0)",
        R"("answers":[{"name":"self_harm","value":"0"}])",
        R"("instruments":{"phq9":[{"item":9,"value":0},{"item":1,"value":3}]})"})
    BOOST_TEST(told(file, event("check_in", calm, 1.0, calm))["flags"].empty(), calm);
  // What names a flag elsewhere is no answer.
  BOOST_TEST(
      told(file,
           event("plan", "p", 1.0,
                 R"("set":{"contact_rules":[{"flag":"self_harm","x":1}]})"))["flags"]
          .empty());
  BOOST_TEST(told(file, event("acknowledge", "a", 1.0,
                              R"("flag":"self_harm","note":"x")"))["flags"]
                 .empty());
}

BOOST_AUTO_TEST_CASE(use_that_is_told_afterwards_counts_when_it_was) {
  const auto days = [](CaseFile& file, int first, int last) {
    for (int day = first; day <= last; ++day)
      file.add(check_in("d" + std::to_string(day), day, R"("used":0,"craving":1)"));
  };
  const auto late =
      event("check_in", "late", 110.5, R"("answers":{"used":1},"used_days_ago":3.25)");
  CaseFile file(models::standard());
  days(file, 100, 110);
  CaseFile known(models::standard());
  days(known, 100, 107);
  known.add(event("use_report", "at once", 107.25, R"("used":true)"));
  days(known, 108, 110);
  file.add(late);
  known.add(late);
  const auto view = seen(file, 111.0);
  const auto expected = seen(known, 111.0);
  BOOST_TEST(view["assessment"]["stages"] == expected["assessment"]["stages"]);
  BOOST_TEST(view["assessment"] == expected["assessment"]);
  BOOST_TEST(view["last_check_in"]["replay_needed"] == false);
  // In any order, once it is written and read, and where the log is closed before it.
  CaseFile backwards(models::standard());
  backwards.add(late);
  for (int day = 110; day >= 100; --day) days(backwards, day, day);
  BOOST_TEST(backwards.view(Time{111.0}) == file.view(Time{111.0}));
  const auto same = CaseFile::read(models::standard(), file.text());
  BOOST_TEST(same.view(Time{111.0}) == file.view(Time{111.0}));
  for (const double at : {107.0, 107.5, 108.0, 109.0, 110.0, 110.6}) {
    CaseFile closed = file;
    closed.compact(Time{at});
    BOOST_TEST(seen(closed, 111.0)["assessment"] == view["assessment"], at);
    const auto again = CaseFile::read(models::standard(), closed.text());
    BOOST_TEST(again.view(Time{111.0}) == closed.view(Time{111.0}), at);
  }
  // Taken back, it never was.
  file.add(event("correction", "c", 111.0, R"("of":"late","removed":true)"));
  CaseFile without(models::standard());
  days(without, 100, 110);
  BOOST_TEST(seen(file, 112.0)["assessment"] == seen(without, 112.0)["assessment"]);
  // A refused event changes nothing.
  const auto before = seen(without, 112.0)["assessment"];
  without.add(event("check_in", "odd", 110.5,
                    R"("answers":{"used":1,"no_such":1},"used_days_ago":3.25)"));
  BOOST_TEST(seen(without, 112.0)["assessment"] == before);
}

BOOST_AUTO_TEST_CASE(what_is_known_of_the_start_counts_as_for_a_monitor) {
  const infer::Start start{Days{30.0}, Days{60.0}};
  Monitor monitor(models::standard(), {.drivers = true, .start = start});
  CaseFile file(models::standard(), {.person = "P1", .before = start});
  const auto all = test::check_ins(models::standard(), 3);
  for (std::size_t k = 0; k < 5; ++k) {
    const auto expected = Json::parse(io::to_json(monitor.update(all[k])));
    file.add(event_json(std::to_string(k), all[k]));
    BOOST_TEST(seen(file, all[k].time.days)["last_check_in"] == expected);
  }
  const auto read = CaseFile::read(models::standard(), file.text());
  BOOST_TEST((read.view(Time{90.0}) == file.view(Time{90.0})));
}

BOOST_AUTO_TEST_CASE(a_closed_log_shows_the_same) {
  for (const std::uint64_t seed : {1U, 2U}) {
    const auto events = life(seed);
    const CaseFile whole = of(events);
    for (const double before : {100.5, 108.0, 117.0, 126.5, 140.0}) {
      CaseFile closed = whole;
      closed.compact(Time{before});
      BOOST_TEST(closed.events() == whole.events());
      const auto read = CaseFile::read(models::standard(), closed.text());
      BOOST_TEST((read.text() == closed.text()));
      for (const double now : {before, 121.75, 128.0, after}) {
        if (now < before) continue;
        BOOST_TEST((closed.view(Time{now}) == whole.view(Time{now})));
        BOOST_TEST((read.view(Time{now}) == whole.view(Time{now})));
      }
      // What was closed is known; later events count as before; closing again as well.
      CaseFile longer = whole;
      for (auto* file : {&longer, &closed}) {
        for (const auto& each : events) file->add(each);
        file->add(check_in("late", after + 1.0, R"("craving":2)"));
      }
      BOOST_TEST((closed.view(Time{after + 2.0}) == longer.view(Time{after + 2.0})));
      closed.compact(Time{after + 1.5});
      BOOST_TEST((closed.view(Time{after + 2.0}) == longer.view(Time{after + 2.0})));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_closed_log_and_whole_ones_merge_to_the_same_in_any_order) {
  std::mt19937 random(11);
  const auto events = life(3);
  const CaseFile whole = of(events);
  CaseFile closed = whole;
  closed.compact(Time{120.0});
  CaseFile part(models::standard());
  for (const auto& each : events) {
    if (random() % 2 == 0) part.add(each);
  }
  CaseFile again = whole;
  again.compact(Time{130.0});
  const auto view = whole.view(Time{after});
  for (const auto& [one, other] : {std::pair(closed, whole), std::pair(closed, part),
                                   std::pair(closed, again), std::pair(again, part)}) {
    CaseFile first = one;
    first.merge(other);
    CaseFile second = other;
    second.merge(one);
    BOOST_TEST((first.view(Time{after}) == view));
    BOOST_TEST((second.view(Time{after}) == view));
    BOOST_TEST((first.text() == second.text()));
  }
  CaseFile other = of(life(4));
  other.compact(Time{120.0});
  const auto text = closed.text();
  BOOST_CHECK_THROW(closed.merge(other), InvalidInput);
  BOOST_TEST((closed.text() == text));
}

BOOST_AUTO_TEST_CASE(what_is_told_of_the_closed_part_is_refused_and_raises_its_flags) {
  CaseFile file = of(
      {check_in("1", 100.0, R"("craving":1)"), check_in("2", 110.0, R"("craving":1)")});
  file.compact(Time{115.0});
  BOOST_TEST(file.text().find(R"("id":"1")") == std::string::npos);
  BOOST_TEST(file.text().find(R"("id":"2")") != std::string::npos);
  for (
      const auto& each :
      {check_in("3", 105.0, R"("self_harm":1)"), check_in("1", 112.0, R"("self_harm":1)"),
       event(
           "correction", "4", 116.0,
           R"("of":"1","event":{"kind":"check_in","at":99,"answers":{"self_harm":1}})")}) {
    CaseFile copy = file;
    const auto result = told(copy, each);
    BOOST_TEST(result["status"] == "refused", each);
    BOOST_TEST(result["flags"] == Json({"self_harm"}), each);
  }
  BOOST_TEST(told(file, check_in("1", 100.0, R"("craving":1)"))["status"] == "known");
  BOOST_CHECK_THROW(file.view(Time{105.0}), InvalidInput);
  auto document = models::standard().document();
  document.version += ".1";
  BOOST_CHECK_THROW(CaseFile::read(Model(document), file.text()), ParseError);
}

BOOST_AUTO_TEST_CASE(help_is_there_at_once_in_the_persons_own_words) {
  CaseFile file(models::standard());
  auto plan = test::first_plan();
  plan.contacts[0].channel = "0301234567";
  file.add(event_json("p", 100.0, plan));
  file.add(event("follow_up", "f", 101.0, R"("action":"urge_surfing","helped":9)"));
  const auto result = told(file, event("help_wanted", "h", 102.0, R"("locale":"de-DE")"));
  BOOST_TEST(result["status"] == "taken_in");
  const auto& help = result["help"];
  BOOST_TEST(help["reasons"] == Json({"my daughter"}));
  BOOST_TEST(help["crisis_steps"].size() == 2U);
  BOOST_TEST(help["urge"]["action"] == "urge_surfing");
  BOOST_TEST(help["urge"]["helped"] == 9.0);
  BOOST_TEST(help["reach"][0]["name"] == "Mira");
  BOOST_TEST(help["reach"][0]["links"] == Json({"tel:0301234567"}));
  BOOST_TEST(help["numbers"][0]["links"] == Json({"tel:112"}));
  BOOST_TEST(Json::parse(file.help(Time{103.0}, "de-DE")) == help);
  BOOST_TEST(seen(file, 103.0, "de-DE")["help"] == help);
  BOOST_TEST((seen(file, 103.0)["assessment"].is_null()));
  // Nobody has told anything yet: the numbers of the place are there.
  const CaseFile empty(models::standard());
  BOOST_TEST(!Json::parse(empty.help(Time{0.0}, "en-GB"))["numbers"].empty());
  BOOST_TEST(!Json::parse(empty.help(Time{0.0}, ""))["emergency"].empty());
}

BOOST_AUTO_TEST_CASE(contact_rules_work_from_the_log_alone) {
  CaseFile file(models::standard());
  file.add(event_json("p", 100.0, test::first_plan()));
  file.add(check_in("1", 100.5, R"("self_harm":1,"craving":3)"));
  const auto asks = seen(file, 100.6)["contact"];
  BOOST_TEST(asks["messages"][0]["message"] == "self_nudge");
  BOOST_TEST(asks["trace"][0]["outcome"] == "nudged");
  file.add(event("message_sent", "2", 100.6,
                 R"("message":"self_nudge","contact":"Mira","rule":"Mira: level high")"));
  BOOST_TEST(seen(file, 100.61)["contact"]["messages"].empty());
  file.add(event("acknowledge", "3", 100.7, R"("flag":"self_harm")"));
  BOOST_TEST(seen(file, 100.8)["flags"].empty());
}

BOOST_AUTO_TEST_CASE(after_use_says_where_the_person_is) {
  CaseFile file(models::standard());
  file.add(event_json("p", 100.0, test::first_plan()));
  file.add(check_in("1", 100.5, R"("used":0)"));
  BOOST_TEST(seen(file, 100.6)["after_use"].is_null());
  file.add(event("use_report", "2", 101.0, R"("substance":"opioid","told":101.5)"));
  auto path = seen(file, 101.6)["after_use"];
  BOOST_TEST(path["next"] == 0);
  BOOST_TEST(path["steps"][0]["step"] == "safety");
  file.add(event("step", "3", 101.7,
                 R"("protocol":"after_use","step":"safety","state":"done")"));
  path = seen(file, 101.8)["after_use"];
  BOOST_TEST(path["steps"][0]["done"] == true);
  BOOST_TEST(path["next"] > 0);
  BOOST_TEST((seen(file, 101.8)["assessment"]["lost_tolerance_notice"] == true));
  BOOST_TEST(seen(file, 140.0)["after_use"].is_null());
  BOOST_TEST(told(file, event("step", "4", 102.0,
                              R"("protocol":"after_use","step":"dance")"))["status"] ==
             "refused");
}

BOOST_AUTO_TEST_CASE(goals_appointments_and_the_schedule_are_as_they_were_told_last) {
  CaseFile file(models::standard());
  for (const auto& each :
       {event("goal", "1", 100.0,
              R"("goal":"run","words":"Run 5 km","until":"1970-06-01")"),
        event("step", "2", 101.0, R"("goal":"run","step":"shoes","words":"Buy shoes")"),
        event("step", "3", 102.0, R"("goal":"run","step":"shoes","state":"done")"),
        event("appointment", "4", 100.0, R"("appointment":"dr","when":105.0)"),
        event("appointment", "5", 105.5, R"("appointment":"dr","state":"kept")"),
        event("schedule", "6", 100.0, R"("every_days":1)"),
        check_in("7", 100.5, R"("craving":1)"), check_in("8", 102.5, R"("craving":1)")}) {
    BOOST_TEST(told(file, each)["status"] != "refused", each);
  }
  const auto view = seen(file, 103.25);
  BOOST_TEST(view["goals"][0]["words"] == "Run 5 km");
  BOOST_TEST(view["goals"][0]["steps"][0]["done"] == true);
  BOOST_TEST(view["appointments"][0]["state"] == "planned");
  BOOST_TEST(seen(file, 106.0)["appointments"][0]["state"] == "kept");
  BOOST_TEST(view["schedule"]["expected"] == 3);
  BOOST_TEST(view["schedule"]["missed"] == 1);
}

BOOST_AUTO_TEST_CASE(under_a_weekly_schedule_six_days_are_no_silence) {
  for (const bool weekly : {true, false}) {
    CaseFile file(models::standard());
    told(file, event("schedule", "1", 100.0,
                     weekly ? R"("every_days":7)" : R"("every_days":1)"));
    told(file, check_in("2", 100.5, R"("craving":0,"used":0)"));
    BOOST_TEST(seen(file, 106.5)["assessment"]["floors"].empty() == weekly);
    BOOST_TEST(!seen(file, 112.0)["assessment"]["floors"].empty());
  }
}

BOOST_AUTO_TEST_CASE(suggestions_are_those_of_the_day_that_is_looked_at) {
  CaseFile file(models::standard());
  told(file, check_in("1", 100.5, R"("used":0,"craving":1)"));
  told(file, check_in("2", 101.5, R"("used":1,"craving":4)"));
  const auto actions = [&](double day) {
    const auto view = seen(file, day);
    std::set<std::string> found;
    for (const auto& each : view["suggestions"])
      found.insert(each["action"].get<std::string>());
    return found;
  };
  BOOST_TEST(actions(101.6).contains("stop_look_plan"));
  BOOST_TEST(!actions(136.5).contains("stop_look_plan"));
  const auto later = seen(file, 136.5);
  for (const auto& each : later["suggestions"]) {
    BOOST_TEST(each["reason"].get<std::string>().find("today") == std::string::npos);
    BOOST_TEST(each["reason"].get<std::string>().find("Use was told of") ==
               std::string::npos);
  }
  // The level goes by the risk, though nobody came in between.
  BOOST_TEST(later["assessment"]["level"] == "high");
}

BOOST_AUTO_TEST_CASE(a_positive_test_or_a_doubtful_report_holds_an_antagonist_back) {
  for (const std::string& fact :
       {event("test_result", "3", 101.0, R"("substance":"opioids","result":"positive")"),
        event("use_report", "3", 101.0, R"("used":true,"certainty":"doubtful")"),
        event("test_result", "3", 101.0,
              R"("substance":"opioids","result":"negative")")}) {
    CaseFile file(models::standard());
    told(file,
         event("plan", "0", 99.0, R"("set":{"medication":[{"name":"Naltrexone"}]})"));
    told(file, check_in("1", 100.5, R"("used":0,"craving":1,"medication":7)"));
    told(file, check_in("2", 100.9, R"("used":0,"craving":1,"medication":4)"));
    BOOST_TEST(told(file, fact)["status"] == "taken_in");
    bool take = false;
    ViewSettings settings;
    settings.suggestions = 60;
    const auto view = Json::parse(file.view(Time{101.1}, settings));
    for (const auto& each : view["suggestions"])
      take |= each["action"] == "take_medication";
    BOOST_TEST(take == (fact.find("negative") != std::string::npos), fact);
  }
}

BOOST_AUTO_TEST_CASE(a_fact_beside_good_answers_is_what_is_suggested_about) {
  for (const std::string& fact :
       {event("test_result", "9", 107.0, R"("substance":"heroin","result":"positive")"),
        event("use_report", "9", 107.0, R"("used":true,"certainty":"doubtful")"),
        event("test_result", "9", 107.0,
              R"("substance":"heroin","result":"negative")")}) {
    CaseFile file(models::standard());
    told(file, event("plan", "0", 99.0, R"("set":{"contacts":[{"name":"Mira"}]})"));
    for (int day = 100; day < 108; ++day) {
      told(file, check_in(std::to_string(day), day + 0.5,
                          R"("used":0,"craving":0,"confidence":9,"stress":1)"));
    }
    told(file, fact);
    const bool open = fact.find("negative") == std::string::npos;
    const auto view = seen(file, 108.0);
    BOOST_TEST((view["suggestions"][0]["need"] == "doubt") == open, fact);
    for (const auto& each : view["suggestions"]) {
      const bool suits = each["reason"] == "It suits where you are now.";
      BOOST_TEST((!suits || !open), fact);
    }
    // Two weeks later it is history.
    BOOST_TEST(seen(file, 122.0)["suggestions"][0]["need"] != "doubt");
  }
}

BOOST_AUTO_TEST_CASE(use_told_today_of_days_back_is_answered_to_in_any_form) {
  for (const std::string& use :
       {event("use_report", "9", 108.75, R"("used":true,"told":120.25)"),
        check_in("9", 120.25, R"("used":1)").insert(1, R"("used_days_ago":11.5,)"),
        event("check_in", "9", 108.75, R"("answers":{"used":1},"told":120.25)")}) {
    CaseFile file(models::standard());
    for (int day = 100; day < 120; ++day)
      told(file, check_in(std::to_string(day), day + 0.5, R"("used":0,"craving":0)"));
    BOOST_TEST(told(file, use)["status"] != "refused", use);
    const auto shown = [&](const CaseFile& of) {
      const auto view = seen(of, 120.5);
      std::set<std::string> needs;
      for (const auto& each : view["suggestions"])
        needs.insert(each["need"].get<std::string>());
      return needs.contains("use");
    };
    BOOST_TEST(shown(file), use);
    file.compact(Time{120.0});
    BOOST_TEST(shown(CaseFile::read(models::standard(), file.text())), use);
  }
}

BOOST_AUTO_TEST_CASE(who_asks_for_help_is_told_whom_to_reach) {
  CaseFile file(models::standard());
  told(file, event("plan", "0", 99.0, R"("set":{"contacts":[{"name":"Mira"}]})"));
  for (int day = 100; day < 110; ++day)
    told(file, check_in(std::to_string(day), day + 0.5, R"("used":0,"craving":0)"));
  const auto calm = seen(file, 109.6)["suggestions"][0];
  BOOST_TEST(calm["need"] != "support");
  told(file, event("help_wanted", "h", 109.7, R"("words":"now")"));
  const auto first = seen(file, 109.8)["suggestions"][0];
  BOOST_TEST(first["need"] == "support");
  BOOST_TEST(first["contact"] == "Mira");
  BOOST_TEST(seen(file, 110.8)["suggestions"][0]["need"] != "support");
}

BOOST_AUTO_TEST_CASE(a_report_of_no_use_ends_a_silence) {
  CaseFile file(models::standard());
  for (int day = 100; day < 110; ++day)
    told(file, check_in(std::to_string(day), day + 0.5, R"("used":0,"craving":0)"));
  BOOST_TEST(!seen(file, 129.0)["assessment"]["floors"].empty());
  told(file, event("use_report", "r", 128.0, R"("used":false)"));
  BOOST_TEST(seen(file, 129.0)["assessment"]["floors"].empty());
}

BOOST_AUTO_TEST_CASE(the_notice_of_lost_tolerance_is_for_opioids_alone) {
  const auto up = [](const std::string& substances, const std::string& use) {
    CaseFile file(models::standard());
    told(file, event("plan", "0", 99.0, R"("set":{"substances":)" + substances + "}"));
    told(file, check_in("1", 100.5, R"("used":0)"));
    told(file, use);
    const auto view = seen(file, 101.75);
    const auto& now = view["assessment"];
    BOOST_TEST(now["lost_tolerance_notice"] ==
               view["last_check_in"]["lost_tolerance_notice"]);
    BOOST_TEST(now.contains("lost_tolerance_until") == now["lost_tolerance_notice"]);
    return now["lost_tolerance_notice"] == true;
  };
  const auto used = check_in("2", 101.5, R"("used":1)");
  for (const char* other : {R"(["alcohol"])", R"(["nicotine","cannabis"])",
                            R"(["cocaine"])", R"(["tobacco","alcohol"])"})
    BOOST_TEST(!up(other, used), other);
  for (const char* opioid : {"[]", R"(["heroin"])", R"(["alcohol","oxycodone"])"})
    BOOST_TEST(up(opioid, used), opioid);
  // What was told of goes before what the plan is about.
  BOOST_TEST(up(R"(["alcohol"])",
                event("use_report", "2", 101.5, R"("used":true,"substance":"heroin")")));
}

BOOST_AUTO_TEST_CASE(what_lies_ahead_first_is_what_is_named) {
  CaseFile file(models::standard());
  told(file, event("plan", "0", 99.0,
                   R"("set":{"triggers":[)"
                   R"({"situation":"II-B","words":"pay day","pay_day":1},)"
                   R"({"situation":"II-C","words":"my birthday","date":"1970-09-01"},)"
                   R"({"situation":"II-C","words":"a wedding","date":"1970-04-12"},)"
                   R"({"situation":"II-C","words":"the party","date":"1970-04-12"}]})"));
  told(file, check_in("1", 100.5, R"("used":0,"craving":0,"confidence":9)"));
  ViewSettings settings;
  settings.suggestions = 9;
  const auto view = Json::parse(file.view(Time{100.75}, settings));
  int ahead = 0;
  for (const auto& each : view["suggestions"]) {
    if (each["need"] != "II-C") continue;
    ++ahead;
    BOOST_TEST(
        each["reason"].get<std::string>().starts_with("This lies ahead: a wedding"));
    if (each["action"] == "if_then_plan") continue;
    BOOST_TEST(each["if_then"].get<std::string>().starts_with("If I am here: a wedding"));
  }
  BOOST_TEST(ahead > 0);
}

BOOST_AUTO_TEST_CASE(an_instrument_is_a_check_in_by_other_means) {
  const auto& model = models::weekly_bam();
  CaseFile file(model);
  const auto result =
      told(file, event("check_in", "1", 100.0,
                       R"("instruments":{"bam_iop":{"1":2,"2":0,"4":0,"8":1,"9":2}})"));
  BOOST_TEST(result["status"] == "taken_in", result.dump());
  BOOST_TEST(seen(file, 100.0)["last_check_in"]["inputs"]["used"].size() > 3U);
  const CaseFile standard(models::standard());
  BOOST_TEST(told(file, event("check_in", "2", 101.0,
                              R"("instruments":{"none":{"1":2}})"))["status"] ==
             "refused");
}

BOOST_AUTO_TEST_SUITE_END()
