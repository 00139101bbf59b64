#include <relapse/core/error.hpp>
#include <relapse/io/documents/medication/usual.hpp>
#include <relapse/io/medication_json.hpp>
#include <relapse/io/medications.hpp>

#include "refusals.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <set>
#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(medication_json_test)

BOOST_AUTO_TEST_CASE(what_comes_with_the_library_knows_every_class) {
  const auto& usual = medications::usual();
  std::set<MedicationClass> classes;
  for (const auto& meaning : usual.classes) classes.insert(meaning.medication_class);
  BOOST_TEST(classes.size() == std::size(Names<MedicationClass>::all));
  for (const auto& known : usual.medications) BOOST_TEST(!known.source.empty());
}

BOOST_AUTO_TEST_CASE(usual_names_in_english_and_german_have_their_class) {
  const auto all_are = [](MedicationClass medication_class,
                          std::initializer_list<const char*> names) {
    for (const char* name : names) {
      BOOST_TEST((medications::find(name).medication_class == medication_class), name);
    }
  };
  all_are(MedicationClass::opioid_agonist,
          {"Methadone", "Methadon", "L-Polamidon", "Levomethadon", "Buprenorphin 8 mg",
           "buprenorphine/naloxone", "Suboxone", "SUBUTEX", "Buvidal weekly", "Sublocade",
           "Substitol"});
  all_are(MedicationClass::opioid_antagonist,
          {"naltrexone", "Naltrexon 50", "Vivitrol", "Adepend", "Nalmefen", "Selincro",
           "Naltrexonhydrochlorid"});
  all_are(MedicationClass::aversive, {"Disulfiram", "Antabus", "antabuse 250 mg"});
  all_are(MedicationClass::anti_craving,
          {"Acamprosat", "Campral", "Topiramat", "Gabapentin", "Baclofen", "Champix",
           "Vareniclin", "Bupropion", "Nikotinpflaster", "nicotine patch"});
  all_are(MedicationClass::other, {"Naloxon Nasenspray", "Sertralin", "clonidine"});
  all_are(MedicationClass::unknown, {"Methodone", "naltrexon und methadon", "Tablette"});
  BOOST_TEST(medications::find("Methodone").nearly == "Methadone");
}

BOOST_AUTO_TEST_CASE(refusals_name_the_place) {
  using nlohmann::json;
  const auto document = json::parse(io::documents::medication_json::usual);
  const auto pointer_of = [&](const char* place, const char* value) {
    auto changed = document;
    changed[json::json_pointer(place)] = json::parse(value);
    return test::refused_at([&] { io::parse_medication(changed.dump()); });
  };
  for (const auto& [place, value] :
       {std::pair{"/schema", R"("relapse/plan/1")"},
        {"/classes/0/source", R"("")"},
        {"/classes/1/medication_class", R"("opioid_agonist")"},
        {"/medications/0/medication_class", R"("unknown")"},
        {"/medications/0/medication_class", R"("opioid")"},
        {"/medications/1/name", R"("METHADONE")"},
        {"/medications/1/names/0", R"("methadon")"},
        {"/medications/1/name", R"("-")"},
        {"/medications/0/dose", "90"}}) {
    BOOST_TEST(pointer_of(place, value) == place);
  }
}

BOOST_AUTO_TEST_SUITE_END()
