#include <relapse/core/error.hpp>
#include <relapse/io/document_file.hpp>
#include <relapse/io/model_json.hpp>
#include <relapse/model/detail/canonical.hpp>

#include "refusals.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <random>
#include <string>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(model_json_test)

using nlohmann::json;

namespace {

const std::string& complete() {
  static const std::string text =
      io::read_file(RELAPSE_TEST_DATA "/io/complete_model.json");
  return text;
}

using test::Refusal;

std::string pointer_of(const json& document) {
  return test::refused_at([&] { io::parse_model(document.dump()); });
}

std::string pointer_of(const Refusal& refusal) {
  return pointer_of(test::patched(json::parse(complete()), refusal));
}

const Refusal missing[] = {
    {"/schema", "", "/schema"},
    {"/id", "", "/id"},
    {"/version", "", "/version"},
    {"/stages", "", "/stages"},
    {"/initial", "", "/initial"},
    {"/transitions", "", "/transitions"},
    {"/items", "", "/items"},
    {"/horizons_days", "", "/horizons_days"},
    {"/levels", "", "/levels"},
    {"/calibration", "", "/calibration"},
    {"/calibration/status", "", "/calibration/status"},
    {"/stages/1/id", "", "/stages/1/id"},
    {"/initial/mental", "", "/initial/mental"},
    {"/transitions/2/from", "", "/transitions/2/from"},
    {"/transitions/2/to", "", "/transitions/2/to"},
    {"/transitions/2/rate", "", "/transitions/2/rate"},
    {"/items/4/id", "", "/items/4/id"},
    {"/items/4/role", "", "/items/4/role"},
    {"/items/4/family", "", "/items/4/given"},
    {"/items/4/given", "", "/items/4/given"},
    {"/items/4/given/lapse", "", "/items/4/given/lapse"},
    {"/items/4/given/lapse/sd", "", "/items/4/given/lapse/sd"},
    {"/items/3/given/lapse/dispersion", "", "/items/3/given/lapse/dispersion"},
    {"/items/6/simulate/sd_within", "", "/items/6/simulate/sd_within"},
    {"/determinants/0/id", "", "/determinants/0/id"},
    {"/determinants/0/item", "", "/determinants/0/item"},
    {"/determinants/0/memory/kind", "", "/determinants/0/memory/kind"},
    {"/determinants/0/memory/half_life_days", "",
     "/determinants/0/memory/half_life_days"},
    {"/determinants/4/exposure", "", "/determinants/4/exposure"},
    {"/levels/horizon_days", "", "/levels/horizon_days"},
    {"/levels/cuts", "", "/levels/cuts"},
    {"/levels/cuts/elevated", "", "/levels/cuts/elevated"},
    {"/safety/0/level", "", "/safety/0/level"},
    {"/safety/0/flag", "", "/safety/0/flag"},
    {"/actions/0/id", "", "/actions/0/id"},
    {"/actions/0/helpfulness/beta", "", "/actions/0/helpfulness/beta"},
};

const Refusal unknown[] = {
    {"/schema", R"("relapse/model/2")", "/schema"},
    {"/schema", R"("relapse/plan/1")", "/schema"},
    {"/extra", "1", "/extra"},
    {"/stages/0/color", "1", "/stages/0/color"},
    {"/initial/other", "0", "/initial/other"},
    {"/transitions/0/ratee", "1", "/transitions/0/ratee"},
    {"/propensity/node", "1", "/propensity/node"},
    {"/propensity/loadings/none", "1", "/propensity/loadings/none"},
    {"/items/0/maximum", "1", "/items/0/maximum"},
    {"/items/0/given/other", "0.5", "/items/0/given/other"},
    {"/items/4/given/stable/var", "1", "/items/4/given/stable/var"},
    {"/items/6/simulate/law", "1", "/items/6/simulate/law"},
    {"/determinants/0/exposure", R"("stress")", "/determinants/0/exposure"},
    {"/determinants/4/relative_to", R"("own_mean")", "/determinants/4/relative_to"},
    {"/determinants/5/item", R"("stress")", "/determinants/5/item"},
    {"/determinants/4/item", R"("stress")", "/determinants/4/item"},
    {"/determinants/0/memory/days", "1", "/determinants/0/memory/days"},
    {"/levels/cuts/low", "0.01", "/levels/cuts/low"},
    {"/levels/days", "1", "/levels/days"},
    {"/safety/0/text", "1", "/safety/0/text"},
    {"/actions/0/days", "1", "/actions/0/days"},
    {"/actions/0/needs/money", "1", "/actions/0/needs/money"},
    {"/calibration/date", "1", "/calibration/date"},
    {"/stages/2/use", R"("slip")", "/stages/2/use"},
    {"/transitions/0/direction", R"("up")", "/transitions/0/direction"},
    {"/items/0/role", R"("signs")", "/items/0/role"},
    {"/items/0/family", R"("gamma")", "/items/0/family"},
    {"/determinants/0/memory/kind", R"("fade")", "/determinants/0/memory/kind"},
    {"/determinants/1/outlook/kind", R"("drift")", "/determinants/1/outlook/kind"},
    {"/determinants/2/relative_to", R"("mean")", "/determinants/2/relative_to"},
    {"/determinants/5/builtin", R"("days")", "/determinants/5/builtin"},
    {"/safety/0/level", R"("severe")", "/safety/0/level"},
};

const Refusal types[] = {
    {"/id", "7", "/id"},
    {"/title", "null", "/title"},
    {"/stages", "{}", "/stages"},
    {"/stages/0", R"("stable")", "/stages/0"},
    {"/stages/0/use", "true", "/stages/0/use"},
    {"/initial", "[0.7, 0.2, 0.06, 0.04]", "/initial"},
    {"/initial/stable", R"("0.7")", "/initial/stable"},
    {"/transitions/0/rate", "null", "/transitions/0/rate"},
    {"/transitions/0/rate", "true", "/transitions/0/rate"},
    {"/transitions/0/max_rate", "null", "/transitions/0/max_rate"},
    {"/transitions/0/effects", "[]", "/transitions/0/effects"},
    {"/transitions/0/effects/stress", "[]", "/transitions/0/effects/stress"},
    {"/propensity/nodes", "2.5", "/propensity/nodes"},
    {"/propensity/nodes", "1e18", "/propensity/nodes"},
    {"/items/0/given", "[]", "/items/0/given"},
    {"/items/0/given/stable", "[0.5]", "/items/0/given/stable"},
    {"/items/1/given/stable", "0.5", "/items/1/given/stable"},
    {"/items/1/given/stable/0", "null", "/items/1/given/stable/0"},
    {"/items/4/given/stable", "7", "/items/4/given/stable"},
    {"/items/1/levels", "4", "/items/1/given/stable"},
    {"/items/1/given/mental", "[0.5, 0.5]", "/items/1/given/mental"},
    {"/items/1/levels", "2.5", "/items/1/levels"},
    {"/items/0/levels", "2", "/items/0/levels"},
    {"/items/8/levels", "2", "/items/8/levels"},
    {"/items/8/given", "{}", "/items/8/given"},
    {"/items/7/scale", "10", "/items/7/scale"},
    {"/items/7/scale", "[0, 5, 10]", "/items/7/scale"},
    {"/items/0/labels", R"(["no", 1])", "/items/0/labels/1"},
    {"/items/1/missing_is_a_level", "1", "/items/1/missing_is_a_level"},
    {"/determinants/0/memory", R"("decay")", "/determinants/0/memory"},
    {"/start_effects/mental", "0.3", "/start_effects/mental"},
    {"/horizons_days", "7", "/horizons_days"},
    {"/horizons_days/0", R"("1")", "/horizons_days/0"},
    {"/actions/0/needs/contact", R"("yes")", "/actions/0/needs/contact"},
    {"/actions/0/stages", R"("mental")", "/actions/0/stages"},
    {"/sources/~1initial", "1", "/sources/~1initial"},
    {"/transitions/0/rate", "0", "/transitions/0/rate"},
    {"/propensity/nodes", "0", "/propensity/nodes"},
};

/// The same document, the keys of every object in an order drawn at random.
template <class Shuffled>
Shuffled shuffled(const json& value, std::mt19937_64& random) {
  if (value.is_array()) {
    auto list = Shuffled::array();
    for (const auto& element : value) list.push_back(shuffled<Shuffled>(element, random));
    return list;
  }
  if (!value.is_object()) return Shuffled(value);
  std::vector<std::string> keys;
  for (const auto& [key, member] : value.items()) keys.push_back(key);
  std::shuffle(keys.begin(), keys.end(), random);
  auto object = Shuffled::object();
  for (const auto& key : keys) object[key] = shuffled<Shuffled>(value[key], random);
  return object;
}

const char* const references[] = {"/reference/s1_model.json", "/reference/s2_model.json",
                                  "/reference/s7_model.json", "/io/complete_model.json"};

}  // namespace

namespace bdata = boost::unit_test::data;

BOOST_DATA_TEST_CASE(a_missing_key_is_refused_at_its_place, bdata::make(missing)) {
  BOOST_TEST(pointer_of(sample) == sample.pointer);
}
BOOST_DATA_TEST_CASE(an_unknown_word_is_refused_at_its_place, bdata::make(unknown)) {
  BOOST_TEST(pointer_of(sample) == sample.pointer);
}
BOOST_DATA_TEST_CASE(a_wrong_value_is_refused_at_its_place, bdata::make(types)) {
  BOOST_TEST(pointer_of(sample) == sample.pointer);
}

BOOST_AUTO_TEST_CASE(what_may_be_left_out_takes_its_default) {
  json text = json::parse(complete());
  for (const char* key : {"title", "description", "safety", "actions", "sources",
                          "start_effects", "propensity"}) {
    text.erase(key);
  }
  text["items"].erase(12);  // its flag is gone
  text["items"][1].erase("levels");
  text["levels"].erase("lower_after_days");
  const auto document = io::parse_model(text.dump()).document();
  BOOST_TEST((document.propensity == PropensityRule{}));
  BOOST_TEST((document.levels.lower_after == Days{3.0}));
  BOOST_TEST(document.actions.empty());
  text["propensity"] = json::object();
  BOOST_TEST(io::parse_model_document(text.dump()).propensity.nodes == 5);
}

BOOST_AUTO_TEST_CASE(what_calls_for_an_action_is_read_and_written) {
  json text = json::parse(complete());
  text["actions"][1]["items"] = {"isolating", "used"};
  text["actions"][1]["quiet_day"] = true;
  text["items"][6]["urgent_at"] = 2;
  const Model model = io::parse_model(text.dump());
  const auto& document = model.document();
  BOOST_TEST(
      (document.actions[1].items == std::vector<std::string>{"isolating", "used"}));
  BOOST_TEST(document.actions[1].quiet_day);
  BOOST_TEST(!document.actions[0].quiet_day);
  BOOST_TEST(document.items[6].item.urgent_at.value() == 2.0);
  BOOST_TEST((io::parse_model_document(io::to_json(model)) == document));
}

BOOST_DATA_TEST_CASE(documents_are_written_and_read_back_equal, bdata::make(references)) {
  const Model model = io::load_model(std::string(RELAPSE_TEST_DATA) + sample);
  const std::string text = io::to_json(model);
  const Model back = io::parse_model(text);
  BOOST_TEST((back.document() == model.document()));
  BOOST_TEST(back.content_hash() == model.content_hash());
  BOOST_TEST(io::to_json(back) == text);
  BOOST_TEST(
      (io::parse_model_document(io::to_json(model.document(), 0)) == model.document()));
}

BOOST_DATA_TEST_CASE(order_of_keys_and_white_space_mean_nothing,
                     bdata::make(references)) {
  const std::string text = io::read_file(std::string(RELAPSE_TEST_DATA) + sample);
  const Model model = io::parse_model(text);
  std::mt19937_64 random(5);
  for (const int indent : {-1, 0, 7}) {
    const auto other = shuffled<nlohmann::ordered_json>(json::parse(text), random);
    const Model read = io::parse_model(other.dump(indent));
    BOOST_TEST(read.content_hash() == model.content_hash());
    BOOST_TEST((read.document() == model.document()));
  }
}

BOOST_AUTO_TEST_CASE(defaults_that_are_written_out_mean_nothing) {
  json text = json::parse(complete());
  text["transitions"][4]["direction"] = "none";
  text["transitions"][4]["effects"] = json::object();
  text["stages"][0]["use"] = "none";
  text["items"][8]["missing_is_a_level"] = false;
  text["determinants"][3]["memory"] = {{"kind", "last"}};
  text["determinants"][3]["reference"] = -0.0;
  text["actions"][1]["helpfulness"] = {{"alpha", 1}, {"beta", 1.0}};
  text["actions"][1]["for_days"] = 1;
  BOOST_TEST(io::parse_model(text.dump()).content_hash() ==
             io::parse_model(complete()).content_hash());
}

BOOST_AUTO_TEST_CASE(every_document_cut_short_is_refused) {
  const std::string text = io::to_json(io::parse_model_document(complete()), 0);
  for (std::size_t length = 0; length < text.size(); ++length) {
    BOOST_REQUIRE_THROW(io::parse_model_document(text.substr(0, length)), ParseError);
  }
}

BOOST_AUTO_TEST_CASE(flipped_bits_are_refused_or_make_another_valid_document) {
  const std::string text = io::to_json(io::parse_model_document(complete()), 0);
  std::mt19937_64 random(17);
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string flipped = text;
    for (std::uint64_t flips = 1 + random() % 3; flips > 0; --flips) {
      char& byte = flipped[random() % flipped.size()];
      byte = static_cast<char>(byte ^ (1 << random() % 8));
    }
    try {
      io::parse_model(flipped);
    } catch (const ParseError&) {
      ++refused;
    }
  }
  BOOST_TEST(refused > 1000);
}

// Thousands of equal stages would multiply with every item.
BOOST_AUTO_TEST_CASE(too_many_stages_are_refused_before_anything_is_stored_by_stage) {
  json text = json::parse(complete());
  text["stages"] = json::array();
  for (int i = 0; i < 50'000; ++i) text["stages"].push_back({{"id", "a"}});
  text["initial"] = {{"a", 1}};
  BOOST_TEST(pointer_of(text) == "/stages");
}

BOOST_AUTO_TEST_CASE(files_are_saved_as_a_whole_and_loaded) {
  const auto folder = std::filesystem::temp_directory_path() / "relapse_model_json_test";
  std::filesystem::create_directories(folder);
  const auto file = folder / "model.json";
  const Model model = io::parse_model(complete());
  io::save_model(model, file);
  BOOST_TEST(io::load_model(file).content_hash() == model.content_hash());
  BOOST_CHECK_THROW(io::load_model(folder / "none.json"), InvalidInput);
  BOOST_CHECK_THROW(io::load_model(folder), InvalidInput);
  BOOST_CHECK_THROW(io::save_model(model, folder / "none" / "model.json"), InvalidInput);
  const auto entries = std::distance(std::filesystem::directory_iterator(folder), {});
  BOOST_TEST(entries == 1);
  std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_SUITE_END()
