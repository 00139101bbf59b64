#include <relapse/core/detail/sha256.hpp>
#include <relapse/io/document_file.hpp>
#include <relapse/io/model_json.hpp>
#include <relapse/model/detail/canonical.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(canonical_test)

namespace {

ModelDocument complete() {
  return io::parse_model_document(
      io::read_file(RELAPSE_TEST_DATA "/io/complete_model.json"));
}

/// As few words as a document can do with.
ModelDocument smallest() {
  ModelDocument document;
  document.id = "tiny";
  document.version = "1";
  document.stages = {{"well", UseKind::none, ""}, {"use", UseKind::relapse, ""}};
  document.initial = {1.0, 0.0};
  document.horizons_days = {7.0};
  document.levels.cuts = {0.1, 0.2, 0.3, 0.4};
  document.calibration.status = "none";
  return document;
}

}  // namespace

BOOST_AUTO_TEST_CASE(keys_are_sorted_and_defaults_left_out) {
  BOOST_TEST(
      canonical_json(smallest()) ==
      R"({"calibration":{"status":"none"},"horizons_days":[7.0],"id":"tiny",)"
      R"("initial":{"use":0.0,"well":1.0},"items":[],)"
      R"("levels":{"cuts":{"critical":0.4,"elevated":0.2,"guarded":0.1,"high":0.3},)"
      R"("horizon_days":7.0},"schema":"relapse/model/1",)"
      R"("stages":[{"id":"well"},{"id":"use","use":"relapse"}],)"
      R"("transitions":[],"version":"1"})");
}

BOOST_AUTO_TEST_CASE(the_hash_is_that_of_the_canonical_text) {
  BOOST_TEST(content_hash(smallest()) == sha256(canonical_json(smallest())));
}

// A hash that changes without need makes every stored snapshot useless.
BOOST_AUTO_TEST_CASE(the_hash_stays_what_it_was) {
  BOOST_TEST(content_hash(complete()) ==
             "be261d97c20ce4bf1e250d232bfc031df8a67400f61b3fb6a6645b2dc2915253");
}

BOOST_AUTO_TEST_CASE(every_change_changes_the_hash) {
  using D = ModelDocument;
  void (*const changes[])(D&) = {
      [](D&) {},
      [](D& d) { d.title += "."; },
      [](D& d) { d.stages[0].label = ""; },
      [](D& d) { std::swap(d.stages[2].use, d.stages[3].use); },
      [](D& d) {
        d.initial = {0.7, 0.2, 0.04, 0.06};
      },
      [](D& d) { std::swap(d.transitions[0], d.transitions[1]); },
      [](D& d) { d.transitions[0].rate *= 1.0 + 3e-16; },
      [](D& d) { d.transitions[0].max_rate.reset(); },
      [](D& d) { d.transitions[3].direction = Direction::toward_use; },
      [](D& d) { d.propensity = {}; },
      [](D& d) {
        d.items[1].item.scale = Scale{3.0, 1.0};
      },
      [](D& d) { d.items[1].item.missing_is_a_level = false; },
      [](D& d) { d.items[11].item.raise_at.reset(); },
      [](D& d) { d.items[6].item.simulate.reset(); },
      [](D& d) { std::swap(d.items[2], d.items[3]); },
      [](D& d) {
        std::get<FromItem>(d.determinants[2].from).relative_to =
            RelativeTo::above_own_mean;
      },
      [](D& d) { d.determinants[2].outlook = {}; },
      [](D& d) {
        std::get<FromSituation>(d.determinants[4].from).default_efficacy = 0.5;
      },
      [](D& d) { d.start_effects.pop_back(); },
      [](D& d) { d.levels.lower_after = Days{3.0}; },
      [](D& d) { d.safety[0].level = RiskLevel::elevated; },
      [](D& d) { d.actions[0].needs.contact = false; },
      [](D& d) { d.actions[1].helpfulness.beta = 2.0; },
      [](D& d) { d.actions[1].items = {"isolating"}; },
      [](D& d) { d.actions[1].quiet_day = true; },
      [](D& d) { d.items[6].item.urgent_at = 2.0; },
      [](D& d) { d.sources.clear(); },
  };
  std::set<std::string> hashes;
  for (const auto change : changes) {
    ModelDocument document = complete();
    change(document);
    hashes.insert(content_hash(document));
  }
  BOOST_TEST(hashes.size() == std::size(changes));
}

BOOST_AUTO_TEST_CASE(the_order_of_what_json_holds_as_objects_does_not_matter) {
  ModelDocument mixed = complete();
  std::reverse(mixed.transitions[0].effects.begin(), mixed.transitions[0].effects.end());
  std::reverse(mixed.propensity.start.begin(), mixed.propensity.start.end());
  std::reverse(mixed.start_effects.begin(), mixed.start_effects.end());
  std::reverse(mixed.actions[0].acts_on.begin(), mixed.actions[0].acts_on.end());
  std::reverse(mixed.sources.begin(), mixed.sources.end());
  BOOST_TEST((mixed != complete()));
  BOOST_TEST(content_hash(mixed) == content_hash(complete()));
  sort_by_key(mixed);
  BOOST_TEST((mixed == complete()));
}

BOOST_AUTO_TEST_CASE(documents_read_back_equal) {
  BOOST_TEST((io::parse_model_document(canonical_json(complete())) == complete()));
  BOOST_TEST((io::parse_model_document(canonical_json(smallest())) == smallest()));
}

BOOST_AUTO_TEST_CASE(doubles_read_back_with_the_same_bits) {
  using Limits = std::numeric_limits<double>;
  const std::vector<double> values{0.1,      1.0 / 3.0, 1e308,         -1e308,
                                   5e-324,   2.5e-310,  Limits::min(), Limits::max(),
                                   -0.0,     1e22,      1e23,          9007199254740993.0,
                                   123456.0, 1e-7,      -7.0};
  ModelDocument document = complete();
  for (const double value : values) {
    document.transitions[0].effects = {{"stress", value}};
    const auto back = io::parse_model_document(canonical_json(document));
    BOOST_TEST(std::bit_cast<std::uint64_t>(back.transitions[0].effects[0].weight) ==
               std::bit_cast<std::uint64_t>(value));
  }
}

BOOST_AUTO_TEST_SUITE_END()
