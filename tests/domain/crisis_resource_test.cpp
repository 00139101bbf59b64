#include <relapse/core/error.hpp>
#include <relapse/domain/crisis.hpp>
#include <relapse/domain/crisis_resource.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(crisis_resource_test)

namespace {

PlaceResources place(std::string id, std::vector<std::string> regions) {
  CrisisResource emergency;
  emergency.name = "Emergency services";
  emergency.call = "112";
  emergency.source = "own";
  emergency.checked = "2026-11-22";
  return {std::move(id), std::move(regions), {emergency}};
}

std::string refused(const std::function<void(PlaceResources&)>& change) {
  auto own = place("XX", {"XX"});
  change(own);
  try {
    check(own);
  } catch (const ParseError& error) {
    return error.pointer();
  }
  return "accepted";
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_region_of_a_locale) {
  BOOST_TEST(region_of("en-US") == "US");
  BOOST_TEST(region_of("en_GB.UTF-8") == "GB");
  BOOST_TEST(region_of("de_DE@euro") == "DE");
  BOOST_TEST(region_of("zh-Hant-NZ") == "NZ");
  BOOST_TEST(region_of("en-ca") == "CA");
  BOOST_TEST(region_of("NZ") == "NZ");
  BOOST_TEST(region_of("DE-at") == "AT");
  for (const auto* none : {"", "en", "de", "C", "C.UTF-8", "POSIX", "-", "en-", "es-419"})
    BOOST_TEST(region_of(none) == "", none);
}

BOOST_AUTO_TEST_CASE(resources_in_another_language_keep_what_is_not_known) {
  auto own = place("XX", {"XX"});
  own.resources[0].note = "near the harbour";
  const Wording german("de", {{"label.a", "Notruf"}},
                       {{"label.a", "Emergency services"}});
  const auto said = translated(own, german);
  BOOST_TEST(said.resources[0].name == "Notruf");
  own.resources[0].name = "Notruf";
  BOOST_TEST((said == own));
}

BOOST_AUTO_TEST_CASE(an_unknown_place_gets_the_fallback_and_never_nothing) {
  const CrisisDirectory nothing;
  const CrisisDirectory some({place("XX", {"XX"})});
  for (const auto* locale : {"", "en", "en-YY", "xx", "\xff", "US", "en_"}) {
    for (const auto* directory : {&nothing, &some}) {
      const auto& found = directory->find(locale);
      BOOST_TEST_REQUIRE(found.resources.size() == 1U);
      BOOST_TEST(found.resources[0].name == fallback_resource);
      BOOST_TEST((found.resources[0].kind == ResourceKind::emergency));
    }
  }
  BOOST_TEST(some.find("en-XX").id == "XX");
}

BOOST_AUTO_TEST_CASE(an_integrator_may_replace_a_place_or_add_one) {
  const CrisisDirectory some({place("XX", {"XX", "XY"})});
  const auto more = some.with(place("YY", {"XY", "YY"}));
  BOOST_TEST(more.find("en-XX").id == "XX");
  BOOST_TEST(more.find("en-XY").id == "YY");
  BOOST_TEST(some.find("en-XY").id == "XX");
  auto own = place("XX", {"XX"});
  own.resources[0].call = "113";
  BOOST_TEST(some.with(own).find("en-XX").resources[0].call == "113");
  BOOST_TEST(some.with(own).places().size() == 1U);
}

BOOST_AUTO_TEST_CASE(resources_that_reach_nobody_are_refused) {
  using P = PlaceResources;
  BOOST_TEST(refused([](P&) {}) == "accepted");
  BOOST_TEST(refused([](P& p) { p.resources = {}; }) == "/resources");
  BOOST_TEST(refused([](P& p) { p.resources[0].kind = ResourceKind::helpline; }) ==
             "/resources");
  BOOST_TEST(refused([](P& p) { p.resources[0].call = ""; }) == "/resources/0");
  BOOST_TEST(refused([](P& p) { p.resources[0].name = ""; }) == "/resources/0/name");
  BOOST_TEST(refused([](P& p) { p.resources[0].source = ""; }) == "/resources/0/source");
  BOOST_TEST(refused([](P& p) { p.resources[0].checked = "today"; }) ==
             "/resources/0/checked");
  BOOST_TEST(refused([](P& p) { p.regions = {}; }) == "/regions");
  BOOST_TEST(refused([](P& p) { p.regions = {"us"}; }) == "/regions/0");
  BOOST_CHECK_THROW(CrisisDirectory({place("XX", {"XX"}), place("YY", {"XX"})}),
                    ParseError);
}

BOOST_AUTO_TEST_SUITE_END()
