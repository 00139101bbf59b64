#include <relapse/care/review.hpp>
#include <relapse/core/error.hpp>
#include <relapse/core/random.hpp>

#include "sample_models.hpp"
#include "spoken.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(review_test)

namespace {

const Model& model() { return test::models()[1]; }

/// A check-in a day. The level rises now and then; `leading` is up two days before, and
/// `chance` at random.
std::vector<ReviewCheckIn> history(std::uint64_t seed, int days = 365) {
  Random random = random_stream(21, seed);
  std::vector<ReviewCheckIn> all;
  for (int day = 0; day < days; ++day) {
    all.push_back({Time{100.0 + day},
                   RiskLevel::low,
                   {{"leading", 0.0}, {"chance", sample_uniform(random) < 0.2}}});
  }
  int next = 10;
  while (next < days) {
    const auto rise = static_cast<std::size_t>(next);
    all[rise].level = RiskLevel::high;
    all[rise - 2].answers[0].second = 1.0;
    next += 12 + static_cast<int>(8.0 * sample_uniform(random));
  }
  return all;
}

const LeadingSign& sign_of(const Review& review, const char* item) {
  const auto found = std::find_if(review.signs.begin(), review.signs.end(),
                                  [&](const auto& sign) { return sign.item == item; });
  BOOST_REQUIRE((found != review.signs.end()));
  return *found;
}

bool proposes(const Review& review, ProposalKind kind, const char* part,
              const char* entry) {
  return std::any_of(review.proposals.begin(), review.proposals.end(),
                     [&](const auto& each) {
                       return each.kind == kind && each.part == part &&
                              each.entry == entry && !each.evidence.empty();
                     });
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_sign_that_came_before_rises_is_found_with_its_lead) {
  const auto found =
      care::review({}, model(), {.now = Time{500.0}, .check_ins = history(1)});
  const auto& sign = sign_of(found, "leading");
  BOOST_TEST(sign.preceded == sign.rises);
  BOOST_TEST(sign.rises == found.rises);
  BOOST_TEST(std::abs(sign.lead_days - 2.0) < 1e-12);
  BOOST_TEST(sign.p_value < 0.05);
  BOOST_TEST(sign.adjusted >= sign.p_value);
  BOOST_TEST((found.signs.front() == sign));
  BOOST_TEST(proposes(found, ProposalKind::add, "signs", "leading"));
  Plan plan;
  plan.signs = {{"mental", "own words", "leading"}};
  const auto known =
      care::review(plan, model(), {.now = Time{500.0}, .check_ins = history(1)});
  BOOST_TEST(!proposes(known, ProposalKind::add, "signs", "leading"));
}

BOOST_AUTO_TEST_CASE(a_sign_by_chance_has_a_p_value_as_even_as_chance) {
  constexpr int persons = 400;
  int below_5 = 0;
  int below_50 = 0;
  for (std::uint64_t person = 0; person < persons; ++person) {
    const auto found =
        care::review({}, model(), {.now = Time{500.0}, .check_ins = history(person)});
    const double p = sign_of(found, "chance").p_value;
    below_5 += p <= 0.05;
    below_50 += p <= 0.5;
  }
  // A valid test: not more often than its level, to three standard errors; and not blind.
  BOOST_TEST(below_5 <= 0.05 * persons + 3.0 * std::sqrt(0.05 * 0.95 * persons));
  BOOST_TEST(below_50 <= 0.5 * persons + 3.0 * std::sqrt(0.25 * persons));
  BOOST_TEST(below_50 > 0.2 * persons);
}

BOOST_AUTO_TEST_CASE(with_few_rises_no_sign_is_named) {
  auto few = history(1);
  few.resize(30);
  const auto found = care::review({}, model(), {.now = Time{500.0}, .check_ins = few});
  BOOST_TEST(found.rises < 3);
  BOOST_TEST(found.signs.empty());
}

BOOST_AUTO_TEST_CASE(actions_are_judged_by_what_was_told) {
  Plan plan;
  plan.strategies = {{"relaxation", "breathe", {}, true},
                     {"", "cycle", {}, true},
                     {"", "read", {}, true}};
  std::vector<FollowUp> told;
  for (int k = 0; k < 4; ++k) {
    const Time at{100.0 + k};
    told.push_back({"relaxation", at, 1.0});
    told.push_back({"urge_surfing", at, 9.0});
    told.push_back({"cycle", at, {}});
  }
  told.push_back({"read", Time{105.0}, 9.0});
  const auto found =
      care::review(plan, model(), {.now = Time{200.0}, .follow_ups = told});
  BOOST_REQUIRE(found.actions.size() == 4U);
  BOOST_TEST(found.actions[0].action == "urge_surfing");
  BOOST_TEST((found.actions[0].verdict == ActionVerdict::helped));
  BOOST_TEST((found.actions[1].verdict == ActionVerdict::did_not_help));
  BOOST_TEST(found.actions[1].words == "breathe");
  BOOST_TEST((found.actions[2].verdict == ActionVerdict::too_early));
  BOOST_TEST((found.actions[3].verdict == ActionVerdict::never_tried));
  BOOST_TEST(found.actions[3].not_tried == 4);
  BOOST_TEST(proposes(found, ProposalKind::add, "strategies", "urge_surfing"));
  BOOST_TEST(proposes(found, ProposalKind::retire, "strategies", "relaxation"));
  BOOST_TEST(proposes(found, ProposalKind::change, "strategies", "cycle"));
  BOOST_TEST(found.proposals.size() == 3U);
}

// As of a plan that was made beside another model: the check of the plan names it.
BOOST_AUTO_TEST_CASE(a_strategy_that_no_one_knows_is_passed_over) {
  Plan plan;
  plan.strategies = {{"no_such", "", {}, true}, {"", "cycle", {}, true}};
  const auto found = care::review(plan, model(), {.now = Time{200.0}});
  BOOST_REQUIRE(found.actions.size() == 1U);
  BOOST_TEST(found.actions[0].action == "cycle");
}

BOOST_AUTO_TEST_CASE(situations_that_recur_and_check_ins_that_were_missed_are_counted) {
  Plan plan;
  plan.triggers = {{"I-A", "Sundays", false}};
  auto check_ins = history(1, 20);
  check_ins[3].situations = {"II-B-1", "I-A"};
  check_ins[9].missed = check_ins[10].missed = true;
  const std::vector<LearningRecord> learning{{.at = Time{110.0}, .situations = {"II-B"}}};
  const auto found = care::review(
      plan, model(), {.now = Time{500.0}, .check_ins = check_ins, .learning = learning});
  BOOST_TEST(found.situations[0].code == "II-B");
  BOOST_TEST(found.situations[0].times == 2);
  BOOST_TEST(found.situations[1].in_plan);
  BOOST_TEST(proposes(found, ProposalKind::add, "triggers", "II-B"));
  BOOST_TEST(found.check_ins == 20);
  BOOST_TEST(found.answered == 18);
  BOOST_TEST(found.longest_gap.count == 3.0);
}

BOOST_AUTO_TEST_CASE(dates_follow_the_last_review_and_a_return_to_use) {
  const auto found = care::review(
      {}, model(),
      {.now = Time{300.0}, .last_use = Time{299.5}, .last_review = Time{290.0}});
  BOOST_REQUIRE(found.due.size() == 3U);
  BOOST_TEST((found.due[0] ==
              ReviewDue{ReviewOccasion::weekly, Time{297.0}, true, Time{307.0}}));
  BOOST_TEST((found.due[1] ==
              ReviewDue{ReviewOccasion::monthly, Time{320.0}, false, Time{320.0}}));
  BOOST_TEST((found.due[2] ==
              ReviewDue{ReviewOccasion::after_use, Time{300.5}, false, Time{300.5}}));
}

BOOST_AUTO_TEST_CASE(the_page_names_dates_that_lie_ahead) {
  for (const double last : {0.0, 250.0, 292.9, 293.0, 299.0}) {
    const auto found = care::review(
        {}, model(),
        {.now = Time{300.0}, .last_use = Time{298.0}, .last_review = Time{last}});
    for (const auto& each : found.due) {
      BOOST_TEST(each.due == (each.at <= found.now));
      BOOST_TEST((!each.next || *each.next > found.now));
      BOOST_TEST((each.next || each.occasion == ReviewOccasion::after_use));
    }
  }
  const auto found = care::review(
      {}, model(),
      {.now = Time{300.0}, .last_use = Time{298.0}, .last_review = Time{290.0}});
  const auto said = test::text_of(care::review_page(found, model(), {}));
  // Day 300 is 28 October 1970.
  BOOST_TEST(said.find("Each week: now, and again on 4 November 1970") != said.npos);
  BOOST_TEST(said.find("Each month: 17 November 1970") != said.npos);
  BOOST_TEST(said.find("After a return to use: now") != said.npos);
}

BOOST_AUTO_TEST_CASE(a_history_that_cannot_be_is_refused) {
  Plan plan;
  plan.person = "P1";
  const auto refused = [&](const ReviewInput& input) {
    BOOST_CHECK_THROW(care::review(plan, model(), input), InvalidInput);
  };
  refused({.person = "P2", .now = Time{500.0}});
  refused({.now = Time{100.0}, .check_ins = history(1)});
  refused({.now = Time{std::numeric_limits<double>::infinity()}});
  auto disordered = history(1);
  std::swap(disordered.front(), disordered.back());
  refused({.now = Time{500.0}, .check_ins = disordered});
  refused({.now = Time{500.0}, .follow_ups = {{"no_such", Time{100.0}, 5.0}}});
  refused({.now = Time{500.0}, .follow_ups = {{"relaxation", Time{100.0}, 11.0}}});
  refused({.now = Time{500.0}, .follow_ups = {{"relaxation", Time{501.0}, 5.0}}});
  refused({.now = Time{500.0}, .learning = {{.at = Time{9.0}, .situations = {"IV"}}}});
  refused({.now = Time{500.0}, .last_use = Time{501.0}});
}

BOOST_AUTO_TEST_CASE(the_page_says_what_the_review_found) {
  const auto found =
      care::review({}, model(), {.now = Time{500.0}, .check_ins = history(1)});
  const auto page = care::review_page(found, model(), {});
  BOOST_TEST(page.sections.size() >= 3U);
  BOOST_TEST(page.sections[1].lines[0].text == "leading");
}

BOOST_AUTO_TEST_CASE(once_is_once_and_what_was_never_told_is_no_number) {
  Plan plan;
  plan.strategies = {{"", "cycle", {}, true}, {"", "read", {}, true}};
  auto check_ins = history(1, 4);
  check_ins[1].situations = {"I-A"};
  check_ins[2].situations = check_ins[3].situations = {"II-B"};
  const std::vector<FollowUp> told{{"cycle", Time{100.0}, {}},
                                   {"urge_surfing", Time{100.0}, 9.0}};
  const auto found = care::review(
      plan, model(), {.now = Time{500.0}, .check_ins = check_ins, .follow_ups = told});
  const auto said = test::text_of(care::review_page(found, model(), {}));
  for (const char* words :
       {"Suggested and not tried once.", "Nobody has said yet whether it was tried.",
        "Tried once; it helped 9 of 10 on average.", "unpleasant emotions: once",
        "social pressure: 2 times", "It came up 2 times."})
    BOOST_TEST(said.find(words) != said.npos, words);
  const auto german =
      test::text_of(care::review_page(found, model(), {}, test::german()));
  for (const char* words : {"unangenehme Gefühle: einmal", "sozialer Druck: 2-mal"})
    BOOST_TEST(german.find(words) != german.npos, words);
}

BOOST_AUTO_TEST_SUITE_END()
