#include <relapse/core/error.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/fhir_check_ins.hpp>
#include <relapse/io/fhir_plan.hpp>
#include <relapse/io/fhir_reader.hpp>
#include <relapse/io/fhir_response.hpp>
#include <relapse/io/fhir_writer.hpp>
#include <relapse/io/model_json.hpp>
#include <relapse/io/standard.hpp>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

using namespace relapse;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(fhir_writer_test)

namespace {

const Model& model() { return *models::find("standard"); }

CheckIn answered() {
  CheckIn check_in;
  check_in.person = "P1";
  check_in.time = Time{20513.25};
  check_in.answers = {{"craving", 3.0}, {"isolating", 1.0}, {"self_harm", 1.0}};
  check_in.missing = {{"sleep", MissingReason::declined}};
  check_in.used_days_ago = Days{0.5};
  check_in.acknowledge = {"overdose"};
  check_in.seconds = 40.0;
  return check_in;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_check_in_is_written_and_read_back_equal) {
  for (const char* person : {"P1", "somebody else", "Ä"}) {
    CheckIn check_in = answered();
    check_in.person = person;
    const auto reading = io::read_fhir(io::fhir_response(check_in, model()));
    const auto made = io::check_ins_from(reading, model());
    BOOST_TEST(reading.notes.empty());
    BOOST_TEST(made.notes.empty());
    BOOST_TEST_REQUIRE(made.check_ins.size() == 1U);
    BOOST_TEST((made.check_ins[0] == check_in));
  }
}

BOOST_AUTO_TEST_CASE(every_question_of_the_model_is_in_its_questionnaire) {
  const json form = io::read_json(io::fhir_questionnaire(model()));
  std::size_t found = 0;
  for (const auto& item : form["item"]) {
    if (model().find_item(item["linkId"].get<std::string>()) >= 0) ++found;
  }
  const int computed = model().missed_item() >= 0 ? 1 : 0;
  BOOST_TEST(found == static_cast<std::size_t>(model().items() - computed));
}

BOOST_AUTO_TEST_CASE(a_probability_is_a_percentage_and_its_horizon_a_period) {
  Monitor monitor(model());
  CheckIn check_in;
  check_in.time = Time{20513.25};
  check_in.answers = {{"craving", 3.0}};
  const Assessment& assessment = monitor.update(check_in);
  const json made =
      io::read_json(io::fhir_risk_assessment(assessment, {"P1", "Observation/1"}));
  std::size_t next = 0;
  for (const auto& prediction : made["prediction"]) {
    if (prediction["outcome"]["coding"][0]["code"] != "use") continue;
    const auto& risk = assessment.risks[next++];
    BOOST_TEST(prediction["probabilityDecimal"].get<double>() ==
               100.0 * risk.probability);
    BOOST_TEST(prediction["whenPeriod"]["start"] == "2026-03-01T06:00:00Z");
  }
  BOOST_TEST(next == assessment.risks.size());
  BOOST_TEST(made["basis"][0]["reference"] == "Observation/1");
}

BOOST_AUTO_TEST_CASE(a_flag_for_each_flag_and_floor) {
  Monitor monitor(model());
  CheckIn check_in = answered();
  check_in.acknowledge.clear();
  const Assessment& assessment = monitor.update(check_in);
  BOOST_TEST(!assessment.floors.empty());
  const auto flags = io::fhir_flags(assessment, {"P1"});
  BOOST_TEST(flags.size() == assessment.flags.size() + assessment.floors.size());
  for (const auto& text : flags) BOOST_TEST(io::read_json(text)["status"] == "active");
}

BOOST_AUTO_TEST_CASE(a_flag_is_one_from_its_rise_until_it_is_taken_down) {
  Monitor monitor(model());
  CheckIn check_in;
  check_in.time = Time{20513.25};
  check_in.answers = {{"self_harm", 1.0}};
  monitor.update(check_in);
  const auto flag = [&](double days) {
    for (const auto& text : io::fhir_flags(monitor.at(Time{days}), {"P1", "", "de-AT"})) {
      if (json made = io::read_json(text);
          made["code"]["coding"][0]["code"] == "self_harm")
        return made;
    }
    return json();
  };
  const json first = flag(20513.25);
  BOOST_TEST(first["status"] == "active");
  BOOST_TEST(first["period"] == json({{"start", "2026-03-01T06:00:00Z"}}));
  BOOST_TEST(flag(20515.5) == first);
  BOOST_TEST(monitor.acknowledge("self_harm", Time{20516.25}));
  auto closed = first;
  closed["status"] = "inactive";
  closed["period"]["end"] = "2026-03-04T06:00:00Z";
  BOOST_TEST(flag(20517.0) == closed);
}

BOOST_AUTO_TEST_CASE(a_resource_speaks_the_language_of_its_locale) {
  Monitor monitor(model());
  CheckIn check_in;
  check_in.time = Time{20513.25};
  check_in.answers = {{"used", 1.0}};
  const Assessment& assessment = monitor.update(check_in);
  const io::FhirContext german{"P1", "", "DE-at"};
  const json made = io::read_json(io::fhir_risk_assessment(assessment, german));
  for (const auto& prediction : made["prediction"]) {
    const auto rationale = prediction["rationale"].get<std::string>();
    BOOST_TEST(rationale.find(" within ") == rationale.npos, rationale);
    BOOST_TEST(rationale.find("innerhalb von") != rationale.npos, rationale);
  }
  for (const auto& text : io::fhir_flags(assessment, german)) {
    const auto words = io::read_json(text)["code"]["text"].get<std::string>();
    BOOST_TEST(words.starts_with("Mindestens "), words);
  }
}

BOOST_AUTO_TEST_CASE(what_no_consent_covers_is_not_written) {
  Plan plan;
  plan.person = "P1";
  plan.strategies = {{.action = "", .words = "a walk", .situations = {}}};
  plan.medication = {{.name = "secret"}};
  plan.contacts = {{"Mira", "friend", "", {"share_plan"}, {"strategies"}},
                   {"Ola", "friend", "", {}, {"strategies"}}};
  const auto made = io::fhir_care_plan(plan, "Mira", model(), {""});
  BOOST_TEST_REQUIRE(made.size() == 1U);
  BOOST_TEST(made[0].find("a walk") != std::string::npos);
  BOOST_TEST(made[0].find("secret") == std::string::npos);
  BOOST_CHECK_THROW(io::fhir_care_plan(plan, "Ola", model(), {"P1"}), InvalidInput);
  BOOST_CHECK_THROW(io::fhir_care_plan(plan, "Nobody", model(), {"P1"}), InvalidInput);
}

BOOST_AUTO_TEST_CASE(a_bundle_puts_each_resource_under_its_id) {
  const auto response = io::fhir_response(answered(), model());
  const json bundle = io::read_json(io::fhir_bundle({response}));
  const json resource = io::read_json(response);
  BOOST_TEST(bundle["entry"][0]["resource"] == resource);
  BOOST_TEST(bundle["entry"][0]["request"]["url"] ==
             "QuestionnaireResponse/" + resource["id"].get<std::string>());
  BOOST_CHECK_THROW(io::fhir_bundle({"{}"}), ParseError);
}

BOOST_AUTO_TEST_CASE(a_transaction_puts_nothing_twice) {
  const auto one = io::fhir_response(answered(), model());
  auto more = answered();
  more.answers.clear();
  const auto other = io::fhir_response(more, model());
  BOOST_TEST(io::read_json(io::fhir_bundle({one, one}))["entry"].size() == 1U);
  BOOST_CHECK_EXCEPTION(
      io::fhir_bundle({one, other}), InvalidInput, [](const InvalidInput& error) {
        const std::string said = error.what();
        return said.starts_with("resources: hold QuestionnaireResponse/relapse-") &&
               said.find("twice with other content") != said.npos;
      });
}

BOOST_AUTO_TEST_CASE(times_without_a_calendar_and_nobody_are_refused) {
  CheckIn early = answered();
  early.time = Time{12.0};
  BOOST_CHECK_THROW(io::fhir_response(early, model()), InvalidInput);
  CheckIn nobody = answered();
  nobody.person = "";
  BOOST_CHECK_THROW(io::fhir_response(nobody, model()), InvalidInput);
  BOOST_CHECK_THROW(io::fhir_provenance({}, model(), Time{20513.0}, {"P1"}),
                    InvalidInput);
}

BOOST_AUTO_TEST_CASE(why_an_answer_is_missing_is_read_back) {
  for (const auto reason : {MissingReason::unknown, MissingReason::not_asked,
                            MissingReason::declined, MissingReason::not_performed,
                            MissingReason::masked, MissingReason::not_applicable}) {
    CheckIn check_in = answered();
    check_in.missing = {{"sleep", reason}};
    const auto reading = io::read_fhir(io::fhir_response(check_in, model()));
    const auto made = io::check_ins_from(reading, model());
    BOOST_TEST_REQUIRE(made.check_ins.size() == 1U);
    BOOST_TEST((made.check_ins[0].missing == check_in.missing), name_of(reason));
  }
}

BOOST_AUTO_TEST_CASE(a_stage_known_from_outside_is_read_back) {
  CheckIn check_in = answered();
  for (const bool entered : {false, true}) {
    check_in.known_stage = KnownStage{{"lapse", "relapse"}, entered};
    const auto reading = io::read_fhir(io::fhir_response(check_in, model()));
    const auto made = io::check_ins_from(reading, model());
    BOOST_TEST_REQUIRE(made.check_ins.size() == 1U);
    BOOST_TEST((made.check_ins[0] == check_in));
  }
}

BOOST_AUTO_TEST_CASE(an_answer_of_words_is_written_with_its_words) {
  const auto labelled = io::load_model(RELAPSE_TEST_DATA "/io/complete_model.json");
  CheckIn check_in;
  check_in.person = "P1";
  check_in.time = Time{20513.25};
  check_in.answers = {{"isolating", 3.0}};
  const auto written = io::fhir_response(check_in, labelled);
  BOOST_TEST(written.find(R"("display":"often")") != std::string::npos);
  const auto made = io::check_ins_from(io::read_fhir(written), labelled);
  BOOST_TEST_REQUIRE(made.check_ins.size() == 1U);
  BOOST_TEST((made.check_ins[0].answers == check_in.answers));
  BOOST_TEST(io::fhir_questionnaire(labelled).find(R"("display":"at times")") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_moment_between_two_microseconds_is_written_as_one_of_them) {
  CheckIn check_in = answered();
  check_in.time = Time{20513.25 + 3e-12};
  BOOST_TEST(io::fhir_response(check_in, model()).find("2026-03-01T06:00:00Z") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(all_that_a_contact_may_see_of_a_plan_is_written) {
  Plan plan;
  plan.person = "P1";
  plan.reasons = {"my daughter"};
  plan.triggers = {{.situation = "II-B", .words = "the bar", .place = "at the port"}};
  plan.signs = {{"mental", "bargaining with myself", ""}};
  plan.substances = {"alcohol", "nicotine"};
  plan.strategies = {{.action = "urge_surfing", .words = "", .situations = {}}};
  plan.medication = {{.name = "Naltrexone", .dose = "50 mg", .times = {"08:00"}}};
  plan.meetings = {{"group", "town hall", "19:00", {"thursday"}}};
  plan.routine = {{"run", "07:00", {"monday"}}};
  plan.appointments = {{"Dr. Okafor", Time{20513.5}, "ward", AppointmentState::kept},
                       {"the club", Time{20514.5}, "", AppointmentState::missed},
                       {"the court", Time{20515.5}}};
  plan.homework = {{"write the letter", "2026-03-04"}};
  plan.crisis_steps = {"go to my sister"};
  plan.contacts = {
      {"Mira",
       "friend",
       "",
       {"share_plan"},
       {"reasons", "triggers", "signs", "substances", "strategies", "medication",
        "meetings", "routine", "appointments", "homework", "crisis_steps", "goals"}}};
  const auto made = io::fhir_care_plan(plan, "Mira", model(), {"P1"});
  BOOST_TEST_REQUIRE(made.size() == 1U);
  for (const char* words :
       {"A reason for recovery: my daughter", "the bar (at the port)",
        "A warning sign: bargaining with myself", "Of: alcohol, nicotine",
        "Medication: Naltrexone, 50 mg", "group (town hall)", "thursday, 19:00",
        "monday, 07:00", "Dr. Okafor (ward)", "2026-03-01T12:00:00Z", "by 2026-03-04",
        "In a crisis: go to my sister"}) {
    BOOST_TEST(made[0].find(words) != std::string::npos, words);
  }
  // What the catalogue calls it, and not its id alone.
  BOOST_TEST(made[0].find(R"("description":"urge_surfing")") == std::string::npos);
  std::vector<std::string> states;
  const json document = io::read_json(made[0]);
  for (const auto& activity : document["activity"]) {
    if (activity["detail"].value("kind", "") == "Appointment")
      states.push_back(activity["detail"]["status"].get<std::string>());
  }
  BOOST_TEST((states == std::vector<std::string>{"completed", "stopped", "scheduled"}));
}

BOOST_AUTO_TEST_CASE(a_goal_is_reached_once_each_of_its_steps_is_done) {
  Plan plan;
  plan.person = "P1";
  plan.contacts = {{"Mira", "friend", "", {"share_plan"}, {"goals"}}};
  const auto written = [&](const std::vector<std::string>& done) {
    plan.goals = {{"a dog", "home", {"the landlord", "the shelter"}, done, "2026-05-01"}};
    const auto made = io::fhir_care_plan(plan, "Mira", model(), {"P1"});
    BOOST_TEST_REQUIRE(made.size() == 2U);
    return json(io::read_json(made[1]));
  };
  const json goal = written({"the shelter"});
  BOOST_TEST(goal["lifecycleStatus"] == "active");
  BOOST_TEST(goal["target"][0]["dueDate"] == "2026-05-01");
  BOOST_TEST(goal["note"][0]["text"] == "Step: the landlord");
  BOOST_TEST(goal["note"][1]["text"] == "Done: the shelter");
  BOOST_TEST(written({"the shelter", "the landlord"})["lifecycleStatus"] == "completed");
  // After a merge a step that is done may have left the steps.
  BOOST_TEST(written({"the shelter", "the vet"})["lifecycleStatus"] == "active");
}

BOOST_AUTO_TEST_SUITE_END()
