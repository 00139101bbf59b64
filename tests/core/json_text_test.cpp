#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/error.hpp>

#include <boost/test/unit_test.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

BOOST_AUTO_TEST_SUITE(json_text_test)

using relapse::indented_json;
using relapse::InvalidInput;
using relapse::json_array;
using relapse::json_number;
using relapse::json_string;
using relapse::JsonObject;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

BOOST_AUTO_TEST_CASE(a_double_always_looks_like_one) {
  BOOST_TEST(json_number(5.0) == "5.0");
  BOOST_TEST(json_number(0.0) == "0.0");
  BOOST_TEST(json_number(-0.0) == "-0.0");
  BOOST_TEST(json_number(0.1) == "0.1");
  BOOST_TEST(json_number(1.0 / 3.0) == "0.3333333333333333");
  BOOST_TEST(json_number(1e-300) == "1e-300");
  BOOST_TEST(json_number(123456789.0) == "123456789.0");
}

BOOST_AUTO_TEST_CASE(decimals_read_back_as_the_same_bits) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 20'000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    const double back = std::strtod(json_number(value).c_str(), nullptr);
    BOOST_REQUIRE(std::bit_cast<std::uint64_t>(back) ==
                  std::bit_cast<std::uint64_t>(value));
  }
}

BOOST_AUTO_TEST_CASE(a_text_is_a_number_when_all_of_it_is) {
  BOOST_TEST(relapse::decimal_number("-1.5e3").value() == -1500.0);
  BOOST_TEST(relapse::decimal_number("7").value() == 7.0);
  for (const char* other :
       {"", "+1", " 1", "1 ", "0x1", "1,5", "inf", "nan", "-", "1e999"}) {
    BOOST_TEST(!relapse::decimal_number(other).has_value(), other);
  }
}

BOOST_AUTO_TEST_CASE(a_number_that_is_not_finite_is_refused) {
  BOOST_CHECK_THROW(json_number(infinity), InvalidInput);
  BOOST_CHECK_THROW(json_number(-infinity), InvalidInput);
  BOOST_CHECK_THROW(json_number(std::nan("")), InvalidInput);
}

BOOST_AUTO_TEST_CASE(strings_escape_what_they_must_and_nothing_else) {
  BOOST_TEST(json_string("say \"no\" \\ / \x7F") == "\"say \\\"no\\\" \\\\ / \x7F\"");
  BOOST_TEST(json_string("\n\t\x01\x1F") == "\"\\u000a\\u0009\\u0001\\u001f\"");
  BOOST_TEST(json_string(std::string(1, '\0')) == "\"\\u0000\"");
  BOOST_TEST(json_string("\xC3\xA9 \xF0\x9F\x98\x80") == "\"\xC3\xA9 \xF0\x9F\x98\x80\"");
  BOOST_CHECK_THROW(json_string("\xFF"), InvalidInput);
}

BOOST_AUTO_TEST_CASE(members_are_sorted_by_the_bytes_of_their_keys) {
  JsonObject object;
  object.add("b", 1.5);
  object.add("\xC3\xA9", "last");
  object.add_truth("a", true);
  object.add_whole("B", 7);
  object.add_unless_empty("left out", "");
  object.add_json("list", json_array({"1", "[]"}));
  BOOST_TEST(object.json() ==
             "{\"B\":7,\"a\":true,\"b\":1.5,\"list\":[1,[]],\"\xC3\xA9\":\"last\"}");
}

BOOST_AUTO_TEST_CASE(a_key_stands_once) {
  JsonObject object;
  object.add("a", 1.0);
  BOOST_CHECK_THROW(object.add("a", 2.0), InvalidInput);
}

BOOST_AUTO_TEST_CASE(indenting_adds_white_space_outside_of_strings_only) {
  BOOST_TEST(
      indented_json(R"({"a":{"b":[1.0,2.0]},"c":[{"d":"x,{y}: \" ["},{}],"e":[]})", 2) ==
      R"({
  "a": {
    "b": [1.0, 2.0]
  },
  "c": [
    {
      "d": "x,{y}: \" ["
    },
    {}
  ],
  "e": []
})");
}

BOOST_AUTO_TEST_CASE(a_flat_array_of_strings_keeps_its_brackets_apart) {
  BOOST_TEST(indented_json(R"(["a]","b,[","c\""])", 2) == R"(["a]", "b,[", "c\""])");
  BOOST_TEST(indented_json(R"([["a]"],[2]])", 1) == "[\n [\"a]\"],\n [2]\n]");
  BOOST_TEST(indented_json("7.5", 2) == "7.5");
}

BOOST_AUTO_TEST_SUITE_END()
