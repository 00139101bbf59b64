#include <relapse/core/error.hpp>
#include <relapse/domain/phrases.hpp>
#include <relapse/domain/safety.hpp>
#include <relapse/domain/situation.hpp>
#include <relapse/io/documents/wordings.hpp>
#include <relapse/io/wordings.hpp>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(wordings_test)

namespace {

/// All phrases that C++ code says by itself.
std::vector<Phrase> built_in() {
  std::vector<Phrase> all(phrases::crisis.begin(), phrases::crisis.end());
  all.insert(all.end(), phrases::levels.begin(), phrases::levels.end());
  all.insert(all.end(), phrases::situations.begin(), phrases::situations.end());
  all.push_back(phrases::lost_tolerance);
  all.push_back(phrases::fallback);
  return all;
}

nlohmann::json words_of(std::string_view language) {
  for (const auto& document : io::documents::wordings) {
    if (document.name == language) return nlohmann::json::parse(document.json)["words"];
  }
  return {};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_language_is_found_by_locale_and_english_otherwise) {
  BOOST_TEST(io::find_wording("de").language() == "de");
  BOOST_TEST(io::find_wording("de-AT").language() == "de");
  BOOST_TEST(io::find_wording("de_DE.UTF-8").language() == "de");
  BOOST_TEST(io::find_wording("DE-at").language() == "de");
  BOOST_TEST(io::find_wording("en-GB").language() == "en");
  BOOST_TEST(io::find_wording("fr").language() == "en");
  BOOST_TEST(io::find_wording("").language() == "en");
}

BOOST_AUTO_TEST_CASE(the_catalogue_says_what_the_code_says) {
  const auto& english = io::find_wording("en");
  for (const auto& phrase : built_in()) {
    BOOST_TEST_REQUIRE(english.find(phrase.key).has_value(), phrase.key);
    BOOST_TEST(*english.find(phrase.key) == phrase.english);
    BOOST_TEST(Wording()(phrase) == phrase.english);
  }
  for (const auto& category : situation_categories) {
    BOOST_TEST_REQUIRE(phrases::situation(category.code) != nullptr, category.code);
    BOOST_TEST(phrases::situation(category.code)->key ==
               "situation." + std::string(category.code));
  }
  BOOST_TEST(phrases::situation("I-A-2")->key == "situation.I-A");
  BOOST_TEST(phrases::situation("IV") == nullptr);
  for (const auto flag : built_in_flags) {
    BOOST_TEST_REQUIRE(phrases::crisis_step(flag) != nullptr, flag);
    BOOST_TEST(english.find("flag." + std::string(flag)).has_value(), flag);
  }
  BOOST_TEST(phrases::crisis_step("psychosis") == nullptr);
}

BOOST_AUTO_TEST_CASE(each_language_that_comes_says_all_of_it) {
  const auto english = words_of("en");
  for (const auto language : io::languages()) {
    const auto words = words_of(language);
    BOOST_TEST(words.size() == english.size(), language);
    for (const auto& [key, text] : english.items())
      BOOST_TEST(words.contains(key), language << " lacks " << key);
  }
}

BOOST_AUTO_TEST_CASE(a_catalogue_with_other_keys_or_places_is_refused) {
  const auto pointer = [](const std::string& words) {
    try {
      io::parse_wording(
          R"({"schema": "relapse/wording/1", "language": "fr", "words": {)" + words +
          "}}");
    } catch (const ParseError& error) {
      return error.pointer();
    }
    return std::string("accepted");
  };
  BOOST_TEST(pointer("") == "accepted");
  BOOST_TEST(pointer(R"("level.low": "bas")") == "accepted");
  BOOST_TEST(pointer(R"("level.none": "bas")") == "/words/level.none");
  BOOST_TEST(pointer(R"("level.low": "")") == "/words/level.low");
  BOOST_TEST(pointer(R"("level.low": "bas {0}")") == "/words/level.low");
  BOOST_TEST(pointer(R"("answer.of": "{1} de {0}")") == "accepted");
  BOOST_TEST(pointer(R"("answer.of": "{0} de")") == "/words/answer.of");
}

BOOST_AUTO_TEST_SUITE_END()
