#include <relapse/io/review_json.hpp>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <string>

using namespace relapse;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(review_json_test)

namespace {

Review sample() {
  Review review;
  review.person = "P\"1\"";
  review.now = Time{20000.25};
  review.check_ins = 90;
  review.answered = 81;
  review.longest_gap = Days{2.5};
  review.rises = 4;
  review.signs = {{"isolating", 4, 3, 1.0 / 3.0, 0.01, 0.02}};
  review.situations = {{"II-B", 6, true}, {"I-A", 1, false}};
  review.actions = {{"call_support", "Call Mira", 5, 1, 7.2, true, ActionVerdict::helped},
                    {"swim", "Swim", 0, 2, 0.0, false, ActionVerdict::never_tried}};
  review.proposals = {{ProposalKind::retire, "strategies", "swim", "words", "evidence"}};
  review.due = {{ReviewOccasion::after_use, Time{20001.0}, false}};
  return review;
}

}  // namespace

BOOST_AUTO_TEST_CASE(everything_that_a_review_holds_is_in_the_document) {
  const auto document = json::parse(io::to_json(sample()));
  const json expected = json::parse(R"({
    "schema": "relapse/review/1", "person": "P\"1\"", "now": "2024-10-04T06:00:00Z",
    "check_ins": 90, "answered": 81, "longest_gap_days": 2.5, "rises": 4,
    "situations": [{"code": "II-B", "times": 6, "in_plan": true},
                   {"code": "I-A", "times": 1, "in_plan": false}],
    "actions": [{"action": "call_support", "words": "Call Mira", "tried": 5,
                 "not_tried": 1, "helped": 7.2, "in_plan": true, "verdict": "helped"},
                {"action": "swim", "words": "Swim", "tried": 0, "not_tried": 2,
                 "helped": 0, "in_plan": false, "verdict": "never_tried"}],
    "proposals": [{"kind": "retire", "part": "strategies", "entry": "swim",
                   "words": "words", "evidence": "evidence"}],
    "due": [{"occasion": "after_use", "at": "2024-10-05T00:00:00Z", "due": false}]})");
  for (const auto& [key, value] : expected.items()) {
    BOOST_REQUIRE_MESSAGE(document.contains(key), key);
    BOOST_TEST((document[key] == value), key << " is " << document[key].dump());
  }
  BOOST_TEST(document.size() == expected.size() + 1);  // signs, below
}

BOOST_AUTO_TEST_CASE(numbers_are_read_back_as_the_same_doubles) {
  const auto sign = json::parse(io::to_json(sample()))["signs"][0];
  BOOST_TEST(sign["item"] == "isolating");
  BOOST_TEST(sign["rises"] == 4);
  BOOST_TEST(sign["preceded"] == 3);
  BOOST_TEST(sign["lead_days"].get<double>() == 1.0 / 3.0);
  BOOST_TEST(sign["p_value"].get<double>() == 0.01);
  BOOST_TEST(sign["adjusted"].get<double>() == 0.02);
}

BOOST_AUTO_TEST_CASE(a_review_of_nothing_is_a_document_with_empty_lists) {
  const auto document = json::parse(io::to_json(Review{}));
  for (const char* list : {"signs", "situations", "actions", "proposals", "due"})
    BOOST_TEST((document[list].is_array() && document[list].empty()), list);
}

BOOST_AUTO_TEST_CASE(days_without_a_calendar_stay_numbers) {
  Review review = sample();
  review.now = Time{1e9};  // beyond what a timestamp can say
  BOOST_TEST(json::parse(io::to_json(review))["now"].is_number());
}

BOOST_AUTO_TEST_SUITE_END()
