#include <relapse/core/error.hpp>
#include <relapse/io/fhir_check_ins.hpp>
#include <relapse/io/fhir_reader.hpp>
#include <relapse/io/standard.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

/// Values, times, names and doses of FHIR that say something else than they seem to.
using namespace relapse;

BOOST_AUTO_TEST_SUITE(fhir_values_test)

namespace {

std::string about(const std::string& type, const std::string& more,
                  const std::string& who = "Patient/P1") {
  return R"({"resourceType": ")" + type + R"(", "id": "r", "subject": {"reference": ")" +
         who + "\"}, " + more + "}";
}

std::string response(const std::string& items, const std::string& who = "Patient/P1") {
  return about("QuestionnaireResponse",
               R"("status": "completed", "authored": "2026-03-02T07:00:00Z", "item": [)" +
                   items + "]",
               who);
}

std::string item(const std::string& link, const std::string& value) {
  return R"({"linkId": ")" + link + R"(", "answer": [{)" + value + "}]}";
}

std::string quantity(const std::string& link, const std::string& unit) {
  return item(link, R"("valueQuantity": {"value": 3, "unit": ")" + unit +
                        R"(", "code": ")" + unit + "\"}");
}

std::string observation(const std::string& time, const std::string& system,
                        const std::string& answer = R"("valueInteger": 1)") {
  return about("Observation", R"("status": "final", )" + time +
                                  R"(, "code": {"coding": [{"system": ")" + system +
                                  R"(", "code": "44260-8"}]}, )" + answer);
}

const std::string at_seven = R"("effectiveDateTime": "2026-03-02T07:00:00Z")";

std::vector<std::string> problems(const std::vector<io::FhirNote>& notes) {
  std::vector<std::string> all;
  for (const auto& note : notes) all.push_back(note.problem);
  return all;
}

CheckIn check_in_of(const std::string& text) {
  const auto made = io::check_ins_from(io::read_fhir(text), models::standard());
  return made.check_ins.empty() ? CheckIn() : made.check_ins[0];
}

using Answered = std::vector<Answer>;
const std::string unreadable(io::fhir_unreadable);

}  // namespace

BOOST_AUTO_TEST_CASE(points_have_no_unit) {
  for (const auto* unit : {"", "1", "{score}", "{Points}", "points"}) {
    const auto reading = io::read_fhir(response(quantity("craving", unit)));
    BOOST_TEST(reading.notes.empty(), unit);
    BOOST_TEST((reading.responses[0].answers == Answered{{"craving", 3.0}}), unit);
  }
  for (const auto* unit : {"mg", "/10", "[drink]", "{a}mg"}) {
    const auto reading = io::read_fhir(
        response(quantity("craving", unit) + "," + quantity("other", "{score}")));
    BOOST_TEST((reading.responses[0].answers == Answered{{"other", 3.0}}), unit);
    BOOST_TEST((reading.responses[0].missing ==
                std::vector<MissingAnswer>{{"craving", MissingReason::unknown}}));
    BOOST_TEST((problems(reading.notes) ==
                std::vector<std::string>{"is in another unit, and not read"}));
  }
}

BOOST_AUTO_TEST_CASE(the_first_unit_of_time_is_that_of_the_others) {
  auto later = response(quantity("sleep", "min"));
  later.replace(later.find("03-02"), 5, "03-03");
  later.replace(later.find(R"("r")"), 3, R"("s")");
  const auto reading =
      io::read_fhir('[' + response(quantity("sleep", "h")) + ',' + later + ']');
  BOOST_TEST_REQUIRE(reading.responses.size() == 2U);
  BOOST_TEST((reading.responses[1].answers == Answered{{"sleep", 0.05}}));
  const auto one = io::read_fhir(response(quantity("a", "h") + "," + quantity("b", "d")));
  BOOST_TEST((one.responses[0].answers == Answered{{"a", 3.0}, {"b", 3.0}}));
}

BOOST_AUTO_TEST_CASE(an_answer_about_safety_in_a_foreign_unit_raises_its_flag) {
  for (const auto* link : {"self_harm", "phq9_9"}) {
    for (const auto* unit : {"mg", "%"}) {
      const auto check_in = check_in_of(response(quantity(link, unit)));
      BOOST_TEST_REQUIRE(check_in.answers.size() == 1U, link << unit);
      BOOST_TEST((check_in.answers[0] == Answer{"self_harm", unreadable}));
    }
  }
}

BOOST_AUTO_TEST_CASE(per_cent_is_the_unit_of_what_reaches_from_0_to_100) {
  const auto text =
      response(quantity("efficacy_I-A", "%") + "," + quantity("craving", "%"));
  BOOST_TEST((check_in_of(text).answers == Answered{{"efficacy_I-A", 3.0}}));
  const auto reading = io::read_fhir(text);
  BOOST_TEST(reading.responses[0].answers.empty());
  BOOST_TEST((problems(reading.notes) ==
              std::vector<std::string>(
                  2, "is in per cent, and read for a model's item from 0 to 100 alone")));
}

BOOST_AUTO_TEST_CASE(a_number_that_would_lose_its_digits_is_named) {
  for (const auto* value :
       {R"("valueInteger": 9007199254740993)", R"("valueDecimal": 1e300)",
        R"("valueQuantity": {"value": 9007199254740993})"}) {
    const auto reading = io::read_fhir(response(item("steps", value)));
    BOOST_TEST((problems(reading.notes) ==
                std::vector<std::string>{
                    "is a number too large to keep its digits, and not read"}));
  }
}

BOOST_AUTO_TEST_CASE(a_code_system_has_several_names) {
  for (const auto* system :
       {"http://loinc.org", "https://loinc.org", "http://loinc.org/", " http://loinc.org",
        "urn:oid:2.16.840.1.113883.6.1", "2.16.840.1.113883.6.1"}) {
    const auto reading = io::read_fhir(observation(at_seven, system));
    BOOST_TEST_REQUIRE(reading.responses.size() == 1U, system);
    BOOST_TEST(reading.responses[0].instrument == "phq9");
  }
  const auto own = io::parse_fhir_mapping(
      R"({"schema": "relapse/fhir_mapping/1", "id": "a", "answer_lists": [{"id": "yes",
          "system": "https://snomed.info/sct/", "codes": {"373066001": 4}}],
          "questions": [{"link": "craving", "item": "craving", "answers": "yes"}]})");
  const auto reading =
      io::read_fhir(response(item("craving", R"("valueCoding": {"code": "373066001",
                                  "system": "urn:oid:2.16.840.1.113883.6.96"})")),
                    {.patient = {}, .mappings = {own}});
  BOOST_TEST((reading.responses[0].answers == Answered{{"craving", 4.0}}));
}

BOOST_AUTO_TEST_CASE(a_time_that_is_two_or_of_another_kind_is_refused_by_name) {
  const auto problem = [](const std::string& time) {
    const auto reading = io::read_fhir(observation(time, "http://loinc.org"));
    BOOST_TEST(reading.untimed.size() == 1U, time);  // its flag is raised
    return reading.notes.empty() ? "" : reading.notes[0].problem;
  };
  const auto is = [&](const std::string& time, const std::string& said) {
    BOOST_TEST(problem(time).substr(0, said.size()) == said, time);
  };
  is(R"("effectivePeriod": {"start": "2026-03-02T08:00:00Z",
         "end": "2026-03-02T07:00:00Z"})",
     "has a period that ends before it begins");
  is(at_seven + R"(, "effectiveInstant": "2026-03-02T08:00:00Z")",
     "has several times (effective)");
  is(R"("effectiveTiming": {"event": ["2026-03-02T07:00:00Z"]})",
     "has a time of a kind that is not read (effectiveTiming)");
  is(R"("effectiveDateTime": "2600-03-02T07:00:00Z")",
     "has a time that is further from 1970 than the year 2300");
}

BOOST_AUTO_TEST_CASE(spaces_are_no_part_of_a_name) {
  for (const auto* who : {"Patient/7 ", " Patient/7", "Patient/7"}) {
    const auto reading =
        io::read_fhir(response(item("craving", R"("valueInteger": 3)"), who));
    BOOST_TEST(reading.responses[0].person == "7");
  }
}

BOOST_AUTO_TEST_CASE(resources_in_parts_of_parameters_are_read_in_all_depths) {
  const auto within = [](const std::string& inner) {
    return R"({"name": "a", "part": [)" + inner + "]}";
  };
  const std::string one = R"({"name": "r", "resource": )" +
                          response(item("self_harm", R"("valueInteger": 1)")) + "}";
  const auto reading = io::read_fhir(R"({"resourceType": "Parameters", "parameter": [)" +
                                     within(within(one)) + "]}");
  BOOST_TEST_REQUIRE(reading.responses.size() == 1U);
  BOOST_TEST((reading.responses[0].answers == Answered{{"self_harm", 1.0}}));
  const auto broken = io::read_fhir(R"({"resourceType": "Parameters", "parameter": [)" +
                                    within(R"({"resource": {}})") + "]}");
  BOOST_TEST(broken.notes[0].place == "/parameter/0/part/0");
}

BOOST_AUTO_TEST_CASE(doses_in_numbers_are_read_or_named) {
  const auto medication = [](const std::string& more) {
    return about("MedicationStatement", R"("status": "active", )" + more);
  };
  const std::string named = R"("medicationCodeableConcept": {"text": "naltrexone"}, )";
  const auto dose = [&](const std::string& dosage) {
    const auto reading =
        io::read_fhir(medication(named + R"("dosage": [)" + dosage + "]"));
    return reading.medication[0].dose + (reading.notes.empty() ? "" : " ?");
  };
  BOOST_TEST(dose(R"({"doseAndRate": [{"doseQuantity": {"value": 8, "unit": "mg"}}]})") ==
             "8 mg");
  BOOST_TEST(dose(R"({"doseAndRate": [{"doseRange": {"low": {"value": 0.5, "unit": "mg"},
                      "high": {"value": 2, "unit": "mg"}}}]})") == "0.5 to 2 mg");
  BOOST_TEST(dose(R"({"text": "one a day", "doseAndRate": [{}]})") == "one a day");
  for (const auto* other : {R"({"timing": {}})", R"({"doseAndRate": [{}]})",
                            R"({"doseAndRate": [{"doseQuantity": {"value": 8}}]})"})
    BOOST_TEST(dose(other) == " ?", other);

  const auto gone = io::read_fhir(
      medication(R"("medicationReference": {"reference": "Medication/none"})"));
  BOOST_TEST((problems(gone.notes) ==
              std::vector<std::string>{"refers to a Medication that is not here"}));
}

BOOST_AUTO_TEST_CASE(days_that_no_life_has_are_named) {
  const auto reading = io::read_fhir(
      R"({"resourceType": "QuestionnaireResponse", "status": "completed",
          "questionnaire": "urn:relapse:questionnaire:standard",
          "subject": {"reference": "Patient/P1"}, "authored": "2026-03-02T07:00:00Z",
          "item": [)" +
      item("used_days_ago", R"("valueDecimal": 1772344800)") + "]}");
  const auto made = io::check_ins_from(reading, models::standard());
  BOOST_TEST((problems(made.notes) ==
              std::vector<std::string>{"is more than 36525 days, and looks like seconds, "
                                       "but must be 0 to 36525 days"}));
}

BOOST_AUTO_TEST_SUITE_END()
