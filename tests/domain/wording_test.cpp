#include <relapse/domain/wording.hpp>

#include <boost/test/unit_test.hpp>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(wording_test)

BOOST_AUTO_TEST_CASE(a_phrase_is_said_in_the_language_or_in_english) {
  constexpr Phrase known{"plan.title", "My plan"};
  constexpr Phrase other{"plan.end", "The end"};
  const Wording german("de", {{"plan.title", "Mein Plan"}});
  BOOST_TEST(german(known) == "Mein Plan");
  BOOST_TEST(german(other) == "The end");
  BOOST_TEST(german.language() == "de");
  BOOST_TEST(Wording()(known) == "My plan");
  BOOST_TEST(Wording().language() == "en");
  BOOST_TEST(!Wording().find("plan.title").has_value());
  BOOST_TEST(*german.find("plan.title") == "Mein Plan");
}

BOOST_AUTO_TEST_CASE(a_phrase_is_said_with_values_in_its_places) {
  constexpr Phrase of{"answer.of", "{0} of {1}"};
  const Wording own("xx", {{"answer.of", "{1}: {0}"}});
  BOOST_TEST(Wording()(of, {"2", "3"}) == "2 of 3");
  BOOST_TEST(own(of, {"2", "3"}) == "3: 2");
}

BOOST_AUTO_TEST_CASE(a_label_is_known_by_its_english_words_and_others_stay) {
  const Wording::Words english{
      {"label.item.sleep", "Sleep"}, {"label.item.mood", "Mood"}, {"level.low", "low"}};
  const Wording german("de", {{"label.item.sleep", "Schlaf"}, {"level.low", "niedrig"}},
                       english);
  BOOST_TEST(german.known("Sleep") == "Schlaf");
  BOOST_TEST(german.known("Mood") == "Mood");
  BOOST_TEST(german.known("low") == "low");
  BOOST_TEST(german.known("my own words") == "my own words");
  BOOST_TEST(Wording().known("Sleep") == "Sleep");
}

BOOST_AUTO_TEST_CASE(places_are_filled_in_turn_or_by_number) {
  BOOST_TEST(filled("{} and {}", {"a", "b"}) == "a and b");
  BOOST_TEST(filled("{1} before {0}", {"a", "b"}) == "b before a");
  BOOST_TEST(filled("{0}{0}", {"a"}) == "aa");
  BOOST_TEST(filled("nothing", {"a"}) == "nothing");
  BOOST_TEST(filled("", {}) == "");
}

BOOST_AUTO_TEST_CASE(what_is_filled_in_is_not_read_again) {
  BOOST_TEST(filled("{} {}", {"{1}", "b"}) == "{1} b");
}

BOOST_AUTO_TEST_CASE(a_place_without_a_value_stays_and_braces_alone_are_text) {
  BOOST_TEST(filled("{} {}", {"a"}) == "a {}");
  BOOST_TEST(filled("{7}", {"a"}) == "{7}");
  BOOST_TEST(filled("{ } {x} } {", {"a"}) == "{ } {x} } {");
}

BOOST_AUTO_TEST_CASE(places_are_told_by_their_numbers) {
  BOOST_TEST((places_in("{1} {0} {1}") == std::vector{0, 1}));
  BOOST_TEST((places_in("{} {}") == std::vector{0, 1}));
  BOOST_TEST(places_in("{ } none").empty());
}

BOOST_AUTO_TEST_SUITE_END()
