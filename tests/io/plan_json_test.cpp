#include <relapse/core/error.hpp>
#include <relapse/io/document_file.hpp>
#include <relapse/io/plan_json.hpp>
#include <relapse/plan/versions.hpp>

#include "refusals.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(plan_json_test)

using nlohmann::json;

namespace {

const std::string& example() {
  static const std::string text =
      io::read_file(RELAPSE_TEST_DATA "/../../examples/data/plan.json");
  return text;
}

using test::Refusal;

std::string pointer_of(const Refusal& refusal) {
  return test::refused_at([&] {
    try {
      io::parse_plan(test::patched(json::parse(example()), refusal).dump());
    } catch (const ParseError& error) {
      const std::string text = error.what();
      BOOST_TEST(text.find("canary") == text.npos, text);
      throw;
    }
  });
}

const Refusal refusals[] = {
    {"/schema", R"("relapse/model/1")", "/schema"},
    {"/person", "", "/person"},
    {"/version", "", "/version"},
    {"/version", "0", "/version"},
    {"/version", "1.5", "/version"},
    {"/notes", R"("canary")", "/notes"},
    {"/created", R"("2026-03-01T08:00:00")", "/created"},
    {"/created", R"("canary")", "/created"},
    {"/review", "true", "/review"},
    {"/triggers/0/situation", R"("IV-canary")", "/triggers/0/situation"},
    {"/triggers/0/situation", "", "/triggers/0/situation"},
    {"/triggers/0/primary", R"("canary")", "/triggers/0/primary"},
    {"/signs/0/stage", "", "/signs/0/stage"},
    {"/signs/0/words", R"("")", "/signs/0/words"},
    {"/strategies/1", "{}", "/strategies/1"},
    {"/strategies/1/duration", "1", "/strategies/1/duration"},
    {"/strategies/0/situations/1", R"("canary")", "/strategies/0/situations/1"},
    {"/contacts/0/name", R"("")", "/contacts/0/name"},
    {"/contacts/1/name", R"("Mira")", "/contacts/1/name"},
    {"/contacts/0/consent", R"("canary")", "/contacts/0/consent"},
    {"/contact_rules/0/contact", R"("canary")", "/contact_rules/0/contact"},
    {"/contact_rules/0/level", R"("canary")", "/contact_rules/0/level"},
    {"/contact_rules/0/level", "", "/contact_rules/0/level"},
    {"/contact_rules/0/days", "0", "/contact_rules/0/days"},
    {"/contact_rules/0/of_days", "1", "/contact_rules/0/of_days"},
    {"/contact_rules/0/cool_down_days", "-1", "/contact_rules/0/cool_down_days"},
    {"/contact_rules/0/quiet_from", R"("25:00")", "/contact_rules/0/quiet_from"},
    {"/contact_rules/0/quiet_from", R"("7:30")", "/contact_rules/0/quiet_from"},
    {"/contact_rules/0/quiet_to", "", "/contact_rules/0/quiet_to"},
    {"/contact_rules/0/quiet_from", "", "/contact_rules/0/quiet_from"},
    {"/reasons/0", "1", "/reasons/0"},
    {"/contacts/0/sees", R"(["canary"])", "/contacts/0/sees/0"},
    {"/contact_rules/0/nudge_wait_days", "-1", "/contact_rules/0/nudge_wait_days"},
    {"/contact_rules/0/expires", R"("canary")", "/contact_rules/0/expires"},
    {"/triggers/1/id", R"("t1")", "/triggers/1/id"},
    {"/routine/0/days/0", R"("canary")", "/routine/0/days/0"},
    {"/routine/0/at", R"("8:00")", "/routine/0/at"},
    {"/medication/0/name", R"("")", "/medication/0/name"},
    {"/medication/0/times/0", R"("canary")", "/medication/0/times/0"},
    {"/medication/0/medication_class", R"("canary")", "/medication/0/medication_class"},
    {"/medication/0/medication_class", R"("aversive")", "/medication/0/medication_class"},
    {"/triggers/0/date", R"("2026-02-30")", "/triggers/0/date"},
    {"/triggers/0/date", R"("02-30")", "/triggers/0/date"},
    {"/triggers/0/date", R"("canary")", "/triggers/0/date"},
    {"/triggers/0/days", R"(["canary"])", "/triggers/0/days/0"},
    {"/triggers/0/time_of_year", R"("12-20")", "/triggers/0/time_of_year"},
    {"/triggers/0/time_of_year", R"("12-20/02-30")", "/triggers/0/time_of_year"},
    {"/triggers/0/pay_day", "32", "/triggers/0/pay_day"},
    {"/triggers/0/pay_day", "0", "/triggers/0/pay_day"},
    {"/goals", R"([{"words": ""}])", "/goals/0/words"},
    {"/goals", R"([{"words": "canary", "by": "2026-06-31"}])", "/goals/0/by"},
    {"/goals", R"([{"words": "canary", "why": "canary"}])", "/goals/0/why"},
    {"/appointments", R"([{"words": "canary"}])", "/appointments/0/at"},
    {"/appointments", R"([{"words": "canary", "at": "2026-02-30T08:00Z"}])",
     "/appointments/0/at"},
    {"/appointments", R"([{"words": "canary", "at": 1, "state": "canary"}])",
     "/appointments/0/state"},
    {"/homework", R"([{"words": "canary"}])", "/homework/0/by"},
    {"/homework", R"([{"words": "canary", "by": "2026-02-29"}])", "/homework/0/by"},
    {"/substances", R"([1])", "/substances/0"},
    {"/meetings/0/words", "", "/meetings/0/words"},
    {"/copies/0/holder", "", "/copies/0/holder"},
    {"/copies/0/version", "-1", "/copies/0/version"},
    {"/use_definition/days_a_week", "8", "/use_definition/days_a_week"},
    {"/use_definition/heavy_amount", "-1", "/use_definition/heavy_amount"},
    {"/edits", R"({"phone": 1})", "/edits"},
    {"/history/0/person", R"("canary")", "/history/0/person"},
    {"/history/0/version", "2", "/history/0/version"},
    {"/history/0/version", "", "/history/0/version"},
    {"/history/0/history", "[]", "/history/0/history"},
    {"/history/0/contacts/0/name", "1", "/history/0/contacts/0/name"},
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_example_is_read_as_it_is_written) {
  const Plan plan = io::parse_plan(example());
  BOOST_TEST(plan.person == "P139");
  BOOST_TEST(plan.version == 2);
  BOOST_TEST(plan.created->days == 20513.25);
  BOOST_TEST(plan.triggers[0].primary);
  BOOST_TEST(plan.signs[1].item == "self_neglect");
  BOOST_TEST(plan.strategies[3].action.empty());
  BOOST_TEST(!plan.strategies[4].available);
  BOOST_TEST(plan.contacts[0].allows(ConsentPurpose::contact_rule));
  BOOST_TEST(!plan.contacts[1].allows(ConsentPurpose::share_plan));
  BOOST_TEST(plan.routine.size() == 3U);
  BOOST_TEST(plan.medication[0].times[0] == "08:00");
  BOOST_TEST(plan.copies[0].holder == "Mira");
  BOOST_TEST(plan.use_definition.consecutive_days == 3);
  BOOST_TEST((plan.contact_rules[0] == ContactRule{"Mira", RiskLevel::high, 2, 3, true,
                                                   Days{2.0}, "22:00", "07:30"}));
  BOOST_TEST(plan.contact_rules[2].silence.count == 4.0);
  BOOST_TEST(plan.contact_rules[1].of_days == 1);
  BOOST_TEST(plan.crisis_steps.size() == 2U);
  BOOST_TEST(plan.history[0].version == 1);
}

BOOST_AUTO_TEST_CASE(what_a_plan_may_hold_is_written_and_read_back_equal) {
  json document = json::parse(example());
  document["triggers"][0].update(json::parse(
      R"({"date": "12-24", "days": ["friday"], "time_of_year": "12-20/01-06",
          "pay_day": 31, "place": "the kiosk"})"));
  document["goals"] = json::parse(
      R"([{"words": "Play again", "area": "hobby", "steps": ["Find the clarinet", "Ask Noor"],
           "done": ["Find the clarinet"], "by": "2026-06-30", "id": "g1"}])");
  document["appointments"] = json::parse(
      R"([{"words": "Counselling", "at": "2026-04-02T10:00:00Z", "place": "the practice",
           "state": "kept"}])");
  document["homework"] = json::parse(
      R"([{"words": "Write down three urges", "by": "2026-04-02", "given_by": "Dr. Okafor",
           "done": true}])");
  document["substances"] = {"alcohol"};
  const Plan plan = io::parse_plan(document.dump());
  BOOST_TEST(plan.triggers[0].pay_day == 31);
  BOOST_TEST(plan.goals[0].done.size() == 1U);
  BOOST_TEST((plan.appointments[0].state == AppointmentState::kept));
  BOOST_TEST(plan.homework[0].done);
  const auto written = io::to_json(plan);
  BOOST_TEST((io::parse_plan(written) == plan));
  for (const char* part : {"triggers", "goals", "appointments", "homework"}) {
    BOOST_TEST(json::parse(written)[part] == document[part], part);
  }
}

BOOST_AUTO_TEST_CASE(the_class_of_a_medication_is_that_of_its_name_or_as_stated) {
  json document = json::parse(example());
  const auto medication = [&](const char* text) {
    document["medication"] = json::parse(text);
    return io::parse_plan(document.dump()).medication[0];
  };
  BOOST_TEST((medication(R"([{"name": "Naltrexon 50 mg"}])").medication_class ==
              MedicationClass::opioid_antagonist));
  BOOST_TEST((medication(R"([{"name": "The pill"}])").medication_class ==
              MedicationClass::unknown));
  const char* stated = R"([{"medication_class": "opioid_agonist", "name": "The syrup"}])";
  BOOST_TEST((medication(stated).medication_class == MedicationClass::opioid_agonist));
  const auto written = [&] {
    return json::parse(io::to_json(io::parse_plan(document.dump())))["medication"];
  };
  BOOST_TEST(written() == json::parse(stated));
  document["medication"] = json::parse(R"([{"name": "Methadon"}])");
  BOOST_TEST(written() == document["medication"]);
}

BOOST_AUTO_TEST_CASE(plans_are_written_and_read_back_equal) {
  const Plan plan = io::parse_plan(example());
  BOOST_TEST((io::parse_plan(io::to_json(plan)) == plan));
  Plan empty;
  empty.person = "P1";
  BOOST_TEST((io::parse_plan(io::to_json(empty)) == empty));
}

BOOST_AUTO_TEST_CASE(the_first_form_of_the_document_stays_readable) {
  const Plan plan = io::parse_plan(io::read_file(RELAPSE_TEST_DATA "/plan_0_1_0.json"));
  BOOST_TEST(plan.strategies.size() == 5U);
  BOOST_TEST(plan.contact_rules[0].nudge_wait.count == 0.5);
  BOOST_TEST(plan.history[0].person == "P07");
  BOOST_TEST(plan.edits.empty());
  BOOST_TEST((io::parse_plan(io::to_json(plan)) == plan));
}

BOOST_AUTO_TEST_CASE(two_devices_may_have_made_a_version_of_one_number) {
  auto document = json::parse(
      R"({"schema": "relapse/plan/1", "person": "P1", "version": 3,
          "edits": {"": 1, "phone": 1, "laptop": 1},
          "history": [{"version": 1},
                      {"version": 2, "device": "phone", "edits": {"": 1, "phone": 1}},
                      {"version": 2, "device": "laptop",
                       "edits": {"": 1, "laptop": 1}}]})");
  const Plan plan = io::parse_plan(document.dump());
  BOOST_TEST(find_versions(plan, 2).size() == 2U);
  BOOST_TEST((io::parse_plan(io::to_json(plan)) == plan));
  document["history"][2]["edits"] = {{"", 1}, {"phone", 1}};
  BOOST_CHECK_THROW(io::parse_plan(document.dump()), ParseError);
}

BOOST_AUTO_TEST_CASE(a_rule_waits_for_one_state) {
  const auto rule_of = [](const std::string& state) {
    return io::parse_plan(R"({"schema": "relapse/plan/1", "person": "", "version": 1,
                              "contacts": [{"name": "A"}],
                              "contact_rules": [{"contact": "A", )" +
                          state + "}]}")
        .contact_rules[0];
  };
  BOOST_TEST((rule_of(R"("level": "low")").state() == ContactState::level));
  BOOST_TEST((rule_of(R"("flag": "overdose")").state() == ContactState::flag));
  BOOST_TEST((rule_of(R"("silence_days": 3)").state() == ContactState::silence));
  for (const char* refused :
       {R"("flag": "overdose", "level": "low")", R"("flag": "")", R"("silence_days": 0)",
        R"("flag": "overdose", "silence_days": 3)"}) {
    BOOST_CHECK_THROW(rule_of(refused), ParseError);
  }
}

BOOST_AUTO_TEST_CASE(days_alone_mean_as_many_days_in_a_row) {
  const Plan plan = io::parse_plan(
      R"({"schema": "relapse/plan/1", "person": "", "version": 1, "created": 0.1,
          "contacts": [{"name": "A"}],
          "contact_rules": [{"contact": "A", "level": "guarded", "days": 3}]})");
  BOOST_TEST(plan.contact_rules[0].of_days == 3);
  BOOST_TEST(plan.created->days == 0.1);
  BOOST_TEST((io::parse_plan(io::to_json(plan)) == plan));
}

BOOST_DATA_TEST_CASE(refusals_name_the_place_and_not_the_words,
                     boost::unit_test::data::make(refusals)) {
  BOOST_TEST(pointer_of(sample) == sample.pointer);
}

BOOST_AUTO_TEST_CASE(every_plan_cut_short_is_refused) {
  std::string text = io::to_json(io::parse_plan(example()));
  for (std::size_t length = 0; length < text.size(); ++length) {
    BOOST_REQUIRE_THROW(io::parse_plan(text.substr(0, length)), ParseError);
  }
}

BOOST_AUTO_TEST_CASE(flipped_bits_are_refused_or_make_another_plan) {
  const std::string text = io::to_json(io::parse_plan(example()));
  std::mt19937_64 random(23);
  int refused = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string flipped = text;
    char& byte = flipped[random() % flipped.size()];
    byte = static_cast<char>(byte ^ (1 << random() % 8));
    try {
      io::parse_plan(flipped);
    } catch (const ParseError&) {
      ++refused;
    }
  }
  BOOST_TEST(refused > 500);
}

BOOST_AUTO_TEST_SUITE_END()
