#include <relapse/core/error.hpp>
#include <relapse/core/spelling.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

BOOST_AUTO_TEST_SUITE(spelling_test)

using relapse::near_names;
using relapse::nearest_name;
using relapse::spelling_distance;
using relapse::unknown_name;

namespace {

constexpr std::array<std::string_view, 5> items{"craving", "stress", "sleep_quality",
                                                "mood", "moods_of_others"};

}  // namespace

BOOST_AUTO_TEST_CASE(an_edit_is_a_letter_more_less_another_or_two_swapped) {
  BOOST_TEST(spelling_distance("mood", "mood") == 0);
  BOOST_TEST(spelling_distance("mood", "moods") == 1);
  BOOST_TEST(spelling_distance("mood", "mod") == 1);
  BOOST_TEST(spelling_distance("mood", "moot") == 1);
  BOOST_TEST(spelling_distance("mood", "omod") == 1);
  BOOST_TEST(spelling_distance("", "mood") == 4);
}

BOOST_AUTO_TEST_CASE(the_distance_is_the_same_both_ways_and_takes_no_detour) {
  for (const auto one : items) {
    for (const auto two : items) {
      BOOST_TEST(spelling_distance(one, two) == spelling_distance(two, one));
      for (const auto on_the_way : items) {
        BOOST_TEST(spelling_distance(one, two) <= spelling_distance(one, on_the_way) +
                                                      spelling_distance(on_the_way, two));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_name_is_found_by_a_slip_by_capitals_and_by_how_it_begins) {
  BOOST_TEST(nearest_name("cravng", items) == "craving");
  BOOST_TEST(nearest_name("Craving", items) == "craving");
  BOOST_TEST(nearest_name("crav", items) == "craving");
  BOOST_TEST(nearest_name("moods", items) == "mood");
  BOOST_TEST(nearest_name("moods_of", items) == "moods_of_others");
}

BOOST_AUTO_TEST_CASE(what_is_near_to_nothing_suggests_nothing) {
  BOOST_TEST(nearest_name("colour", items) == "");
  BOOST_TEST(nearest_name("cr", items) == "");
  BOOST_TEST(nearest_name("", items) == "");
  BOOST_TEST(nearest_name(std::string(100'000, 'm'), items) == "");
  const std::array<std::string_view, 1> short_one{"a"};
  BOOST_TEST(nearest_name("b", short_one) == "");
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_told_with_the_nearest_one_or_a_few) {
  BOOST_TEST(unknown_name("item", "crav", items) ==
             "unknown item `crav` (did you mean `craving`?)");
  const std::vector<std::string_view> two(items.begin(), items.begin() + 2);
  BOOST_TEST(unknown_name("item", "colour", two) ==
             "unknown item `colour`; there are: `craving`, `stress`");
  const std::vector<std::string_view> many(20, "mood");
  BOOST_TEST(unknown_name("item", "colour", many) == "unknown item `colour`");
  BOOST_TEST(unknown_name("item", "colour", {}) == "unknown item `colour`");
}

BOOST_AUTO_TEST_CASE(near_names_repeat_nothing_of_what_was_written) {
  const std::vector<std::string_view> two(items.begin(), items.begin() + 2);
  BOOST_TEST(near_names("crav", items) == " (did you mean `craving`?)");
  BOOST_TEST(near_names("colour", two) == "; there are: `craving`, `stress`");
  BOOST_TEST(near_names("colour", {}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
