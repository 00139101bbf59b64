#include <relapse/domain/safety.hpp>
#include <relapse/domain/situation.hpp>
#include <relapse/instruments/score.hpp>
#include <relapse/io/instrument_json.hpp>
#include <relapse/io/instruments.hpp>

#include "close.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(instruments_test)

namespace {

constexpr double rounding = 1e-12;  // of sums of a few numbers

const Instrument& named(const std::string& name) {
  const Instrument* found = instruments::find(name);
  BOOST_REQUIRE_MESSAGE(found != nullptr, name);
  return *found;
}

/// A score worked out by hand.
struct Worked {
  double fill;                             // answer to the items not named below
  std::map<std::string, double> answers;   // an answer below -50 is missing
  std::map<std::string, double> expected;  // value by subscale
  std::map<std::string, std::string> bands = {};
  std::map<std::string, std::vector<std::string>> cut_offs = {};
};
constexpr double missing = -99.0;

InstrumentScore score(const Instrument& instrument, double fill,
                      const std::map<std::string, double>& answers) {
  std::vector<std::optional<double>> response(
      static_cast<std::size_t>(instrument.items()));
  if (fill != missing) std::fill(response.begin(), response.end(), fill);
  for (const auto& [item, value] : answers) {
    const int index = instrument.find_item(item);
    BOOST_REQUIRE_MESSAGE(index >= 0, item);
    auto& slot = response[static_cast<std::size_t>(index)];
    if (value > -50.0) {
      slot = value;
    } else {
      slot.reset();
    }
  }
  return score_instrument(instrument, response);
}

const SubscaleScore& part(const InstrumentScore& score, const std::string& subscale) {
  for (const auto& each : score.subscales) {
    if (each.subscale == subscale) return each;
  }
  BOOST_FAIL("no subscale " + subscale);
  return score.subscales.front();
}

void check(const std::string& name, const std::vector<Worked>& worked) {
  const auto& instrument = named(name);
  for (std::size_t k = 0; k < worked.size(); ++k) {
    const auto found = score(instrument, worked[k].fill, worked[k].answers);
    BOOST_TEST_CONTEXT(name << ", worked score " << k) {
      for (const auto& [subscale, value] : worked[k].expected) {
        const auto& each = part(found, subscale);
        BOOST_TEST_REQUIRE(each.value.has_value(), subscale << ": " << each.refused);
        BOOST_TEST(test::close(*each.value, value, rounding));
      }
      for (const auto& [subscale, band] : worked[k].bands)
        BOOST_TEST(part(found, subscale).band == band);
      for (const auto& [subscale, cuts] : worked[k].cut_offs)
        BOOST_TEST(part(found, subscale).cut_offs == cuts,
                   boost::test_tools::per_element());
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_of_the_field_are_there) {
  const std::set<std::string_view> expected{
      "aase20", "audit", "audit_c", "aware", "bam",   "bam_iop", "bam_r", "bscq", "dtcq8",
      "gad7",   "halt",  "idts",    "isi",   "mspss", "pacs",    "phq2",  "phq9"};
  const auto names = instruments::names();
  BOOST_TEST((std::set(names.begin(), names.end()) == expected));
  for (const auto name : names)
    BOOST_TEST(named(std::string(name)).document().id == name);
  BOOST_TEST(instruments::find("phq8") == nullptr);
}

BOOST_AUTO_TEST_CASE(each_reads_back_equal) {
  for (const auto name : instruments::names()) {
    const auto& instrument = named(std::string(name));
    BOOST_TEST((io::parse_instrument(io::to_json(instrument)) == instrument));
  }
}

BOOST_AUTO_TEST_CASE(least_and_largest_answers_give_the_ends_of_each_subscale) {
  for (const auto name : instruments::names()) {
    const auto& instrument = named(std::string(name));
    for (int s = 0; s < instrument.subscales(); ++s) {
      const auto& rule = instrument.document().subscales[static_cast<std::size_t>(s)];
      std::map<std::string, double> worst;
      std::map<std::string, double> best;
      for (int index = 0; index < instrument.items(); ++index) {
        const auto& item = instrument.item(index);
        const bool turned = std::find(rule.reversed.begin(), rule.reversed.end(),
                                      item.id) != rule.reversed.end();
        worst[item.id] = turned ? item.lowest : item.highest;
        best[item.id] = turned ? item.highest : item.lowest;
      }
      BOOST_TEST_CONTEXT(name << " " << rule.id) {
        const auto high = score(instrument, 0.0, worst);
        const auto low = score(instrument, 0.0, best);
        BOOST_TEST(test::close(*part(high, rule.id).value, instrument.part(s).highest,
                               rounding));
        BOOST_TEST(
            test::close(*part(low, rule.id).value, instrument.part(s).lowest, rounding));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(each_missing_rule_holds_at_its_edge) {
  // As many unanswered items as the rule allows give a value; one more gives the reason.
  for (const auto name : instruments::names()) {
    const auto& instrument = named(std::string(name));
    for (const auto& rule : instrument.document().subscales) {
      std::map<std::string, double> answers;
      for (int index = 0; index < instrument.items(); ++index)
        answers[instrument.item(index).id] = instrument.item(index).highest;
      BOOST_TEST_CONTEXT(name << " " << rule.id) {
        for (int k = 0; k < rule.missing.at_most; ++k)
          answers[rule.items[static_cast<std::size_t>(k)]] = missing;
        const auto allowed = score(instrument, 0.0, answers);
        BOOST_TEST(part(allowed, rule.id).value.has_value());
        answers[rule.items[static_cast<std::size_t>(rule.missing.at_most)]] = missing;
        const auto refused = score(instrument, 0.0, answers);
        BOOST_TEST(!part(refused, rule.id).value.has_value());
        BOOST_TEST(part(refused, rule.id).band.empty());
        BOOST_TEST(part(refused, rule.id).refused.find(rule.missing.source) !=
                   std::string::npos);
        BOOST_TEST(part(refused, rule.id).refused.find(rule.items.front()) !=
                   std::string::npos);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(bam_by_hand) {
  check("bam",
        {{0,
          {},
          {{"use", 0}, {"risk", 0}, {"protective", 0}},
          {},
          {{"use", {}}, {"risk", {}}, {"protective", {"little_protection"}}}},
         {4,
          {},
          {{"use", 12}, {"risk", 24}, {"protective", 24}},
          {},
          {{"use", {"any"}}, {"risk", {"at_risk"}}, {"protective", {}}}},
         // risk 2+1+3+2+1+3 = 12; protective 3+1+2+3+0+4 = 13; 7A-7G and 17 do not count
         {0,
          {{"1", 2},
           {"2", 1},
           {"3", 3},
           {"8", 2},
           {"11", 1},
           {"15", 3},
           {"9", 3},
           {"10", 1},
           {"12", 2},
           {"13", 3},
           {"16", 4},
           {"7C", 4},
           {"17", 4},
           {"6", 1}},
          {{"use", 1}, {"risk", 12}, {"protective", 13}},
          {},
          {{"use", {"any"}}, {"risk", {"at_risk"}}, {"protective", {}}}},
         // no alcohol: the form does not ask for heavy days
         {1, {{"4", 0}, {"5", missing}, {"6", 2}, {"14", 0}}, {{"use", 2}}},
         {1, {{"14", 0}}, {{"risk", 6}, {"protective", 5}}}});
}

BOOST_AUTO_TEST_CASE(bam_r_by_hand) {
  check("bam_r",
        {{0, {}, {{"use", 0}, {"risk", 0}, {"protective", 0}}},
         // ratings 1, 8, 15 at 2 count 15 each, days as they are: 45 + 12 + 9 + 20 = 86
         {0,
          {{"1", 2}, {"8", 2}, {"15", 2}, {"2", 12}, {"3", 9}, {"11", 20}},
          {{"risk", 86}}},
         // 9 at 3 counts 22, 12 at 1 counts 8, income 30, days 5 + 10 + 30 = 45
         {0,
          {{"9", 3}, {"12", 1}, {"14", 1}, {"10", 5}, {"13", 10}, {"16", 30}},
          {{"protective", 105}}},
         {0, {{"4", 10}, {"5", 7}, {"6", 3}}, {{"use", 20}}}});
}

BOOST_AUTO_TEST_CASE(bam_iop_by_hand) {
  check("bam_iop",
        {{0, {}, {{"use", 0}, {"risk", 0}, {"protective", 0}}},
         {0, {{"4", 7}, {"5", 7}, {"6", 7}}, {{"use", 21}}, {}, {{"use", {"any"}}}},
         {0, {{"4", 3}, {"5", 1}, {"6", 2}}, {{"use", 3 + 1 + 2}}},
         // shares 2/4, 7/7, 0, 1/4, 0, 1/4 of six items: 2/6
         {0, {{"1", 2}, {"2", 7}, {"8", 1}, {"15", 1}}, {{"risk", 100.0 / 3.0}}},
         // shares 4/4, 0, 0, 0, 4/4, 7/7: half
         {0, {{"9", 4}, {"14", 4}, {"16", 7}}, {{"protective", 50}}}});
}

BOOST_AUTO_TEST_CASE(aware_by_hand_with_each_reversed_item) {
  // All ones: 23 x 1 + 5 x 7 = 58; all sevens: 23 x 7 + 5 x 1 = 166; all fours: 112.
  check("aware",
        {{1, {}, {{"total", 58}}}, {7, {}, {{"total", 166}}}, {4, {}, {{"total", 112}}}});
  for (const auto item : {"8", "14", "20", "24", "26"}) {
    check("aware",
          {{4, {{item, 7}}, {{"total", 109}}}, {4, {{item, 1}}, {{"total", 115}}}});
  }
  // 2 + 6 + 3 x 5 + 18 x 3 on the way to use, (8 - 7) + (8 - 2) + 3 x (8 - 5) reversed
  check("aware", {{3,
                   {{"1", 2},
                    {"2", 6},
                    {"3", 5},
                    {"4", 5},
                    {"5", 5},
                    {"8", 7},
                    {"14", 2},
                    {"20", 5},
                    {"24", 5},
                    {"26", 5}},
                   {{"total", 93}}}});
  for (const auto item : {"1", "7", "9", "28"})
    check("aware", {{4, {{item, 7}}, {{"total", 115}}}});
}

BOOST_AUTO_TEST_CASE(aware_has_its_published_probabilities_and_a_monotone_version) {
  const auto& aware = named("aware");
  std::map<std::string, double> turned;
  for (const auto item : {"8", "14", "20", "24", "26"}) turned[item] = 7.0;
  BOOST_TEST(*part(score(aware, 1.0, turned), "total").value == 28.0);
  const auto at = [&](double fill, std::map<std::string, double> answers) {
    return part(score(aware, fill, answers), "total").probabilities;
  };
  const auto low = at(1.0, turned);
  BOOST_TEST(low.size() == 2U);
  BOOST_TEST(low[0].column == "drinking");
  BOOST_TEST(low[0].published == 0.37);
  BOOST_TEST(low[1].column == "abstinent");
  BOOST_TEST(low[1].published == 0.11);
  BOOST_TEST((low[0].mark == Mark::secondary));
  // 112: the published column dips, the monotone one pools .82, .86 and .77.
  const auto dip = at(4.0, {});
  BOOST_TEST(dip[0].published == 0.77);
  BOOST_TEST(test::close(dip[0].monotone, (0.82 + 0.86 + 0.77) / 3.0, rounding));
  BOOST_TEST(dip[1].published == 0.37);
  BOOST_TEST(dip[1].monotone == 0.37);
  BOOST_TEST((dip[0].mark == Mark::recalled));
  // 111 is the row before.
  BOOST_TEST(at(4.0, {{"1", 3.0}})[0].published == 0.86);
  for (auto& [item, answer] : turned) answer = 1.0;
  BOOST_TEST(at(7.0, turned)[1].published == 0.53);  // 196
}

BOOST_AUTO_TEST_CASE(phq_by_hand) {
  check(
      "phq9",
      {{0, {}, {{"total", 0}, {"symptoms", 0}}, {{"total", "minimal"}}, {{"total", {}}}},
       {3,
        {},
        {{"total", 27}, {"symptoms", 9}, {"core_symptoms", 2}},
        {{"total", "severe"}},
        {{"total", {"positive"}}}},
       {1,
        {},
        {{"total", 9}, {"symptoms", 1}, {"core_symptoms", 0}},
        {{"total", "mild"}},
        {{"total", {}}, {"symptoms", {}}}},
       {1,
        {{"3", 2}},
        {{"total", 10}},
        {{"total", "moderate"}},
        {{"total", {"positive"}}}},
       {0,
        {{"1", 2}, {"3", 3}, {"4", 2}, {"5", 2}, {"9", 1}},
        {{"total", 10}, {"symptoms", 5}, {"core_symptoms", 1}},
        {},
        {{"symptoms", {"five_or_more"}}, {"core_symptoms", {"any"}}}},
       {2, {{"1", 1}, {"2", 1}}, {{"total", 16}}, {{"total", "moderately_severe"}}},
       // prorated: 14 of seven answers is 18 of nine, 8 of eight is 9
       {2,
        {{"4", missing}, {"7", missing}},
        {{"total", 18}},
        {{"total", "moderately_severe"}}},
       {1, {{"6", missing}}, {{"total", 9}}, {{"total", "mild"}}}});
  check("phq2",
        {{0, {}, {{"total", 0}}, {}, {{"total", {}}}},
         {3, {}, {{"total", 6}}, {}, {{"total", {"positive", "positive_sensitive"}}}},
         {1, {}, {{"total", 2}}, {}, {{"total", {"positive_sensitive"}}}},
         // 0 + 1
         {0, {{"2", 1}}, {{"total", 1}}, {}, {{"total", {}}}},
         // 1 + 2
         {1,
          {{"2", 2}},
          {{"total", 3}},
          {},
          {{"total", {"positive", "positive_sensitive"}}}}});
}

BOOST_AUTO_TEST_CASE(any_answer_above_0_to_item_9_of_the_phq_raises_the_flag) {
  const auto& phq9 = named("phq9");
  const std::vector<std::string> self_harm{"self_harm"};
  BOOST_TEST(score(phq9, 0.0, {}).flags.empty());
  BOOST_TEST(score(phq9, 0.0, {}).unknown_flags.empty());
  for (const double answer : {1.0, 2.0, 3.0})
    BOOST_TEST((score(phq9, 0.0, {{"9", answer}}).flags == self_harm));
}

BOOST_AUTO_TEST_CASE(an_unanswered_safety_item_is_unknown_and_not_no) {
  const auto& phq9 = named("phq9");
  std::vector<std::optional<double>> response(9);
  const auto silent = score_instrument(phq9, response);
  BOOST_TEST(silent.flags.empty());
  BOOST_TEST((silent.unknown_flags == std::vector<std::string>{"self_harm"}));
  response[8] = 1.0;
  const auto alone = score_instrument(phq9, response);
  BOOST_TEST((alone.flags == std::vector<std::string>{"self_harm"}));
  BOOST_TEST(alone.unknown_flags.empty());
  BOOST_TEST(!part(alone, "total").value.has_value());
}

BOOST_AUTO_TEST_CASE(gad_by_hand) {
  const std::vector<std::string> up_to_10{"at_least_8", "at_least_9", "at_least_10"};
  check("gad7",
        {{0, {}, {{"total", 0}, {"gad2", 0}}, {{"total", "minimal"}}, {{"total", {}}}},
         {3, {}, {{"total", 21}, {"gad2", 6}}, {{"total", "severe"}}},
         {1,
          {{"1", 2}, {"5", 3}},
          {{"total", 10}, {"gad2", 3}},
          {{"total", "moderate"}},
          {{"total", up_to_10}, {"gad2", {"positive"}}}},
         {0, {{"2", 3}, {"6", 1}}, {{"total", 4}}, {{"total", "minimal"}}},
         // 3 + 2 + 3, of which the first two are 3 + 0
         {0,
          {{"1", 3}, {"3", 2}, {"7", 3}},
          {{"total", 8}, {"gad2", 3}},
          {{"total", "mild"}},
          {{"total", {"at_least_8"}}, {"gad2", {"positive"}}}},
         {2, {}, {{"total", 14}}, {{"total", "moderate"}}}});
}

BOOST_AUTO_TEST_CASE(audit_by_hand) {
  const double m = missing;
  check("audit", {{0, {}, {{"total", 0}}, {{"total", "zone_1"}}, {{"total", {}}}},
                  {4,
                   {},
                   {{"total", 40}, {"consumption", 12}, {"dependence", 12}, {"harm", 16}},
                   {{"total", "zone_4"}}},
                  {1,
                   {{"9", 0}, {"10", 0}},
                   {{"total", 8}, {"harm", 2}},
                   {{"total", "zone_2"}},
                   {{"total", {"positive", "positive_women_or_over_65"}}}},
                  {2, {{"9", 0}, {"10", 2}}, {{"total", 18}}, {{"total", "zone_3"}}},
                  // never drinks: items 2-8 are not asked
                  {m, {{"1", 0}, {"9", 0}, {"10", 4}}, {{"total", 4}, {"harm", 4}}},
                  // items 2 and 3 at 0: items 4-8 are not asked
                  {m,
                   {{"1", 2}, {"2", 0}, {"3", 0}, {"9", 0}, {"10", 0}},
                   {{"total", 2}, {"dependence", 0}}}});
  check(
      "audit_c",
      {{0, {}, {{"total", 0}}, {}, {{"total", {}}}},
       {4,
        {},
        {{"total", 12}},
        {},
        {{"total", {"positive_men", "positive_women"}}, {"amount", {}}}},
       {1, {}, {{"total", 3}, {"amount", 2}}, {}, {{"total", {"positive_women"}}}},
       {0,
        {{"1", 4}},
        {{"total", 4}, {"amount", 0}},
        {},
        {{"total", {"positive_men", "positive_women"}}, {"amount", {"frequency_alone"}}}},
       // 2 + 1 + 3, of which 1 + 3 are the amount
       {0,
        {{"1", 2}, {"2", 1}, {"3", 3}},
        {{"total", 6}, {"amount", 4}},
        {},
        {{"total", {"positive_men", "positive_women"}}, {"amount", {}}}},
       {m, {{"1", 0}}, {{"total", 0}}}});
}

BOOST_AUTO_TEST_CASE(pacs_by_hand) {
  check("pacs", {{0, {}, {{"total", 0}}},
                 {6, {}, {{"total", 30}}},
                 // 1 + 5 + 1 + 3 + 1
                 {1, {{"2", 5}, {"4", 3}}, {{"total", 11}}},
                 // 2 + 4 + 2 + 3 + 2
                 {2, {{"2", 4}, {"4", 3}}, {{"total", 13}}},
                 // 6 + 0 + 5 + 0 + 4
                 {0, {{"1", 6}, {"3", 5}, {"5", 4}}, {{"total", 15}}}});
}

BOOST_AUTO_TEST_CASE(confidence_by_category_by_hand) {
  for (const auto name : {"dtcq8", "bscq"}) {
    check(name, {{0, {}, {{"overall", 0}, {"I-A", 0}}},
                 {100, {}, {{"overall", 100}, {"II-C", 100}}},
                 // (7 x 60 + 20) / 8 = 55
                 {60, {{"II-B", 20}}, {{"overall", 55}, {"II-B", 20}, {"I-E", 60}}},
                 // (100 + 80 + 6 x 40) / 8 = 420 / 8
                 {40,
                  {{"I-A", 100}, {"I-D", 80}},
                  {{"overall", 52.5}, {"I-A", 100}, {"I-D", 80}, {"II-A", 40}}},
                 // (20 + 40 + 60 + 80 + 4 x 0) / 8 = 200 / 8
                 {0,
                  {{"I-B", 20}, {"I-C", 40}, {"II-A", 60}, {"II-C", 80}},
                  {{"overall", 25}, {"I-B", 20}, {"I-C", 40}, {"II-C", 80}}}});
    for (const auto& category : situation_categories)
      BOOST_TEST(named(name).find_item(category.code) >= 0);
  }
  BOOST_CHECK_THROW(score(named("dtcq8"), 60.0, {{"I-A", 55.0}}), InvalidInput);
  BOOST_TEST(*part(score(named("bscq"), 60.0, {{"I-A", 55.5}}), "I-A").value == 55.5);
}

BOOST_AUTO_TEST_CASE(idts_by_hand) {
  check("idts", {{0, {}, {{"I-A", 0}, {"II-C", 0}}, {{"I-A", "none"}}},
                 {3, {}, {{"I-A", 100}, {"II-B", 100}}, {{"II-B", "high"}}},
                 {1, {}, {{"I-D", 100.0 / 3.0}}, {{"I-D", "low"}}},
                 // 20 of 30 is 66.7, which rounds to 67
                 {2, {}, {{"II-A", 200.0 / 3.0}}, {{"II-A", "high"}}},
                 // five items, 0 + 0 + 1 + 2 + 3 = 6 of 15: 40
                 {0,
                  {{"I-B.3", 1}, {"I-B.4", 2}, {"I-B.5", 3}},
                  {{"I-B", 40}},
                  {{"I-B", "moderate"}}},
                 // ten items, 3 + 2 + 1 = 6 of 30: 20; five items, 3 x 3 + 2 = 11 of 15
                 {0,
                  {{"I-A.1", 3},
                   {"I-A.2", 2},
                   {"I-A.10", 1},
                   {"II-C.1", 3},
                   {"II-C.2", 3},
                   {"II-C.3", 3},
                   {"II-C.5", 2}},
                  {{"I-A", 20}, {"II-C", 1100.0 / 15.0}},
                  {{"I-A", "low"}, {"II-C", "high"}}}});
  BOOST_TEST(named("idts").items() == 50);
}

BOOST_AUTO_TEST_CASE(aase_by_hand) {
  check("aase20",
        {{1, {}, {{"negative_affect", 5}, {"total", 20}}},
         {5, {}, {{"withdrawal_urges", 25}, {"total", 100}}},
         // one item of each subscale moved: NA 14, SP 15, PO 9, WU 10
         {3,
          {{"14", 5}, {"4", 4}, {"13", 1}, {"19", 2}},
          {{"negative_affect", 17},
           {"social_positive", 16},
           {"physical_other", 13},
           {"withdrawal_urges", 14},
           {"total", 60}}},
         // 4 x 2 + 5 = 13 in one subscale, 5 x 2 in the others: 13 + 3 x 10
         {2,
          {{"14", 5}},
          {{"negative_affect", 13},
           {"social_positive", 10},
           {"physical_other", 10},
           {"withdrawal_urges", 10},
           {"total", 43}}},
         // 4 x 4 + 1 = 17 in two subscales, 5 x 4 in the others: 2 x 17 + 2 x 20
         {4,
          {{"4", 1}, {"19", 1}},
          {{"social_positive", 17},
           {"withdrawal_urges", 17},
           {"negative_affect", 20},
           {"total", 74}}}});
}

BOOST_AUTO_TEST_CASE(isi_by_hand) {
  check("isi",
        {{0, {}, {{"total", 0}}, {{"total", "none"}}, {{"total", {}}}},
         {4, {}, {{"total", 28}}, {{"total", "severe"}}},
         {1, {}, {{"total", 7}}, {{"total", "none"}}},
         {1,
          {{"1", 4}, {"2", 4}},
          {{"total", 13}},
          {{"total", "subthreshold"}},
          {{"total", {"community"}}}},
         {2,
          {},
          {{"total", 14}},
          {{"total", "subthreshold"}},
          {{"total", {"community", "primary_care"}}}},
         {3, {}, {{"total", 21}}, {{"total", "moderate"}}},
         // 3 + 2 + 4
         {0, {{"1", 3}, {"2", 2}, {"7", 4}}, {{"total", 9}}, {{"total", "subthreshold"}}},
         // 3 x 2 + 4 x 4
         {4, {{"3", 2}, {"4", 2}, {"5", 2}}, {{"total", 22}}, {{"total", "severe"}}}});
}

BOOST_AUTO_TEST_CASE(mspss_by_hand) {
  check(
      "mspss",
      {{1, {}, {{"total", 1}, {"family", 1}}, {{"total", "low"}}},
       {7, {}, {{"total", 7}, {"friends", 7}}, {{"total", "high"}}},
       // family 7 + 7 + 3 + 3 = 20 of four; total (8 x 3 + 20) / 12
       {3,
        {{"4", 7}, {"8", 7}},
        {{"family", 5}, {"friends", 3}, {"significant_other", 3}, {"total", 44.0 / 12.0}},
        {{"family", "moderate"}, {"total", "moderate"}}},
       {5,
        {{"1", 7}},
        {{"significant_other", 5.5}, {"total", 62.0 / 12.0}},
        {{"significant_other", "high"}, {"total", "high"}}},
       {2, {{"6", 5}}, {{"friends", 2.75}}, {{"friends", "low"}}}});
}

BOOST_AUTO_TEST_CASE(halt_by_hand) {
  check("halt", {{0, {}, {{"count", 0}}},
                 {1, {}, {{"count", 4}}},
                 {0, {{"1", 1}, {"4", 1}}, {{"count", 2}}},
                 {0, {{"3", 1}}, {{"count", 1}}},
                 {1, {{"2", 0}}, {{"count", 3}}}});
}

BOOST_AUTO_TEST_CASE(flags_are_built_in_ones) {
  for (const auto name : instruments::names()) {
    for (const auto& item : named(std::string(name)).document().items) {
      if (!item.flag.empty()) BOOST_TEST(is_built_in_flag(item.flag));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
