#include <relapse/plan/detail/contact_role.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(contact_role_test)

BOOST_AUTO_TEST_CASE(roles_are_known_by_their_words_in_two_languages) {
  for (const char* role : {"sister", "my Mother", "wife", "Schwester", "Ehemann", "son",
                           "Mutter", "partner", "step-father", "Angeh\xC3\xB6rige"})
    BOOST_TEST((contact_kind(role) == ContactKind::family), role);
  for (const char* role : {"friend", "sponsor", "peer", "Freundin", "Nachbar",
                           "colleague from the group", "Kollegin"})
    BOOST_TEST((contact_kind(role) == ContactKind::peer), role);
  for (const char* role :
       {"clinician", "Dr. med., Hausarzt", "nurse", "GP", "Therapeutin", "case manager",
        "\xC3\x84rztin", "Suchtberater", "key worker", "prescriber"})
    BOOST_TEST((contact_kind(role) == ContactKind::professional), role);
}

BOOST_AUTO_TEST_CASE(a_profession_goes_before_kin) {
  BOOST_TEST((contact_kind("family therapist") == ContactKind::professional));
  BOOST_TEST((contact_kind("peer counsellor") == ContactKind::professional));
  BOOST_TEST((contact_kind("sister and friend") == ContactKind::family));
}

BOOST_AUTO_TEST_CASE(who_is_not_known_is_a_stranger) {
  for (const char* role : {"", "  ", "Jo", "person", "Fachmann", "weeks", "42"})
    BOOST_TEST((contact_kind(role) == ContactKind::stranger), role);
}

BOOST_AUTO_TEST_SUITE_END()
