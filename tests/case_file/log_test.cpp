#include <relapse/case_file/case_file.hpp>
#include <relapse/core/error.hpp>
#include <relapse/io/check_in_json.hpp>
#include <relapse/io/standard.hpp>

#include "case_file/events.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

/// Use that is told afterwards, where the log is closed and where events are refused.
using namespace relapse;

BOOST_AUTO_TEST_SUITE(log_test)

namespace {

using namespace test;

std::vector<std::string> taken(const CaseFile& file) {
  std::vector<std::string> texts;
  for (const auto& each : file.check_ins()) texts.push_back(io::to_json(each));
  return texts;
}

/// A life with use that is told late, refused check-ins, ids that are used again, texts
/// without a time and times that are told later.
std::vector<std::string> odd_life(unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](unsigned most) { return random() % most; };
  std::vector<std::string> events;
  for (unsigned k = 0; k < 30; ++k) {
    const double at = 100.0 + 0.25 * static_cast<double>(below(100));
    const std::string id = "e" + std::to_string(below(12) == 0 ? below(30) : k);
    const std::string answers = R"("craving":)" + std::to_string(below(5));
    switch (below(10)) {
    case 0:
      events.push_back(event("use_report", id, at));
      break;
    case 1:
    case 2:
      events.push_back(event("check_in", id, at,
                             R"("answers":{)" + answers + R"(},"used_days_ago":)" +
                                 std::to_string(1 + below(6))));
      break;
    case 3:
      events.push_back(check_in(id, at, answers + R"(,"no_such":1)"));
      break;
    case 4:
      events.push_back(event("check_in", id, at,
                             R"("answers":{"no_such":1},"used_days_ago":)" +
                                 std::to_string(1 + below(6))));
      break;
    case 5:
      events.push_back(event("note", id, at, R"("text":"x")"));
      break;
    case 6:
      events.push_back(check_in(id, at, answers + R"(,"self_harm":1)"));
      break;
    case 7:
      events.push_back(event("acknowledge", id, at, R"("flag":"self_harm")"));
      break;
    default:
      events.push_back(check_in(
          id, at, answers + R"(,"used":)" + std::to_string(below(8) == 0 ? 1 : 0)));
    }
  }
  return events;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_log_closed_at_any_moment_and_read_again_shows_the_same) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    const CaseFile whole = of(odd_life(seed));
    for (const double before : {103.1, 108.0, 112.6, 118.0, 124.9}) {
      CaseFile closed = whole;
      closed.compact(Time{before});
      const auto read = CaseFile::read(models::standard(), closed.text());
      BOOST_TEST((read.text() == closed.text()), seed);
      for (const double now : {before, before + 0.6, 119.5, 126.0}) {
        if (now < before) continue;
        const auto view = seen(whole, now);
        BOOST_TEST((seen(closed, now) == view), seed << " " << before << " " << now);
        BOOST_TEST((seen(read, now) == view), seed << " " << before << " " << now);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(texts_of_one_id_are_closed_together) {
  const auto whole = of(
      {event("note", "1", 103.0, R"("text":"first")"),
       check_in("2", 104.0, R"("craving":1)"), event("use_report", "1", 111.0),
       event("correction", "3", 107.0, R"("of":"1","removed":true)"),
       check_in("4", 108.0, R"("craving":1)"), check_in("5", 112.0, R"("craving":1)")});
  for (const double before : {104.5, 108.5, 112.5}) {
    auto closed = whole;
    closed.compact(Time{before});
    for (const double now : {before, 120.0})
      BOOST_TEST(seen(closed, now) == seen(whole, now), before);
  }
}

BOOST_AUTO_TEST_CASE(one_id_of_a_correction_and_of_a_check_in_closes_as_it_stood) {
  const std::string removed = R"(,"removed":true)";
  const auto first = check_in("1", 99.0, R"("craving":1)");
  const auto last = check_in("9", 105.5, R"("craving":2)");
  for (const auto& events : std::vector<std::vector<std::string>>{
           // The correction counts, and what it corrects is not there or comes later.
           {event("correction", "d", 101.5, R"("of":"ghost")" + removed),
            check_in("d", 104.0, R"("craving":1,"overdose":1)")},
           {event("correction", "d", 101.5, R"("of":"late")" + removed),
            check_in("d", 104.0, R"("craving":1,"overdose":1)"),
            event("note", "late", 107.0, R"("text":"x")")},
           // The check-in counts, and is corrected after the closing.
           {check_in("d", 101.5, R"("craving":3,"overdose":1)"),
            event("correction", "d", 104.0, R"("of":"ghost")" + removed),
            event("correction", "x", 107.0, R"("of":"d")" + removed)}}) {
    auto whole = of({first, last});
    for (const auto& each : events) whole.add(each);
    auto closed = whole;
    closed.compact(Time{106.0});
    BOOST_TEST(closed.text() != whole.text());
    BOOST_TEST(seen(closed, 120.0) == seen(whole, 120.0), events.front());
    const auto read = CaseFile::read(models::standard(), closed.text());
    BOOST_TEST(seen(read, 120.0) == seen(whole, 120.0), events.front());
  }
}

BOOST_AUTO_TEST_CASE(a_refused_check_in_changes_no_number) {
  const auto use =
      event("check_in", "use", 112.75, R"("answers":{"craving":4},"used_days_ago":5)");
  for (const std::string& bad :
       {check_in("bad", 109.0, R"("no_such":1)"),
        event("check_in", "bad", 109.0, R"("answers":{"used":0},"used_days_ago":0.001)"),
        event("check_in", "bad", 109.0,
              R"("answers":{"no_such":1},"used_days_ago":3)")}) {
    const auto without = of({check_in("1", 100.0, R"("craving":1)"), use});
    const auto with = of({check_in("1", 100.0, R"("craving":1)"), use, bad});
    BOOST_TEST(seen(with, 113.0)["problems"].size() == 1U);
    BOOST_TEST((taken(with) == taken(without)), bad);
    BOOST_TEST(seen(with, 113.0)["assessment"] == seen(without, 113.0)["assessment"]);
  }
}

BOOST_AUTO_TEST_CASE(one_use_is_one_lapse_whoever_tells_of_it) {
  const std::vector<std::string> before{check_in("1", 100.0, R"("used":0)"),
                                        check_in("3", 104.0, R"("used":0,"craving":1)")};
  const auto report = event("use_report", "2", 102.0);
  const auto again =
      event("check_in", "4", 105.0, R"("answers":{"craving":1},"used_days_ago":3)");
  const auto silent = check_in("4", 105.0, R"("craving":1)");
  const auto once = of({before[0], report, before[1], silent});
  for (const auto& file :
       {of({before[0], report, before[1], again}), of({before[0], before[1], again})}) {
    BOOST_TEST(seen(file, 105.0)["assessment"]["stages"] ==
               seen(once, 105.0)["assessment"]["stages"]);
    BOOST_TEST(seen(file, 105.0)["assessment"]["level_risk"] ==
               seen(once, 105.0)["assessment"]["level_risk"]);
    BOOST_TEST(seen(file, 105.0)["after_use"]["last"] ==
               seen(once, 105.0)["after_use"]["last"]);
  }
}

BOOST_AUTO_TEST_CASE(a_replay_that_waits_is_done_before_anything_is_shown) {
  std::vector<std::string> events;
  for (int k = 0; k < 330; ++k) {
    const double at = 100.0 + 0.5 * k;
    const std::string id = std::to_string(k);
    events.push_back(
        k % 3 == 0 ? check_in(id, at, R"("craving":1,"used":0)")
        : k % 3 == 1
            ? event("follow_up", id, at, R"("action":"urge_surfing","helped":3)")
            : event("note", k % 2 == 0 ? "same" : id, at, R"("text":")" + id + "\""));
  }
  const auto whole = of(events);
  std::reverse(events.begin(), events.end());
  CaseFile file(models::standard());
  Json last;
  for (const auto& each : events) last = told(file, each);
  BOOST_TEST(last["status"] == "replayed");
  BOOST_TEST(!last.contains("level"));
  for (const double now : {150.0, 300.0}) {
    auto copy = file;
    BOOST_TEST((seen(copy, now) == seen(whole, now)), now);
    BOOST_TEST(Json::parse(copy.help(Time{now})) == Json::parse(whole.help(Time{now})));
  }
  BOOST_TEST(CaseFile(file).problems() == whole.problems());
  BOOST_TEST((taken(CaseFile(file)) == taken(whole)));
  BOOST_TEST((file.text() == whole.text()));
  // What raises a flag, or could take one down, is replayed at once; so is what comes
  // last.
  auto flagged = told(file, check_in("f", 99.0, R"("self_harm":1)"));
  BOOST_TEST(flagged["flags"] == Json({"self_harm"}));
  BOOST_TEST(flagged.contains("level"));
  BOOST_TEST(!told(file, event("note", "x", 98.0, R"("text":"x")")).contains("level"));
  BOOST_TEST(told(file, event("acknowledge", "a", 99.5, R"("flag":"self_harm")"))["flags"]
                 .empty());
  BOOST_TEST(!told(file, event("note", "y", 98.0, R"("text":"x")")).contains("level"));
  // Refused for its id, whatever came before.
  BOOST_TEST(told(file, event("note", "y", 98.5, R"("text":"z")"))["status"] ==
             "refused");
  BOOST_TEST(told(file, event("note", "z", 400.0, R"("text":"x")")).contains("level"));
}

BOOST_AUTO_TEST_CASE(use_is_known_from_when_it_was_told) {
  const std::vector<std::string> events{check_in("1", 100.0, R"("craving":1)"),
                                        check_in("2", 104.0, R"("craving":1)")};
  auto file = of(events);
  const auto before = seen(file, 105.0);
  file.add(event("check_in", "3", 106.0, R"("answers":{"craving":1},"used_days_ago":4)"));
  const auto later = seen(file, 105.0);
  BOOST_TEST(later["basis"]["later"] == Json::parse(R"(["3"])"));
  for (const char* part : {"assessment", "last_check_in", "after_use", "flags"})
    BOOST_TEST(later[part] == before[part], part);
  BOOST_TEST(!seen(file, 106.0)["after_use"].is_null());
}

BOOST_AUTO_TEST_CASE(a_log_is_closed_where_something_goes_and_not_otherwise) {
  auto file = of({check_in("1", 100.0, R"("craving":1)"),
                  event("note", "2", 101.0, R"("text":"x")")});
  const auto text = file.text();
  file.compact(Time{102.0});
  BOOST_TEST(file.text() == text);
  BOOST_TEST(!seen(file, 99.0).empty());
}

BOOST_AUTO_TEST_CASE(a_flag_that_is_up_is_shown_though_a_clock_was_ahead) {
  auto file = of({check_in("1", 100.0, R"("craving":1)")});
  const auto ahead = check_in("2", 101.01, R"("self_harm":1)");
  BOOST_TEST(told(file, ahead)["flags"] == Json({"self_harm"}));
  const auto view = seen(file, 101.0);
  BOOST_TEST(view["flags"][0]["flag"] == "self_harm");
  BOOST_TEST(view["assessment"]["level"] == "critical");
  BOOST_TEST(view["basis"]["later"] == Json({"2"}));
  BOOST_TEST(view["last_check_in"]["time"] == "1970-04-11T00:00:00Z");
  // That of another day is none of now, and neither is one that was dealt with.
  BOOST_TEST(seen(file, 99.9)["flags"].empty());
  file.add(event("acknowledge", "3", 101.1, R"("flag":"self_harm")"));
  BOOST_TEST(seen(file, 101.0)["flags"].empty());
}

BOOST_AUTO_TEST_CASE(a_text_told_a_little_later_leaves_a_view) {
  for (const std::string more : {"", R"("at":"x",)"}) {
    CaseFile file(models::standard());
    file.add(check_in("1", 100.0, R"("craving":1)"));
    file.add("{" + more +
             R"("told":101.01,"kind":"check_in","answers":{"self_harm":1}})");
    for (const double now : {100.5, 101.0, 101.01, 102.0})
      BOOST_TEST(seen(file, now)["flags"][0]["flag"] == "self_harm", now);
  }
}

BOOST_AUTO_TEST_SUITE_END()
