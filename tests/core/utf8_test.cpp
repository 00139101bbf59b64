#include <relapse/core/detail/utf8.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(utf8_test)

using relapse::is_printable;
using relapse::is_utf8;

BOOST_AUTO_TEST_CASE(well_formed_text_of_every_length_is_utf8) {
  static_assert(is_utf8(""));
  BOOST_TEST(is_utf8("plain"));
  BOOST_TEST(is_utf8("\xC2\x80 \xDF\xBF"));
  BOOST_TEST(is_utf8("\xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80 \xEF\xBF\xBF"));
  BOOST_TEST(is_utf8("\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF"));
}

BOOST_AUTO_TEST_CASE(malformed_text_is_not) {
  for (const char* text :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2 ", "\xE0\x9F\xBF",
        "\xE2\x82", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF0\x9F\x98", "a\xFF", "\xFE"}) {
    BOOST_TEST(!is_utf8(text));
  }
}

BOOST_AUTO_TEST_CASE(control_characters_are_not_printable) {
  BOOST_TEST(is_printable("two words, \xC3\xA9 and \xC2\xA0"));
  for (const char* text : {"\t", "a\n", "\x7F", "\xC2\x80", "\xC2\x9F", "\xFF"}) {
    BOOST_TEST(!is_printable(text));
  }
}

BOOST_AUTO_TEST_SUITE_END()
