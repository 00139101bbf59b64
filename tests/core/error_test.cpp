#include <relapse/core/error.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>

BOOST_AUTO_TEST_SUITE(error_test)

using relapse::CheckInError;
using relapse::InvalidInput;
using relapse::ParseError;
using relapse::Place;

BOOST_AUTO_TEST_CASE(invalid_input_says_where_and_what) {
  const InvalidInput error("filter", "time is 3, but must be after 5");
  BOOST_TEST(std::string(error.what()) == "filter: time is 3, but must be after 5");
}

BOOST_AUTO_TEST_CASE(a_parse_error_begins_with_its_json_pointer) {
  const ParseError error("/items/3/family", "is 'gamma', but must be a known family");
  BOOST_TEST(error.pointer() == "/items/3/family");
  BOOST_TEST(std::string(error.what()) ==
             "/items/3/family: is 'gamma', but must be a known family");
}

BOOST_AUTO_TEST_CASE(a_parse_error_of_the_whole_document_has_an_empty_pointer) {
  const ParseError error("", "is empty, but must be a document");
  BOOST_TEST(error.pointer().empty());
  BOOST_TEST(std::string(error.what()) == "/: is empty, but must be a document");
}

BOOST_AUTO_TEST_CASE(a_check_in_error_names_person_row_and_item) {
  const Place place{"P07", 12, "craving"};
  const CheckInError error(place, "is above the scale");
  BOOST_TEST((error.place() == place));
  BOOST_TEST(error.problem() == "is above the scale");
  BOOST_TEST(std::string(error.what()) ==
             "check-in of person 'P07', row 12, 'craving': is above the scale");
}

BOOST_AUTO_TEST_CASE(a_check_in_error_leaves_out_what_is_not_known) {
  BOOST_TEST(std::string(CheckInError({"", {}, ""}, "is empty").what()) ==
             "check-in: is empty");
  BOOST_TEST(std::string(CheckInError({"", 0, ""}, "is empty").what()) ==
             "check-in, row 0: is empty");
}

BOOST_AUTO_TEST_CASE(every_refusal_is_an_invalid_argument) {
  BOOST_CHECK_THROW(throw ParseError("/id", "is missing"), InvalidInput);
  BOOST_CHECK_THROW(throw CheckInError({"P07", {}, ""}, "is empty"), InvalidInput);
  BOOST_CHECK_THROW(throw InvalidInput("score", "is empty"), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
