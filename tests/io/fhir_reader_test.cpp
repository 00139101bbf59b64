#include <relapse/core/error.hpp>
#include <relapse/io/fhir_check_ins.hpp>
#include <relapse/io/fhir_reader.hpp>
#include <relapse/io/standard.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(fhir_reader_test)

namespace {

/// A response of Patient/P1 on 2026-03-02 with some items.
std::string response(const std::string& items, const std::string& more = "") {
  return R"({"resourceType": "QuestionnaireResponse", "id": "r", "status": "completed",
    "subject": {"reference": "Patient/P1"}, "authored": "2026-03-02T07:00:00Z")" +
         more + R"(, "item": [)" + items + "]}";
}

std::string item(const std::string& link, const std::string& value) {
  return R"({"linkId": ")" + link + R"(", "answer": [{)" + value + "}]}";
}

}  // namespace

BOOST_AUTO_TEST_CASE(answers_stand_under_the_names_of_their_questions) {
  const auto reading = io::read_fhir(response(
      item("craving", R"("valueInteger": 3)") + "," + R"({"linkId": "group", "item": [)" +
      item("isolating", R"("valueDecimal": 2)") + "]}"));
  BOOST_TEST(reading.resources == 1U);
  BOOST_TEST(reading.notes.empty());
  BOOST_TEST_REQUIRE(reading.responses.size() == 1U);
  const auto& one = reading.responses[0];
  BOOST_TEST(one.person == "P1");
  BOOST_TEST(one.time.days == 20514.0 + 7.0 / 24.0, boost::test_tools::tolerance(1e-12));
  const std::vector<Answer> expected{{"craving", 3.0}, {"isolating", 2.0}};
  BOOST_TEST((one.answers == expected));
  BOOST_TEST((one.sources == std::vector<std::string>{"QuestionnaireResponse/r"}));
}

BOOST_AUTO_TEST_CASE(codes_of_loinc_count_as_their_list_says) {
  const auto reading = io::read_fhir(
      response(item("/44260-8", R"("valueCoding": {"system": "http://loinc.org",
                                    "code": "LA6570-1"})") +
               "," + item("/44250-9", R"("valueCoding": {"code": "LA0-0"})")));
  BOOST_TEST_REQUIRE(reading.responses.size() == 1U);
  const auto& one = reading.responses[0];
  BOOST_TEST(one.instrument == "phq9");
  BOOST_TEST((one.answers == std::vector<Answer>{{"9", 2.0}}));
  // A code that is not known is a gap with its name, and never a zero.
  BOOST_TEST((one.missing == std::vector<MissingAnswer>{{"1", MissingReason::unknown}}));
  BOOST_TEST_REQUIRE(reading.notes.size() == 1U);
  BOOST_TEST((reading.notes[0].questions == std::vector<std::string>{"phq9_1"}));
}

BOOST_AUTO_TEST_CASE(the_order_of_resources_does_not_matter) {
  const std::string first = response(item("craving", R"("valueInteger": 3)"));
  std::string second = response(item("isolating", R"("valueInteger": 1)"));
  second.replace(second.find(R"("r")"), 3, R"("s")");
  const auto one = io::read_fhir('[' + first + ',' + second + ']');
  const auto other = io::read_fhir('[' + second + ',' + first + ']');
  BOOST_TEST_REQUIRE(one.responses.size() == 1U);
  BOOST_TEST_REQUIRE(other.responses.size() == 1U);
  const auto model = models::find("standard");
  BOOST_TEST_REQUIRE((model != nullptr));
  const auto of_one = io::check_ins_from(one, *model).check_ins;
  auto of_other = io::check_ins_from(other, *model).check_ins;
  BOOST_TEST_REQUIRE(of_other.size() == 1U);
  std::swap(of_other[0].answers[0], of_other[0].answers[1]);
  BOOST_TEST((of_one == of_other));
}

BOOST_AUTO_TEST_CASE(lines_are_read_each_for_itself) {
  std::string one = response(item("craving", R"("valueInteger": 3)"));
  std::erase(one, '\n');
  const auto reading = io::read_fhir(one + "\n{\"resourceType\": \n\n" + one + "\n");
  BOOST_TEST(reading.resources == 2U);
  BOOST_TEST(reading.responses.size() == 1U);  // the same one again
  BOOST_TEST_REQUIRE(reading.notes.size() == 2U);
  BOOST_TEST((reading.notes[0].kind == io::FhirNoteKind::refused));
  BOOST_TEST(reading.notes[0].place == "line 2");
  BOOST_TEST(reading.notes[1].problem == "is there again");
}

BOOST_AUTO_TEST_CASE(what_is_left_out_keeps_its_alarms_alone) {
  const std::string items = item("self_harm", R"("valueInteger": 1)") + "," +
                            item("overdose", R"("valueInteger": 0)") + "," +
                            item("craving", R"("valueInteger": 3)");
  std::string text = response(items);
  text.replace(text.find("completed"), 9, "in-progress");
  const auto reading = io::read_fhir(text);
  BOOST_TEST_REQUIRE(reading.responses.size() == 1U);
  BOOST_TEST(reading.responses[0].alarms_only);
  BOOST_TEST((reading.responses[0].answers == std::vector<Answer>{{"self_harm", 1.0}}));
  BOOST_TEST_REQUIRE(reading.notes.size() == 1U);
  BOOST_TEST(reading.notes[0].questions.size() == 3U);
  text.replace(text.find("in-progress"), 11, "entered-in-error");
  BOOST_TEST(io::read_fhir(text).responses.empty());
}

BOOST_AUTO_TEST_CASE(what_is_about_somebody_else_raises_no_alarm_whatever_its_status) {
  const std::string flagged = item("self_harm", R"("valueInteger": 1)");
  for (const auto* status : {"completed", "in-progress", "amended", "entered-in-error"}) {
    std::string other = response(flagged);
    other.replace(other.find("Patient/P1"), 10, "Patient/P2");
    other.replace(other.find("completed"), 9, status);
    const auto reading = io::read_fhir(other, {.patient = "P1", .mappings = {}});
    BOOST_TEST(reading.responses.empty(), status);
    BOOST_TEST(!reading.notes.empty(), status);
  }
}

BOOST_AUTO_TEST_CASE(instruments_become_items_and_flags_of_a_model) {
  std::string items;
  const char* codes[] = {"44250-9", "44255-8", "44259-0", "44254-1", "44251-7",
                         "44258-2", "44252-5", "44253-3", "44260-8"};
  for (const char* code : codes) {
    if (!items.empty()) items += ',';
    items += item(std::string("/") + code, R"("valueInteger": 1)");
  }
  const auto reading = io::read_fhir(response(items));
  const auto made = io::check_ins_from(reading, *models::find("standard"));
  BOOST_TEST(made.notes.empty());
  BOOST_TEST_REQUIRE(made.check_ins.size() == 1U);
  const auto& answers = made.check_ins[0].answers;
  const auto value_of = [&](const char* name) {
    for (const auto& [found, value] : answers) {
      if (found == name) return std::get<double>(value);
    }
    return -1.0;
  };
  BOOST_TEST(value_of("self_harm") == 1.0);
  // 9 of 27 points on a scale from 0 to 10.
  BOOST_TEST(value_of("negative_affect") == 10.0 / 3.0,
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(what_is_no_fhir_is_refused_as_a_whole) {
  BOOST_CHECK_THROW(io::read_fhir("{"), ParseError);
  BOOST_CHECK_THROW(io::read_fhir("{}"), ParseError);
  BOOST_CHECK_THROW(io::read_fhir("3"), ParseError);
  const std::string deep(40, '[');
  BOOST_CHECK_THROW(io::read_fhir(deep + std::string(40, ']')), ParseError);
  try {
    io::read_fhir({{"a.json", "{"}});
    BOOST_ERROR("was not refused");
  } catch (const InvalidInput& error) {
    BOOST_TEST(std::string(error.what()).starts_with("a.json"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
