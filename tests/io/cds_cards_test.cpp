#include <relapse/engine/monitor.hpp>
#include <relapse/io/cds_cards.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/standard.hpp>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <set>
#include <string>

using namespace relapse;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(cds_cards_test)

namespace {

json cards_of(const std::vector<Answer>& answers,
              const std::vector<Suggestion>& suggestions = {}) {
  Monitor monitor(*models::find("standard"));
  CheckIn check_in;
  check_in.time = Time{20513.25};
  check_in.answers = answers;
  return io::read_json(
      io::cds_cards(monitor.update(check_in), suggestions, {"P1"}))["cards"];
}

}  // namespace

BOOST_AUTO_TEST_CASE(flags_come_first_and_are_critical) {
  const json cards = cards_of({{"self_harm", 1.0}, {"craving", 2.0}});
  BOOST_TEST_REQUIRE(cards.size() == 2U);
  BOOST_TEST(cards[0]["indicator"] == "critical");
  BOOST_TEST(cards[1]["indicator"] == "critical");
  std::set<std::string> uuids;
  for (const auto& card : cards) {
    BOOST_TEST(card["summary"].get<std::string>().size() < 140U);
    BOOST_TEST(uuids.insert(card["uuid"].get<std::string>()).second);
  }
  BOOST_TEST((cards == cards_of({{"self_harm", 1.0}, {"craving", 2.0}})));
}

BOOST_AUTO_TEST_CASE(the_level_offers_the_assessment_for_the_record) {
  const json cards = cards_of({{"craving", 0.0}, {"confidence", 10.0}});
  BOOST_TEST_REQUIRE(cards.size() == 1U);
  const auto& action = cards[0]["suggestions"][0]["actions"][0];
  BOOST_TEST(action["type"] == "create");
  BOOST_TEST(action["resource"]["resourceType"] == "RiskAssessment");
}

BOOST_AUTO_TEST_CASE(words_of_a_person_stay_words) {
  Suggestion suggestion;
  suggestion.words = "call *Mira* <now>\n# not a heading";
  const json cards = cards_of({{"craving", 3.0}}, {suggestion});
  const auto detail = cards[0]["detail"].get<std::string>();
  BOOST_TEST(detail.find("call \\*Mira\\* \\<now\\>") != std::string::npos);
  BOOST_TEST(detail.find("\n#") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(why_the_level_stays_up_after_use_is_on_the_card) {
  const auto detail = [](const std::vector<Answer>& answers) {
    const json cards = cards_of(answers);
    return cards.back()["detail"].get<std::string>();
  };
  const char* held = "after a fact: use that was told of";
  BOOST_TEST(detail({{"craving", 0.0}}).find(held) == std::string::npos);
  BOOST_TEST(detail({{"craving", 0.0}, {"used", 1.0}}).find(held) != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
