#include <relapse/core/error.hpp>
#include <relapse/io/fhir_mapping.hpp>
#include <relapse/io/instruments.hpp>

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(fhir_mapping_test)

BOOST_AUTO_TEST_CASE(what_comes_with_the_library_refers_to_what_is_there) {
  std::set<std::string> ids;
  for (const auto& mapping : io::fhir_mappings()) {
    ids.insert(mapping.id);
    for (const auto& list : mapping.answer_lists) BOOST_TEST(!list.source.empty());
    for (const auto& question : mapping.questions) {
      const Instrument* instrument = instruments::find(question.instrument);
      BOOST_TEST_REQUIRE((instrument != nullptr), question.instrument);
      const auto* list = mapping.find_list(question.answers);
      if (list == nullptr) continue;
      // Every score of a list is an answer of each item that it is for.
      for (int k = 0; k < instrument->items(); ++k) {
        const auto& item = instrument->item(k);
        if (!question.item.empty() && question.item != item.id) continue;
        for (const auto& [code, score] : list->codes)
          BOOST_TEST((score >= item.lowest && score <= item.highest), code);
      }
    }
  }
  BOOST_TEST((ids == std::set<std::string>{"loinc", "medication", "sdc", "snomed"}));
}

BOOST_AUTO_TEST_CASE(a_system_of_the_document_is_that_of_its_codes) {
  const auto mapping = io::parse_fhir_mapping(R"({
    "schema": "relapse/fhir_mapping/1", "id": "own", "system": "urn:codes",
    "answer_lists": [{"id": "often", "codes": {"a": 0, "b": 1}}],
    "questions": [{"code": "q", "item": "craving", "answers": "often"},
                  {"code": "r", "system": "urn:other", "item": "stress"}]})");
  BOOST_TEST(mapping.questions[0].system == "urn:codes");
  BOOST_TEST(mapping.questions[1].system == "urn:other");
  BOOST_TEST_REQUIRE((mapping.find_list("often") != nullptr));
  BOOST_TEST(mapping.find_list("often")->codes[1].second == 1.0);
  BOOST_TEST((mapping.find_list("never") == nullptr));
}

BOOST_AUTO_TEST_CASE(refusals_name_the_place) {
  const auto pointer_of = [](const std::string& question) {
    try {
      io::parse_fhir_mapping(R"({"schema": "relapse/fhir_mapping/1", "id": "own",
        "questions": [)" + question +
                             "]}");
    } catch (const ParseError& error) {
      return error.pointer();
    }
    return std::string("nothing was refused");
  };
  BOOST_TEST(pointer_of(R"({"link": "a"})") == "/questions/0");
  BOOST_TEST(pointer_of(R"({"item": "a"})") == "/questions/0");
  BOOST_TEST(pointer_of(R"({"link": "a", "code": "b", "item": "c"})") == "/questions/0");
  BOOST_TEST(pointer_of(R"({"link": "a", "item": "b", "answers": "c"})") ==
             "/questions/0/answers");
  BOOST_TEST(pointer_of(R"({"link": "a", "instrument": "none", "item": "1"})") ==
             "/questions/0/instrument");
  BOOST_TEST(pointer_of(R"({"link": "a", "instrument": "phq9", "item": "10"})") ==
             "/questions/0/item");
  BOOST_TEST(pointer_of(R"({"link": "a", "instrument": "phq9", "subscale": "sum"})") ==
             "/questions/0/subscale");
}

BOOST_AUTO_TEST_SUITE_END()
