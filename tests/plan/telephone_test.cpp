#include <relapse/plan/telephone.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(telephone_test)

namespace {

using Numbers = std::vector<std::pair<std::string, std::string>>;

Numbers numbers(const std::string& text, const std::vector<std::string>& known = {}) {
  Numbers found;
  std::string whole;
  for (const auto& piece : telephone_pieces(text, known)) {
    whole += piece.text;
    if (!piece.address.empty()) found.emplace_back(piece.text, piece.address);
  }
  BOOST_TEST(whole == text);  // nothing is lost, whatever is found
  return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(numbers_are_found_as_people_write_them) {
  const std::vector<std::pair<std::string, std::string>> written{
      {"+358 40 123 4567", "tel:+358401234567"},
      {"+49 (0)30 1234567", "tel:+49301234567"},
      {"(0151) 23456789", "tel:015123456789"},
      {"0800 1110111", "tel:08001110111"},
      {"030/1234567", "tel:0301234567"},
      {"1-800-662-4357", "tel:18006624357"},
      {"555-0123", "tel:5550123"},
      {"06 12 34 56 78", "tel:0612345678"},
  };
  for (const auto& [text, address] : written) {
    const Numbers expected{{text, address}};
    BOOST_TEST((numbers(text) == expected), text);
    BOOST_TEST((numbers("Jo, friend, " + text + ", evenings") == expected), text);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_number_stays_a_text) {
  for (const char* text : {"",
                           "since 2026-11-29",
                           "on 29.11.2026",
                           "11/29/2026",
                           "06 12 2026",
                           "2024-2026",
                           "at 07:30",
                           "5-10 minutes",
                           "1234567",
                           "10 000 000 steps",
                           "room 0123",
                           "0123456789012345678",
                           "version 1.2.3",
                           "weekdays 9 to 17",
                           "a0151234567",
                           "0151234567b",
                           "+",
                           "(",
                           "()",
                           "+ 49",
                           "((((0",
                           "0)))))",
                           "0151 23456\xC3\xA4"}) {
    BOOST_TEST(numbers(text).empty(), text);
  }
}

BOOST_AUTO_TEST_CASE(short_numbers_count_where_they_are_known) {
  BOOST_TEST(numbers("call 112 now").empty());
  BOOST_TEST((numbers("call 112 now", {"112"}) == Numbers{{"112", "tel:112"}}));
  BOOST_TEST((numbers("(112), 116 123.", {"112", "116 123"}) ==
              Numbers{{"112", "tel:112"}, {"116 123", "tel:116123"}}));
  BOOST_TEST(numbers("1120 and 5112", {"112"}).empty());
  // The longest one that fits, and a whole number before a known one within it.
  BOOST_TEST(
      (numbers("116 123", {"116", "116 123"}) == Numbers{{"116 123", "tel:116123"}}));
  BOOST_TEST(
      (numbers("0112 345678", {"112"}) == Numbers{{"0112 345678", "tel:0112345678"}}));
}

BOOST_AUTO_TEST_CASE(a_number_to_text_is_one) {
  for (const char* before : {"text ", "SMS ", "Text: ", "Jo, sms ", "text HOME to "}) {
    BOOST_TEST(numbers(before + std::string("0151 2345678")).at(0).second ==
                   "sms:01512345678",
               before);
  }
  BOOST_TEST(numbers("text me, 0151 2345678").at(0).second == "tel:01512345678");
  BOOST_TEST(numbers("context 0151 2345678").at(0).second == "tel:01512345678");
  BOOST_TEST((numbers("988, text 988", {"988"}) ==
              Numbers{{"988", "tel:988"}, {"988", "sms:988"}}));
}

BOOST_AUTO_TEST_CASE(a_field_of_numbers_has_them_all) {
  const std::vector<std::string> three{"0800 1110111", "0800 1110222", "116 123"};
  BOOST_TEST((numbers_of_field("0800 1110111, 0800 1110222 or 116 123") == three));
  BOOST_TEST((numbers_of_field("111, option 2") == std::vector<std::string>{"111"}));
  BOOST_TEST((numbers_of_field("HOME to 741741") == std::vector<std::string>{"741741"}));
  BOOST_TEST(numbers_of_field("").empty());
}

BOOST_AUTO_TEST_SUITE_END()
