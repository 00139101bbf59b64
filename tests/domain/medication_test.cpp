#include <relapse/domain/medication.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(medication_test)

namespace {

MedicationKnowledge knowledge() {
  MedicationKnowledge all;
  all.medications = {
      {"Methadone", MedicationClass::opioid_agonist, {"Methadon", "L-Polamidon"}, "test"},
      {"Naltrexone", MedicationClass::opioid_antagonist, {}, "test"},
      {"Naloxone", MedicationClass::other, {}, "test"},
      {"Übelin", MedicationClass::aversive, {"NRT"}, "test"}};
  return all;
}

MedicationClass class_of(const char* name) {
  return find_medication(knowledge(), name).medication_class;
}

}  // namespace

BOOST_AUTO_TEST_CASE(names_are_found_as_people_write_them) {
  for (const char* name : {"Methadone", "METHADONE 90 mg", "  methadon ",
                           "Methadon-Lösung, 1 %", "l polamidon", "Methadontropfen",
                           "the methadone (clinic)", "methadone + naloxone"}) {
    BOOST_TEST((class_of(name) == MedicationClass::opioid_agonist), name);
  }
  BOOST_TEST((class_of("ÜBELIN") == MedicationClass::aversive));
  BOOST_TEST((class_of("nrt patch") == MedicationClass::aversive));
}

BOOST_AUTO_TEST_CASE(another_name_is_unknown_and_never_guessed) {
  for (const char* name : {"", "?", "Metadhone", "something", "nrtx", "one"}) {
    BOOST_TEST((class_of(name) == MedicationClass::unknown), name);
  }
  const auto all = knowledge();
  BOOST_TEST(find_medication(all, "Metadhone 90 mg").nearly == "Methadone");
  BOOST_TEST(find_medication(all, "vitamins").nearly.empty());
}

BOOST_AUTO_TEST_CASE(a_name_of_several_classes_is_unknown_and_says_so) {
  const auto both = find_medication(knowledge(), "methadone and naltrexone");
  BOOST_TEST(both.several);
  BOOST_TEST((both.medication_class == MedicationClass::unknown));
}

BOOST_AUTO_TEST_SUITE_END()
