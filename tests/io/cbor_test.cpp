#include <relapse/core/error.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/io/cbor.hpp>
#include <relapse/io/document_file.hpp>
#include <relapse/io/model_json.hpp>

#include "refusals.hpp"
#include "remembered.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(cbor_test)

using nlohmann::json;

namespace {

using Bytes = std::vector<std::uint8_t>;

const Model& complete() {
  static const Model model = io::load_model(RELAPSE_TEST_DATA "/io/complete_model.json");
  return model;
}

/// A person with a history of everything that a snapshot remembers.
Monitor followed() {
  MonitorSettings settings;
  settings.start.days_since_use = Days{40.1};
  Monitor monitor(complete(), settings);
  CheckIn check_in;
  for (int day = 0; day < 6; ++day) {
    check_in.time = Time{20513.25 + 1.1 * day};
    check_in.answers = {{"craving", 1.0 * (day % 5)},
                        {"stress", 3.3},
                        {"mood", 4.7},
                        {"exposure_II-B", 7.0},
                        {"severity", 0.1}};
    if (day == 3) check_in.answers.push_back({"used", 1.0});
    if (day == 4) check_in.answers.push_back({"voices", 1.0});
    monitor.update(check_in);
  }
  Plan plan;
  monitor.follow_up(plan, "walk", 7.0);
  monitor.suggested(plan, "rest", Time{20514.0});
  monitor.follow_up(plan, {"rest", Time{20515.0}, {}});
  return monitor;
}

using test::Refusal;

std::string pointer_of(const Bytes& bytes) {
  return test::refused_at([&] { io::from_cbor(bytes); });
}

const Refusal refusals[] = {
    {"/schema", R"("relapse/snapshot/2")", "/schema"},
    {"/schema", "", "/schema"},
    {"/model_id", "", "/model_id"},
    {"/content_hash", "7", "/content_hash"},
    {"/extra", "7", "/extra"},
    {"/start/days_since_use", "-1", "/start/days_since_use"},
    {"/state/started", "1", "/state/started"},
    {"/state/time", "null", "/state/time"},
    {"/state/belief/nodes", "4", "/state/belief/joint"},
    {"/state/belief/nodes", "0", "/state/belief/nodes"},
    {"/state/belief/nodes", "1e9", "/state/belief/nodes"},
    {"/state/belief/stages", "9", "/state/belief/stages"},
    {"/state/belief/joint", "[]", "/state/belief/joint"},
    {"/state/belief/joint/3", "-1e-9", "/state/belief/joint/3"},
    {"/state/belief/joint/3", "0.9", "/state/belief/joint"},
    {"/state/belief/joint/3", R"("0.1")", "/state/belief/joint/3"},
    {"/state/covariates/channels/0", "[1, 2, 3]", "/state/covariates/channels/0"},
    {"/state/covariates/channels/0/3", "1.5", "/state/covariates/channels/0/3"},
    {"/state/covariates/channels/0/1", "1e9", "/state/covariates/channels/0"},
    {"/state/covariates/updated", "1e9", "/state/covariates/updated"},
    {"/state/covariates/use_clock", "1e9", "/state/covariates/use_clock"},
    {"/state/covariates/lapses", "-1", "/state/covariates/lapses"},
    {"/state/covariates/missed", "7", "/state/covariates/missed"},
    {"/state/covariates/rows", "0.5", "/state/covariates/rows"},
    {"/level/below_since", "[null]", "/level/below_since"},
    {"/level/below_since/1", "true", "/level/below_since/1"},
    {"/level/never_reached", "[]", "/level/never_reached"},
    {"/last_risk", "1.5", "/last_risk"},
    {"/flags", "-1", "/flags"},
    {"/flags", "1.5", "/flags"},
    {"/raised_at", "[true]", "/raised_at/0"},
    {"/up_since", "[true]", "/up_since/0"},
    {"/down_at", "1", "/down_at"},
    {"/unreadable_flags", "1", "/unreadable_flags"},
    {"/unreadable_flags", "-1", "/unreadable_flags"},
    {"/use_reported", "0", "/use_reported"},
    {"/tolerance/until", "true", "/tolerance/until"},
    {"/tolerance/since", "1", "/tolerance/since"},
    {"/helpfulness/walk", "[1]", "/helpfulness/walk"},
    {"/helpfulness/walk", "[0, 1]", "/helpfulness/walk"},
    {"/last_suggested/rest", "null", "/last_suggested/rest"},
    {"/last_passed/rest", "[1]", "/last_passed/rest"},
    {"/told/craving", "[1]", "/told/craving"},
    {"/told/craving", R"([1, "noon"])", "/told/craving/1"},
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_snapshot_without_rise_times_is_read) {
  const auto snapshot = followed().snapshot();
  auto older = json::from_cbor(io::to_cbor(snapshot));
  older.erase("raised_at");
  older.erase("unreadable_flags");
  const auto read = io::from_cbor(json::to_cbor(older));
  BOOST_TEST(read.remembered().record.flags == snapshot.remembered().record.flags);
  BOOST_TEST(read.remembered().record.raised_at.empty());
  // When the flag rose is not known: at the last check-in at the latest.
  Monitor monitor(complete(), read);
  BOOST_TEST(!monitor.acknowledge("psychosis", snapshot.remembered().record.state.time));
  BOOST_TEST((monitor.flags().flags == std::vector<std::string>{"psychosis"}));
  BOOST_TEST(monitor.acknowledge("psychosis",
                                 snapshot.remembered().record.state.time + Days{0.001}));
  BOOST_TEST(monitor.flags().flags.empty());
}

BOOST_AUTO_TEST_CASE(snapshots_read_back_equal) {
  const Snapshot snapshot = followed().snapshot();
  BOOST_TEST((io::from_cbor(io::to_cbor(snapshot)) == snapshot));
  const Snapshot fresh = Monitor(complete()).snapshot();
  BOOST_TEST((io::from_cbor(io::to_cbor(fresh)) == fresh));
  BOOST_TEST((io::from_cbor(io::to_cbor(Snapshot{})) == Snapshot{}));
}

BOOST_AUTO_TEST_CASE(a_restored_monitor_continues_with_identical_doubles) {
  Monitor monitor = followed();
  Monitor restored(complete(), io::from_cbor(io::to_cbor(monitor.snapshot())));
  CheckIn check_in;
  check_in.time = Time{20530.0};
  check_in.answers = {{"craving", 2.0}, {"isolating", 2.0}, {"nights", 3.0}};
  const Assessment expected = monitor.update(check_in);
  const Assessment found = restored.update(check_in);
  BOOST_TEST(found.stages == expected.stages, boost::test_tools::per_element());
  BOOST_TEST((found.risks == expected.risks));
  BOOST_TEST((found.drivers == expected.drivers));
  BOOST_TEST(found.flags == expected.flags, boost::test_tools::per_element());
  BOOST_TEST((restored.snapshot() == monitor.snapshot()));
}

BOOST_AUTO_TEST_CASE(doubles_keep_their_bits) {
  using Limits = std::numeric_limits<double>;
  const Snapshot snapshot = followed().snapshot();
  for (const double value : {0.1, 1.0 / 3.0, 5e-324, 2.5e-310, 1e308, -Limits::max(),
                             -0.0, 1e-45, 16777217.0, 65504.0, 1.5}) {
    const auto with_value = test::changed(snapshot, [&](auto& kept) {
      kept.record.state.covariates.channels[0].sum = value;
    });
    const auto back = io::from_cbor(io::to_cbor(with_value));
    const double read = back.remembered().record.state.covariates.channels[0].sum;
    BOOST_TEST(std::bit_cast<std::uint64_t>(read) == std::bit_cast<std::uint64_t>(value));
  }
  constexpr std::uint64_t all = std::numeric_limits<std::uint64_t>::max();
  const auto flagged =
      test::changed(snapshot, [](auto& kept) { kept.record.flags = all; });
  BOOST_TEST(io::from_cbor(io::to_cbor(flagged)).remembered().record.flags == all);
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_is_not_written) {
  const auto snapshot = test::changed(
      followed().snapshot(), [](auto& kept) { kept.record.last_risk = std::nan(""); });
  BOOST_CHECK_THROW(io::to_cbor(snapshot), InvalidInput);
}

BOOST_DATA_TEST_CASE(refusals_name_the_place, boost::unit_test::data::make(refusals)) {
  const auto document = json::from_cbor(io::to_cbor(followed().snapshot()));
  BOOST_TEST(pointer_of(json::to_cbor(test::patched(document, sample))) ==
             sample.pointer);
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_is_not_read) {
  json document = json::from_cbor(io::to_cbor(followed().snapshot()));
  for (const double value : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    document["state"]["belief"]["joint"][2] = value;
    BOOST_TEST(pointer_of(json::to_cbor(document)) == "/state/belief/joint/2");
  }
}

BOOST_AUTO_TEST_CASE(every_snapshot_cut_short_or_too_long_is_refused) {
  Bytes bytes = io::to_cbor(followed().snapshot());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    BOOST_REQUIRE_THROW(io::from_cbor(std::span(bytes).first(length)), ParseError);
  }
  bytes.push_back(0);
  BOOST_CHECK_THROW(io::from_cbor(bytes), ParseError);
}

BOOST_AUTO_TEST_CASE(flipped_bits_are_refused_or_make_another_snapshot) {
  const Bytes bytes = io::to_cbor(followed().snapshot());
  std::mt19937_64 random(29);
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    Bytes flipped = bytes;
    for (std::uint64_t flips = 1 + random() % 4; flips > 0; --flips) {
      auto& byte = flipped[random() % flipped.size()];
      byte = static_cast<std::uint8_t>(byte ^ (1 << random() % 8));
    }
    try {
      io::to_cbor(io::from_cbor(flipped));
    } catch (const ParseError&) {
      ++refused;
    }
  }
  BOOST_TEST(refused > 5'000);
}

BOOST_AUTO_TEST_CASE(noise_is_refused) {
  std::mt19937_64 random(31);
  for (int round = 0; round < 20'000; ++round) {
    Bytes noise(random() % 64);
    for (auto& byte : noise) byte = static_cast<std::uint8_t>(random());
    BOOST_REQUIRE_THROW(io::from_cbor(noise), ParseError);
  }
}

BOOST_AUTO_TEST_CASE(json_is_no_snapshot) {
  const std::string text = R"({"schema": "relapse/snapshot/1"})";
  BOOST_CHECK_THROW(io::from_cbor(Bytes(text.begin(), text.end())), ParseError);
}

BOOST_AUTO_TEST_SUITE_END()
