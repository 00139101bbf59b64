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
