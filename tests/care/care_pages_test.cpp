#include <relapse/care/care_pages.hpp>
#include <relapse/core/error.hpp>
#include <relapse/io/standard.hpp>
#include <relapse/io/wordings.hpp>

#include "plans.hpp"
#include "spoken.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(care_pages_test)

namespace {

Plan shared_plan() {
  Plan plan = test::first_plan();
  plan.contacts[0].consent = {"share_plan"};
  plan.contacts[0].sees = {"signs", "crisis_steps"};
  plan.signs = {{"mental", "bargaining with myself", ""}};
  return plan;
}

CareState state() {
  return {Time{100.0}, RiskLevel::high, "mental", {"self_harm"}, Time{120.0}, Time{92.0}};
}

bool holds(const care::Page& page, std::string_view words) {
  return test::text_of(page).find(words) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(guidance_holds_what_helps_and_what_the_person_shares) {
  const auto page = care::family_page(shared_plan(), models::standard(), {"Mira"});
  BOOST_TEST((page.sections.front().tone == care::PageTone::safety));
  BOOST_TEST(holds(page, "Listen first."));
  BOOST_TEST(holds(page, "naloxone"));
  BOOST_TEST(holds(page, "bargaining with myself"));
  BOOST_TEST(holds(page, "go to my sister"));
  BOOST_TEST(!holds(page, "the bar"));
  BOOST_TEST(!holds(page, "my daughter"));
}

BOOST_AUTO_TEST_CASE(a_summary_says_how_things_stand_with_consent_alone) {
  auto plan = shared_plan();
  const auto without = care::care_summary(plan, models::standard(), state(), {"Mira"});
  BOOST_TEST(!holds(without, "Level: high"));
  BOOST_TEST(!holds(without, "1 May 1970"));
  BOOST_TEST(holds(without, "has not agreed"));
  plan.contacts[0].consent.emplace_back("share_state");
  const auto page = care::care_summary(plan, models::standard(), state(), {"Mira"});
  BOOST_TEST(holds(page, "Level: high"));
  BOOST_TEST(holds(page, "This notice stands until 1 May 1970."));
  BOOST_TEST(holds(page, "Last use that was told: 3 April 1970"));
  BOOST_TEST(holds(page, "bargaining with myself"));
  BOOST_TEST(!holds(page, "the bar"));
  BOOST_TEST((page.sections.front().tone == care::PageTone::safety));
}

BOOST_AUTO_TEST_CASE(without_consent_to_share_there_is_no_page) {
  auto plan = shared_plan();
  plan.contacts[0].consent = {"share_state"};
  BOOST_CHECK_THROW(care::family_page(plan, models::standard(), {"Mira"}), InvalidInput);
  BOOST_CHECK_THROW(care::care_summary(plan, models::standard(), state(), {"Mira"}),
                    InvalidInput);
  BOOST_CHECK_THROW(care::family_page(plan, models::standard(), {"Nobody"}),
                    InvalidInput);
}

BOOST_AUTO_TEST_CASE(both_pages_speak_german) {
  auto plan = shared_plan();
  plan.contacts[0].consent.emplace_back("share_state");
  const CareReader reader{"Mira", {}, io::find_wording("de")};
  const auto family = care::family_page(plan, models::standard(), reader);
  BOOST_TEST(holds(family, "Zuerst zuhören."));
  BOOST_TEST(!holds(family, "Listen"));
  const auto summary = care::care_summary(plan, models::standard(), state(), reader);
  BOOST_TEST(holds(summary, "Stufe: hoch"));
  BOOST_TEST(!holds(summary, "Level"));
}

BOOST_AUTO_TEST_SUITE_END()
