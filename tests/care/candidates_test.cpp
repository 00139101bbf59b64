#include <relapse/care/detail/candidates.hpp>
#include <relapse/care/suggest.hpp>
#include <relapse/core/error.hpp>
#include <relapse/engine/monitor.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(candidates_test)

namespace {

Monitor after(std::vector<Answer> answers) {
  Monitor monitor(test::models()[1]);
  CheckIn check_in;
  check_in.answers = std::move(answers);
  monitor.update(check_in);
  return monitor;
}

const Suggestion* find(const std::vector<Suggestion>& all, std::string_view words) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const auto& one) { return one.words == words; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_the_person_does_in_a_situation_is_said_when_it_is_met) {
  Plan plan;
  plan.strategies = {{"", "order a tonic", {"II-B"}, true, {}}};
  const auto said = [&](std::vector<Answer> answers, SuggestSettings settings) {
    settings.count = 9;
    const auto all = after(std::move(answers)).suggest(plan, settings);
    return find(all, "order a tonic") != nullptr;
  };
  const std::vector<Answer> bar{{"exposure", 9.0}, {"efficacy", 10.0}};
  BOOST_TEST(said(bar, {}));
  BOOST_TEST(!said({{"stress", 9.0}}, {}));
  BOOST_TEST(said({{"stress", 9.0}}, {.coming = {"II-B-1"}}));
  // The situation of the plan is the one in which it is to come to mind.
  plan.triggers = {{"II-B", "drinks after work", false}};
  const auto all = after(bar).suggest(plan, {.count = 9});
  BOOST_TEST_REQUIRE(find(all, "order a tonic") != nullptr);
  BOOST_TEST(find(all, "order a tonic")->if_then.find("drinks after work") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(whoever_stands_first_is_named_where_nobody_agreed_to_be_asked) {
  Plan plan;
  plan.contacts = {{"Mira", "friend", "telephone", {}, {}},
                   {"Noor", "nurse", "ward", {}, {}}};
  const auto monitor = after({{"craving", 4.0}, {"stress", 9.0}});
  const auto whom = [&] {
    const auto all = monitor.suggest(plan, {.count = 9});
    const auto* call = find(all, "Call somebody");
    return call == nullptr ? std::string() : call->contact;
  };
  BOOST_TEST(whom() == "Mira");
  plan.contacts[1].consent = {"support"};
  BOOST_TEST(whom() == "Noor");
}

BOOST_AUTO_TEST_CASE(who_is_named_is_whom_the_words_ask_for) {
  const auto whom = [](const std::string& label, std::vector<Contact> contacts) {
    auto document = test::rich_document();
    for (auto& action : document.actions) {
      if (action.id == "call") action.label = label;
    }
    Plan plan;
    plan.contacts = std::move(contacts);
    plan.medication = {{"Methadone", "", {}, "Dr Wolf"}};
    Monitor monitor{Model(document)};
    CheckIn check_in;
    check_in.answers = {{"craving", 4.0}, {"stress", 9.0}};
    monitor.update(check_in);
    const auto all = monitor.suggest(plan, {.count = 9});
    const auto* found = find(all, label);
    return found == nullptr ? std::string("not there") : found->contact;
  };
  const Contact sam{"Sam", "friend", "1", {"support"}};
  const Contact wolf{"Dr Wolf", "clinician", "2", {"support"}};
  const Contact lee{"Lee", "sponsor", "3", {}};
  for (const char* label : {"Talk with your prescriber", "Arrange a medical check",
                            "Keep the session with "
                            "your therapist"}) {
    BOOST_TEST(whom(label, {sam, wolf}) == "Dr Wolf");
    BOOST_TEST(whom(label, {sam}) == "");
  }
  BOOST_TEST(whom("Spend time with your sponsor", {sam, lee}) == "Lee");
  BOOST_TEST(whom("Spend time with your sponsor", {wolf, sam}) == "");
  // An appointment hangs on nobody in the plan; company does, and is no professional.
  for (const char* label : {"Talk with your prescriber", "Ask a caseworker for help",
                            "Arrange a session of "
                            "therapy"})
    BOOST_TEST(whom(label, {}) == "", label);
  for (const char* label :
       {"Call somebody", "Spend time with your sponsor", "Spend time with people"})
    BOOST_TEST(whom(label, {}) == "not there", label);
  BOOST_TEST(whom("Spend time with people", {wolf}) == "not there");
  BOOST_TEST(whom("Spend time with people", {wolf, lee}) == "Lee");
  BOOST_TEST(whom("Spend time with your sponsor", {wolf}) == "not there");
  // Whoever it is: people of one's own life first, where they agreed.
  BOOST_TEST(whom("Call somebody", {wolf, sam}) == "Sam");
  BOOST_TEST(whom("Call somebody", {lee, wolf}) == "Dr Wolf");
}

BOOST_AUTO_TEST_CASE(help_with_a_need_of_its_own_wants_that_named) {
  auto document = test::rich_document();
  Action ask;
  ask.id = "ask";
  ask.label = "Ask for help with housing";
  ask.acts_on = {{"stress", 0.5}, {"craving", 0.9}};
  ask.needs.contact = true;
  ask.quiet_day = true;
  ask.source = "test";
  Action rest = ask;
  rest.id = "rest";
  rest.acts_on = {{"craving", 0.5}};
  rest.stages = {document.stages.front().id};
  document.actions = {ask, rest};
  Plan plan;
  plan.contacts = {{"Mira", "housing officer", "1", {"support"}}};
  const auto says = [&](std::vector<Answer> answers) {
    Monitor monitor{Model(document)};
    CheckIn check_in;
    check_in.answers = std::move(answers);
    monitor.update(check_in);
    const auto all = monitor.suggest(plan, {.count = 9, .level = RiskLevel::low});
    return std::any_of(all.begin(), all.end(),
                       [](const auto& one) { return one.action == "ask"; });
  };
  BOOST_TEST(says({{"stress", 9.0}}));
  BOOST_TEST(!says({{"stress", 0.0}}));
  BOOST_TEST(!says({}));
  // What others are for, too, does not name it; a goal does until it is reached.
  BOOST_TEST(!says({{"craving", 4.0}}));
  document.actions.front().label = "Call somebody";
  BOOST_TEST(says({{"craving", 4.0}}));
  BOOST_TEST(!says({}));
  document.actions.front().label = ask.label;
  plan.goals = {{"A flat of my own", "housing", {"call"}, {}}};
  BOOST_TEST(says({}));
  plan.goals.front().done = {"call"};
  BOOST_TEST(!says({}));
  plan.goals.clear();
  plan.strategies = {{"ask", "", {}, true, {}}};
  BOOST_TEST(says({}));
}

BOOST_AUTO_TEST_CASE(what_speaks_of_a_part_of_the_plan_wants_it_there) {
  auto document = test::rich_document();
  document.actions.clear();
  for (const char* id :
       {"crisis_plan", "read_reasons", "warning_sign_review", "share_plan"}) {
    Action action;
    action.id = id;
    action.acts_on = {{"craving", 0.5}};
    action.source = "test";
    document.actions.push_back(std::move(action));
  }
  Monitor monitor{Model(document)};
  CheckIn check_in;
  check_in.answers = {{"craving", 4.0}};
  monitor.update(check_in);
  Plan plan;
  const auto count = [&] {
    return monitor.suggest(plan, {.count = 9, .level = RiskLevel::low}).size();
  };
  BOOST_TEST(count() == 0U);
  plan.crisis_steps = {"go to my sister"};
  BOOST_TEST(count() == 2U);  // there is a plan to share now
  plan.reasons = {"my daughter"};
  BOOST_TEST(count() == 3U);
  plan.signs = {{"", "no sleep", ""}};
  BOOST_TEST(count() == 4U);
}

BOOST_AUTO_TEST_CASE(a_flag_of_the_model_leads_to_help_as_the_built_in_ones_do) {
  const auto monitor = after({{"hearing_voices", 1.0}});
  Plan plan;
  plan.crisis_steps = {"go to my sister"};
  const auto all = monitor.suggest(plan, {.count = 1});
  BOOST_TEST_REQUIRE(all.size() == 3U);
  BOOST_TEST(all[0].action == "crisis");
  BOOST_TEST(all[0].need == "psychosis");
  BOOST_TEST(all[0].source == "test");
  BOOST_TEST(all[1].words == "go to my sister");
}

BOOST_AUTO_TEST_CASE(less_than_no_time_is_refused) {
  const auto monitor = after({{"craving", 4.0}});
  BOOST_CHECK_THROW(monitor.suggest({}, {.minutes = -1.0}), InvalidInput);
}

BOOST_AUTO_TEST_SUITE_END()
