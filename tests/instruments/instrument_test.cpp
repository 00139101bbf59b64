#include <relapse/core/error.hpp>
#include <relapse/instruments/instrument.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(instrument_test)

namespace {

InstrumentDocument two_items() {
  InstrumentDocument document;
  document.id = "own";
  document.version = "1";
  document.title = "Own scale";
  document.licence = "own";
  document.source = "own";
  document.items = {{.id = "1", .label = "one", .highest = 4.0},
                    {.id = "2", .label = "two", .highest = 4.0}};
  Subscale total;
  total.id = "total";
  total.label = "Total";
  total.items = {"1", "2"};
  total.source = "own";
  total.missing.source = "none";
  total.bands = Bands{{{"low", 0.0}, {"high", 4.0}}, "own", Mark::expert_default};
  total.cut_offs = {{.id = "positive", .at_least = 3.0, .source = "own"}};
  document.subscales = {total};
  return document;
}

/// The pointer of what is refused after a change.
std::string refused(const std::function<void(InstrumentDocument&)>& change) {
  auto document = two_items();
  change(document);
  try {
    Instrument{document};
  } catch (const ParseError& error) {
    return error.pointer();
  }
  return "accepted";
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_sound_document_is_accepted_and_answers_by_position) {
  const Instrument own(two_items());
  BOOST_TEST(own.find_item("2") == 1);
  BOOST_TEST(own.find_item("3") == -1);
  BOOST_TEST(own.find_subscale("total") == 0);
  BOOST_TEST(own.part(0).highest == 8.0);
}

BOOST_AUTO_TEST_CASE(
    a_translated_instrument_says_what_the_catalogue_knows_and_is_the_same) {
  auto document = two_items();
  document.subscales[0].bands->of[1].label = "high";
  document.subscales[0].cut_offs[0].label = "my own words";
  const Instrument own(document);
  const Wording german(
      "de",
      {{"label.a", "eins"},
       {"label.b", "Gesamt"},
       {"label.c", "hoch"},
       {"plan.d", "nein"}},
      {{"label.a", "one"}, {"label.b", "Total"}, {"label.c", "high"}, {"plan.d", "two"}});
  const Instrument said = translated(own, german);
  document.items[0].label = "eins";
  document.subscales[0].label = "Gesamt";
  document.subscales[0].bands->of[1].label = "hoch";
  BOOST_TEST((said == Instrument(document)));
  BOOST_TEST((translated(own, {}) == own));
}

BOOST_AUTO_TEST_CASE(rules_about_unknown_items_are_refused_with_their_place) {
  using D = InstrumentDocument;
  BOOST_TEST(refused([](D& d) {
               d.subscales[0].items = {"1", "9"};
             }) == "/subscales/0/items/1");
  BOOST_TEST(refused([](D& d) {
               d.subscales[0].items = {"1", "1"};
             }) == "/subscales/0/items/1");
  BOOST_TEST(refused([](D& d) { d.subscales[0].items = {}; }) == "/subscales/0/items");
  BOOST_TEST(refused([](D& d) { d.subscales[0].reversed = {"3"}; }) ==
             "/subscales/0/reversed/0");
  BOOST_TEST(refused([](D& d) {
               d.subscales[0].items = {"1"};
               d.subscales[0].reversed = {"2"};
             }) == "/subscales/0/reversed/0");
  BOOST_TEST(refused([](D& d) {
               d.skips = {{{"4"}, {"2"}, "own"}};
             }) == "/skips/0/when_zero/0");
  BOOST_TEST(refused([](D& d) {
               d.skips = {{{"1"}, {}, "own"}};
             }) == "/skips/0/not_asked");
}

BOOST_AUTO_TEST_CASE(items_without_sense_are_refused) {
  using D = InstrumentDocument;
  BOOST_TEST(refused([](D& d) { d.items = {}; }) == "/items");
  BOOST_TEST(refused([](D& d) { d.items[1].id = "1"; }) == "/items/1/id");
  BOOST_TEST(refused([](D& d) { d.items[0].label = ""; }) == "/items/0/label");
  BOOST_TEST(refused([](D& d) { d.items[0].highest = 0.0; }) == "/items/0/range");
  BOOST_TEST(refused([](D& d) { d.items[0].step = 3.0; }) == "/items/0/step");
  BOOST_TEST(refused([](D& d) { d.items[0].step = -1.0; }) == "/items/0/step");
  BOOST_TEST(refused([](D& d) { d.items[0].points = {0.0, 1.0}; }) == "/items/0/points");
  BOOST_TEST(refused([](D& d) { d.items[0].raise_at = 1.0; }) == "/items/0/raise_at");
  BOOST_TEST(refused([](D& d) {
               d.items[0].highest = std::numeric_limits<double>::quiet_NaN();
             }) == "/items/0/range/1");
}

BOOST_AUTO_TEST_CASE(scoring_without_sense_is_refused) {
  using D = InstrumentDocument;
  const std::string at = "/subscales/0/";
  BOOST_TEST(refused([](D& d) { d.subscales = {}; }) == "/subscales");
  BOOST_TEST(refused([](D& d) { d.subscales.push_back(d.subscales[0]); }) ==
             "/subscales/1/id");
  BOOST_TEST(refused([](D& d) { d.subscales[0].method = ScoreMethod::count; }) ==
             at + "thresholds");
  BOOST_TEST(refused([](D& d) {
               d.subscales[0].thresholds = {{"1", 2.0}};
             }) == at + "thresholds");
  BOOST_TEST(refused([](D& d) {
               d.subscales[0].missing.kind = MissingPolicy::prorate;
             }) == at + "missing/at_most");
  BOOST_TEST(refused([](D& d) {
               d.subscales[0].missing = {MissingPolicy::prorate, 2, "own"};
             }) == at + "missing/at_most");
  BOOST_TEST(refused([](D& d) { d.subscales[0].missing.at_most = 1; }) ==
             at + "missing/at_most");
  BOOST_TEST(refused([](D& d) { d.subscales[0].bands->of[0].from = 1.0; }) ==
             at + "bands/of/0/from");
  BOOST_TEST(refused([](D& d) { d.subscales[0].bands->of[1].from = 0.0; }) ==
             at + "bands/of/1/from");
  BOOST_TEST(refused([](D& d) { d.subscales[0].cut_offs[0].at_most = 3.0; }) ==
             at + "cut_offs/0");
  BOOST_TEST(refused([](D& d) { d.subscales[0].cut_offs[0].id = "band"; }) ==
             at + "cut_offs/0/id");
  BOOST_TEST(refused([](D& d) { d.subscales[0].cut_offs[0].sensitivity = 1.5; }) ==
             at + "cut_offs/0/sensitivity");
}

BOOST_AUTO_TEST_CASE(a_number_without_a_source_is_refused) {
  using D = InstrumentDocument;
  BOOST_TEST(refused([](D& d) { d.source = ""; }) == "/source");
  BOOST_TEST(refused([](D& d) { d.licence = ""; }) == "/licence");
  BOOST_TEST(refused([](D& d) { d.subscales[0].source = ""; }) == "/subscales/0/source");
  BOOST_TEST(refused([](D& d) { d.subscales[0].bands->source = ""; }) ==
             "/subscales/0/bands/source");
  BOOST_TEST(refused([](D& d) { d.subscales[0].cut_offs[0].source = ""; }) ==
             "/subscales/0/cut_offs/0/source");
}

BOOST_AUTO_TEST_CASE(a_table_of_probabilities_covers_the_range_and_rises_in_score) {
  using D = InstrumentDocument;
  const auto table = [](D& d) -> ProbabilityTable& {
    d.subscales[0].probability =
        ProbabilityTable{"use", {{"all", "all"}}, {{0.0, {0.1}}, {4.0, {0.3}}}, "own"};
    return *d.subscales[0].probability;
  };
  const std::string at = "/subscales/0/probability/";
  BOOST_TEST(refused([&](D& d) { table(d); }) == "accepted");
  BOOST_TEST(refused([&](D& d) { table(d).rows[0].from = 1.0; }) == at + "rows/0/from");
  BOOST_TEST(refused([&](D& d) { table(d).rows[1].from = 0.0; }) == at + "rows/1/from");
  BOOST_TEST(refused([&](D& d) {
               table(d).rows[1].published = {0.1, 0.2};
             }) == at + "rows/1/published");
  BOOST_TEST(refused([&](D& d) { table(d).rows[1].published = {1.2}; }) ==
             at + "rows/1/published/0");
  BOOST_TEST(refused([&](D& d) { table(d).columns = {}; }) == at + "columns");
}

BOOST_AUTO_TEST_CASE(isotonic_values_never_fall_and_leave_rising_ones_alone) {
  BOOST_TEST((isotonic({1.0, 2.0, 2.0, 3.0}) == std::vector{1.0, 2.0, 2.0, 3.0}));
  BOOST_TEST((isotonic({3.0, 1.0}) == std::vector{2.0, 2.0}));
  BOOST_TEST(
      (isotonic({1.0, 5.0, 3.0, 1.0, 6.0}) == std::vector{1.0, 3.0, 3.0, 3.0, 6.0}));
  BOOST_TEST(isotonic({}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
