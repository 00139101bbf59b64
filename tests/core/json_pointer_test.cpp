#include <relapse/core/detail/json_pointer.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(json_pointer_test)

using relapse::JsonPointer;

BOOST_AUTO_TEST_CASE(the_whole_document_is_empty) {
  BOOST_TEST(JsonPointer{}.text().empty());
}

BOOST_AUTO_TEST_CASE(keys_and_positions_follow_each_other) {
  const JsonPointer items = JsonPointer{} / "items";
  BOOST_TEST((items / 7 / "given" / "mental" / 0).text() == "/items/7/given/mental/0");
  BOOST_TEST(items.text() == "/items");
}

// RFC 6901, section 3.
BOOST_AUTO_TEST_CASE(tildes_and_slashes_in_keys_are_escaped) {
  BOOST_TEST((JsonPointer{} / "a/b" / "m~n" / "").text() == "/a~1b/m~0n/");
}

BOOST_AUTO_TEST_SUITE_END()
