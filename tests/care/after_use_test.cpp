#include <relapse/care/after_use.hpp>
#include <relapse/core/error.hpp>
#include <relapse/domain/crisis.hpp>
#include <relapse/domain/safety.hpp>
#include <relapse/io/protocols.hpp>

#include "plans.hpp"
#include "spoken.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(after_use_test)

namespace {

Plan plan_with_people() {
  Plan plan;
  plan.contacts = {{"Mira", "friend", "telephone", {"support"}, {}},
                   {"Noor", "nurse", "ward", {"after_use"}, {}}};
  plan.triggers = {{"II-B", "drinks after work", true}};
  plan.strategies = {{"refusal_practice", "", {"II-B"}, true},
                     {"", "cycle", {"I-A"}, true}};
  plan.signs = {{"mental", "bargaining with myself", "bargaining"}};
  plan.use_definition.consecutive_days = 2;
  return plan;
}

AfterUseInput used(const std::string& substance, int days = 1) {
  AfterUseInput input{{}, Time{0.0}, Time{100.0}};
  for (int day = days; day > 0; --day) {
    input.reports.push_back({Time{100.0 - day}, true, 1.0, substance});
  }
  return input;
}

bool says(const AfterUse& after, std::string_view text) {
  return std::any_of(after.steps.begin(), after.steps.end(), [&](const auto& step) {
    return step.words.find(text) != std::string::npos;
  });
}

AfterUse after(const AfterUseInput& input) {
  return care::after_use(plan_with_people(), protocols::after_use(), input, {});
}

}  // namespace

BOOST_AUTO_TEST_CASE(steps_come_in_the_order_in_which_to_take_them) {
  for (const char* substance : {"", "opioid", "alcohol", "stimulant", "nicotine"}) {
    const auto now = after(used(substance));
    BOOST_TEST((now.steps.front().kind == StepKind::safety));
    BOOST_TEST(std::is_sorted(
        now.steps.begin(), now.steps.end(),
        [](const auto& one, const auto& other) { return one.kind < other.kind; }));
    for (const auto kind :
         {StepKind::stop, StepKind::contact, StepKind::reframe, StepKind::learning,
          StepKind::plan, StepKind::services, StepKind::family}) {
      BOOST_TEST(std::any_of(now.steps.begin(), now.steps.end(),
                             [&](const auto& step) { return step.kind == kind; }));
    }
  }
}

BOOST_AUTO_TEST_CASE(
    the_medical_check_is_that_of_the_substance_and_all_of_them_if_unknown) {
  const auto has = [](const char* substance, const char* text) {
    return says(after(used(substance)), text);
  };
  BOOST_TEST(has("opioid", "naloxone"));
  BOOST_TEST(has("opioid", lost_tolerance_notice.data()));
  BOOST_TEST(!has("alcohol", lost_tolerance_notice.data()));
  BOOST_TEST(has("alcohol", "do not stop all at once"));
  BOOST_TEST(!has("nicotine", "do not stop all at once"));
  for (const char* text : {"naloxone", "do not stop all at once", "Chest pain",
                           lost_tolerance_notice.data()}) {
    BOOST_TEST(has("", text));
  }
}

BOOST_AUTO_TEST_CASE(a_substance_has_its_steps_under_any_of_its_names) {
  const std::vector<std::vector<const char*>> families{
      {"opioid", "opioids", "Opioid", "Heroin", "fentanyl"},
      {"alcohol", "Alkohol", "beer"},
      {"stimulant", "cocaine", "Amphetamin"}};
  for (const auto& names : families) {
    const auto first = after(used(names.front()));
    for (const char* name : names)
      BOOST_TEST((after(used(name)).steps == first.steps), name);
  }
  BOOST_TEST(says(after(used("opioid")), "naloxone"));
  BOOST_TEST(!says(after(used("beer")), "naloxone"));
  // A name that nobody knows has all steps.
  BOOST_TEST((after(used("the usual")).steps == after(used("")).steps));
}

BOOST_AUTO_TEST_CASE(where_the_substance_is_not_told_the_plan_says_what_it_is_about) {
  auto plan = plan_with_people();
  const auto path = [&] {
    return care::after_use(plan, protocols::after_use(), used(""), {});
  };
  plan.substances = {"Alcohol"};
  BOOST_TEST(!says(path(), "naloxone"));
  BOOST_TEST(!says(path(), "Chest pain"));
  BOOST_TEST(says(path(), "several days of use"));
  plan.medication = {{.name = "Methadone"}};
  plan.medication.back().medication_class = MedicationClass::opioid_agonist;
  BOOST_TEST(says(path(), "naloxone"));
  plan.substances = {"something"};
  BOOST_TEST(says(path(), "Chest pain"));
}

BOOST_AUTO_TEST_CASE(safety_does_not_depend_on_the_protocol) {
  const Protocol nothing;
  Protocol hostile = protocols::after_use();
  for (auto& step : hostile.steps) step.kind = StepKind::safety, step.words = "go on";
  for (const auto& protocol : {nothing, hostile}) {
    for (const auto flag : built_in_flags) {
      auto input = used("opioid");
      input.flags = {std::string(flag)};
      const auto now = care::after_use({}, protocol, input, {});
      const auto crisis =
          std::find_if(crisis_steps.begin(), crisis_steps.end(),
                       [&](const auto& step) { return step.flag == flag; });
      BOOST_TEST(now.steps.front().words == crisis->text);
      BOOST_TEST(says(now, lost_tolerance_notice));
      BOOST_TEST(says(now, fallback_resource));
    }
    BOOST_TEST(says(care::after_use({}, protocol, used(""), {}), fallback_resource));
  }
}

BOOST_AUTO_TEST_CASE(a_lapse_is_kept_apart_from_a_relapse_and_looked_at_sooner_or_later) {
  const auto lapse = after(used("alcohol"));
  BOOST_TEST((lapse.episode.kind == UseKind::lapse));
  BOOST_TEST((lapse.next_check_in == Time{101.0}));
  const auto relapse = after(used("alcohol", 2));
  BOOST_TEST((relapse.episode.kind == UseKind::relapse));
  BOOST_TEST((relapse.next_check_in == Time{100.5}));
  BOOST_TEST(lapse.counts.days_in_recovery == 100);
  BOOST_CHECK_THROW(after({{}, Time{0.0}, Time{1.0}}), InvalidInput);
}

BOOST_AUTO_TEST_CASE(people_are_named_who_agreed_to_it) {
  for (const auto& step : after(used("")).steps) {
    using Names = std::vector<std::string>;
    if (step.kind == StepKind::contact) BOOST_TEST((step.contacts == Names{"Mira"}));
    if (step.kind == StepKind::family) BOOST_TEST((step.contacts == Names{"Mira"}));
    if (step.kind == StepKind::services) BOOST_TEST((step.contacts == Names{"Noor"}));
  }
}

BOOST_AUTO_TEST_CASE(what_was_learned_leads_to_proposals) {
  auto input = used("alcohol");
  input.learning = LearningRecord{.at = Time{100.0},
                                  .situations = {"II-B-1", "II-A"},
                                  .signs = {"bargaining", "secretive"},
                                  .tried = {},
                                  .change = "leave before eight"};
  const auto proposals = after(input).proposals;
  const auto has = [&](ProposalKind kind, const char* part, const char* entry) {
    return std::any_of(proposals.begin(), proposals.end(), [&](const auto& each) {
      return each.kind == kind && each.part == part && each.entry == entry &&
             !each.evidence.empty();
    });
  };
  BOOST_TEST(proposals.size() == 5U);
  BOOST_TEST(has(ProposalKind::add, "triggers", "II-A"));
  BOOST_TEST(has(ProposalKind::add, "strategies", "II-A"));
  BOOST_TEST(has(ProposalKind::change, "strategies", "refusal_practice"));
  BOOST_TEST(has(ProposalKind::add, "signs", "secretive"));
  BOOST_TEST(has(ProposalKind::add, "strategies", "leave before eight"));
  input.learning->situations = {"IV"};
  BOOST_CHECK_THROW(after(input), InvalidInput);
}

BOOST_AUTO_TEST_CASE(what_was_put_into_the_plan_afterwards_was_not_there_before) {
  auto input = used("alcohol");
  Plan before;
  before.created = Time{50.0};
  before.strategies = {{"", "walk", {"II-B"}, true, "s1"}};
  const auto later = test::edited(before, "phone", 100.5, [](Plan& plan) {
    plan.strategies.push_back({"", "leave before eight", {"II-B"}, true, "s2"});
  });
  input.now = Time{101.0};
  input.learning = LearningRecord{
      .at = Time{100.2}, .situations = {"II-B"}, .change = "leave before eight"};
  const auto proposals =
      care::after_use(later, protocols::after_use(), input, {}).proposals;
  std::vector<std::string> changed;
  for (const auto& each : proposals) {
    if (each.part == "strategies") changed.push_back(each.entry);
  }
  BOOST_TEST((changed == std::vector<std::string>{"s1"}));
  BOOST_TEST((care::propose(later, *input.learning) == proposals));
}

namespace {

std::vector<std::string> whom(const AfterUse& after, StepKind kind) {
  for (const auto& step : after.steps) {
    if (step.kind == kind) return step.contacts;
  }
  return {};
}

}  // namespace

BOOST_AUTO_TEST_CASE(whom_the_page_names_under_family_is_family_or_a_peer) {
  Plan plan;
  plan.contacts = {{"Ann", "sister", "", {"after_use"}, {}},
                   {"Ben", "sponsor", "", {"support"}, {}},
                   {"Cem", "clinician", "", {"after_use", "support"}, {}},
                   {"Dee", "", "", {"after_use"}, {}},
                   {"Eve", "mother", "", {"share_plan"}, {}},
                   {"Fay", "nurse", "", {"support"}, {}}};
  const auto now = care::after_use(plan, protocols::after_use(), used(""), {});
  using Names = std::vector<std::string>;
  BOOST_TEST((whom(now, StepKind::family) == Names{"Ann", "Ben"}));
  BOOST_TEST((whom(now, StepKind::services) == Names{"Cem"}));
  // Whose role nobody wrote down is not lost.
  BOOST_TEST((whom(now, StepKind::contact) == Names{"Ben", "Cem", "Dee", "Fay"}));
}

BOOST_AUTO_TEST_CASE(counts_that_are_not_known_are_not_printed) {
  auto input = used("");
  const auto subtitle = [&] { return care::after_use_page(after(input), {}).subtitle; };
  BOOST_TEST(subtitle() == "100 days in recovery: all of that is kept.");
  input.reports.insert(input.reports.begin(), {{Time{10.0}, false}, {Time{11.0}, false}});
  BOOST_TEST(subtitle() ==
             "100 days in recovery, 2 days reported without use: all of that is kept.");
  input.reports.insert(input.reports.begin(), UseReport{Time{9.0}, true});
  BOOST_TEST(subtitle().find("once back on the way") != std::string::npos);
  input = used("");
  input.recovery_start = Time{99.0};
  input.now = Time{99.2};
  BOOST_TEST(subtitle().empty());
}

BOOST_AUTO_TEST_CASE(the_numbers_of_the_place_are_named) {
  auto input = used("");
  input.place.resources = {
      {ResourceKind::emergency, "Emergency", "112", "", "", "", "", "", {}, ""},
      {ResourceKind::crisis_line,
       "Line",
       "116 123",
       "85258",
       "",
       "24/7",
       "",
       "",
       {},
       ""}};
  BOOST_TEST(says(after(input), "your local emergency number (112)"));
  BOOST_TEST(!says(after(input), "116 123"));
  input.flags = {"self_harm"};
  BOOST_TEST(says(after(input), "Line: 116 123, text 85258, 24/7"));
  const auto page = care::after_use_page(after(input), {}, {{}, input.place});
  BOOST_TEST((page.numbers == std::vector<std::string>{"112", "116 123", "85258"}));
}

BOOST_AUTO_TEST_CASE(the_page_begins_with_safety) {
  const auto page = care::after_use_page(after(used("")), {});
  BOOST_TEST((page.sections.front().tone == care::PageTone::safety));
  BOOST_TEST(page.sections.back().lines[0].text.find("12 April 1970") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(under_a_flag_the_persons_own_crisis_steps_stand_among_the_first) {
  auto plan = plan_with_people();
  plan.crisis_steps = {"go to my sister"};
  auto input = used("alcohol");
  const auto own_step = [&] {
    const auto now = care::after_use(plan, protocols::after_use(), input, {});
    const auto found =
        std::find_if(now.steps.begin(), now.steps.end(),
                     [](const auto& step) { return step.words == "go to my sister"; });
    return found == now.steps.end() ? AfterUseStep{} : *found;
  };
  BOOST_TEST(own_step().words.empty());
  input.flags = {"self_harm"};
  BOOST_TEST(own_step().source == "plan");
  BOOST_TEST((own_step().kind == StepKind::safety));
}

BOOST_AUTO_TEST_CASE(the_page_asks_about_what_was_learned_and_only_then) {
  auto input = used("alcohol");
  const auto page = [&] { return test::text_of(care::after_use_page(after(input), {})); };
  const std::string idea = "leave before eight";
  BOOST_TEST(page().find(idea) == std::string::npos);
  const auto sections = care::after_use_page(after(input), {}).sections.size();
  input.learning = LearningRecord{.at = Time{100.0}, .change = idea};
  BOOST_TEST(page().find(idea) != std::string::npos);
  BOOST_TEST(care::after_use_page(after(input), {}).sections.size() == sections + 1);
}

BOOST_AUTO_TEST_CASE(every_substance_of_the_episode_counts) {
  const auto path = [](const std::vector<UseReport>& reports,
                       const std::vector<std::string>& of_plan = {}) {
    auto plan = plan_with_people();
    plan.substances = of_plan;
    AfterUseInput input{reports, Time{0.0}, Time{100.0}};
    return care::after_use(plan, protocols::after_use(), input, {});
  };
  const UseReport heroin{Time{99.0}, true, 0.0, "heroin"};
  const auto beer = [](double at) { return UseReport{Time{at}, true, 0.0, "beer"}; };
  const auto both = path({heroin, beer(99.1)});
  for (const char* text :
       {"naloxone", lost_tolerance_notice.data(), "do not stop all at once"})
    BOOST_TEST(says(both, text), text);
  BOOST_TEST(!says(both, "Chest pain"));
  // Use without a substance adds what the plan is about, and takes nothing away.
  const UseReport unnamed{Time{99.5}, true, 0.0, ""};
  const auto morning = path({heroin, unnamed}, {"alcohol"});
  BOOST_TEST(says(morning, "naloxone"));
  BOOST_TEST(says(morning, "do not stop all at once"));
  BOOST_TEST(says(path({heroin, unnamed}), "Chest pain"));
  // An opioid stays for as long as the path is shown, and no longer.
  const UseReport none{Time{99.05}, false, 0.0, ""};
  BOOST_TEST(says(path({heroin, none, beer(99.1)}), "naloxone"));
  const UseReport before{Time{60.0}, true, 0.0, "heroin"};
  const UseReport after_it{Time{61.0}, false, 0.0, ""};
  BOOST_TEST(!says(path({before, after_it, beer(99.1)}), "naloxone"));
}

BOOST_AUTO_TEST_SUITE_END()
