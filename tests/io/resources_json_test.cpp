#include <relapse/core/error.hpp>
#include <relapse/io/resources.hpp>
#include <relapse/io/resources_json.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(resources_json_test)

namespace {

std::string emergency(std::string_view locale) {
  for (const auto& resource : io::crisis_directory().find(locale).resources) {
    if (resource.kind == ResourceKind::emergency) return resource.call;
  }
  return "none";
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_places_that_come_with_the_library_have_their_numbers) {
  BOOST_TEST(emergency("en-US") == "911");
  BOOST_TEST(emergency("fr-CA") == "911");
  BOOST_TEST(emergency("en-GB") == "999");
  BOOST_TEST(emergency("UK") == "999");
  BOOST_TEST(emergency("ga-IE") == "112 or 999");
  BOOST_TEST(emergency("en-AU") == "000");
  BOOST_TEST(emergency("mi-NZ") == "111");
  BOOST_TEST(emergency("de-DE") == "112");
  for (const auto* member : {"fr-FR", "it-IT", "pl-PL", "sv-SE", "el-GR", "EU"})
    BOOST_TEST(emergency(member) == "112", member);
  BOOST_TEST(emergency("ja-JP") == "");  // the fallback: your local emergency number
}

BOOST_AUTO_TEST_CASE(each_place_but_the_european_number_has_a_crisis_line) {
  for (const auto& place : io::crisis_directory().places()) {
    if (place.id == "EU") continue;
    BOOST_TEST(std::any_of(place.resources.begin(), place.resources.end(),
                           [](const auto& resource) {
                             return resource.kind == ResourceKind::crisis_line;
                           }),
               place.id);
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_in_the_schema_is_refused_with_its_pointer) {
  const auto pointer = [](std::string_view json) {
    try {
      io::parse_resources(json);
    } catch (const ParseError& error) {
      return error.pointer();
    }
    return std::string("accepted");
  };
  const std::string head = R"({"schema": "relapse/resources/1", "id": "XX", )";
  const std::string one =
      R"("kind": "emergency", "name": "E", "call": "112", "source": "own", "mark": "recalled", "checked": "2026-11-22")";
  BOOST_TEST(pointer(head + R"("regions": ["XX"], "resources": [{)" + one + "}]}") ==
             "accepted");
  BOOST_TEST(pointer(head + R"("regions": ["XX"], "resources": [{"fax": "1", )" + one +
                     "}]}") == "/resources/0/fax");
  BOOST_TEST(pointer(head + R"("resources": []})") == "/regions");
  BOOST_TEST(pointer(head + R"("regions": ["XX"], "resources": []})") == "/resources");
}

BOOST_AUTO_TEST_SUITE_END()
