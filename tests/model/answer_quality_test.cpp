#include <relapse/engine/monitor.hpp>
#include <relapse/io/assessment_json.hpp>
#include <relapse/io/standard.hpp>
#include <relapse/io/wordings.hpp>
#include <relapse/model/answer_quality.hpp>
#include <relapse/model/item_table.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(answer_quality_test)

namespace {

CheckIn answered(std::vector<Answer> answers, std::optional<double> seconds = {}) {
  CheckIn check_in;
  check_in.answers = std::move(answers);
  check_in.seconds = seconds;
  return check_in;
}

std::vector<QualityNote> doubts(const CheckIn& check_in) {
  return Monitor(models::standard()).update(check_in).quality;
}

std::vector<std::string> names(const std::vector<QualityNote>& notes) {
  std::vector<std::string> ids;
  for (const auto& note : notes) ids.push_back(note.id);
  return ids;
}

/// All graded items of the standard model, each answered at one share of its range, or
/// at the end that means less risk.
std::vector<Answer> all_at(std::optional<double> share) {
  std::vector<Answer> answers;
  for (const auto& row : items_table(models::standard())) {
    const bool graded = row.role == Role::sign || row.role == Role::determinant;
    if (row.computed || !graded || !(*row.highest - *row.lowest >= 2.0)) continue;
    const double calm = row.adverse == AdverseEnd::low ? 1.0 : 0.0;
    const double place = share.value_or(calm);
    answers.push_back({row.id, *row.lowest + place * (*row.highest - *row.lowest)});
  }
  return answers;
}

using Ids = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(one_answer_to_everything_is_named_wherever_on_the_scale_it_is) {
  for (const double share : {0.0, 1.0}) {
    auto answers = all_at(share);
    const auto all = doubts(answered(answers));
    BOOST_TEST(names(all).front() == "same_answer");
    BOOST_TEST(all.front().items.size() == answers.size());
    answers.front().value = 2.0;
    BOOST_TEST(names(doubts(answered(answers))) != Ids{"same_answer"});
  }
  // In the middle, on the scales that have one.
  auto middle = all_at(0.5);
  std::erase_if(middle, [](const Answer& answer) {
    const double value = std::get<double>(answer.value);
    return value != static_cast<int>(value);
  });
  BOOST_TEST(names(doubts(answered(middle))) == Ids{"same_answer"});
}

BOOST_AUTO_TEST_CASE(a_quiet_day_and_a_short_form_are_no_straight_line) {
  BOOST_TEST(doubts(answered(all_at(std::nullopt))).empty());
  auto few = all_at(0.5);
  few.resize(least_same_answers - 1);
  BOOST_TEST(doubts(answered(few)).empty());
  BOOST_TEST(doubts({}).empty());
}

BOOST_AUTO_TEST_CASE(answers_that_do_not_go_together_are_named) {
  const Answer plan{"planning_use", 1.0};
  const Answer sure{"confidence", 10.0};
  const Answer calm{"craving", 0.0};
  const auto found = doubts(answered({plan, sure, calm}));
  BOOST_TEST(names(found) == Ids{"plan_without_craving"});
  BOOST_TEST(found.front().items == (Ids{"planning_use", "craving", "confidence"}));
  // All of them are needed, and none is made up.
  BOOST_TEST(doubts(answered({plan, sure})).empty());
  BOOST_TEST(doubts(answered({plan, {"confidence", 9.0}, calm})).empty());
  BOOST_TEST(names(doubts(answered({{"heavy_use", 1.0}, {"used", 0.0}}))) ==
             Ids{"heavy_without_use"});
  BOOST_TEST(doubts(answered({{"heavy_use", 1.0}, {"used", 1.0}})).empty());
}

BOOST_AUTO_TEST_CASE(a_form_filled_in_faster_than_it_is_read_is_named) {
  const std::vector<Answer> five = {{"craving", 1.0},
                                    {"confidence", 7.0},
                                    {"stress", 4.0},
                                    {"sleep", 6.0},
                                    {"used", 0.0}};
  BOOST_TEST(names(doubts(answered(five, 4.9))) == Ids{"too_fast"});
  BOOST_TEST(doubts(answered(five, 5.0)).empty());
  BOOST_TEST(doubts(answered(five)).empty());
  BOOST_TEST(doubts(answered({five.begin(), five.end() - 1}, 0.1)).empty());
}

BOOST_AUTO_TEST_CASE(a_doubt_changes_no_number) {
  const auto answers = all_at(0.0);
  Monitor hasty(models::standard());
  Monitor slow(models::standard());
  const auto fast = hasty.update(answered(answers, 1.0));
  const auto calm = slow.update(answered(answers, 600.0));
  BOOST_TEST(fast.quality.size() == calm.quality.size() + 1);
  BOOST_TEST(fast.level_risk == calm.level_risk);
  BOOST_TEST((fast.level == calm.level));
  BOOST_TEST((fast.stages == calm.stages));
  // What is asked again is asked anew: the next check-in has doubts of its own.
  CheckIn next = answered({{"craving", 1.0}});
  next.time = Time{1.0};
  BOOST_TEST(hasty.update(next).quality.empty());
}

BOOST_AUTO_TEST_CASE(doubts_are_kept_in_the_basis_and_said_in_words) {
  Monitor monitor(models::standard());
  const auto& assessment = monitor.update(answered({{"heavy_use", 1.0}, {"used", 0.0}}));
  const auto json = io::to_json(assessment);
  BOOST_TEST(json.find("\"heavy_without_use\"") != std::string::npos);
  const auto& note = assessment.quality.front();
  const auto english = in_words(note, models::standard(), {});
  BOOST_TEST(english.find("do not go together") != std::string::npos);
  BOOST_TEST(english.find("Any use since the last check-in") != std::string::npos);
  const auto german = in_words(note, models::standard(), io::find_wording("de"));
  BOOST_TEST(german.find("Konsum seit dem letzten Check-in") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(seconds_that_are_no_time_are_refused) {
  Monitor monitor(models::standard());
  for (const double seconds : {-1.0, std::nan(""), HUGE_VAL})
    BOOST_CHECK_THROW(monitor.update(answered({}, seconds)), CheckInError);
}

BOOST_AUTO_TEST_SUITE_END()
