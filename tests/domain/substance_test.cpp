#include <relapse/domain/substance.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(substance_test)

BOOST_AUTO_TEST_CASE(usual_names_have_a_family_however_they_are_written) {
  const std::pair<const char*, SubstanceFamily> names[] = {
      {"opioid", SubstanceFamily::opioid},
      {"Opioids", SubstanceFamily::opioid},
      {" HEROIN ", SubstanceFamily::opioid},
      {"fentanyl (smoked)", SubstanceFamily::opioid},
      {"Heroin and Fentanyl", SubstanceFamily::opioid},
      {"Alkohol", SubstanceFamily::alcohol},
      {"red wine", SubstanceFamily::alcohol},
      {"benzodiazepine", SubstanceFamily::sedative},
      {"Xanax", SubstanceFamily::sedative},
      {"crack cocaine", SubstanceFamily::stimulant},
      {"Kokain", SubstanceFamily::stimulant},
      {"nicotine", SubstanceFamily::other},
      {"Gl\xC3\x9C"
       "cksspiel",
       SubstanceFamily::other}};
  for (const auto& [name, family] : names) {
    BOOST_TEST((substance_family(name) == family), name);
    BOOST_TEST(may_be_opioid(name) == (family == SubstanceFamily::opioid), name);
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_known_or_several_may_be_anything) {
  for (const char* name :
       {"", "  ", "stuff", "heroine", "cocaine/heroin", "beer and pills", "and beer",
        "heroin und Alkohol", "speedball", "win"}) {
    BOOST_TEST((substance_family(name) == SubstanceFamily::unknown), name);
    BOOST_TEST(may_be_opioid(name), name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
