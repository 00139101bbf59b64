#include <relapse/core/error.hpp>
#include <relapse/io/protocol_json.hpp>
#include <relapse/io/protocols.hpp>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(protocol_json_test)

BOOST_AUTO_TEST_CASE(protocols_are_written_and_read_back_equal) {
  const auto& protocol = protocols::after_use();
  BOOST_TEST((io::parse_protocol(io::to_json(protocol)) == protocol));
  for (const auto& step : protocol.steps) BOOST_TEST(!step.source.empty());
}

BOOST_AUTO_TEST_CASE(refusals_name_the_place) {
  using nlohmann::json;
  const auto document = json::parse(io::to_json(protocols::after_use()));
  const auto pointer_of = [&](const char* place, const char* value) {
    auto changed = document;
    changed[json::json_pointer(place)] = json::parse(value);
    try {
      io::parse_protocol(changed.dump());
    } catch (const ParseError& error) {
      return error.pointer();
    }
    return std::string("nothing was refused");
  };
  for (const auto& [place, value] : {std::pair{"/schema", R"("relapse/plan/1")"},
                                     {"/steps/0/kind", R"("other")"},
                                     {"/steps/0/words", R"("")"},
                                     {"/steps/1/id", R"("safe_now")"},
                                     {"/next_check_in_hours/lapse", "0"},
                                     {"/notes", "1"}}) {
    BOOST_TEST(pointer_of(place, value) == place);
  }
}

BOOST_AUTO_TEST_SUITE_END()
