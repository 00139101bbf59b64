#include <relapse/engine/monitor.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(suggest_test)

namespace {

Monitor craving_monitor(std::vector<Answer> more = {}) {
  Monitor monitor(test::models()[1]);
  CheckIn check_in;
  check_in.answers = {{"craving", 4.0}, {"stress", 9.0}};
  check_in.answers.insert(check_in.answers.end(), more.begin(), more.end());
  monitor.update(check_in);
  return monitor;
}

Plan plan_with(std::vector<Strategy> strategies) {
  Plan plan;
  plan.strategies = std::move(strategies);
  plan.contacts = {{"Sam", "friend", "telephone", {"support"}}};
  return plan;
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_empty_plan_still_yields_the_catalogue) {
  const auto monitor = craving_monitor();
  const auto suggestions = monitor.suggest(Plan{}, {.count = 3});
  BOOST_TEST(suggestions.size() == 2U);  // the call needs a contact
  for (const auto& one : suggestions) {
    BOOST_TEST(!one.from_plan);
    BOOST_TEST(!one.reason.empty());
  }
}

BOOST_AUTO_TEST_CASE(each_next_one_is_valued_given_those_before_it) {
  const auto monitor = craving_monitor();
  const auto suggestions = monitor.suggest(plan_with({}), {.count = 3});
  BOOST_TEST(suggestions.size() == 3U);
  const auto outlook = monitor.outlook();
  std::vector<risk::Intervention> chosen;
  double before = outlook.risk_within(Days{1.0}).probability;
  const auto& document = monitor.model().document();
  for (const auto& one : suggestions) {
    for (const auto& action : document.actions) {
      if (action.id != one.action) continue;
      for (const auto& effect : action.acts_on) {
        int d = 0;
        while (document.determinants[static_cast<std::size_t>(d)].id !=
               effect.determinant)
          ++d;
        chosen.push_back({d, effect.factor, action.lasts});
      }
    }
    const double after = outlook.risk_within(Days{1.0}, chosen).probability;
    BOOST_TEST(std::abs(one.change - (after - before)) < 1e-12);
    BOOST_TEST(one.change <= 0.0);
    before = after;
  }
  BOOST_TEST(suggestions[0].change <= suggestions[1].change);
}

BOOST_AUTO_TEST_CASE(the_plan_comes_before_the_catalogue_in_the_persons_words) {
  const auto monitor = craving_monitor();
  const auto plan = plan_with({{"relaxation", "Breathe by the window", {}, true}});
  const auto suggestions = monitor.suggest(plan, {.count = 2});
  BOOST_TEST(suggestions[0].action == "relaxation");
  BOOST_TEST(suggestions[0].words == "Breathe by the window");
  BOOST_TEST(suggestions[0].from_plan);
  BOOST_TEST(!suggestions[1].from_plan);
}

BOOST_AUTO_TEST_CASE(what_would_raise_the_risk_is_not_suggested) {
  auto document = test::rich_document();
  for (auto& action : document.actions) {
    for (auto& effect : action.acts_on) effect.factor = 2.0;
  }
  Monitor monitor{Model(document)};
  CheckIn check_in;
  check_in.answers = {{"craving", 2.0}, {"stress", 5.0}};
  monitor.update(check_in);
  BOOST_TEST(monitor.suggest(plan_with({}), {.count = 9}).empty());
  // A strategy that the model knows nothing of changes nothing, and stays.
  const auto own = monitor.suggest(plan_with({{"", "call Sam", {}, true}}), {.count = 9});
  BOOST_TEST(own.size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_not_at_hand_is_not_suggested) {
  const auto monitor = craving_monitor();
  const auto plan = plan_with({{"relaxation", "", {}, false}});
  for (const auto& one : monitor.suggest(plan, {.count = 9, .minutes = 5.0})) {
    BOOST_TEST(one.action != "relaxation");
    BOOST_TEST(one.action != "call");
  }
  for (const auto& one :
       monitor.suggest(plan, {.count = 9, .contact_available = false})) {
    BOOST_TEST(one.action != "call");
  }
}

BOOST_AUTO_TEST_CASE(what_helped_before_weighs_more) {
  auto monitor = craving_monitor();
  const auto plan = plan_with({});
  const double before = monitor.suggest(plan, {.count = 1})[0].change;
  const auto action = monitor.suggest(plan, {.count = 1})[0].action;
  for (int k = 0; k < 10; ++k) monitor.follow_up(plan, action, 10.0);
  BOOST_TEST(monitor.suggest(plan, {.count = 1})[0].change < before);
  for (int k = 0; k < 60; ++k) monitor.follow_up(plan, action, 0.0);
  BOOST_TEST(monitor.suggest(plan, {.count = 1})[0].action != action);
}

BOOST_AUTO_TEST_CASE(the_crisis_protocol_comes_first_while_a_flag_is_up) {
  for (const auto flag : built_in_flags) {
    const auto monitor = craving_monitor({{std::string(flag), 1.0}});
    auto plan = plan_with({});
    plan.crisis_steps = {"Call Sam"};
    const auto suggestions = monitor.suggest(plan, {.count = 1});
    BOOST_TEST(suggestions.size() == 3U);
    BOOST_TEST(suggestions[0].action == "crisis");
    BOOST_TEST(suggestions[1].words == "Call Sam");
    BOOST_TEST(suggestions[2].action != "crisis");
    BOOST_TEST(monitor.suggest(Plan{}, {.count = 0}).size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_strategy_in_own_words_needs_no_catalogue) {
  const auto monitor = craving_monitor();
  const auto plan = plan_with({{"", "Walk the dog", {}, true}});
  const auto suggestions = monitor.suggest(plan, {.count = 9});
  bool found = false;
  for (const auto& one : suggestions) found |= one.words == "Walk the dog";
  BOOST_TEST(found);
  BOOST_CHECK_THROW(monitor.suggest(plan_with({{"no_such", "", {}, true}})),
                    InvalidInput);
}

BOOST_AUTO_TEST_CASE(follow_ups_are_checked) {
  auto monitor = craving_monitor();
  BOOST_CHECK_THROW(monitor.follow_up(Plan{}, "no_such", 5.0), InvalidInput);
  BOOST_CHECK_THROW(monitor.follow_up(Plan{}, "relaxation", 11.0), InvalidInput);
  BOOST_CHECK_THROW(monitor.suggest(Plan{}, {.count = -1}), InvalidInput);
}

BOOST_AUTO_TEST_SUITE_END()
