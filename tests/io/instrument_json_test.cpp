#include <relapse/core/error.hpp>
#include <relapse/io/instrument_json.hpp>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <functional>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(instrument_json_test)

namespace {

const char* const own_text = R"({
  "schema": "relapse/instrument/1", "id": "own", "version": "1", "title": "Own scale",
  "frame_days": 7,
  "items": [{"id": 1, "label": "one", "range": [0, 4], "points": [0, 1, 2, 3, 8]},
            {"id": "2A", "label": "two", "range": [0, 100], "step": 0, "loinc": "1-2"},
            {"id": 3, "label": "three", "range": [0, 3], "flag": "self_harm", "raise_at": 2}],
  "skips": [{"when_zero": [1], "not_asked": ["2A"], "source": "own", "mark": "recalled"}],
  "subscales": [{"id": "total", "label": "Total", "method": "percent", "items": [1, "2A"],
    "reversed": ["2A"], "higher_is": "better",
    "missing": {"kind": "prorate", "at_most": 1, "source": "own", "mark": "derived"},
    "bands": {"of": [{"id": "low", "from": 0}, {"id": "high", "label": "many", "from": 50}], "source": "own", "mark": "recalled"},
    "cut_offs": [{"id": "good", "label": "few", "at_most": 20, "sensitivity": 0.5, "specificity": 0.75, "source": "own", "mark": "abstract"}],
    "probability": {"outcome": "use", "columns": [{"id": "all", "label": "all"}],
      "rows": [{"from": 0, "published": [0.2], "mark": "secondary"}], "source": "own"},
    "loinc": "3-4", "source": "own", "mark": "verified"},
    {"id": "many", "label": "Many", "method": "count", "items": [1, 3], "thresholds": {"1": 2, "3": 1},
     "higher_is": "worse", "missing": {"kind": "refuse", "source": "own", "mark": "recalled"},
     "source": "own", "mark": "expert_default"}],
  "loinc": "5-6", "licence": "own", "source": "own", "mark": "expert_default"
})";

std::string refused(const std::function<void(nlohmann::json&)>& change) {
  auto document = nlohmann::json::parse(own_text);
  change(document);
  try {
    io::parse_instrument(document.dump());
  } catch (const ParseError& error) {
    return error.pointer();
  }
  return "accepted";
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_document_with_everything_reads_back_equal) {
  const auto own = io::parse_instrument(own_text);
  BOOST_TEST((io::parse_instrument(io::to_json(own)) == own));
  BOOST_TEST(own.find_item("1") == 0);
  BOOST_TEST(own.find_item("2A") == 1);
  BOOST_TEST(own.document().frame->count == 7.0);
  BOOST_TEST(*own.document().items[2].raise_at == 2.0);
  BOOST_TEST(own.document().subscales[0].bands->of[0].label == "");
  BOOST_TEST(own.document().subscales[0].bands->of[1].label == "many");
  BOOST_TEST(own.document().subscales[0].cut_offs[0].label == "few");
  BOOST_TEST((own.document().subscales[0].mark == Mark::verified));
}

BOOST_AUTO_TEST_CASE(what_is_not_in_the_schema_is_refused_with_its_pointer) {
  using J = nlohmann::json;
  BOOST_TEST(refused([](J&) {}) == "accepted");
  BOOST_TEST(refused([](J& d) { d["schema"] = "relapse/instrument/9"; }) == "/schema");
  BOOST_TEST(refused([](J& d) { d["colour"] = "blue"; }) == "/colour");
  BOOST_TEST(refused([](J& d) { d.erase("licence"); }) == "/licence");
  BOOST_TEST(refused([](J& d) { d["items"][0]["id"] = 1.5; }) == "/items/0/id");
  BOOST_TEST(refused([](J& d) { d["items"][0]["range"] = {0}; }) == "/items/0/range");
  BOOST_TEST(refused([](J& d) { d["subscales"][0]["method"] = "product"; }) ==
             "/subscales/0/method");
  BOOST_TEST(refused([](J& d) {
               d["subscales"][0]["items"] = {1, 7};
             }) == "/subscales/0/items/1");
  BOOST_TEST(refused([](J& d) { d["subscales"][0]["mark"] = "sure"; }) ==
             "/subscales/0/mark");
  BOOST_TEST(refused([](J& d) {
               d["subscales"][1]["thresholds"] = {{"9", 1}};
             }) == "/subscales/1/thresholds");
  BOOST_TEST(refused([](J& d) { d["subscales"][0]["missing"].erase("source"); }) ==
             "/subscales/0/missing/source");
}

BOOST_AUTO_TEST_SUITE_END()
