#include <relapse/core/error.hpp>
#include <relapse/io/check_in_json.hpp>
#include <relapse/io/flagged_items.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <ostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(check_in_json_test)

namespace {

CheckIn complete() {
  return {
      .person = "P07",
      .time = Time{20513.25},
      .answers = {{"craving", 3.0}, {"isolating", std::string("at times")}},
      .missing = {{"slept", MissingReason::declined}, {"used", MissingReason::masked}},
      .known_stage = KnownStage{{"lapse", "relapse"}, true},
      .used_days_ago = Days{0.1},
      .abstinent_since_last = true,
      .acknowledge = {"overdose"},
      .seconds = 42.5};
}

/// Members of a check-in, beside schema and time, and the place that must be named.
struct Refusal {
  std::string_view members;
  const char* pointer;

  friend std::ostream& operator<<(std::ostream& stream, const Refusal& refusal) {
    return stream << refusal.members;
  }
};

const Refusal refusals[] = {
    {R"("answer": {"craving": 3})", "/answer"},
    {R"("answers": [3])", "/answers"},
    {R"("answers": {"craving": {}})", "/answers/craving"},
    {R"("answers": {"craving": [1]})", "/answers/craving"},
    {R"("answers": {"a/b": 1e999})", "/answers/a~1b"},
    {R"("answers": {"craving": NaN})", ""},
    {R"("answers": {"acknowledge": "self_harm"})", "/answers/acknowledge"},
    {R"("answers": {"time": 3})", "/answers/time"},
    {R"("answers": {"person": "canary"})", "/answers/person"},
    {R"("answers": {"used_days_ago": 3})", "/answers/used_days_ago"},
    {R"("answers": {"stage": "lapse"})", "/answers/stage"},
    {R"("missing": {"acknowledge": "declined"})", "/missing/acknowledge"},
    {R"("answers": {"craving": 1, "craving": 2})", "/answers/craving"},
    {R"("answers": {"craving": 1}, "missing": {"craving": "masked"})",
     "/missing/craving"},
    {R"("missing": {"slept": "canary"})", "/missing/slept"},
    {R"("missing": {"slept": null})", "/missing/slept"},
    {R"("missing": ["slept"])", "/missing"},
    {R"("known_stage": "lapse")", "/known_stage"},
    {R"("known_stage": {"entered": true})", "/known_stage/any_of"},
    {R"("known_stage": {"any_of": []})", "/known_stage/any_of"},
    {R"("known_stage": {"any_of": [""]})", "/known_stage/any_of/0"},
    {R"("known_stage": {"any_of": ["lapse", "lapse"]})", "/known_stage/any_of/1"},
    {R"("known_stage": {"any_of": ["lapse"], "entered": 1})", "/known_stage/entered"},
    {R"("used_days_ago": -0.5)", "/used_days_ago"},
    {R"("used_days_ago": "canary")", "/used_days_ago"},
    {R"("abstinent_since_last": 1)", "/abstinent_since_last"},
    {R"("acknowledge": "overdose")", "/acknowledge"},
    {R"("seconds": -1)", "/seconds"},
    {R"("seconds": "soon")", "/seconds"},
    {R"("acknowledge": ["overdose", "overdose"])", "/acknowledge/1"},
    {R"("person": 7)", "/person"},
};

ParseError refused(const std::string& text) {
  try {
    io::parse_check_in(text);
  } catch (const ParseError& error) {
    return error;
  }
  return ParseError("nothing was refused", "");
}

}  // namespace

BOOST_AUTO_TEST_CASE(yes_no_and_null_are_one_nothing_and_no_answer) {
  const auto read = io::parse_check_in(
      R"({"schema":"relapse/check_in/1","time":1,"missing":{"b":"declined"},)"
      R"("answers":{"a":true,"b":null,"c":false,"d":null}})");
  BOOST_TEST((read.answers == std::vector<Answer>{{"a", 1.0}, {"c", 0.0}}));
}

BOOST_AUTO_TEST_CASE(what_is_there_of_the_answers_is_read_of_any_text) {
  const auto read = [](std::string_view text) {
    return io::parse_what_is_there(text).answers;
  };
  const std::vector<Answer> one{{"self_harm", 1.0}};
  for (const Refusal& refusal : refusals) {
    const std::string text =
        R"({"answers": {"self_harm": 1}, "schema": "relapse/check_in/1", "time": "x", )" +
        std::string(refusal.members) + "}";
    const auto found = read(text);
    BOOST_TEST((std::find(found.begin(), found.end(), one.front()) != found.end()));
  }
  BOOST_TEST((read(R"({"answers": {"self_harm": 1}, "time":)") == one));
  BOOST_TEST((read(R"({"answers": {"self_harm": 1, "self_harm": 0}})") ==
              std::vector<Answer>{{"self_harm", 1.0}, {"self_harm", 0.0}}));
  const auto odd = read(R"({"answers": {"a": [1, {"b": 2}], "c": true, "d": null}})");
  BOOST_REQUIRE(odd.size() == 4U);
  BOOST_TEST((odd[0] == Answer{"a", 1.0}));
  BOOST_TEST((odd[1] == Answer{"b", 2.0}));
  BOOST_TEST(std::isnan(std::get<double>(odd[2].value)));
  BOOST_TEST((odd[3] == Answer{"c", 1.0}));
  for (const char* text :
       {R"({"answers": [{"self_harm": 1}]})", R"({"answer": {"self_harm": 1}})",
        R"({"self_harm": 1})", R"({"answers": [{"item": "self_harm", "value": 1}]})",
        R"({"form": {"safety": {"self_harm": 1}}})"}) {
    const auto found = read(text);
    BOOST_TEST(std::count(found.begin(), found.end(), one.front()) == 1, text);
  }
  for (const char* text :
       {R"({"answers": {"a": NaN, "self_harm": 1}})", R"("{\"self_harm\": 1}")",
        R"({"answers": {"self_harm": 01)", R"(}{"answers": {"self_harm": 1.)",
        R"([{"a": .5} {"self_harm": 1}])", R"("self_harm": 1})"}) {
    const auto found = read(text);
    BOOST_TEST(std::count(found.begin(), found.end(), one.front()) == 1, text);
  }
  BOOST_TEST(read("").empty());
  BOOST_TEST(read("[[[{").empty());
  BOOST_TEST(read(R"({"missing": {"self_harm": 1}})").empty());
  BOOST_TEST(io::parse_what_is_there(R"({"time": 4.5})").time.days == 4.5);
  BOOST_TEST(std::isnan(io::parse_what_is_there(R"({"time": "4"})").time.days));
}

BOOST_AUTO_TEST_CASE(an_answer_is_found_beside_whatever_names_it) {
  const auto said = [](const std::string& answers, const std::string& item) {
    std::vector<double> all;
    for (const auto& [name, value] :
         io::parse_what_is_there(R"({"answers": )" + answers + '}').answers) {
      if (name == item) all.push_back(std::get<double>(value));
    }
    return all;
  };
  const std::vector<double> one{1.0};
  for (const char* answers :
       {R"([{"name": "self_harm", "value": "1"}])",
        R"([{"value": 1, "id": "self_harm"}])",
        R"([{"question": "self_harm", "answer": true}])",
        R"([{"code": "self_harm", "text": "Thoughts", "score": 1, "at": "x"}])",
        R"([{"key": "self_harm", "value": {"type": "Int", "value": 1}}])",
        R"([{"linkId": "self_harm", "answer": [{"valueInteger": 1}]}])",
        R"(["self_harm", [0, 1]])", R"(["craving", 2, "self_harm", 1])"})
    BOOST_TEST(said(answers, "self_harm") == one, answers);
  for (const char* answers : {R"([{"name": "self_harm", "value": "yes"}])",
                              R"([{"name": "self_harm", "ticked": "often"}])",
                              R"([{"name": "self_harm", "value": {"a": "b"}}])"}) {
    const auto found = said(answers, "self_harm");
    BOOST_TEST((found.size() == 1U && std::isnan(found.front())), answers);
  }
  for (const char* answers :
       {R"([{"name": "self_harm", "value": "0"}])", R"([{"name": "self_harm"}])",
        R"([{"name": "self_harm", "value": 0, "label": "Thoughts", "weight": 2}])",
        R"([{"id": "self_harm", "value": "No", "time": "2026-03-01T08:00Z"}])",
        R"([{"question": "self_harm", "answer": null, "page": 3}])",
        R"([{"item": "self_harm", "ticked": false}])",
        R"(["self_harm", [0, "", "nein"]])"})
    BOOST_TEST(said(answers, "self_harm").empty(), answers);
}

BOOST_AUTO_TEST_CASE(an_item_of_an_instrument_is_found_within_whatever_names_that) {
  const auto raised = [](const std::string& members) {
    std::vector<double> all;
    for (const auto& [name, value] :
         io::parse_what_is_there('{' + members + '}').answers) {
      if (io::flagged_item(name) != nullptr && !(std::get<double>(value) <= 0.0))
        all.push_back(std::get<double>(value));
    }
    return all;
  };
  for (
      const char* members :
      {R"("instruments": {"phq9": {"9": {"value": 2}}})",
       R"("instruments": {"phq9": [{"item": "9", "value": 2}]})",
       R"("instruments": {"phq9": [{"points": 2, "item": 9}]})",
       R"("instruments": {"phq9": [["9", 2]]})", R"("instruments": {"phq9": [[9, 2]]})",
       R"("instruments": [{"instrument": "phq9", "answers": [{"item": 9, "value": 2}]}])",
       R"("instruments": [{"answers": {"q9": 2}, "type": "PHQ-9"}])",
       R"("instruments": [["phq9", [0, 0, 0, 0, 0, 0, 0, 0, 2]]])",
       R"("Instruments": {"PHQ-9": {"question 09": 2}})",
       R"("answers": {"phq9": {"9": 2}})", R"("phq9": {"Frage 9": 2})",
       R"("instrument": "phq9", "answers": {"9": 2})"})
    BOOST_TEST((raised(members) == std::vector<double>{2.0}), members);
  for (const char* members :
       {R"("instruments": {"phq9": {"9": {"value": 0}, "8": {"value": 3}}})",
        R"("instruments": {"phq9": [{"item": 9, "value": 0}, {"item": 1, "value": 3}]})",
        R"("id": "9", "instrument": "phq9", "answers": {"1": 3, "9": "0"})",
        R"("instruments": {"gad7": {"9": 2}}, "9": 2)",
        R"("instruments": {"phq9": [3, 3, 3, 3, 3, 3, 3, 3, 0]})"})
    BOOST_TEST(raised(members).empty(), members);
}

BOOST_AUTO_TEST_CASE(the_example_of_the_interface_is_read) {
  const CheckIn check_in = io::parse_check_in(
      R"({"schema": "relapse/check_in/1", "person": "P07", "time": "2026-03-01T08:00:00+02:00",
          "answers": {"craving": 3, "isolating": 2}, "missing": {"slept": "declined"},
          "known_stage": {"any_of": ["lapse"], "entered": false}})");
  BOOST_TEST(check_in.person == "P07");
  BOOST_TEST(check_in.time.days == 20513.25);
  BOOST_TEST((check_in.answers[0] == Answer{"craving", 3.0}));
  BOOST_TEST((check_in.missing[0] == MissingAnswer{"slept", MissingReason::declined}));
  BOOST_TEST((check_in.known_stage == KnownStage{{"lapse"}, false}));
}

BOOST_AUTO_TEST_CASE(check_ins_are_written_and_read_back_equal) {
  BOOST_TEST((io::parse_check_in(io::to_json(complete())) == complete()));
  CheckIn bare;
  for (const double days : {0.0, 4.320466, -7.0, 1e-12, 20513.123456789, 1e5}) {
    bare.time = Time{days};
    BOOST_TEST((io::parse_check_in(io::to_json(bare)) == bare));
  }
}

BOOST_AUTO_TEST_CASE(answers_keep_their_bits) {
  using Limits = std::numeric_limits<double>;
  CheckIn check_in;
  for (const double value :
       {0.1, 1.0 / 3.0, 1e308, 5e-324, Limits::max(), -7.0, 9007199254740991.0}) {
    check_in.answers = {{"mood", value}};
    BOOST_TEST((io::parse_check_in(io::to_json(check_in)) == check_in));
  }
}

BOOST_AUTO_TEST_CASE(a_check_in_may_be_empty_but_for_its_time) {
  CheckIn bare;
  bare.time = Time{4.5};
  BOOST_TEST(
      (io::parse_check_in(R"({"schema": "relapse/check_in/1", "time": 4.5})") == bare));
}

BOOST_DATA_TEST_CASE(refusals_name_the_place_and_not_the_answer,
                     boost::unit_test::data::make(refusals)) {
  const auto error = refused(R"({"schema": "relapse/check_in/1", "time": 1, )" +
                             std::string(sample.members) + "}");
  const std::string text = error.what();
  BOOST_TEST(error.pointer() == sample.pointer);
  BOOST_TEST(text.find("canary") == text.npos, text);
}

BOOST_AUTO_TEST_CASE(a_time_needs_its_zone) {
  const auto error =
      refused(R"({"schema": "relapse/check_in/1", "time": "2026-03-01T08:00:00"})");
  BOOST_TEST(error.pointer() == "/time");
  BOOST_TEST(
      std::string(error.what()).starts_with("/time: is a time without zone, but must"));
  BOOST_TEST(refused(R"({"schema": "relapse/check_in/1"})").pointer() == "/time");
  BOOST_TEST(refused(R"({"time": 1})").pointer() == "/schema");
  BOOST_TEST(refused(R"({"schema": "relapse/check_in/2", "time": 1})").pointer() ==
             "/schema");
}

BOOST_AUTO_TEST_CASE(every_check_in_cut_short_is_refused) {
  const std::string text = io::to_json(complete());
  for (std::size_t length = 0; length < text.size(); ++length) {
    BOOST_REQUIRE_THROW(io::parse_check_in(text.substr(0, length)), ParseError);
  }
}

BOOST_AUTO_TEST_CASE(days_that_no_life_has_and_numbers_without_end_are_refused) {
  const auto said = [](const std::string& more) {
    try {
      io::parse_check_in(R"({"schema": "relapse/check_in/1", "time": 1, )" + more + '}');
    } catch (const ParseError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  BOOST_TEST(said(R"("used_days_ago": 36525)") == "");
  BOOST_TEST(said(R"("used_days_ago": 36525.5)") ==
             "/used_days_ago: is more than 36525 days, but must be 0 to 36525 days");
  BOOST_TEST(said(R"("used_days_ago": 20260201)") ==
             "/used_days_ago: is more than 36525 days, and looks like a date, YYYYMMDD, "
             "but must be 0 to 36525 days");
  BOOST_TEST(said(R"("used_days_ago": -1)") ==
             "/used_days_ago: is below 0, but must be 0 to 36525 days");
  const std::string endless = R"("answers": {"craving": 1e999, "self_harm": 1})";
  BOOST_TEST(said(endless) ==
             "/answers/craving: is a number too large, but must be finite");
  const auto found = io::parse_what_is_there('{' + endless + '}');
  BOOST_TEST_REQUIRE(!found.answers.empty());
  BOOST_TEST((found.answers.back() == Answer{"self_harm", 1.0}));
}

BOOST_AUTO_TEST_SUITE_END()
