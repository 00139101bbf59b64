#include <relapse/care/plan_check.hpp>
#include <relapse/io/standard.hpp>

#include "plans.hpp"
#include "spoken.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(plan_check_test)

namespace {

const Model& model() { return models::standard(); }

/// A plan that lacks nothing.
Plan whole_plan() {
  Plan plan = test::first_plan();
  plan.strategies = {{"urge_surfing", "", {"II-B"}, true, {}},
                     {"", "cycle", {"I-A"}, true, "s2"}};
  plan.signs = {{"mental", "bargaining with myself", "bargaining"}};
  plan.review = Time{200.0};
  plan.time_zone = "Europe/Berlin";
  return plan;
}

template <class Change>
std::vector<PlanFinding> found_after(Change change, std::optional<Time> now = {}) {
  Plan plan = whole_plan();
  change(plan);
  return care::check_plan(plan, model(), now);
}

/// Whether a change leaves one gap alone, with its entry.
template <class Change>
bool leaves(PlanGap gap, const std::string& entry, Change change) {
  const auto found = found_after(change);
  return found.size() == 1 && found[0].gap == gap && found[0].entry == entry;
}

/// Plans that together have every gap there is.
std::vector<PlanFinding> all_findings(const Wording& say) {
  Plan plan = whole_plan();
  plan.version = 2;
  plan.strategies = {{"none", "", {}, true, {}}};
  plan.signs = {{"nowhere", "pacing", "none"}};
  plan.contacts = {{"Mira", "friend", "", {}, {}}};
  plan.contact_rules = {{"Mira", RiskLevel::low, 1, 1, true, Days{1.0}, "22:00", "7:00"}};
  plan.contact_rules[0].flag = "none";
  plan.time_zone.clear();
  plan.copies = {{"Mira", {}, 1}};
  plan.medication = {{"Xyz"}};
  plan.homework = {{"pacing", "1970-09-01"}};
  plan.appointments = {{"pacing", Time{299.0}}};
  auto all = care::check_plan(plan, model(), Time{300.0}, say);
  const auto empty = care::check_plan({}, model(), {}, say);
  all.insert(all.end(), empty.begin(), empty.end());
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_whole_plan_lacks_nothing) {
  BOOST_TEST(care::check_plan(whole_plan(), model(), Time{150.0}).empty());
}

BOOST_AUTO_TEST_CASE(an_empty_plan_is_a_plan_and_what_matters_most_comes_first) {
  const auto found = care::check_plan({}, model());
  BOOST_REQUIRE(found.size() >= 3U);
  BOOST_TEST((found[0].gap == PlanGap::no_crisis_step));
  BOOST_TEST((found[1].gap == PlanGap::no_contact));
  BOOST_TEST((found[2].gap == PlanGap::no_contact_for_high));
}

BOOST_AUTO_TEST_CASE(each_gap_is_found_alone_and_names_its_entry) {
  using Gap = PlanGap;
  BOOST_TEST(
      leaves(Gap::no_crisis_step, "", [](Plan& plan) { plan.crisis_steps.clear(); }));
  BOOST_TEST(leaves(Gap::no_contact_for_high, "",
                    [](Plan& plan) { plan.contact_rules.clear(); }));
  BOOST_TEST(leaves(Gap::no_contact_for_high, "", [](Plan& plan) {
    plan.contact_rules[0].level = RiskLevel::critical;
  }));
  BOOST_TEST(leaves(Gap::trigger_without_strategy, "t1",
                    [](Plan& plan) { plan.strategies[0].available = false; }));
  BOOST_TEST(leaves(Gap::unknown_action, "none", [](Plan& plan) {
    plan.strategies.push_back({"none", "", {}, true, {}});
  }));
  BOOST_TEST(leaves(Gap::unknown_stage, "pacing", [](Plan& plan) {
    plan.signs.push_back({"nowhere", "pacing", ""});
  }));
  BOOST_TEST(leaves(Gap::unknown_item, "pacing", [](Plan& plan) {
    plan.signs.push_back({"mental", "pacing", "none"});
  }));
  BOOST_TEST(leaves(Gap::unknown_flag, "none", [](Plan& plan) {
    plan.contact_rules.push_back(plan.contact_rules[0]);
    plan.contact_rules[1].flag = "none";
  }));
  BOOST_TEST(leaves(Gap::rule_without_consent, "Mira",
                    [](Plan& plan) { plan.contacts[0].consent = {"support"}; }));
  BOOST_TEST(leaves(Gap::no_channel, "Mira",
                    [](Plan& plan) { plan.contacts[0].channel.clear(); }));
  BOOST_TEST(leaves(Gap::no_reasons, "", [](Plan& plan) { plan.reasons.clear(); }));
  BOOST_TEST(leaves(Gap::no_signs, "", [](Plan& plan) { plan.signs.clear(); }));
  BOOST_TEST(leaves(Gap::no_review, "", [](Plan& plan) { plan.review.reset(); }));
  BOOST_TEST(leaves(Gap::no_time_zone, "", [](Plan& plan) {
    plan.contact_rules[0].quiet_from = "22:00";
    plan.contact_rules[0].quiet_to = "07:00";
    plan.time_zone.clear();
  }));
  BOOST_TEST(leaves(Gap::copy_is_old, "Mira", [](Plan& plan) {
    plan.version = 2;
    plan.copies = {{"Mira", {}, 1}};
  }));
}

BOOST_AUTO_TEST_CASE(what_is_due_or_past_is_found_from_its_time_on) {
  const auto found = [](double now, auto change) {
    std::vector<std::pair<PlanGap, std::string>> gaps;
    for (const auto& each : found_after(change, Time{now}))
      gaps.emplace_back(each.gap, each.entry);
    return gaps;
  };
  using Found = std::vector<std::pair<PlanGap, std::string>>;
  const auto homework = [](Plan& plan) {
    plan.homework = {{"write", "1970-05-01", "", false, "h1"},
                     {"read", "1970-05-01", "", true, "h2"}};
  };
  BOOST_TEST((found(119.9, homework) == Found{}));
  BOOST_TEST((found(120.0, homework) == Found{{PlanGap::homework_due, "h1"}}));
  const auto appointments = [](Plan& plan) {
    plan.appointments = {{"ward", Time{120.5}, "", AppointmentState::planned, "a1"},
                         {"ward", Time{120.5}, "", AppointmentState::kept, "a2"}};
  };
  BOOST_TEST((found(120.5, appointments) == Found{}));
  BOOST_TEST((found(120.6, appointments) == Found{{PlanGap::appointment_past, "a1"}}));
  const auto medication = [](Plan& plan) {
    plan.medication = {{"Xyz", "", {}, "", "m1"},
                       {"Abc", "", {}, "", "m2", MedicationClass::other}};
  };
  BOOST_TEST((found(120.0, medication) == Found{{PlanGap::medication_not_known, "m1"}}));
}

BOOST_AUTO_TEST_CASE(a_strategy_of_the_catalogue_meets_the_situations_of_the_catalogue) {
  const auto found = found_after([](Plan& plan) {
    plan.triggers = {{"II-B", "the bar", true, "t1"}};
    plan.strategies = {{"refusal_practice", "", {}, true, {}}};
  });
  BOOST_TEST(found.empty());
}

BOOST_AUTO_TEST_CASE(a_review_is_due_from_its_date_on_and_only_if_the_date_is_known) {
  const auto due = [](std::optional<Time> now) {
    return !found_after([](Plan&) {}, now).empty();
  };
  BOOST_TEST(!due({}));
  BOOST_TEST(!due(Time{199.9}));
  BOOST_TEST(due(Time{200.0}));
}

BOOST_AUTO_TEST_CASE(a_situation_without_own_words_is_no_code) {
  const auto found = found_after([](Plan& plan) {
    plan.triggers.push_back({"II-A", "", false, ""});
  });
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].words.find("II-A") == std::string::npos);
  BOOST_TEST(found[0].words.find("conflict with others") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_gap_is_a_sentence_in_each_language) {
  const auto english = all_findings({});
  const auto german = all_findings(test::german());
  BOOST_REQUIRE(english.size() == german.size());
  for (std::size_t k = 0; k < english.size(); ++k) {
    BOOST_TEST((english[k].gap == german[k].gap));
    BOOST_TEST(english[k].words != german[k].words);
    BOOST_TEST(test::english_in(german[k].words) == "");
    BOOST_TEST(german[k].words.find('{') == std::string::npos);
  }
  for (std::size_t gap = 0; gap < std::size(Names<PlanGap>::all); ++gap) {
    BOOST_TEST(std::any_of(german.begin(), german.end(),
                           [&](const auto& each) {
                             return each.gap == static_cast<PlanGap>(gap);
                           }),
               Names<PlanGap>::all[gap]);
  }
}

BOOST_AUTO_TEST_SUITE_END()
