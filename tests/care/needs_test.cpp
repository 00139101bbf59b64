#include <relapse/care/detail/needs.hpp>
#include <relapse/engine/monitor.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <string>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(needs_test)

namespace {

risk::Outlook after(std::vector<Answer> answers) {
  Monitor monitor(test::models()[1]);
  CheckIn check_in;
  check_in.answers = std::move(answers);
  monitor.update(check_in);
  return monitor.outlook();
}

std::vector<std::string> ids(const std::vector<care::Need>& needs) {
  std::vector<std::string> all;
  for (const auto& need : needs) all.push_back(need.id);
  return all;
}

using Ids = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(a_person_without_answers_has_the_need_of_the_stage_alone) {
  BOOST_TEST((ids(care::find_needs(after({}), {})) == Ids{"stage"}));
}

BOOST_AUTO_TEST_CASE(a_need_carries_the_share_of_the_use_ahead_that_its_answer_made) {
  const auto outlook = after({{"craving", 4.0}, {"exposure", 9.0}, {"efficacy", 10.0}});
  const auto needs = care::find_needs(outlook, {});
  BOOST_TEST(needs.size() == 3U);
  double before = 1.0;
  for (const auto& need : needs) {
    if (need.kind == care::NeedKind::stage) continue;
    const Days day{1.0};  // both fade within a day
    const double share =
        1.0 - outlook.use_ahead_without(need.item, 0.0, day) / outlook.use_ahead(day);
    BOOST_TEST(std::abs(need.weight - share) < 1e-12);
    BOOST_TEST(need.weight > 0.0);
    BOOST_TEST(need.weight <= before);
    before = need.weight;
  }
  BOOST_TEST((needs.back().kind == care::NeedKind::stage));
}

BOOST_AUTO_TEST_CASE(what_is_near_its_reference_is_no_need) {
  // Craving has its reference at .2, which is .8 of 4.
  BOOST_TEST((ids(care::find_needs(after({{"craving", 0.8}}), {})) == Ids{"stage"}));
  BOOST_TEST((ids(care::find_needs(after({{"craving", 1.0}}), {})) == Ids{"stage"}));
  BOOST_TEST(
      (ids(care::find_needs(after({{"craving", 2.0}}), {})) == Ids{"craving", "stage"}));
}

BOOST_AUTO_TEST_CASE(use_comes_before_all_and_again_after_what_is_urgent) {
  const auto outlook = after({{"used", 1.0}, {"craving", 4.0}});
  const auto& model = outlook.model();
  const int isolating = model.find_item("isolating");
  const SuggestSettings settings{
      .told = {{isolating, 2.0, outlook.now()}, {isolating, 2.0, Time{-9.0}}},
      .coming = {"II-A"}};
  const auto needs = care::find_needs(outlook, settings);
  BOOST_TEST(needs.at(0).id == "use");
  BOOST_TEST((needs.at(0).kind == care::NeedKind::use));
  BOOST_TEST((needs.at(1).kind == care::NeedKind::recent_use));
  int signs = 0;
  for (const auto& need : needs) signs += need.kind == care::NeedKind::sign;
  BOOST_TEST(signs == 1);  // an old answer is no need
  BOOST_TEST((needs.back().kind == care::NeedKind::stage));
}

BOOST_AUTO_TEST_CASE(needs_are_named_in_words) {
  const auto outlook = after({{"craving", 4.0}, {"exposure", 9.0}});
  Plan plan;
  plan.triggers = {{"II-B", "drinks after work", false}};
  for (const auto& need : care::find_needs(outlook, {})) {
    const auto words = care::in_words(need, plan, outlook, {});
    if (need.id == "craving") BOOST_TEST(words == "craving stands out today.");
    if (need.id == "situation:II-B") {
      BOOST_TEST(words == "You met this: drinks after work.");
      BOOST_TEST(care::in_words(need, {}, outlook, {}) ==
                 "You met this: social pressure.");
    }
    if (need.id == "stage") BOOST_TEST(words == "It suits where you are now.");
  }
}

BOOST_AUTO_TEST_CASE(what_is_urgent_is_called_strong_from_three_quarters_on) {
  for (const auto& [answer, words] :
       {std::pair{2.0, "is there today."}, {3.0, "is strong today."}}) {
    const auto outlook = after({{"craving", answer}});
    const int item = outlook.model().find_item("craving");
    const SuggestSettings settings{.told = {{item, answer / 4.0, outlook.now()}}};
    care::Need need = care::find_needs(outlook, settings).front();
    BOOST_TEST(need.id == "craving");
    need.kind = care::NeedKind::urgent;
    BOOST_TEST(care::in_words(need, {}, outlook, settings) ==
               "craving " + std::string(words));
    need.since = Days{2.0};
    BOOST_TEST(care::in_words(need, {}, outlook, settings).ends_with("2 days ago."));
  }
}

BOOST_AUTO_TEST_CASE(use_that_goes_on_is_a_need_though_nobody_told_of_it_today) {
  Monitor monitor(test::models()[1]);
  CheckIn check_in;
  check_in.answers = {{"used", 1.0}, {"drinks", 20.0}};
  monitor.update(check_in);
  for (const double day : {4.0, 8.0, 12.0}) {
    check_in.time = Time{day};
    check_in.answers = {{"mood", 3.0}, {"nights", 3.0}};
    monitor.update(check_in);
  }
  const auto outlook = monitor.outlook();
  const auto stage = static_cast<std::size_t>(outlook.stage());
  BOOST_TEST_REQUIRE(outlook.model().use().test(stage));
  BOOST_TEST_REQUIRE((care::use_recency(outlook) == care::UseRecency::none));
  const auto needs = care::find_needs(outlook, {});
  BOOST_TEST((needs.front().kind == care::NeedKind::use));
  BOOST_TEST(needs.front().id == "stage");
}

BOOST_AUTO_TEST_SUITE_END()
