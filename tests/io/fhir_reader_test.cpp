#include <relapse/core/error.hpp>
#include <relapse/io/fhir_check_ins.hpp>
#include <relapse/io/fhir_reader.hpp>
#include <relapse/io/standard.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>
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

/// A response with another subject than Patient/P1, to a question of its own.
std::string about(const std::string& subject, int number = 1,
                  const std::string& more = {}) {
  const std::string name = std::to_string(number);
  std::string text = response(item('q' + name, R"("valueInteger": 1)") + more);
  const std::string patient = R"({"reference": "Patient/P1"})";
  text.replace(text.find(patient), patient.size(), subject);
  text.replace(text.find(R"("r")"), 3, R"("r)" + name + '"');
  return text;
}

std::string reference(const std::string& to) { return R"({"reference": ")" + to + "\"}"; }

std::string identifier(const std::string& system, const std::string& value) {
  return R"({"identifier": {"system": ")" + system + R"(", "value": ")" + value +
         R"("}})";
}

/// A bundle of a patient, whose further members are given, and other resources.
std::string bundle(const std::string& patient, const std::string& others) {
  return R"({"resourceType": "Bundle", "type": "collection", "entry": [)"
         R"({"resource": {"resourceType": "Patient", )" +
         patient + R"(}}, {"resource": )" + others + "}]}";
}

std::string observation(const std::string& code, const std::string& more) {
  return R"({"resourceType": "Observation", "status": "final",
    "subject": {"reference": "Patient/P1"}, "effectiveDateTime": "2026-03-02T07:00:00Z",
    "code": {"coding": [{"system": "http://loinc.org", "code": ")" +
         code + "\"}]}, " + more + "}";
}

std::set<std::string> persons(const io::FhirReading& reading) {
  std::set<std::string> all;
  for (const auto& each : reading.responses) all.insert(each.person);
  return all;
}

std::vector<std::string> problems(const std::vector<io::FhirNote>& notes) {
  std::vector<std::string> all;
  for (const auto& note : notes)
    all.push_back(std::string(name_of(note.kind)) + ": " + note.problem);
  return all;
}

/// The answers of a reading's check-ins to an item of the standard model.
std::vector<AnswerValue> given(const io::FhirReading& reading, const std::string& name) {
  std::vector<AnswerValue> values;
  const auto made = io::check_ins_from(reading, *models::find("standard"));
  for (const auto& check_in : made.check_ins) {
    for (const auto& [found, value] : check_in.answers) {
      if (found == name) values.push_back(value);
    }
  }
  return values;
}

const AnswerValue unreadable = std::string(io::fhir_unreadable);

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

namespace {

/// Of item 9 of the PHQ-9, by its LOINC code, on one line.
std::string ninth(const std::string& answer) {
  auto text = response(item("/44260-8", answer));
  std::erase(text, '\n');
  return text;
}

constexpr const char* more_than_half = R"("valueCoding": {
    "system": "http://loinc.org", "code": "LA6570-1"})";

/// A broken line between two that are read.
io::FhirReading between(const std::string& broken) {
  auto calm = response(item("craving", R"("valueInteger": 3)"));
  std::erase(calm, '\n');
  calm.replace(calm.find(R"("r")"), 3, R"("a")");
  auto other = calm;
  other.replace(other.find(R"("a")"), 3, R"("b")");
  return io::read_fhir(calm + '\n' + broken + '\n' + other + '\n');
}

/// The alarms of a reading, with and without a time.
std::vector<io::FhirResponse> alarms_of(const io::FhirReading& reading) {
  auto found = reading.untimed;
  for (const auto& each : reading.responses) {
    if (each.alarms_only) found.push_back(each);
  }
  return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_broken_line_raises_the_flags_that_it_holds) {
  for (const std::string answer : {R"("valueInteger": 2)", R"("valueDecimal": 2)", ""}) {
    const auto whole = ninth(answer.empty() ? more_than_half : answer);
    const auto end = whole.rfind('}');
    for (const auto& broken :
         {whole.substr(0, end), whole + "}", "{,}" + whole, whole.substr(0, end) + ",]",
          whole.substr(0, end) + R"(, "status": "completed"})"}) {
      const auto reading = between(broken);
      BOOST_TEST(reading.resources == 2U, broken);
      const auto alarms = alarms_of(reading);
      BOOST_TEST_REQUIRE(alarms.size() == 1U, broken);
      BOOST_TEST(alarms[0].instrument == "phq9");
      BOOST_TEST((alarms[0].answers == std::vector<Answer>{{"9", 2.0}}), broken);
      BOOST_TEST(alarms[0].person == "P1");
      BOOST_TEST_REQUIRE(reading.notes.size() == 1U);
      const auto& note = reading.notes[0];
      BOOST_TEST((note.kind == io::FhirNoteKind::refused));
      BOOST_TEST(note.place.starts_with("line 2"), note.place);
      BOOST_TEST(note.problem.find("safety answers stay") != std::string::npos);
      BOOST_TEST(note.problem.find("LA6570") == std::string::npos, note.problem);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_line_that_is_cut_off_anywhere_makes_up_no_answer_and_nobody) {
  const auto whole = ninth(more_than_half);
  const auto answered = whole.find("valueCoding");
  std::size_t raised = 0;
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    const auto reading = between(whole.substr(0, cut));
    BOOST_TEST(reading.resources == 2U);
    BOOST_TEST_REQUIRE(!reading.notes.empty());
    const auto alarms = alarms_of(reading);
    // Nothing is raised before an answer begins, and then the answer or that none is
    // read.
    BOOST_TEST((alarms.empty() || cut > answered), cut);
    raised += alarms.size();
    const auto& problem = reading.notes[0].problem;
    const auto* said = alarms.empty() ? "cannot be read" : "safety answers stay";
    BOOST_TEST(problem.find(said) != std::string::npos, problem);
    for (const auto& each : alarms) {
      BOOST_TEST((each.person.empty() || each.person == "P1"), each.person);
      BOOST_TEST_REQUIRE(each.answers.size() == 1U);
      BOOST_TEST(each.answers[0].item == "9");
    }
  }
  BOOST_TEST(raised > 20U);
}

BOOST_AUTO_TEST_CASE(a_broken_line_of_a_calm_answer_raises_nothing) {
  const auto whole = ninth(R"("valueInteger": 0)");
  const auto reading = between(whole.substr(0, whole.rfind('}')));
  BOOST_TEST(alarms_of(reading).empty());
  BOOST_TEST(reading.notes[0].problem.find("cannot be read") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(of_answers_that_stand_twice_in_a_broken_line_each_counts) {
  for (const auto* answer : {R"("valueInteger": 3, "valueInteger": 0)",
                             R"("valueInteger": 0, "valueInteger": 3)"}) {
    const auto alarms = alarms_of(between(ninth(answer)));
    BOOST_TEST_REQUIRE(alarms.size() == 1U);
    BOOST_TEST((alarms[0].answers == std::vector<Answer>{{"9", 3.0}}));
  }
}

BOOST_AUTO_TEST_CASE(a_broken_line_raises_nothing_of_others_and_takes_nothing_back) {
  auto whole = ninth(more_than_half);
  const auto cut = [](const std::string& text) {
    return text.substr(0, text.size() - 1);
  };
  auto in_error = whole;
  in_error.replace(in_error.find("completed"), 9, "entered-in-error");
  BOOST_TEST(alarms_of(between(cut(in_error))).empty());
  const auto one =
      io::read_fhir(whole + '\n' + cut(whole), {.patient = "P2", .mappings = {}});
  BOOST_TEST(alarms_of(one).empty());
  // A bundle that takes back what another line holds.
  whole.replace(whole.find(R"("r")"), 3, R"("7")");
  const std::string taken = R"({"resourceType": "Bundle", "entry": [{"request":
      {"method": "DELETE", "url": "QuestionnaireResponse/7"}})";
  auto line = taken;
  std::erase(line, '\n');
  const auto reading = io::read_fhir(whole + '\n' + line);
  BOOST_TEST(reading.responses.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_broken_first_line_and_a_broken_bundle_are_lines) {
  const auto whole = ninth(more_than_half);
  auto bundle = R"({"resourceType": "Bundle", "entry": [{"resource": )" + whole;
  const auto reading = io::read_fhir(bundle + '\n' + whole);
  BOOST_TEST(reading.resources == 1U);
  BOOST_TEST(alarms_of(reading).size() == 1U);
  // The only line of a file that is named so.
  const auto cut = whole.substr(0, whole.size() - 1);
  const auto named = io::read_fhir({{"export.ndjson", cut}});
  BOOST_TEST(alarms_of(named).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_broken_document_raises_the_flags_that_it_holds) {
  const auto whole = ninth(more_than_half);
  const auto cut = whole.substr(0, whole.size() - 1);
  const std::string entry = R"({"resource": )" + whole;
  for (const auto& broken :
       {cut, "[" + whole + ", " + whole,
        "{\n\"resourceType\": \"Bundle\",\n\"entry\": [" + entry + "}, " + entry}) {
    const auto reading = io::read_fhir({{"export.json", broken}, {"b.json", whole}});
    BOOST_TEST(reading.responses.size() == 2U, broken);
    BOOST_TEST(alarms_of(reading).size() == 1U, broken);
    BOOST_TEST_REQUIRE(!reading.notes.empty(), broken);
    BOOST_TEST((reading.notes[0].kind == io::FhirNoteKind::refused), broken);
    BOOST_TEST(reading.notes[0].place.starts_with("export.json"), broken);
  }
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

BOOST_AUTO_TEST_CASE(persons_that_differ_differ_in_their_names) {
  using Names = std::set<std::string>;
  const auto names = [](const std::string& one, const std::string& other) {
    return persons(io::read_fhir('[' + about(one) + ',' + about(other, 2) + ']'));
  };
  const auto a = identifier("http://a/mrn", "7");
  BOOST_TEST((persons(io::read_fhir(about(a))) == Names{"7"}));
  BOOST_TEST((names(a, a) == Names{"7"}));
  BOOST_TEST((names(a, identifier("http://b/mrn", "7")) ==
              Names{"http://a/mrn|7", "http://b/mrn|7"}));
  BOOST_TEST((names(a, reference("Patient/7")) == Names{"http://a/mrn|7", "7"}));
  BOOST_TEST((names(reference("urn:uuid:7"), reference("Patient/7")) ==
              Names{"urn:uuid:7", "7"}));
  BOOST_TEST((names(R"({"identifier": {"value": "7"}})", reference("http://a/Patient/7"))
                  .size() == 2U));
  BOOST_TEST((names(reference("Patient?identifier=http://a/mrn|7"),
                    reference("Patient?identifier=http://b/mrn|7"))
                  .size() == 2U));
  BOOST_TEST((names(reference("Patient?identifier=http://a/mrn|7"), a) == Names{"7"}));
  BOOST_TEST((names(reference("http://a/Patient/7"), reference("http://b/Patient/7")) ==
              Names{"http://a/Patient/7", "http://b/Patient/7"}));
  // An id is that of the only server.
  BOOST_TEST((names(reference("http://a/Patient/7"), reference("Patient/7/_history/2")) ==
              Names{"7"}));
}

BOOST_AUTO_TEST_CASE(an_amendment_is_one_of_the_same_person_alone) {
  std::string other = about(identifier("http://b", "7"), 2);
  other.replace(other.find("completed"), 9, "amended");
  const auto reading =
      io::read_fhir('[' +
                    about(identifier("http://a", "7"), 1,
                          ',' + item("self_harm", R"("valueInteger": 1)")) +
                    ',' + other + ']');
  BOOST_TEST(reading.notes.empty());
  BOOST_TEST((given(reading, "self_harm") == std::vector<AnswerValue>{1.0}));
}

BOOST_AUTO_TEST_CASE(a_relative_reference_is_one_to_the_server_of_its_resource) {
  const auto entry = [](const std::string& server, const std::string& resource) {
    return R"({"fullUrl": "http://)" + server + R"(/QuestionnaireResponse/x",
      "resource": )" +
           resource + '}';
  };
  const auto reading =
      io::read_fhir(R"({"resourceType": "Bundle", "type": "searchset", "entry": [)" +
                    entry("a", about(reference("Patient/7"))) + ',' +
                    entry("b", about(reference("Patient/7"), 2)) + "]}");
  BOOST_TEST((persons(reading) ==
              std::set<std::string>{"http://a/Patient/7", "http://b/Patient/7"}));
}

BOOST_AUTO_TEST_CASE(a_patient_is_known_by_an_identifier) {
  const std::string patient =
      R"("id": "x", "identifier": [{"system": "http://t", "value": "1"},
                                   {"system": "http://s", "value": "7"}])";
  const std::string flagged = ',' + item("self_harm", R"("valueInteger": 1)");
  for (const auto& subject :
       {identifier("http://s", "7"), reference("Patient?identifier=http://s|7"),
        reference("Patient/x")}) {
    const auto reading = io::read_fhir(bundle(patient, about(subject, 1, flagged)));
    BOOST_TEST((persons(reading) == std::set<std::string>{"x"}), subject);
    BOOST_TEST(reading.notes.empty(), subject);
  }
  // By an identifier that no Patient has nobody knows whether it is another person.
  const auto unknown =
      io::read_fhir(bundle(patient, about(identifier("http://u", "9"), 1, flagged)));
  BOOST_TEST((persons(unknown) == std::set<std::string>{"9"}));
  BOOST_TEST(unknown.notes.empty());
  const auto other = io::read_fhir(bundle(patient, about(reference("Patient/y"))));
  BOOST_TEST(other.responses.empty());
  BOOST_TEST_REQUIRE(other.notes.size() == 1U);
  BOOST_TEST(other.notes[0].problem ==
             "is about another person than the patient of its bundle");
}

BOOST_AUTO_TEST_CASE(a_full_url_is_that_of_its_own_bundle) {
  const auto of = [](const std::string& id, int number) {
    std::string text =
        bundle("\"id\": \"" + id + '"', about(reference("urn:uuid:p"), number));
    const std::string entry = R"({"resource": {"resourceType": "Patient")";
    return text.replace(text.find(entry), 1, R"({"fullUrl": "urn:uuid:p", )");
  };
  const auto reading = io::read_fhir('[' + of("7", 1) + ',' + of("8", 2) + ']');
  BOOST_TEST((persons(reading) == std::set<std::string>{"7", "8"}));
}

BOOST_AUTO_TEST_CASE(an_alarm_of_nobody_stays) {
  const std::string flagged = ',' + item("self_harm", R"("valueInteger": 1)");
  for (const auto& subject : {std::string(R"({"display": "J"})"), std::string("null"),
                              reference("#p"), reference("Patient?name=J")}) {
    const auto reading = io::read_fhir(about(subject, 1, flagged));
    BOOST_TEST_REQUIRE(reading.responses.size() == 1U, subject);
    BOOST_TEST(reading.responses[0].alarms_only);
    BOOST_TEST(reading.responses[0].person.empty());
    BOOST_TEST((problems(reading.notes) ==
                std::vector<std::string>{
                    "refused: does not say who it is about; its safety answers stay, "
                    "to raise their flags"}));
  }
  BOOST_TEST(io::read_fhir(about(R"({"display": "J"})")).responses.empty());
}

BOOST_AUTO_TEST_CASE(an_alarm_without_a_time_stays) {
  std::string text = response(item("self_harm", R"("valueInteger": 1)") + "," +
                              item("craving", R"("valueInteger": 1)"));
  text.replace(text.find("2026-03-02T07:00:00Z"), 20, "2026");
  const auto reading = io::read_fhir(text);
  BOOST_TEST(reading.responses.empty());
  BOOST_TEST_REQUIRE(reading.untimed.size() == 1U);
  BOOST_TEST((reading.untimed[0].answers == std::vector<Answer>{{"self_harm", 1.0}}));
  BOOST_TEST(reading.untimed[0].person == "P1");
  const auto made = io::check_ins_from(reading, *models::find("standard"));
  BOOST_TEST(made.check_ins.empty());
  BOOST_TEST_REQUIRE(made.untimed.size() == 1U);
  BOOST_TEST((made.untimed[0].answers == std::vector<Answer>{{"self_harm", 1.0}}));
}

BOOST_AUTO_TEST_CASE(a_safety_item_under_another_name_is_named_and_raises_its_flag) {
  for (const auto* link : {"safety.self_harm", "/safety/self_harm", "self_harm[1]",
                           "a-b:Self-Harm", "self_harm___1", "g/self_harm/1"}) {
    const auto reading = io::read_fhir(response(item(link, R"("valueInteger": 1)")));
    BOOST_TEST((given(reading, "self_harm") == std::vector<AnswerValue>{1.0}), link);
    const auto made = io::check_ins_from(reading, *models::find("standard"));
    BOOST_TEST_REQUIRE(made.notes.size() == 1U, link);
    BOOST_TEST((made.notes[0].kind == io::FhirNoteKind::refused));
    BOOST_TEST(made.notes[0].problem.find("'self_harm'") != std::string::npos);
    // Another choice may be the one that was made.
    const auto no = io::read_fhir(response(item(link, R"("valueInteger": 0)")));
    BOOST_TEST(given(no, "self_harm").empty(), link);
    std::string unfinished = response(item(link, R"("valueInteger": 1)"));
    unfinished.replace(unfinished.find("completed"), 9, "in-progress");
    BOOST_TEST(io::read_fhir(unfinished).responses.size() == 1U, link);
  }
  BOOST_TEST(
      given(io::read_fhir(response(item("self_harm_plan", R"("valueInteger": 1)"))),
            "self_harm")
          .empty());
}

BOOST_AUTO_TEST_CASE(an_answer_about_safety_that_cannot_be_read_raises_its_flag) {
  const std::string absent =
      R"({"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
                         "valueCode": "unknown"}]})";
  const std::string unread[] = {
      item("self_harm", R"("valueInteger": 0, "valueBoolean": true)"),
      item("self_harm", R"("valueInteger": 1, "_valueInteger": )" + absent),
      item("self_harm", R"("valueAttachment": {"title": "x"})"),
      item("self_harm", R"("valueQuantity": {"value": 1, "comparator": ">"})"),
      item("self_harm", R"("value": 1)"),
      item("phq9_9", R"("valueInteger": 4)"),
      item("phq9_9", R"("valueString": "Nearly every day")"),
      item("phq9_9", R"("valueCoding": {"code": "LA0-0"})"),
      R"({"linkId": "self_harm", "valueInteger": 1})",
      R"({"linkId": "self_harm", "answer": [{"valueInteger": 0}], "valueInteger": 1})"};
  for (const auto& each : unread) {
    std::string text = response(each + ',' + item("craving", R"("valueInteger": 1)"));
    const auto reading = io::read_fhir(text);
    BOOST_TEST((given(reading, "self_harm") == std::vector<AnswerValue>{unreadable}),
               each);
    BOOST_TEST_REQUIRE(reading.notes.size() == 1U, each);
    BOOST_TEST((reading.notes[0].kind == io::FhirNoteKind::refused), each);
    BOOST_TEST(reading.notes[0].problem.ends_with("it raises its flag"), each);
    text.replace(text.find("completed"), 9, "in-progress");
    BOOST_TEST((given(io::read_fhir(text), "self_harm").size() == 1U), each);
  }
  // No object and no list: the response is refused as a whole.
  for (const auto* answer : {"[1]", "1"}) {
    const auto reading = io::read_fhir(
        response(R"({"linkId": "self_harm", "answer": )" + std::string(answer) + '}'));
    BOOST_TEST((given(reading, "self_harm") == std::vector<AnswerValue>{unreadable}));
  }
  // Two answers of which one cannot be read.
  const auto two = io::read_fhir(response(
      R"({"linkId": "self_harm", "answer": [{"valueInteger": 0}, {"valueUrl": 3}]})"));
  BOOST_TEST((given(two, "self_harm") == std::vector<AnswerValue>{unreadable}));
}

BOOST_AUTO_TEST_CASE(a_gap_raises_no_flag) {
  for (const auto& each :
       {item("self_harm", R"("valueInteger": null)"), item("self_harm", ""),
        item("phq9_9", R"("valueInteger": -9)")}) {
    const auto reading = io::read_fhir(response(each));
    BOOST_TEST(given(reading, "self_harm").empty(), each);
    BOOST_TEST_REQUIRE(reading.responses.size() == 1U, each);
    BOOST_TEST(reading.responses[0].missing.size() == 1U, each);
  }
}

BOOST_AUTO_TEST_CASE(a_value_outside_of_an_answer_is_named) {
  const auto reading =
      io::read_fhir(response(R"({"linkId": "craving", "valueInteger": 1})"));
  BOOST_TEST((problems(reading.notes) ==
              std::vector<std::string>{
                  "remark: has its value outside of `answer`, and not read"}));
  BOOST_TEST_REQUIRE(reading.responses.size() == 1U);
  BOOST_TEST((reading.responses[0].unread == std::vector<std::string>{"craving"}));
}

BOOST_AUTO_TEST_CASE(members_of_panels_are_here_and_about_the_same_person) {
  const std::string panel = observation(
      "44249-1", R"("id": "p", "hasMember": [{"reference": "Observation/9"}])");
  BOOST_TEST((problems(io::read_fhir(panel).notes) ==
              std::vector<std::string>{"remark: has a member that is not here"}));
  std::string member = observation("44260-8", R"("id": "9", "valueInteger": 2)");
  BOOST_TEST(io::read_fhir('[' + panel + ',' + member + ']').notes.empty());
  member.replace(member.find("Patient/P1"), 10, "Patient/P2");
  const auto other = io::read_fhir('[' + panel + ',' + member + ']');
  BOOST_TEST((problems(other.notes) ==
              std::vector<std::string>{
                  "refused: is about another person than its panel; its safety answers "
                  "stay, to raise their flags"}));
  BOOST_TEST((persons(other) == std::set<std::string>{"P2"}));
  BOOST_TEST(other.responses[0].alarms_only);
}

BOOST_AUTO_TEST_CASE(what_a_report_contains_is_read) {
  const auto report = [](const std::string& status, const std::string& inner) {
    return R"({"resourceType": "DiagnosticReport", "id": "d", "status": ")" + status +
           R"(", "subject": {"reference": "Patient/P1"},
              "effectiveDateTime": "2026-03-02T07:00:00Z",
              "contained": [{"resourceType": "Patient", "id": "q"}, )" +
           inner + "]}";
  };
  const std::string bare =
      R"({"resourceType": "Observation", "id": "o", "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "44260-8"}]},
    "valueInteger": 2})";
  const auto reading = io::read_fhir(report("final", bare));
  BOOST_TEST((given(reading, "self_harm") == std::vector<AnswerValue>{1.0}));
  BOOST_TEST((persons(reading) == std::set<std::string>{"P1"}));
  BOOST_TEST(
      (reading.responses[0].sources == std::vector<std::string>{"Observation/#o"}));
  const auto back = io::read_fhir(report("entered-in-error", bare));
  BOOST_TEST(back.responses.empty());
  BOOST_TEST(back.notes.size() == 2U);
  // A panel that is contained has members beside it.
  const auto panel = io::read_fhir(report(
      "final",
      bare + ',' + observation("44249-1", R"("id": "p", "hasMember": [{"reference": "#o"},
                                                                     {"reference": "#x"}])")));
  BOOST_TEST(panel.responses.size() == 1U);
  BOOST_TEST(problems(panel.notes).front() == "remark: has a member that is not here");
}

BOOST_AUTO_TEST_CASE(what_an_operation_returns_is_read) {
  const auto reading = io::read_fhir(
      R"({"resourceType": "Parameters", "parameter": [{"name": "return", "resource": )" +
      bundle(R"("id": "P1")", response(item("self_harm", R"("valueInteger": 1)"))) +
      "}]}");
  BOOST_TEST((given(reading, "self_harm") == std::vector<AnswerValue>{1.0}));
}

BOOST_AUTO_TEST_CASE(an_observation_without_a_value_is_asked_and_not_answered) {
  const auto known = io::read_fhir(observation("44260-8", R"("id": "o")"));
  BOOST_TEST_REQUIRE(known.responses.size() == 1U);
  BOOST_TEST((known.responses[0].missing ==
              std::vector<MissingAnswer>{{"9", MissingReason::unknown}}));
  BOOST_TEST(io::read_fhir(observation("1-1", R"("id": "o")")).notes.size() == 1U);
}

BOOST_AUTO_TEST_CASE(codes_of_different_questions_are_refused) {
  const auto coded = [](const std::string& first, const std::string& second,
                        const std::string& value) {
    return R"({"resourceType": "Observation", "id": "o", "status": "final",
      "subject": {"reference": "Patient/P1"},
      "effectiveDateTime": "2026-03-02T07:00:00Z", "code": {"coding": [
        {"system": "http://loinc.org", "code": ")" +
           first + R"("}, {"system": "http://loinc.org", "code": ")" + second +
           R"("}]}, "valueInteger": )" + value + '}';
  };
  for (const auto* value : {"0", "2"}) {
    const auto reading = io::read_fhir(coded("44250-9", "44260-8", value));
    BOOST_TEST((given(reading, "self_harm") == std::vector<AnswerValue>{unreadable}));
    BOOST_TEST((problems(reading.notes) ==
                std::vector<std::string>{"refused: has codes of different questions, and "
                                         "not read; it raises its flag"}));
  }
  const auto calm = io::read_fhir(coded("44250-9", "44255-8", "2"));
  BOOST_TEST(calm.responses.empty());
  BOOST_TEST((problems(calm.notes) ==
              std::vector<std::string>{
                  "refused: has codes of different questions, and not read"}));
  // Another code that is not known says nothing, and one that is there twice the same.
  BOOST_TEST(io::read_fhir(coded("44250-9", "1-1", "2")).notes.empty());
  BOOST_TEST(io::read_fhir(coded("44250-9", "44250-9", "2")).notes.empty());
}

BOOST_AUTO_TEST_CASE(a_zero_hides_no_alarm_that_cannot_be_read) {
  std::string second = response(item("self_harm", R"("valueString": "yes")"));
  second.replace(second.find(R"("r")"), 3, R"("s")");
  const auto reading = io::read_fhir(
      '[' + response(item("self_harm", R"("valueInteger": 0)")) + ',' + second + ']');
  BOOST_TEST_REQUIRE(reading.responses.size() == 1U);
  BOOST_TEST(reading.responses[0].alarms_only);
  BOOST_TEST((reading.responses[0].answers ==
              std::vector<Answer>{{"self_harm", std::string("yes")}}));
}

BOOST_AUTO_TEST_CASE(a_long_response_takes_its_time_and_not_the_square_of_it) {
  constexpr int many = 20'000;
  std::string items;
  for (int k = 0; k < many; ++k)
    items += (k == 0 ? "" : ",") + item("q" + std::to_string(k), R"("valueInteger": 1)");
  const auto reading = io::read_fhir(response(items));
  BOOST_TEST_REQUIRE(reading.responses.size() == 1U);
  BOOST_TEST(reading.responses[0].answers.size() == std::size_t{many});
}

BOOST_AUTO_TEST_SUITE_END()
